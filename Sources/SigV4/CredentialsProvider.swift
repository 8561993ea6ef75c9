/// Gives the credentials that requests are signed with: asked for each time, it renews what is about to expire.
public protocol CredentialsProvider: Sendable {
    func credentials() async throws -> Credentials
}
