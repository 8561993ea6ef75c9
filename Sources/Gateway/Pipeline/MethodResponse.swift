import NIOCore

extension Exchange {
    /// Writes the answer that the integration response made.
    func respond() -> Verdict {
        addTraceHeader()
        loop.writer.removeAll()
        writeAnswerHead()
        finishHead(contentLength: answerLength)
        let body = outcome.body
        sendWriter(with: head.verb == .head || status == 204 || status == 304 ? ByteBuffer() : body)
        return .done
    }

    /// Every answer of an `HTTP` integration or a function tells the trace, unless a mapping, an override or the function
    /// says something else. It is the request's own, so that no cache keeps it.
    private func addTraceHeader() {
        guard integrationStarted != 0 else { return }
        switch method?.integration {
        case .http, .lambda: break
        default: return
        }
        let name = Array("X-Amzn-Trace-Id".utf8)
        guard !answerHeaders.contains(where: { Self.sameName($0.name, name) }) else { return }
        refreshHeaders()
        answerHeaders.append((name, isFunction ? completeTraceId() : traceId()))
    }

    /// What `Content-Length` says. A proxied response that has no body by its nature keeps the backend's.
    var answerLength: Int? {
        guard isProxy, head.verb == .head || status == 304, outcome.body.readableBytes == 0 else {
            return outcome.body.readableBytes
        }
        return outcome.announcedLength
    }

    /// The status line and the headers that the integration response made: the part of a head that a cache keeps.
    func writeAnswerHead() {
        let writer = loop.writer
        writeStatusLine(status)
        let contentType = Array("content-type".utf8)
        if !answerContentType.isEmpty, !answerHeaders.contains(where: { Self.sameName($0.name, contentType) }),
            outcome.body.readableBytes > 0 || status != 204
        {
            writer.append("Content-Type: ")
            writer.append(answerContentType)
            writer.append("\r\n")
        }
        for header in answerHeaders where HeaderGuard.isName(header.name) && !HeaderGuard.isFraming(header.name) {
            writer.append(header.name)
            writer.append(": ")
            writer.append(HeaderGuard.value(header.value))
            writer.append("\r\n")
        }
    }

    // MARK: Heads, for all kinds of answers

    @inline(__always)
    func writeStatusLine(_ status: Int) {
        let writer = loop.writer
        if status == 200 {
            writer.append("HTTP/1.1 200 OK\r\n")
            return
        }
        writer.append("HTTP/1.1 ")
        writer.append(decimal: status)
        writer.append(byte: 0x20)
        writer.append(reasonPhrase(status))
        writer.append("\r\n")
    }

    /// The headers that every answer has, framing, and the empty line. `nil` for a body of unknown length.
    @inline(__always)
    func finishHead(contentLength: Int?) {
        let writer = loop.writer
        loop.clock.refresh(started)
        writer.append("Date: ")
        writer.append(loop.clock.date)
        writer.append("\r\nx-amzn-RequestId: ")
        requestId.write(to: writer)
        writer.append("\r\nx-amz-apigw-id: ")
        writeExtendedId(to: writer)
        writer.append("\r\n")
        if let contentLength {
            if status != 204, status >= 200 {
                writer.append("Content-Length: ")
                writer.append(decimal: contentLength)
                writer.append("\r\n")
            }
        } else if clientFraming == .chunked {
            writer.append("Transfer-Encoding: chunked\r\n")
        }
        if connection.decideToClose() || clientFraming == .untilClose {
            connection.mustClose = true
            writer.append("Connection: close\r\n")
        } else if head.minorVersion == 0 {
            writer.append("Connection: keep-alive\r\n")
        }
        writer.append("\r\n")
        responseStarted = true
        noteMethodHead()
    }

    /// 15 characters and `=`, as `x-amz-apigw-id` looks; made from the request's id.
    @inline(__always)
    func writeExtendedId(to writer: ByteWriter) {
        var value = (requestId.high &* 0x9E37_79B9_7F4A_7C15) ^ requestId.low
        let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        for place in 0..<15 {
            writer.append(byte: alphabet.utf8Start[Int(value & 63)])
            value >>= 6
            if place == 9 { value = requestId.high ^ (requestId.low &* 0xD6E8_FEB8_6659_FD93) }
        }
        writer.append(byte: 0x3D)
    }

    var extendedId: String {
        let writer = ByteWriter(capacity: 16)
        writeExtendedId(to: writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Sends the writer's bytes and a body: one buffer where the body is small.
    func sendWriter(with body: ByteBuffer) {
        responseLength += body.readableBytes
        if body.readableBytes <= Self.copyLimit {
            body.withUnsafeReadableBytes { part in
                if let start = part.baseAddress { loop.writer.append(start, part.count) }
            }
            connection.write(loop.takeOutput())
        } else {
            connection.write(loop.takeOutput())
            connection.write(body)
        }
    }

    /// Bodies up to this are copied behind their head, so that one system call sends both.
    static let copyLimit = 16_384
}

/// Keeps mapped values from changing where a message ends.
enum HeaderGuard {
    static func isName(_ name: [UInt8]) -> Bool {
        !name.isEmpty && name.allSatisfy(ByteScan.isToken)
    }

    /// Headers that say where the body ends are the gateway's own.
    static func isFraming(_ name: [UInt8]) -> Bool {
        ["content-length", "transfer-encoding", "connection"].contains { (word: String) in
            Exchange.sameName(name, Array(word.utf8))
        }
    }

    /// Control characters, which could begin another header, become spaces.
    static func value(_ bytes: [UInt8]) -> [UInt8] {
        bytes.contains { $0 < 0x20 || $0 == 0x7F } ? bytes.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 } : bytes
    }
}
