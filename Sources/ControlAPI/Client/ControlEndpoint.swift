/// Where a control plane answers.
public enum ControlEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// A Unix domain socket. Nothing is signed; the file's mode is the guard.
    case unixSocket(path: String)
    /// An HTTP(S) base URL, for example `http://127.0.0.1:8081`. Every call is signed.
    case url(String, credentials: ControlCredentials)

    public var description: String {
        switch self {
        case .unixSocket(let path): path
        case .url(let url, _): url
        }
    }
}

/// What signs the calls to a control plane over TCP.
public struct ControlCredentials: Sendable, Hashable {
    public var accessKeyId: String
    public var secretAccessKey: String
    public var sessionToken: String?
    public var region: String

    public init(accessKeyId: String, secretAccessKey: String, sessionToken: String? = nil, region: String) {
        self.accessKeyId = accessKeyId
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.region = region
    }
}
