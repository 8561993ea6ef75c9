import NIOCore

/// `AWS_PROXY`: the client's request as the event that a function gets ("Input format of a Lambda function for proxy
/// integration", payload 1.0), written member by member in AWS's order.
///
/// As on API Gateway: paths and path parameters are not decoded, queries are; slashes that lead the path become one;
/// single values are the last of their name; empty maps and an absent body are `null`. Of a header that comes in several
/// spellings the first one names them all. An absent body is never said to be Base64.
extension Exchange {
    /// The largest payload that Lambda takes and gives: 6 MB and some room for what surrounds it.
    static let largestFunctionPayload = 6_291_556

    /// Puts the event into ``outcome``'s body.
    func makeProxyEvent(_ plan: LambdaPlan) -> Verdict {
        refreshHeaders()
        loop.writer.removeAll()
        writeEventHead(plan.frame)
        var event = ByteBuffer()
        event.reserveCapacity(loop.writer.count + (collectedBody?.readableBytes ?? 0) * 4 / 3 + 64)
        event.writeBytes(loop.writer.bytes)
        writeEventBody(to: &event)
        outcome.body = event
        return .next
    }

    private func writeEventHead(_ frame: ProxyEventFrame) {
        var writer = loop.writer
        writer.append(frame.opening)
        withBytes { base in
            writeEventPath(base)
            writer.append(#","httpMethod":"#)
            writer.put(quoted: Self.bytes(base, head.wantedMethod))
            writeEventHeaders(base)
            writeEventPathParameters(frame, base)
        }
        writeEventContext(frame)
    }

    private static func bytes(_ base: UnsafeRawPointer, _ span: ByteSpan) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + span.lower, count: span.length)
    }

    /// Behind the stage's name, with one slash in front.
    private func writeEventPath(_ base: UnsafeRawPointer) {
        var writer = loop.writer
        var start = eventPath.lower
        let end = eventPath.upper
        func isSlash(_ place: Int) -> Bool { base.load(fromByteOffset: place, as: UInt8.self) == 0x2F }
        while start + 1 < end, isSlash(start), isSlash(start + 1) { start += 1 }
        if start < end {
            writer.put(quoted: Self.bytes(base, ByteSpan(start, end)))
        } else {
            writer.append("\"/\"")
        }
    }

    // MARK: Headers and query

    private func writeEventHeaders(_ base: UnsafeRawPointer) {
        let table = loop.requestTable
        var fields: [FieldGroups.Field] = []
        fields.reserveCapacity(table.count)
        for place in 0..<table.count where isInEvent(table[place].id) {
            fields.append(
                FieldGroups.Field(
                    name: Self.bytes(base, table[place].name), value: Self.bytes(base, table[place].value)))
        }
        // A test's own connection forwards nothing.
        let own = test == nil ? forwardedHeaders(base) : []
        let groups = FieldGroups(fields, ignoringCase: true)
        writeMaps("headers", "multiValueHeaders", groups, own)
        writeEventQuery(base)
    }

    private func isInEvent(_ id: HeaderID) -> Bool {
        guard !HeaderTreatment.isDroppedInbound(id) else { return false }
        switch id {
        case .xForwardedFor, .xForwardedPort, .xForwardedProto, .amznTraceId: return test != nil
        case .contentEncoding: return !payloadWasInflated
        case .keepAlive: return test == nil
        default: return true
        }
    }

    /// What the gateway says of the request's way. The client's `X-Forwarded-For` is kept before its own address.
    private func forwardedHeaders(_ base: UnsafeRawPointer) -> [(name: StaticString, value: [UInt8])] {
        var addresses: [UInt8] = []
        let table = loop.requestTable
        for place in 0..<table.count where table[place].id == .xForwardedFor && table[place].value.length > 0 {
            addresses += Self.bytes(base, table[place].value)
            addresses += [0x2C, 0x20]
        }
        return [
            ("X-Amzn-Trace-Id", traceId()), ("X-Forwarded-For", addresses + connection.peer),
            ("X-Forwarded-Port", Array(String(loop.configuration.port).utf8)),
            ("X-Forwarded-Proto", Array("http".utf8)),
        ]
    }

    private func writeEventQuery(_ base: UnsafeRawPointer) {
        let pairs = rawQuery()
        var decoded: [UInt8] = []
        var spans: [(name: ByteSpan, value: ByteSpan)] = []
        func take(_ bytes: [UInt8]) -> ByteSpan {
            let start = decoded.count
            decoded += PercentCoding.decode(bytes)
            return ByteSpan(start, decoded.count)
        }
        for pair in pairs { spans.append((take(pair.name), take(pair.value))) }
        decoded.withUnsafeBytes { all in
            let fields = spans.map { pair in
                FieldGroups.Field(
                    name: UnsafeRawBufferPointer(rebasing: all[pair.name.lower..<pair.name.upper]),
                    value: UnsafeRawBufferPointer(rebasing: all[pair.value.lower..<pair.value.upper]))
            }
            writeMaps(
                "queryStringParameters", "multiValueQueryStringParameters", FieldGroups(fields, ignoringCase: false), []
            )
        }
    }

    /// `,"{single}":{…},"{multi}":{…}`, both `null` where there is nothing.
    private func writeMaps(
        _ single: StaticString, _ multi: StaticString, _ groups: FieldGroups,
        _ own: [(name: StaticString, value: [UInt8])]
    ) {
        var writer = loop.writer
        func open(_ name: StaticString) {
            writer.append(#",""#)
            writer.append(name)
            writer.append(#"":"#)
            if groups.isEmpty, own.isEmpty { writer.append("null") }
        }
        func separate(_ place: Int) { writer.append(place == 0 ? "{" : ",") }
        func close() { if !groups.isEmpty || !own.isEmpty { writer.append("}") } }
        func quote(_ name: StaticString) {
            writer.append(byte: 0x22)
            writer.append(name)
            writer.append(byte: 0x22)
        }
        open(single)
        for (place, first) in groups.firsts.enumerated() {
            separate(place)
            writer.put(quoted: groups.fields[first].name)
            writer.append(":")
            writer.put(quoted: groups.lastValue(from: first))
        }
        for (place, field) in own.enumerated() {
            separate(place + groups.firsts.count)
            quote(field.name)
            writer.append(":")
            writer.put(quoted: field.value)
        }
        close()
        open(multi)
        for (place, first) in groups.firsts.enumerated() {
            separate(place)
            writer.put(quoted: groups.fields[first].name)
            writer.append(":")
            var separator: StaticString = "["
            groups.forEachValue(from: first) { value in
                writer.append(separator)
                separator = ","
                writer.put(quoted: value)
            }
            writer.append("]")
        }
        for (place, field) in own.enumerated() {
            separate(place + groups.firsts.count)
            quote(field.name)
            writer.append(":[")
            writer.put(quoted: field.value)
            writer.append("]")
        }
        close()
    }

    private func writeEventPathParameters(_ frame: ProxyEventFrame, _ base: UnsafeRawPointer) {
        var writer = loop.writer
        writer.append(#","pathParameters":"#)
        let count = min(frame.pathParameters.count, captures.count)
        guard count > 0 else { return writer.append("null") }
        for place in 0..<count {
            writer.append(place == 0 ? "{" : ",")
            writer.append(frame.pathParameters[place])
            writer.append(":")
            writer.put(quoted: Self.bytes(base, captures[place]))
        }
        writer.append("}")
    }

    // MARK: requestContext

    private func writeEventContext(_ frame: ProxyEventFrame) {
        var writer = loop.writer
        let wall = loop.clock.wall(started)
        writer.append(frame.context)
        withBytes { writer.put(quoted: Self.bytes($0, head.wantedMethod)) }
        writer.append(#","extendedRequestId":""#)
        writeExtendedId(to: writer)
        writer.append(#"","requestTime":""#)
        writer.append(loop.requestTime.text(second: wall / 1_000_000_000))
        writer.append(#"","path":"#)
        withBytes { writer.put(quoted: Self.bytes($0, stagePath)) }
        writer.append(frame.account)
        writer.append(head.minorVersion == 1 || test != nil ? #""HTTP/1.1""# : #""HTTP/1.0""#)
        writer.append(frame.stage)
        if test == nil {
            withBytes { writer.put(quoted: Self.bytes($0, eventDomain($0, endingAt: 0x2E))) }
        } else {
            writer.append(#""testPrefix""#)
        }
        writer.append(#","requestTimeEpoch":"#)
        writer.append(decimal: Int(wall / 1_000_000))
        writer.append(#","requestId":""#)
        requestId.write(to: writer)
        writeEventIdentity()
        writer.append(#"},"domainName":"#)
        if test == nil {
            withBytes { writer.put(quoted: Self.bytes($0, eventDomain($0, endingAt: 0x3A))) }
        } else {
            writer.append(#""testPrefix.testDomainName""#)
        }
        writer.append(frame.closing)
    }

    /// The host up to its first dot, or its port's colon.
    private func eventDomain(_ base: UnsafeRawPointer, endingAt byte: UInt8) -> ByteSpan {
        let host = head.host
        return ByteSpan(host.lower, ByteScan.find(byte, base, host.lower, host.upper) ?? host.upper)
    }

    private func writeEventIdentity() {
        var writer = loop.writer
        writer.append(#"","identity":{"#)
        writer.append(ProxyEventFrame.anonymous)
        if test == nil { writer.put(quoted: connection.peer) } else { writer.append(#""test-invoke-source-ip""#) }
        writer.append(ProxyEventFrame.unauthenticated)
        if let agent = loop.requestTable.last(.userAgent) {
            withBytes { writer.put(quoted: Self.bytes($0, agent.value)) }
        } else {
            writer.append("null")
        }
        writer.append(#","user":null"#)
        if test != nil {
            writer.append(#","apiKey":"test-invoke-api-key","apiKeyId":"test-invoke-api-key-id""#)
        } else if let key = apiKey {
            writer.append(#","apiKey":"#)
            writer.put(quoted: key.value)
            writer.append(#","apiKeyId":"#)
            writer.put(quoted: key.id)
        }
    }

    // MARK: The body

    private func writeEventBody(to event: inout ByteBuffer) {
        guard let body = collectedBody, body.readableBytes > 0 else {
            event.put(#"null,"isBase64Encoded":false}"#)
            return
        }
        let isBinary =
            variant?.payload.binaryTypes.map { types in
                withBytes { types.hold($0, loop.requestTable.last(.contentType)?.value) }
            } ?? false
        if isBinary {
            var text = Base64.encode(body)
            event.put("\"")
            event.writeBuffer(&text)
            event.put(#"","isBase64Encoded":true}"#)
        } else {
            body.withUnsafeReadableBytes { event.put(quoted: $0) }
            event.put(#","isBase64Encoded":false}"#)
        }
    }
}
