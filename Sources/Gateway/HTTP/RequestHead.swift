/// The verbs that API Gateway knows. Others reach no method and are answered like an unknown path.
package enum Verb: UInt8, Sendable, CaseIterable {
    case delete, get, head, options, patch, post, put, other

    package var name: StaticString {
        switch self {
        case .delete: "DELETE"
        case .get: "GET"
        case .head: "HEAD"
        case .options: "OPTIONS"
        case .patch: "PATCH"
        case .post: "POST"
        case .put: "PUT"
        case .other: "-"
        }
    }

    package init?(named name: String) {
        guard let verb = Verb.allCases.first(where: { $0 != .other && $0.name.description == name }) else { return nil }
        self = verb
    }

    /// RFC 9110 section 9.2.2.
    var isIdempotent: Bool { self != .post && self != .patch && self != .other }

    @inline(__always)
    init(_ base: UnsafeRawPointer, _ span: ByteSpan) {
        let candidate: Verb =
            switch base.load(fromByteOffset: span.lower, as: UInt8.self) {
            case 0x44: .delete
            case 0x47: .get
            case 0x48: .head
            case 0x4F: .options
            case 0x50: span.length == 3 ? .put : span.length == 4 ? .post : .patch
            default: .other
            }
        let name = candidate.name
        guard span.length == name.utf8CodeUnitCount else {
            self = .other
            return
        }
        for index in 0..<span.length
        where base.load(fromByteOffset: span.lower + index, as: UInt8.self) != name.utf8Start[index] {
            self = .other
            return
        }
        self = candidate
    }
}

/// How a message's body is delimited (RFC 9112 section 6.3).
package enum BodyFraming: Equatable, Sendable {
    case none
    case length(Int)
    case chunked
    /// A response without a length: the body ends with the connection.
    case untilClose
}

/// A request's head: offsets into the bytes that were parsed, and what the framing rules made of it.
package struct RequestHead: Sendable {
    package var verb = Verb.other
    package var method = ByteSpan.empty
    /// What the client wants done: `X-HTTP-Method-Override`, else the verb of the request line. Routes, mappings and
    /// backends go by this; how the answer is framed goes by ``verb``.
    package var wantedVerb = Verb.other
    package var wantedMethod = ByteSpan.empty
    /// The target as the client sent it: path and query. Without scheme and authority where they were given.
    package var path = ByteSpan.empty
    /// Without the question mark; `hasQuery` tells an empty query from none.
    package var query = ByteSpan.empty
    package var hasQuery = false
    /// `Host`, or the authority of a target in absolute form.
    package var host = ByteSpan.empty
    /// 0 or 1.
    package var minorVersion: UInt8 = 1
    package var body = BodyFraming.none
    package var keepAlive = true
    package var expectsContinue = false
    /// Where the head ends in the bytes it was parsed from.
    package var end = 0

    /// Parses a head that ``HeadScanner`` found complete. Fields go into `table`. Offsets count from `bytes`' start.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, start: Int, end: Int, into table: HeaderTable
    ) throws(HTTPFault) -> RequestHead {
        guard let base = bytes.baseAddress, start < end, end <= bytes.count else { throw .malformedRequestLine }
        var head = RequestHead()
        let afterLine = try head.parseRequestLine(base, start, end)
        let connection = try parseFields(base, afterLine, end, into: table)
        try head.applyFraming(base, connection, table)
        head.end = end
        return head
    }

    /// `METHOD SP target SP HTTP/1.x CRLF`, with exactly these spaces.
    private mutating func parseRequestLine(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) throws(HTTPFault) -> Int
    {
        var index = start
        while index < end, ByteScan.isToken(base.load(fromByteOffset: index, as: UInt8.self)) { index += 1 }
        guard index > start, index < end, base.load(fromByteOffset: index, as: UInt8.self) == ByteScan.space else {
            throw .malformedRequestLine
        }
        method = ByteSpan(start, index)
        verb = Verb(base, method)
        (wantedVerb, wantedMethod) = (verb, method)
        let targetStart = index + 1
        var queryStart = -1
        index = targetStart
        while index < end {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            if byte == ByteScan.space { break }
            // Bytes above 0x7F come as raw UTF-8 from many clients and change no boundary.
            guard byte > 0x20, byte != 0x7F else { throw .malformedRequestLine }
            if byte == 0x3F, queryStart < 0 { queryStart = index }
            if byte == 0x23 { throw .malformedTarget }
            // `{`, `|` and `}` have to be percent-encoded in a query, as on API Gateway.
            if byte &- 0x7B < 3, queryStart >= 0 { throw .malformedTarget }
            index += 1
        }
        let targetEnd = index
        guard targetEnd > targetStart, targetEnd + 11 <= end else { throw .malformedRequestLine }
        // " HTTP/1.1\r\n": eight bytes of name and version at once.
        let version = base.loadUnaligned(fromByteOffset: targetEnd + 1, as: UInt64.self).littleEndian
        switch version {
        case 0x312E_312F_5054_5448: minorVersion = 1
        case 0x302E_312F_5054_5448: minorVersion = 0
        default:
            throw version & 0xFF_FFFF_FFFF == 0x2F_5054_5448 ? .unsupportedVersion : .malformedRequestLine
        }
        let afterVersion = targetEnd + 9
        guard base.load(fromByteOffset: afterVersion, as: UInt8.self) == ByteScan.cr,
            base.load(fromByteOffset: afterVersion + 1, as: UInt8.self) == ByteScan.lf
        else { throw .malformedRequestLine }
        try splitTarget(base, targetStart, targetEnd, queryStart)
        return afterVersion + 2
    }

    private mutating func splitTarget(
        _ base: UnsafeRawPointer, _ start: Int, _ end: Int, _ question: Int
    ) throws(HTTPFault) {
        let first = base.load(fromByteOffset: start, as: UInt8.self)
        var pathStart = start
        let pathEnd = question < 0 ? end : question
        if first != 0x2F {
            if first == 0x2A, end - start == 1, verb == .options {
                path = ByteSpan(start, end)
                return
            }
            // Absolute form: http://authority/path
            let scheme = ByteSpan(start, min(end, start + 7))
            let schemeTLS = ByteSpan(start, min(end, start + 8))
            var authority: Int
            if ByteScan.equalsIgnoringCase(base, scheme, "http://") {
                authority = start + 7
            } else if ByteScan.equalsIgnoringCase(base, schemeTLS, "https://") {
                authority = start + 8
            } else {
                throw .malformedTarget
            }
            pathStart = ByteScan.find(0x2F, base, authority, pathEnd) ?? pathEnd
            guard pathStart > authority else { throw .malformedTarget }
            host = ByteSpan(authority, pathStart)
            authority = pathStart
        }
        path = ByteSpan(pathStart, pathEnd)
        if question >= 0 {
            hasQuery = true
            query = ByteSpan(question + 1, end)
        }
    }

    private mutating func applyFraming(
        _ base: UnsafeRawPointer, _ fields: FramingFields, _ table: HeaderTable
    ) throws(HTTPFault) {
        if fields.hosts > 1 { throw .repeatedHost }
        if fields.hosts == 0, minorVersion == 1 { throw .missingHost }
        if host.length == 0 { host = fields.host }
        if fields.methodOverride.length > 0 {
            wantedVerb = Verb(base, fields.methodOverride)
            wantedMethod = fields.methodOverride
        }
        try Self.checkHost(base, fields.host)
        if fields.transferEncodings > 0 {
            if fields.contentLengths > 0 { throw .contentLengthWithTransferEncoding }
            guard minorVersion == 1, fields.isChunked else { throw .unsupportedTransferEncoding }
            body = .chunked
        } else if fields.contentLengths > 0 {
            if fields.contentLengths > 1 { throw .repeatedContentLength }
            if fields.contentLength > 0 { body = .length(fields.contentLength) }
        }
        keepAlive = minorVersion == 1 ? !fields.connectionClose : fields.connectionKeepAlive && !fields.connectionClose
        expectsContinue = fields.expectsContinue && minorVersion == 1 && body != .none
    }

    /// `host[:port]` without anything that could end in another place for another reader (RFC 9110 section 7.2).
    private static func checkHost(_ base: UnsafeRawPointer, _ host: ByteSpan) throws(HTTPFault) {
        for index in host.lower..<host.upper {
            switch base.load(fromByteOffset: index, as: UInt8.self) {
            case 0x30...0x3A, 0x41...0x5B, 0x5D, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x25, 0x21, 0x24,
                0x26...0x2B, 0x3B, 0x3D:
                continue
            default: throw .malformedHost
            }
        }
    }
}

/// What the fields say of framing and of the connection.
struct FramingFields {
    var hosts = 0
    var host = ByteSpan.empty
    var contentLengths = 0
    var contentLength = 0
    var transferEncodings = 0
    var isChunked = false
    var connectionClose = false
    var connectionKeepAlive = false
    var expectsContinue = false
    var methodOverride = ByteSpan.empty
}

/// Parses field lines up to the empty line, for requests and responses alike.
func parseFields(
    _ base: UnsafeRawPointer, _ start: Int, _ end: Int, into table: HeaderTable
) throws(HTTPFault) -> FramingFields {
    table.removeAll()
    var framing = FramingFields()
    var index = start
    while index < end {
        let first = base.load(fromByteOffset: index, as: UInt8.self)
        if first == ByteScan.cr {
            guard index + 2 == end, base.load(fromByteOffset: index + 1, as: UInt8.self) == ByteScan.lf else {
                throw .malformedHeaderName
            }
            return framing
        }
        if first == ByteScan.space || first == ByteScan.tab { throw .foldedHeader }
        let nameStart = index
        while index < end, ByteScan.isToken(base.load(fromByteOffset: index, as: UInt8.self)) { index += 1 }
        // White space before the colon, a missing colon and an empty name all end here.
        guard index > nameStart, index < end, base.load(fromByteOffset: index, as: UInt8.self) == ByteScan.colon else {
            throw .malformedHeaderName
        }
        let name = ByteSpan(nameStart, index)
        index += 1
        let valueStart = index
        while true {
            index = ByteScan.firstControl(base, index, end)
            guard index < end, base.load(fromByteOffset: index, as: UInt8.self) == ByteScan.tab else { break }
            index += 1
        }
        guard index + 1 < end, base.load(fromByteOffset: index, as: UInt8.self) == ByteScan.cr,
            base.load(fromByteOffset: index + 1, as: UInt8.self) == ByteScan.lf
        else { throw .malformedHeaderValue }
        let value = ByteScan.trimmed(base, valueStart, index)
        index += 2
        let id = table.dictionary.id(base, name)
        table.append(HeaderField(name: name, value: value, id: id))
        switch id {
        case .host:
            framing.hosts += 1
            framing.host = value
        case .contentLength:
            framing.contentLengths += 1
            guard let length = ByteScan.decimal(base, value) else { throw .malformedContentLength }
            framing.contentLength = length
        case .transferEncoding:
            framing.transferEncodings += 1
            framing.isChunked =
                framing.transferEncodings == 1 && ByteScan.equalsIgnoringCase(base, value, "chunked")
        case .connection:
            if ByteScan.listHolds(base, value, "close") { framing.connectionClose = true }
            if ByteScan.listHolds(base, value, "keep-alive") { framing.connectionKeepAlive = true }
        case .expect:
            if ByteScan.equalsIgnoringCase(base, value, "100-continue") { framing.expectsContinue = true }
        case .xHTTPMethodOverride: framing.methodOverride = value
        default: break
        }
    }
    throw .malformedHeaderName
}
