/// What the gateway shows to HTTP backends, as `GetClientCertificate` returns it. Its private key stays inside.
public struct ClientCertificate: Codable, Sendable, Hashable {
    public var clientCertificateId: String?
    public var description: String?
    public var pemEncodedCertificate: String?
    public var createdDate: Timestamp?
    public var expirationDate: Timestamp?
    public var tags: [String: String]?

    public init() {}
}
