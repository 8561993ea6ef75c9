/// A backend's response head: offsets into the bytes that were parsed, and what the framing rules made of it.
package struct ResponseHead: Sendable {
    package var status = 0
    package var minorVersion: UInt8 = 1
    package var body = BodyFraming.none
    /// Whether the connection may be used again after this response.
    package var keepAlive = true

    /// `toHead`: the response answers a HEAD request and has no body, whatever its fields say.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, start: Int, end: Int, toHead: Bool, into table: HeaderTable
    ) throws(HTTPFault) -> ResponseHead {
        guard let base = bytes.baseAddress, start < end, end <= bytes.count else { throw .malformedStatusLine }
        var head = ResponseHead()
        // "HTTP/1.1 200 OK\r\n"; the reason may be missing together with its space.
        guard end - start >= 15 else { throw .malformedStatusLine }
        switch base.loadUnaligned(fromByteOffset: start, as: UInt64.self).littleEndian {
        case 0x312E_312F_5054_5448: head.minorVersion = 1
        case 0x302E_312F_5054_5448: head.minorVersion = 0
        default: throw .malformedStatusLine
        }
        guard base.load(fromByteOffset: start + 8, as: UInt8.self) == ByteScan.space,
            let status = ByteScan.decimal(base, ByteSpan(start + 9, start + 12)), (100...999).contains(status)
        else { throw .malformedStatusLine }
        head.status = status
        let after = base.load(fromByteOffset: start + 12, as: UInt8.self)
        guard after == ByteScan.space || after == ByteScan.cr else { throw .malformedStatusLine }
        var lineEnd = start + 12
        while true {
            lineEnd = ByteScan.firstControl(base, lineEnd, end)
            guard lineEnd < end, base.load(fromByteOffset: lineEnd, as: UInt8.self) == ByteScan.tab else { break }
            lineEnd += 1
        }
        guard lineEnd + 1 < end, base.load(fromByteOffset: lineEnd, as: UInt8.self) == ByteScan.cr,
            base.load(fromByteOffset: lineEnd + 1, as: UInt8.self) == ByteScan.lf
        else { throw .malformedStatusLine }
        let fields = try parseFields(base, lineEnd + 2, end, into: table)
        try head.applyFraming(fields, toHead: toHead)
        return head
    }

    private mutating func applyFraming(_ fields: FramingFields, toHead: Bool) throws(HTTPFault) {
        keepAlive = minorVersion == 1 ? !fields.connectionClose : fields.connectionKeepAlive && !fields.connectionClose
        if fields.transferEncodings > 0, fields.contentLengths > 0 { throw .contentLengthWithTransferEncoding }
        if fields.contentLengths > 1 { throw .repeatedContentLength }
        if status < 200 || status == 204 || status == 304 || toHead {
            body = .none
        } else if fields.transferEncodings > 0 {
            guard minorVersion == 1, fields.isChunked else { throw .unsupportedTransferEncoding }
            body = .chunked
        } else if fields.contentLengths > 0 {
            body = fields.contentLength == 0 ? .none : .length(fields.contentLength)
        } else {
            body = .untilClose
            keepAlive = false
        }
    }
}
