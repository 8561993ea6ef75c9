/// An access key. `sessionToken` is there for keys that a token service lent for a while.
public struct Credentials: Sendable, Hashable {
    public var accessKeyId: String
    public var secretAccessKey: String
    public var sessionToken: String?
    /// Seconds since 1970; `nil` for keys that do not expire, or do not say when.
    public var expiration: Int?

    public init(
        accessKeyId: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Int? = nil
    ) {
        self.accessKeyId = accessKeyId
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }
}

/// What a signature is good for: one day, one region, one service.
public struct CredentialScope: Sendable, Hashable {
    /// `YYYYMMDD`.
    public var date: String
    public var region: String
    public var service: String

    public init(date: String, region: String, service: String) {
        self.date = date
        self.region = region
        self.service = service
    }

    /// `20150830/us-east-1/apigateway/aws4_request`.
    public var text: String { "\(date)/\(region)/\(service)/aws4_request" }
}

/// A request as far as signing looks at it.
public struct SignableRequest: Sendable {
    public var method: String
    /// As on the request line: percent-encoded, without the query.
    public var path: String
    /// As on the request line, without the `?`; empty if there is none.
    public var query: String
    /// In the order in which they are sent; a name may come more than once.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(
        method: String, path: String, query: String = "", headers: [(name: String, value: String)], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// All values of a header, whatever the case of its name.
    func values(of name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name }.map(\.value)
    }

    func value(of name: String) -> String? { values(of: name).first }
}
