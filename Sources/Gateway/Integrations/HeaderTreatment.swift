/// How API Gateway treats headers (its "Important notes" table, with what was recorded from AWS winning where the two
/// differ).
enum HeaderTreatment {
    case pass
    case drop
    /// Goes on as `x-amzn-Remapped-{Name}`.
    case remap

    static let remapped = Array("x-amzn-Remapped-".utf8)

    // MARK: Towards the backend

    /// Recorded: these never come in, neither for proxies nor for mappings, templates and validators.
    @inline(__always)
    static func isDroppedInbound(_ id: HeaderID) -> Bool {
        switch id {
        case .connection, .contentLength, .contentMD5, .expect, .maxForwards, .proxyAuthenticate, .server, .te,
            .transferEncoding, .trailer, .upgrade, .wwwAuthenticate:
            true
        default: false
        }
    }

    /// Client → backend, `HTTP_PROXY`. `Host`, the framing and the forwarding headers are written anew.
    @inline(__always)
    static func request(_ id: HeaderID) -> HeaderTreatment {
        switch id {
        // Content-Encoding is dropped in the table, but the body is handed on as it came, so that the backend needs it.
        case .other, .accept, .acceptEncoding, .authorization, .contentEncoding, .contentType, .date, .userAgent,
            .xApiKey:
            .pass
        case .connection, .contentLength, .contentMD5, .expect, .maxForwards, .proxyAuthenticate, .server, .te,
            .transferEncoding, .trailer, .upgrade, .wwwAuthenticate:
            .drop
        case .via: .drop
        // Hop by hop, RFC 9110 section 7.6.1.
        case .keepAlive, .proxyConnection, .proxyAuthorization: .drop
        // Written by the gateway.
        case .host, .xForwardedFor, .xForwardedPort, .xForwardedProto, .amznTraceId, .amznApigatewayApiId: .drop
        case .amznRequestId, .amzApigwId, .amznErrorType, .xHTTPMethodOverride: .pass
        case .cacheControl, .ifMatch, .ifModifiedSince, .ifNoneMatch, .ifRange, .ifUnmodifiedSince, .range: .pass
        }
    }

    /// What no mapping and no override may set: such a request is answered with 500. `isAWS`: in integrations of type
    /// `AWS` and `AWS_PROXY`, which sign their requests.
    static func isForbidden(_ id: HeaderID, isAWS: Bool) -> Bool {
        switch id {
        case .contentLength, .transferEncoding, .amznTraceId, .amznApigatewayApiId: true
        case .authorization, .connection, .expect, .proxyAuthenticate, .te: isAWS
        default: false
        }
    }

    /// A header that a mapping or an override sets towards an `HTTP` or `HTTP_PROXY` backend. `Host` may be set.
    static func mappedRequest(_ id: HeaderID) -> HeaderTreatment {
        switch id {
        case .expect, .proxyAuthenticate, .te, .via: .drop
        // These belong to the connection, which is the gateway's own.
        case .connection, .keepAlive, .proxyConnection, .trailer, .upgrade, .contentLength, .transferEncoding: .drop
        default: .pass
        }
    }

    // MARK: Towards the client

    /// Backend → client, `HTTP_PROXY`.
    @inline(__always)
    static func response(_ id: HeaderID) -> HeaderTreatment {
        switch id {
        case .connection, .contentLength, .date, .server, .amznRequestId: .remap
        // Content-Encoding was recorded as dropped, where AWS had decoded the body. Here it is handed on as it came.
        case .transferEncoding, .via: .drop
        case .keepAlive, .proxyConnection, .te, .trailer, .upgrade: .drop
        case .amzApigwId: .drop
        default: .pass
        }
    }

    /// A header that a mapping or an override sets towards the client. Of a `MOCK` only what every answer has of its
    /// own is renamed.
    static func mappedResponse(_ id: HeaderID, isMock: Bool) -> HeaderTreatment {
        switch id {
        case .connection, .contentLength, .date, .server, .amznRequestId: .remap
        case .transferEncoding, .keepAlive, .proxyConnection, .amzApigwId: .drop
        case .accept, .te: isMock ? .pass : .drop
        case .authorization, .contentMD5, .expect, .host, .maxForwards, .proxyAuthenticate, .trailer, .upgrade,
            .userAgent, .wwwAuthenticate:
            isMock ? .pass : .remap
        default: .pass
        }
    }

    /// The name under which a header of a function's proxy response goes to the client; `nil` if it does not.
    static func functionResponse(_ name: [UInt8]) -> [UInt8]? {
        switch HeaderID(named: name) {
        case .accept: name
        case .via: nil
        case let id:
            switch mappedResponse(id, isMock: false) {
            case .pass: name
            case .drop: nil
            case .remap: remapped + name
            }
        }
    }

    /// A mapped header's name on its way to the client; `nil` if it does not get there.
    static func responseName(_ name: [UInt8], isMock: Bool) -> [UInt8]? {
        switch mappedResponse(HeaderID(named: name), isMock: isMock) {
        case .pass: name
        case .drop: nil
        case .remap: remapped + name
        }
    }

    /// What the gateway writes into each of its answers itself.
    static func isOwn(_ id: HeaderID) -> Bool {
        switch id {
        case .connection, .contentLength, .transferEncoding, .date, .amznRequestId, .amzApigwId: true
        default: false
        }
    }
}
