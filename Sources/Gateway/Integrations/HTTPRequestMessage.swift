import NIOCore

/// The parts of a backend request that `HTTP` and `HTTP_PROXY` share, and `HTTP`'s own head.
extension Exchange {
    /// Request line and `Host`. A proxied query is handed on as it came, and mapped parameters are added to it.
    func writeRequestLine(_ plan: HTTPPlan, _ base: UnsafeRawPointer, mapped: [MappedHeader], clientQuery: Bool) {
        let writer = loop.writer
        if let verb = plan.verb { writer.append(verb.name) } else { writer.append(base, head.wantedMethod) }
        writer.append(byte: 0x20)
        write(plan.uri.path, base)
        var separator: UInt8 = 0x3F
        if !plan.uri.query.isEmpty {
            writer.append(byte: separator)
            separator = 0x26
            write(plan.uri.query, base)
        }
        if clientQuery, head.query.length > 0 {
            writer.append(byte: separator)
            separator = 0x26
            writer.append(base, head.query)
        }
        for (name, value) in mappedQuery(plan) {
            writer.append(byte: separator)
            separator = 0x26
            writer.append(PercentCoding.encode(name))
            writer.append(byte: 0x3D)
            writer.append(PercentCoding.encode(value))
        }
        writer.append(" HTTP/1.1\r\nHost: ")
        if let host = mapped.last(where: { $0.id == .host }) {
            writer.append(HeaderGuard.value(host.value))
        } else {
            writer.append(plan.uri.authority.isEmpty ? plan.uri.hostHeader : bytes(of: plan.uri.authority))
        }
        writer.append("\r\n")
    }

    @inline(__always)
    private func write(_ pieces: [BackendURI.Piece], _ base: UnsafeRawPointer) {
        for piece in pieces {
            switch piece {
            case .literal(let text): loop.writer.append(text)
            case .unmapped(let name, let text): loop.writer.append(overriddenPath(name) ?? text)
            case .parameter(let source, let name):
                if let value = overriddenPath(name) {
                    loop.writer.append(value)
                } else if case .path(let place) = source, place < captures.count {
                    loop.writer.append(base, captures[place])
                } else {
                    for value in requestValues(source).prefix(1) { loop.writer.append(PercentCoding.encode(value)) }
                }
            }
        }
    }

    /// `$context.requestOverride.path.{name}`, which may hold slashes and what is percent-encoded already.
    @inline(__always)
    private func overriddenPath(_ name: String) -> [UInt8]? {
        guard let overrides = outcome.overrides else { return nil }
        return overrides.requestPath.last { $0.0 == name }.map { PercentCoding.encodePath(Array($0.1.utf8)) }
    }

    /// Parameters that a mapping or, instead of it, an override gives. A mapping to nothing gives none.
    private func mappedQuery(_ plan: HTTPPlan) -> [(name: [UInt8], value: [UInt8])] {
        let overrides = outcome.overrides?.requestQuery ?? []
        if plan.query.isEmpty, overrides.isEmpty { return [] }
        let overridden = overrides.map { (name: Array($0.0.utf8), value: Array($0.1.utf8)) }
        var query: [(name: [UInt8], value: [UInt8])] = []
        for parameter in plan.query where !overridden.contains(where: { $0.name == parameter.name }) {
            for value in requestValues(parameter.source) where !value.isEmpty { query.append((parameter.name, value)) }
        }
        return query + overridden
    }

    /// Headers that a mapping or, instead of it, an override sets towards the backend. A mapping to nothing sets none.
    func mappedHeaders(_ plan: HTTPPlan) -> [MappedHeader] { mappedHeaders(plan.headers) }

    func mappedHeaders(_ mappings: [(name: [UInt8], source: ParameterSource)]) -> [MappedHeader] {
        let overrides = outcome.overrides?.requestHeaders ?? []
        if mappings.isEmpty, overrides.isEmpty { return [] }
        var headers = mappings.compactMap { header -> MappedHeader? in
            guard let value = requestValues(header.source).first, !value.isEmpty else { return nil }
            return MappedHeader(name: header.name, value: value)
        }
        for (name, value) in overrides {
            let header = MappedHeader(name: Array(name.utf8), value: Array(value.utf8))
            headers.removeAll { Self.sameName($0.name, header.name) }
            headers.append(header)
        }
        headers.removeAll { !HeaderGuard.isName($0.name) || HeaderTreatment.mappedRequest($0.id) == .drop }
        return headers
    }

    /// All of them but `Host`, which stands above.
    func write(_ headers: [MappedHeader]) {
        for header in headers where header.id != .host { write(header: header.name, header.value) }
    }

    private func write(header name: [UInt8], _ value: [UInt8]) {
        loop.writer.append(name)
        loop.writer.append(": ")
        loop.writer.append(HeaderGuard.value(value))
        loop.writer.append("\r\n")
    }

    /// `HTTP` and services of `AWS`. `HTTP`: of the client's headers only the mapped ones and the content type go on.
    func writeIntegrationRequest(_ plan: HTTPPlan) {
        if let service = plan.service { return writeServiceRequest(plan, service) }
        let writer = loop.writer
        var mapped = mappedHeaders(plan)
        if payloadWasInflated { mapped.removeAll { $0.id == .contentEncoding } }
        func has(_ id: HeaderID) -> Bool { mapped.contains { $0.id == id } }
        let contentType = requestHeader("content-type") ?? "application/json"
        withBytes { base in
            writeRequestLine(plan, base, mapped: mapped, clientQuery: false)
            writeForwarding(base, mapped: mapped)
        }
        write(mapped)
        if !has(.accept) { writer.append("Accept: application/json\r\n") }
        if !has(.userAgent) { writeUserAgent() }
        if !has(.contentType) { write(header: Array("Content-Type".utf8), Array(contentType.utf8)) }
        let verb = plan.verb ?? head.wantedVerb
        if outcome.body.readableBytes > 0 || verb == .post || verb == .put || verb == .patch {
            writer.append("Content-Length: ")
            writer.append(decimal: outcome.body.readableBytes)
            writer.append("\r\n")
        }
        writer.append("\r\n")
    }
}

/// A header of a mapping or an override with its value for one request.
struct MappedHeader {
    var id: HeaderID
    var name: [UInt8]
    var value: [UInt8]

    init(name: [UInt8], value: [UInt8]) {
        id = HeaderID(named: name)
        self.name = name
        self.value = value
    }
}
