/// Gives the credentials that requests are signed with: asked for each time, it renews what is about to expire.
public protocol CredentialsProvider: Sendable {
    /// Throws an error whose description says what to do.
    func credentials() async throws -> Credentials
}

/// The same credentials, always.
public struct StaticCredentials: CredentialsProvider {
    private let value: Credentials

    public init(_ value: Credentials) { self.value = value }

    public func credentials() async throws -> Credentials { value }
}
