import NIOCore

/// The parts of a backend request that `HTTP` and `HTTP_PROXY` share, and `HTTP`'s own head.
extension Exchange {
    /// Request line and `Host`. A proxied query is handed on as it came, with mapped parameters in place of its own.
    func writeRequestLine(_ plan: HTTPPlan, _ base: UnsafeRawPointer, clientQuery: Bool) {
        let writer = loop.writer
        if let verb = plan.verb { writer.append(verb.name) } else { writer.append(base, head.method) }
        writer.append(byte: 0x20)
        write(plan.uri.path, base)
        var separator: UInt8 = 0x3F
        if !plan.uri.query.isEmpty {
            writer.append(byte: separator)
            separator = 0x26
            write(plan.uri.query, base)
        }
        let mapped = plan.query.isEmpty ? [] : plan.query.map { ($0.name, requestValues($0.source)) }
        if clientQuery, head.query.length > 0 {
            if mapped.isEmpty {
                writer.append(byte: separator)
                separator = 0x26
                writer.append(base, head.query)
            } else {
                for pair in rawQuery() {
                    let name = PercentCoding.decode(pair.name)
                    if mapped.contains(where: { $0.0 == name && !$0.1.isEmpty }) { continue }
                    writer.append(byte: separator)
                    separator = 0x26
                    writer.append(pair.name)
                    writer.append(byte: 0x3D)
                    writer.append(pair.value)
                }
            }
        }
        for (name, values) in mapped {
            for value in values {
                writer.append(byte: separator)
                separator = 0x26
                writer.append(PercentCoding.encode(name))
                writer.append(byte: 0x3D)
                writer.append(PercentCoding.encode(value))
            }
        }
        if let overrides = outcome.overrides {
            for (name, value) in overrides.requestQuery {
                writer.append(byte: separator)
                separator = 0x26
                writer.append(PercentCoding.encode(Array(name.utf8)))
                writer.append(byte: 0x3D)
                writer.append(PercentCoding.encode(Array(value.utf8)))
            }
        }
        writer.append(" HTTP/1.1\r\nHost: ")
        writer.append(plan.uri.authority.isEmpty ? plan.uri.hostHeader : bytes(of: plan.uri.authority))
        writer.append("\r\n")
    }

    @inline(__always)
    private func write(_ pieces: [BackendURI.Piece], _ base: UnsafeRawPointer) {
        for piece in pieces {
            switch piece {
            case .literal(let text): loop.writer.append(text)
            case .parameter(.path(let place)) where place < captures.count: loop.writer.append(base, captures[place])
            case .parameter(let source):
                for value in requestValues(source).prefix(1) { loop.writer.append(PercentCoding.encode(value)) }
            }
        }
    }

    func writeMappedHeaders(_ plan: HTTPPlan) {
        for header in plan.headers where HeaderGuard.isName(header.name) && !HeaderGuard.isFraming(header.name) {
            guard let value = requestValues(header.source).first else { continue }
            write(header: header.name, value)
        }
    }

    private func write(header name: [UInt8], _ value: [UInt8]) {
        loop.writer.append(name)
        loop.writer.append(": ")
        loop.writer.append(HeaderGuard.value(value))
        loop.writer.append("\r\n")
    }

    /// `HTTP`: of the client's headers only the mapped ones and the content type go on.
    func writeIntegrationRequest(_ plan: HTTPPlan) {
        let writer = loop.writer
        var headers = plan.headers.compactMap { header in
            requestValues(header.source).first.map { (header.name, $0) }
        }
        for (name, value) in outcome.overrides?.requestHeaders ?? [] {
            let bytes = Array(name.utf8)
            headers.removeAll { Self.sameName($0.0, bytes) }
            headers.append((bytes, Array(value.utf8)))
        }
        headers.removeAll { !HeaderGuard.isName($0.0) || HeaderGuard.isFraming($0.0) }
        if payloadWasInflated { headers.removeAll { Self.sameName($0.0, Array("content-encoding".utf8)) } }
        func has(_ name: String) -> Bool { headers.contains { Self.sameName($0.0, Array(name.utf8)) } }
        let contentType = requestHeader("content-type") ?? "application/json"
        withBytes { base in
            writeRequestLine(plan, base, clientQuery: false)
            writeForwarding(base)
        }
        for (name, value) in headers { write(header: name, value) }
        if !has("accept") { writer.append("Accept: application/json\r\n") }
        if !has("user-agent") { writeUserAgent() }
        if !has("content-type") { write(header: Array("Content-Type".utf8), Array(contentType.utf8)) }
        let verb = plan.verb ?? head.verb
        if outcome.body.readableBytes > 0 || verb == .post || verb == .put || verb == .patch {
            writer.append("Content-Length: ")
            writer.append(decimal: outcome.body.readableBytes)
            writer.append("\r\n")
        }
        writer.append("\r\n")
    }
}
