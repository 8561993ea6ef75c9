import NIOCore

/// `HTTP_PROXY`: the client's message becomes the backend's and back, header by header, in bytes.
extension Exchange {
    func writeProxyRequest(_ plan: HTTPPlan) {
        let writer = loop.writer
        let mapped = mappedHeaders(plan)
        // Reading mapped values parses the head again, into this same table.
        let table = loop.requestTable
        let fillsCache = cacheFlight != nil && method?.cache?.wantsWholeAnswers == true
        withBytes { base in
            writeRequestLine(plan, base, mapped: mapped, clientQuery: head.hasQuery)
            var hasAccept = false
            var hasUserAgent = false
            for index in 0..<table.count {
                let field = table[index]
                guard HeaderTreatment.request(field.id) == .pass else { continue }
                if fillsCache, CachePlan.asksForOwnForm(field.id) { continue }
                if field.id == .accept { hasAccept = true }
                if field.id == .userAgent { hasUserAgent = true }
                if payloadWasInflated, field.id == .contentEncoding { continue }
                if !mapped.isEmpty, isMapped(mapped, base, field.name) { continue }
                writer.append(base, field.name)
                writer.append(": ")
                writer.append(base, field.value)
                writer.append("\r\n")
            }
            writeForwarding(base, mapped: mapped)
            if !hasAccept, !isMapped(mapped, .accept) { writer.append("Accept: application/json\r\n") }
            if !hasUserAgent, !isMapped(mapped, .userAgent) { writeUserAgent() }
        }
        write(mapped)
        switch head.body {
        case .length(let length):
            writer.append("Content-Length: ")
            writer.append(decimal: length)
            writer.append("\r\n")
        case .chunked: writer.append("Transfer-Encoding: chunked\r\n")
        case .none, .untilClose:
            if let verb = plan.verb, verb == .post || verb == .put || verb == .patch {
                writer.append("Content-Length: 0\r\n")
            } else if plan.verb == nil, head.wantedVerb == .post || head.wantedVerb == .put || head.wantedVerb == .patch
            {
                writer.append("Content-Length: 0\r\n")
            }
        }
        writer.append("\r\n")
    }

    private func isMapped(_ headers: [MappedHeader], _ id: HeaderID) -> Bool {
        !headers.isEmpty && headers.contains { $0.id == id }
    }

    private func isMapped(_ headers: [MappedHeader], _ base: UnsafeRawPointer, _ name: ByteSpan) -> Bool {
        headers.contains { mapped in
            mapped.name.count == name.length
                && mapped.name.indices.allSatisfy { index in
                    ByteScan.lowercased(mapped.name[index])
                        == ByteScan.lowercased(base.load(fromByteOffset: name.lower + index, as: UInt8.self))
                }
        }
    }

    func writeUserAgent() {
        loop.writer.append("User-Agent: AmazonAPIGateway_")
        if let stage { loop.writer.append(stage.apiIdBytes) }
        loop.writer.append("\r\n")
    }

    /// Where the request came from: `X-Forwarded-*` but for those that are mapped, the trace id and the API's id.
    func writeForwarding(_ base: UnsafeRawPointer, mapped: [MappedHeader]) {
        let writer = loop.writer
        let table = loop.requestTable
        let writesFor = !isMapped(mapped, .xForwardedFor)
        if writesFor { writer.append("X-Forwarded-For: ") }
        var trace: ByteSpan?
        for index in 0..<table.count {
            let field = table[index]
            if field.id == .xForwardedFor, field.value.length > 0 {
                guard writesFor else { continue }
                writer.append(base, field.value)
                writer.append(", ")
            } else if field.id == .amznTraceId {
                trace = field.value
            }
        }
        if writesFor {
            writer.append(connection.peer)
            writer.append("\r\n")
        }
        if !isMapped(mapped, .xForwardedPort) {
            writer.append("X-Forwarded-Port: ")
            writer.append(decimal: loop.configuration.port)
            writer.append("\r\n")
        }
        if !isMapped(mapped, .xForwardedProto) { writer.append("X-Forwarded-Proto: http\r\n") }
        writer.append("X-Amzn-Trace-Id: ")
        if let trace, trace.length > 0 {
            writer.append(base, trace)
        } else {
            writeTraceId(to: writer)
        }
        writer.append("\r\nx-amzn-apigateway-api-id: ")
        if let stage { writer.append(stage.apiIdBytes) }
        writer.append("\r\n")
    }

    func writeTraceId(to writer: ByteWriter) {
        writer.append("Root=1-")
        writer.append(hex: UInt64(bitPattern: loop.clock.wall(started) / 1_000_000_000), digits: 8)
        writer.append(byte: 0x2D)
        writer.append(hex: requestId.low >> 32, digits: 8)
        writer.append(hex: requestId.high, digits: 16)
    }

    // MARK: The response

    func writeProxyResponse(_ response: ResponseHead, bytes: ByteBuffer) {
        status = response.status
        let writer = loop.writer
        let table = loop.responseTable
        writer.removeAll()
        writeStatusLine(status)
        bytes.withUnsafeReadableBytes { all in
            guard let base = all.baseAddress else { return }
            for index in 0..<table.count {
                let field = table[index]
                switch HeaderTreatment.response(field.id) {
                case .drop: continue
                case .remap: writer.append("x-amzn-Remapped-")
                case .pass: break
                }
                writer.append(base, field.name)
                writer.append(": ")
                writer.append(base, field.value)
                writer.append("\r\n")
            }
        }
        var length: Int?
        switch response.body {
        case .length(let count): (clientFraming, length) = (head.verb == .head ? .none : .length, count)
        case .chunked where head.verb == .head, .untilClose where head.verb == .head: clientFraming = .none
        case .none:
            clientFraming = .none
            length = 0
            if head.verb == .head || status == 304 {
                // The length that a GET would have got.
                length = bytes.withUnsafeReadableBytes { all in
                    guard let base = all.baseAddress, let field = table.last(.contentLength) else { return nil }
                    return ByteScan.decimal(base, field.value)
                }
            }
        case .chunked, .untilClose: clientFraming = head.minorVersion == 1 ? .chunked : .untilClose
        }
        finishHead(contentLength: length)
        // Not on its way yet: see `heldHead`.
        responseStarted = false
        headIsInWriter = true
    }

    func passOn(_ piece: ByteBuffer) {
        // A HEAD that the method makes a GET towards the backend: the client gets no body.
        guard isActive, head.verb != .head else { return }
        responseLength += piece.readableBytes
        if !headIsInWriter {
            loop.writer.removeAll()
            headIsInWriter = true
            if var held = heldHead {
                heldHead = nil
                held.readWithUnsafeReadableBytes { part in
                    if let start = part.baseAddress { loop.writer.append(start, part.count) }
                    return part.count
                }
            }
        }
        responseStarted = true
        let writer = loop.writer
        if clientFraming == .chunked {
            writer.append(hex: UInt64(piece.readableBytes), digits: Self.hexDigits(piece.readableBytes))
            writer.append("\r\n")
        }
        if piece.readableBytes <= Self.copyLimit {
            piece.withUnsafeReadableBytes { part in
                if let start = part.baseAddress { writer.append(start, part.count) }
            }
        } else {
            connection.write(loop.takeOutput())
            writer.removeAll()
            connection.write(piece)
        }
        if clientFraming == .chunked { writer.append("\r\n") }
    }

    static func hexDigits(_ value: Int) -> Int {
        max(1, (Int.bitWidth - value.leadingZeroBitCount + 3) / 4)
    }

    func passOnEnd() {
        responseStarted = true
        if !headIsInWriter {
            loop.writer.removeAll()
            headIsInWriter = true
            if let held = heldHead {
                heldHead = nil
                held.withUnsafeReadableBytes { part in
                    if let start = part.baseAddress { loop.writer.append(start, part.count) }
                }
            }
        }
        if clientFraming == .chunked { loop.writer.append("0\r\n\r\n") }
        emitWriter(isEnd: true)
        finish()
    }

    /// Sends what this read of the backend's connection put into the writer. A head alone is kept until a byte of the
    /// body comes, so that a backend that stalls behind its head is still a 504.
    func emitWriter(isEnd: Bool) {
        guard headIsInWriter else { return }
        headIsInWriter = false
        guard loop.writer.count > 0 else { return }
        if !responseStarted, !isEnd {
            heldHead = ByteBuffer(bytes: loop.writer.bytes)
        } else {
            connection.write(loop.takeOutput())
        }
    }
}
