/// The header fields that the gateway treats in a way of their own; everything else is `other`.
package enum HeaderID: UInt8, CaseIterable, Sendable {
    case other
    case cacheControl
    case ifMatch, ifModifiedSince, ifNoneMatch, ifRange, ifUnmodifiedSince, range
    case accept, acceptEncoding, authorization, connection, contentEncoding, contentLength, contentMD5, contentType
    case date, expect, host, keepAlive, maxForwards, proxyAuthenticate, proxyAuthorization, proxyConnection, server
    case te, trailer, transferEncoding, upgrade, userAgent, via, wwwAuthenticate
    case xApiKey, xForwardedFor, xForwardedPort, xForwardedProto, xHTTPMethodOverride
    case amznTraceId, amznRequestId, amzApigwId, amznApigatewayApiId, amznErrorType

    /// The name in lower case; empty for `other`.
    package var name: StaticString {
        switch self {
        case .other: ""
        case .cacheControl: "cache-control"
        case .ifMatch: "if-match"
        case .ifModifiedSince: "if-modified-since"
        case .ifNoneMatch: "if-none-match"
        case .ifRange: "if-range"
        case .ifUnmodifiedSince: "if-unmodified-since"
        case .range: "range"
        case .accept: "accept"
        case .acceptEncoding: "accept-encoding"
        case .authorization: "authorization"
        case .connection: "connection"
        case .contentEncoding: "content-encoding"
        case .contentLength: "content-length"
        case .contentMD5: "content-md5"
        case .contentType: "content-type"
        case .date: "date"
        case .expect: "expect"
        case .host: "host"
        case .keepAlive: "keep-alive"
        case .maxForwards: "max-forwards"
        case .proxyAuthenticate: "proxy-authenticate"
        case .proxyAuthorization: "proxy-authorization"
        case .proxyConnection: "proxy-connection"
        case .server: "server"
        case .te: "te"
        case .trailer: "trailer"
        case .transferEncoding: "transfer-encoding"
        case .upgrade: "upgrade"
        case .userAgent: "user-agent"
        case .via: "via"
        case .wwwAuthenticate: "www-authenticate"
        case .xApiKey: "x-api-key"
        case .xForwardedFor: "x-forwarded-for"
        case .xForwardedPort: "x-forwarded-port"
        case .xForwardedProto: "x-forwarded-proto"
        case .xHTTPMethodOverride: "x-http-method-override"
        case .amznTraceId: "x-amzn-trace-id"
        case .amznRequestId: "x-amzn-requestid"
        case .amzApigwId: "x-amz-apigw-id"
        case .amznApigatewayApiId: "x-amzn-apigateway-api-id"
        case .amznErrorType: "x-amzn-errortype"
        }
    }
}

extension HeaderID {
    /// By a name in any case. For names in plans and templates; those of messages are found by ``HeaderDictionary``.
    init(named name: some Collection<UInt8>) {
        self =
            Self.allCases.first { id in
                let known = UnsafeBufferPointer(start: id.name.utf8Start, count: id.name.utf8CodeUnitCount)
                return known.count == name.count && zip(name, known).allSatisfy { ByteScan.lowercased($0) == $1 }
            } ?? .other
    }
}

/// Finds a header's id by the length and the first and last letter of its name. One a loop, so that the hot path
/// reads it without the check that a global's first use needs.
struct HeaderDictionary {
    /// 1024 places of up to two ids.
    private let places: UnsafeMutablePointer<(HeaderID, HeaderID)>

    /// Lives as long as the process: loops are never taken down one by one.
    init() {
        places = .allocate(capacity: 1024)
        places.initialize(repeating: (.other, .other), count: 1024)
        for id in HeaderID.allCases where id != .other {
            let name = id.name
            let place = Self.place(
                name.utf8CodeUnitCount, name.utf8Start[0], name.utf8Start[name.utf8CodeUnitCount - 1])
            if places[place].0 == .other {
                places[place].0 = id
            } else {
                precondition(places[place].1 == .other, "three known headers share a place: choose another hash")
                places[place].1 = id
            }
        }
    }

    @inline(__always)
    private static func place(_ count: Int, _ first: UInt8, _ last: UInt8) -> Int {
        (count &* 37 &+ Int(first | 0x20) &* 29 &+ Int(last | 0x20) &* 7) & 1023
    }

    @inline(__always)
    func id(_ base: UnsafeRawPointer, _ name: ByteSpan) -> HeaderID {
        let first = base.load(fromByteOffset: name.lower, as: UInt8.self)
        let last = base.load(fromByteOffset: name.upper - 1, as: UInt8.self)
        let candidates = places[Self.place(name.length, first, last)]
        if candidates.0 == .other { return .other }
        if ByteScan.equalsIgnoringCase(base, name, candidates.0.name) { return candidates.0 }
        if candidates.1 != .other, ByteScan.equalsIgnoringCase(base, name, candidates.1.name) { return candidates.1 }
        return .other
    }
}

package struct HeaderField: Sendable {
    package var name: ByteSpan
    package var value: ByteSpan
    package var id: HeaderID
}

/// The header fields of one message as offsets into its bytes. One a loop and direction, filled by each parse: it is
/// good only until the next message, and whoever needs a header later parses the kept bytes again.
package final class HeaderTable {
    private(set) var count = 0
    private var capacity = 64
    private var fields: UnsafeMutablePointer<HeaderField>
    let dictionary = HeaderDictionary()

    package init() {
        fields = .allocate(capacity: capacity)
    }

    deinit {
        fields.deallocate()
    }

    @inline(__always)
    subscript(index: Int) -> HeaderField {
        precondition(index < count)
        return fields[index]
    }

    @inline(__always)
    func removeAll() { count = 0 }

    @inline(__always)
    func append(_ field: HeaderField) {
        if count == capacity { grow() }
        (fields + count).initialize(to: field)
        count += 1
    }

    @inline(never)
    private func grow() {
        let larger = UnsafeMutablePointer<HeaderField>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: fields, count: count)
        fields.deallocate()
        fields = larger
        capacity *= 2
    }

    /// The last field with this id, as API Gateway takes single values.
    func last(_ id: HeaderID) -> HeaderField? {
        var index = count - 1
        while index >= 0 {
            if fields[index].id == id { return fields[index] }
            index -= 1
        }
        return nil
    }
}
