import NIOCore
import SigV4

/// `AWS`: the head of a request to a service, signed.
extension Exchange {
    /// Into the loop's writer. Of the client's headers only the mapped ones go on, and the content type.
    func writeServiceRequest(_ plan: HTTPPlan, _ service: ServiceAction) {
        let writer = loop.writer
        var mapped = mappedHeaders(plan)
        mapped.removeAll { $0.id == .host || HeaderTreatment.isForbiddenTowardsServices($0.id) || isSignature($0.name) }
        if payloadWasInflated { mapped.removeAll { $0.id == .contentEncoding } }
        let clientsType = service.contentType == .clients ? requestHeader("content-type") : nil
        withBytes { writeRequestLine(plan, $0, mapped: [], clientQuery: false) }
        let line = WrittenHead(writer.bytes)
        var headers = line.fields.map { (name: text($0.name), value: text($0.value)) }
        for header in mapped { headers.append((text(header.name), text(HeaderGuard.value(header.value)))) }
        func has(_ id: HeaderID) -> Bool { mapped.contains { $0.id == id } }
        func add(_ name: String, _ value: String) { headers.append((name, value)) }
        if !has(.accept) { add("Accept", "application/json") }
        if !has(.userAgent) { add("User-Agent", "AmazonAPIGateway_\(stage?.apiId ?? "")") }
        if !has(.contentType), let type = contentType(of: service, clients: clientsType) { add("Content-Type", type) }
        if let target = service.target, !outcome.calledAsQuery,
            !mapped.contains(where: { Self.sameName($0.name, Array("x-amz-target".utf8)) })
        {
            add("X-Amz-Target", target)
        }
        add("X-Amzn-Trace-Id", traceId())
        add("X-Amz-Content-Sha256", outcome.body.withUnsafeReadableBytes(PayloadHash.hexSHA256))
        let verb = plan.verb ?? head.wantedVerb
        let signed = signature(service, line: line.line, headers: headers)
        if outcome.body.readableBytes > 0 || verb == .post || verb == .put || verb == .patch {
            add("Content-Length", String(outcome.body.readableBytes))
        }
        // Request line and Host stand there already.
        for header in headers.dropFirst(line.fields.count) + signed {
            writer.append(header.name)
            writer.append(": ")
            writer.append(header.value)
            writer.append("\r\n")
        }
        writer.append("\r\n")
    }

    /// Headers that make the request one of this key. None where there is no key: such a request is only shown in a log.
    private func signature(
        _ service: ServiceAction, line: String, headers: [(name: String, value: String)]
    ) -> [(name: String, value: String)] {
        guard let credentials = service.credentials.latest() else { return [] }
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        let target = words.dropFirst().first ?? "/"
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var signer = Signer(
            credentials: credentials, region: service.signingRegion, service: service.signingName)
        signer.pathCoding = service.pathCoding
        let second = Int(loop.clock.wall(LoopClock.monotonic()) / 1_000_000_000)
        return signer.headers(
            for: SignableRequest(
                method: String(words.first ?? ""), path: String(halves[0]),
                query: halves.count > 1 ? String(halves[1]) : "",
                headers: headers),
            time: second, key: loop.signingKeys.key(of: credentials, scope: signer.scope(at: second)))
    }

    /// None for a JSON service's action that is called with its query: emulators read no query behind a form's type.
    private func contentType(of service: ServiceAction, clients: String?) -> String? {
        switch service.contentType {
        case .clients: clients ?? "application/json"
        case .form: "application/x-www-form-urlencoded"
        case .json(let version): outcome.calledAsQuery ? nil : "application/x-amz-json-\(version)"
        }
    }

    private func traceId() -> String {
        if let sent = requestHeader("x-amzn-trace-id"), !sent.isEmpty { return sent }
        let writer = ByteWriter(capacity: 64)
        writeTraceId(to: writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// What the signature itself says.
    private func isSignature(_ name: [UInt8]) -> Bool {
        ["x-amz-date", "x-amz-security-token", "x-amz-content-sha256"].contains { Self.sameName(name, Array($0.utf8)) }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// A loop's signing keys: each is good for a day, a region and a service.
struct SigningKeys {
    private struct Owner: Hashable {
        var accessKeyId: String
        var secretAccessKey: String
        var scope: CredentialScope
    }

    private var keys: [Owner: SigningKey] = [:]

    /// Keys of past days and of credentials that were renewed are not worth finding.
    private static let limit = 256

    mutating func key(of credentials: Credentials, scope: CredentialScope) -> SigningKey {
        let owner = Owner(
            accessKeyId: credentials.accessKeyId, secretAccessKey: credentials.secretAccessKey, scope: scope)
        if let known = keys[owner] { return known }
        if keys.count >= Self.limit { keys.removeAll() }
        let new = SigningKey(secretAccessKey: credentials.secretAccessKey, scope: scope)
        keys[owner] = new
        return new
    }
}
