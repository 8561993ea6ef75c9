/// Why a request is not accepted. `code` and `message` are AWS's own; the status is always 403.
public struct SignatureRefusal: Error, Sendable, Hashable {
    public let code: String
    public let message: String

    public static let missing = SignatureRefusal(
        code: "MissingAuthenticationTokenException", message: "Missing Authentication Token")
    public static let unknownKey = SignatureRefusal(
        code: "UnrecognizedClientException", message: "The security token included in the request is invalid.")
    public static let mismatch = SignatureRefusal(
        code: "InvalidSignatureException",
        message: "The request signature we calculated does not match the signature you provided. "
            + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")

    static func incomplete(_ message: String) -> SignatureRefusal {
        SignatureRefusal(code: "IncompleteSignatureException", message: message)
    }

    static func invalid(_ message: String) -> SignatureRefusal {
        SignatureRefusal(code: "InvalidSignatureException", message: message)
    }
}

/// What a request claims of its signature, in its `Authorization` header or in its query. Nothing is proven before
/// ``verify(_:secret:sessionToken:region:services:time:)`` has returned.
public struct PresentedSignature: Sendable, Hashable {
    public var accessKeyId: String
    public var scope: CredentialScope
    /// Lower case, as listed.
    public var signedHeaders: [String]
    public var signature: String
    /// `YYYYMMDD'T'HHMMSS'Z'`.
    public var timestamp: String
    /// Seconds that a presigned URL is good for; `nil` for the header form.
    public var expires: Int?
    public var sessionToken: String?

    /// How far clocks may be apart, in seconds.
    public static let allowedSkew = 300
    /// A week: as long as a presigned URL may live.
    static let longestExpiry = 604_800

    /// Reads the claim. Throws ``SignatureRefusal``.
    public init(of request: SignableRequest) throws {
        if let authorization = request.value(of: "authorization") {
            try self.init(authorization: authorization, request: request)
        } else if request.query.contains("X-Amz-") {
            try self.init(query: request.query)
        } else {
            throw SignatureRefusal.missing
        }
    }

    private init(authorization: String, request: SignableRequest) throws {
        let trimmed = Canonical.trimmed(authorization)
        let parts = trimmed.split(separator: " ", maxSplits: 1)
        guard parts.first.map(String.init) == Canonical.algorithm else {
            let named = parts.first.map { "'\($0)'" } ?? "''"
            if parts.first?.hasPrefix("AWS4-") == true {
                throw SignatureRefusal.incomplete("Unsupported AWS 'algorithm': \(named). ")
            }
            throw SignatureRefusal.incomplete(
                "Invalid key=value pair (missing equal-sign) in Authorization header: \(named).")
        }
        var members: [String: String] = [:]
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: ",") {
            let pair = Canonical.trimmed(String(pair))
            guard let equals = pair.firstIndex(of: "=") else {
                throw SignatureRefusal.incomplete(
                    "Invalid key=value pair (missing equal-sign) in Authorization header: '\(pair)'.")
            }
            members[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
        }
        var missing = ["Credential", "Signature", "SignedHeaders"]
            .filter { members[$0]?.isEmpty ?? true }
            .map { "Authorization header requires '\($0)' parameter." }
        let date = request.value(of: "x-amz-date") ?? request.value(of: "date")
        if date == nil {
            missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
        }
        guard missing.isEmpty, let date else {
            throw SignatureRefusal.incomplete(missing.joined(separator: " "))
        }
        let seconds = Clock.seconds(date) ?? Clock.seconds(httpDate: date)
        guard let seconds else {
            throw SignatureRefusal.incomplete(
                "Date must be in ISO-8601 'basic format'. Got '\(date)'. See http://en.wikipedia.org/wiki/ISO_8601")
        }
        (accessKeyId, scope) = try Self.credential(members["Credential"] ?? "")
        signedHeaders = Self.names(members["SignedHeaders"] ?? "")
        signature = members["Signature"] ?? ""
        timestamp = Clock.text(seconds)
        expires = nil
        sessionToken = request.value(of: "x-amz-security-token")
    }

    private init(query: String) throws {
        var members: [String: String] = [:]
        for item in Canonical.queryItems(query) { members[item.name] = item.value }
        let wanted = [
            "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date",
            "X-Amz-Expires",
        ]
        let missing = wanted.filter { members[$0]?.isEmpty ?? true }
        guard missing.isEmpty else {
            throw SignatureRefusal.incomplete(
                missing.map { "AWS query-string parameters must include '\($0)'." }.joined(separator: " "))
        }
        guard members["X-Amz-Algorithm"] == Canonical.algorithm else {
            throw SignatureRefusal.incomplete("Unsupported AWS 'algorithm': '\(members["X-Amz-Algorithm"] ?? "")'. ")
        }
        let date = members["X-Amz-Date"] ?? ""
        guard Clock.seconds(date) != nil else {
            throw SignatureRefusal.incomplete(
                "Date must be in ISO-8601 'basic format'. Got '\(date)'. See http://en.wikipedia.org/wiki/ISO_8601")
        }
        guard let expires = Int(members["X-Amz-Expires"] ?? ""), (1...Self.longestExpiry).contains(expires) else {
            throw SignatureRefusal.incomplete(
                "X-Amz-Expires must be a number of seconds from 1 to \(Self.longestExpiry)")
        }
        (accessKeyId, scope) = try Self.credential(members["X-Amz-Credential"] ?? "")
        signedHeaders = Self.names(members["X-Amz-SignedHeaders"] ?? "")
        signature = members["X-Amz-Signature"] ?? ""
        timestamp = date
        self.expires = expires
        sessionToken = members["X-Amz-Security-Token"]
    }

    private static func names(_ list: String) -> [String] {
        list.split(separator: ";").map { $0.lowercased() }
    }

    private static func credential(_ text: String) throws -> (String, CredentialScope) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, !parts[0].isEmpty else {
            throw SignatureRefusal.incomplete(
                "Credential must have exactly 5 slash-delimited elements, "
                    + "e.g. keyid/date/region/service/term, got '\(text)'")
        }
        guard parts[4] == "aws4_request" else {
            throw SignatureRefusal.invalid(
                "Credential should be scoped with a valid terminator: 'aws4_request', not '\(parts[4])'.")
        }
        return (parts[0], CredentialScope(date: parts[1], region: parts[2], service: parts[3]))
    }

    /// Checks scope, time and signature of `request` against the key that the caller found for ``accessKeyId``.
    /// `region` `nil` takes a scope of any region. `time` is in seconds since 1970. Throws ``SignatureRefusal``.
    public func verify(
        _ request: SignableRequest, secret: String, sessionToken expectedToken: String? = nil, region: String?,
        services: Set<String>, time: Int
    ) throws {
        if let region, scope.region != region {
            throw SignatureRefusal.invalid(
                "Credential should be scoped to a valid region, not '\(scope.region)'. This one is '\(region)'.")
        }
        guard services.contains(scope.service) else {
            let names = services.sorted().map { "'\($0)'" }.joined(separator: " or ")
            throw SignatureRefusal.invalid("Credential should be scoped to correct service: \(names). ")
        }
        guard timestamp.hasPrefix(scope.date), scope.date.utf8.count == 8 else {
            throw SignatureRefusal.invalid(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + "'\(scope.date)' != '\(timestamp.prefix(8))', from '\(timestamp)'.")
        }
        try checkTime(time)
        guard signedHeaders.contains("host") else {
            throw SignatureRefusal.invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
        }
        guard expectedToken == sessionToken else { throw SignatureRefusal.unknownKey }
        let bodyHash = Canonical.hexSHA256(request.body)
        if let claimed = request.value(of: "x-amz-content-sha256"), claimed != bodyHash {
            throw SignatureRefusal.mismatch
        }
        let canonical = Canonical.request(
            request,
            query: Canonical.query(request.query, without: expires == nil ? nil : "X-Amz-Signature"),
            signedHeaders: signedHeaders, payloadHash: bodyHash)
        let expected = Canonical.signature(
            secret: secret, scope: scope,
            stringToSign: Canonical.stringToSign(timestamp: timestamp, scope: scope, canonicalRequest: canonical))
        guard Self.equalInConstantTime(expected, signature) else { throw SignatureRefusal.mismatch }
    }

    private func checkTime(_ now: Int) throws {
        guard let signedAt = Clock.seconds(timestamp) else { throw SignatureRefusal.mismatch }
        let skew = Self.allowedSkew
        if let expires {
            if now > signedAt + expires {
                throw SignatureRefusal.invalid(
                    "Signature expired: \(timestamp) is now earlier than \(Clock.text(now - expires)) "
                        + "(\(Clock.text(now)) - \(expires) sec.)")
            }
        } else if signedAt < now - skew {
            throw SignatureRefusal.invalid(
                "Signature expired: \(timestamp) is now earlier than \(Clock.text(now - skew)) "
                    + "(\(Clock.text(now)) - \(skew / 60) min.)")
        }
        if signedAt > now + skew {
            throw SignatureRefusal.invalid(
                "Signature not yet current: \(timestamp) is still later than \(Clock.text(now + skew)) "
                    + "(\(Clock.text(now)) + \(skew / 60) min.)")
        }
    }

    /// Takes as long for a signature that differs in the first place as for one that differs in the last.
    static func equalInConstantTime(_ one: String, _ other: String) -> Bool {
        let left = Array(one.utf8)
        let right = Array(other.utf8)
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(left, right) { difference |= a ^ b }
        return difference == 0
    }
}
