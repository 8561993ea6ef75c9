/// Signs requests: in headers, or in the query for a URL that is handed on.
public struct Signer: Sendable {
    public var credentials: Credentials
    public var region: String
    /// `apigateway` for the control plane, `execute-api` for calls of an API.
    public var service: String
    /// ``PathCoding/once`` for S3.
    public var pathCoding = PathCoding.twice

    public init(credentials: Credentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// What a signature at `time`, in seconds since 1970, is good for.
    public func scope(at time: Int) -> CredentialScope {
        CredentialScope(date: String(Clock.text(time).prefix(8)), region: region, service: service)
    }

    /// Headers that proxies change and that therefore are not signed.
    static let neverSigned: Set<String> = [
        "authorization", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id",
    ]

    /// The headers to add to `request`, which has to hold `Host`. `time` is in seconds since 1970. Where the request has
    /// an `X-Amz-Content-Sha256`, that is taken for its body's hash. A `key` of another scope is not used.
    public func headers(
        for request: SignableRequest, time: Int, key: SigningKey? = nil
    ) -> [(name: String, value: String)] {
        let timestamp = Clock.text(time)
        var signed = request
        signed.headers.removeAll {
            ["authorization", "x-amz-date", "x-amz-security-token"].contains($0.name.lowercased())
        }
        var added = [(name: "X-Amz-Date", value: timestamp)]
        if let token = credentials.sessionToken { added.append(("X-Amz-Security-Token", token)) }
        signed.headers += added
        let scope = scope(at: time)
        let names = Set(signed.headers.map { $0.name.lowercased() }).subtracting(Self.neverSigned).sorted()
        let canonical = Canonical.request(
            signed, query: Canonical.query(request.query), signedHeaders: names,
            payloadHash: signed.value(of: "x-amz-content-sha256") ?? Canonical.hexSHA256(request.body),
            pathCoding: pathCoding)
        let usable = key.flatMap { $0.scope == scope ? $0 : nil }
        let signature = (usable ?? SigningKey(secretAccessKey: credentials.secretAccessKey, scope: scope)).signature(
            of: Canonical.stringToSign(timestamp: timestamp, scope: scope, canonicalRequest: canonical))
        let authorization =
            "\(Canonical.algorithm) Credential=\(credentials.accessKeyId)/\(scope.text), "
            + "SignedHeaders=\(names.joined(separator: ";")), Signature=\(signature)"
        return added + [(name: "Authorization", value: authorization)]
    }

    /// The whole query of a presigned URL, good for `expires` seconds from `time` (seconds since 1970) on.
    public func presignedQuery(for request: SignableRequest, time: Int, expires: Int) -> String {
        let timestamp = Clock.text(time)
        let scope = CredentialScope(date: String(timestamp.prefix(8)), region: region, service: service)
        let names = Set(request.headers.map { $0.name.lowercased() }).subtracting(Self.neverSigned).sorted()
        var items = [
            ("X-Amz-Algorithm", Canonical.algorithm), ("X-Amz-Credential", "\(credentials.accessKeyId)/\(scope.text)"),
            ("X-Amz-Date", timestamp), ("X-Amz-Expires", String(expires)),
            ("X-Amz-SignedHeaders", names.joined(separator: ";")),
        ]
        if let token = credentials.sessionToken { items.append(("X-Amz-Security-Token", token)) }
        let own = items.map { "\($0.0)=\(Canonical.percentEncoded($0.1))" }.joined(separator: "&")
        let query = request.query.isEmpty ? own : request.query + "&" + own
        let canonical = Canonical.request(
            request, query: Canonical.query(query), signedHeaders: names,
            payloadHash: Canonical.hexSHA256(request.body), pathCoding: pathCoding)
        let signature = Canonical.signature(
            secret: credentials.secretAccessKey, scope: scope,
            stringToSign: Canonical.stringToSign(timestamp: timestamp, scope: scope, canonicalRequest: canonical))
        return query + "&X-Amz-Signature=" + signature
    }
}
