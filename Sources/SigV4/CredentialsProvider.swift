#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where the credentials come from that calls to AWS's services are signed with. Asked before each call: whoever
/// provides them keeps them as long as they are good.
public protocol CredentialsProvider: Sendable {
    /// Throws an error whose description says what to do.
    func credentials() async throws -> Credentials
}

/// The same credentials, always.
public struct StaticCredentials: CredentialsProvider {
    private let value: Credentials

    public init(_ value: Credentials) { self.value = value }

    public func credentials() async throws -> Credentials { value }

    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; `nil` where the first two are not both set.
    public static func environment() -> StaticCredentials? {
        func value(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let id = value("AWS_ACCESS_KEY_ID"), let secret = value("AWS_SECRET_ACCESS_KEY") else { return nil }
        return StaticCredentials(
            Credentials(accessKeyId: id, secretAccessKey: secret, sessionToken: value("AWS_SESSION_TOKEN")))
    }

    /// What emulators of AWS take: `test` and `test`.
    public static let test = StaticCredentials(Credentials(accessKeyId: "test", secretAccessKey: "test"))
}
