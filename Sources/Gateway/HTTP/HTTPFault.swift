/// Why bytes are not an HTTP/1.1 message that may be acted on. Each is answered with its status, and the connection is
/// closed, because nobody knows any more where the next message begins (RFC 9112 section 11.2).
package enum HTTPFault: Error, Hashable, Sendable, CaseIterable {
    case malformedRequestLine
    case malformedStatusLine
    case unsupportedVersion
    case malformedTarget
    case uriTooLong
    case headersTooLarge
    case bareLineFeed
    case foldedHeader
    case malformedHeaderName
    case malformedHeaderValue
    case missingHost
    case repeatedHost
    case malformedHost
    case malformedContentLength
    case repeatedContentLength
    case contentLengthWithTransferEncoding
    case unsupportedTransferEncoding
    case malformedChunk
    case headerTimeout

    /// API Gateway documents no status for heads beyond its limits; 414 and 431 are RFC 9110's and RFC 6585's.
    package var status: Int {
        switch self {
        case .uriTooLong: 414
        case .headersTooLarge: 431
        case .headerTimeout: 408
        default: 400
        }
    }

    package var message: String {
        switch self {
        case .malformedRequestLine: "Bad Request: the request line has to be METHOD SP target SP HTTP/1.1 CRLF"
        case .malformedStatusLine: "the status line has to be HTTP/1.1 SP status SP reason CRLF"
        case .unsupportedVersion: "Bad Request: only HTTP/1.1 and HTTP/1.0 are understood"
        case .malformedTarget: "Bad Request: the request target holds characters that have to be percent-encoded"
        case .uriTooLong: "Request URI too long"
        case .headersTooLarge: "Request Header Fields Too Large"
        case .bareLineFeed: "Bad Request: a line ends without CRLF"
        case .foldedHeader: "Bad Request: a header is folded over several lines"
        case .malformedHeaderName: "Bad Request: a header name is empty or holds a character that it must not"
        case .malformedHeaderValue: "Bad Request: a header value holds a control character"
        case .missingHost: "Bad Request: the Host header is missing"
        case .repeatedHost: "Bad Request: the Host header comes more than once"
        case .malformedHost: "Bad Request: the Host header is not a host"
        case .malformedContentLength: "Bad Request: Content-Length is not a number"
        case .repeatedContentLength: "Bad Request: Content-Length comes more than once"
        case .contentLengthWithTransferEncoding: "Bad Request: Content-Length and Transfer-Encoding come together"
        case .unsupportedTransferEncoding: "Bad Request: Transfer-Encoding has to be chunked, in HTTP/1.1"
        case .malformedChunk: "Bad Request: the chunked body is malformed"
        case .headerTimeout: "Request Timeout"
        }
    }
}

/// What a head may take. API Gateway: headers 10,240 bytes in all, regional URLs 10,240 characters.
package struct HeadLimits: Sendable {
    package var line: Int
    package var fields: Int

    package static let request = HeadLimits(line: 10_240 + 32, fields: 10_240)
    /// Backends get more room: what they send is not the client's doing.
    package static let response = HeadLimits(line: 8_192, fields: 65_536)
}
