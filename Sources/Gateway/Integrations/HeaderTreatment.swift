/// How API Gateway treats the headers of proxied messages (its "Important notes" table, with what was recorded from
/// AWS winning where the two differ).
enum HeaderTreatment {
    case pass
    case drop
    /// Goes on as `x-amzn-Remapped-{Name}`.
    case remap

    /// Client → backend, `HTTP_PROXY`. `Host`, the framing and the forwarding headers are written anew.
    @inline(__always)
    static func request(_ id: HeaderID) -> HeaderTreatment {
        switch id {
        // Content-Encoding is dropped in the table, but the body is handed on as it came, so that the backend needs it.
        case .other, .accept, .acceptEncoding, .authorization, .contentEncoding, .contentType, .date, .userAgent,
            .xApiKey:
            .pass
        // Recorded: always dropped inbound.
        case .connection, .contentLength, .contentMD5, .expect, .maxForwards, .proxyAuthenticate, .server, .te,
            .transferEncoding, .trailer, .upgrade, .wwwAuthenticate:
            .drop
        case .via: .drop
        // Hop by hop, RFC 9110 section 7.6.1.
        case .keepAlive, .proxyConnection, .proxyAuthorization: .drop
        // Written by the gateway.
        case .host, .xForwardedFor, .xForwardedPort, .xForwardedProto, .amznTraceId, .amznApigatewayApiId: .drop
        case .amznRequestId, .amzApigwId, .amznErrorType: .pass
        case .cacheControl, .ifMatch, .ifModifiedSince, .ifNoneMatch, .ifRange, .ifUnmodifiedSince, .range: .pass
        }
    }

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
}
