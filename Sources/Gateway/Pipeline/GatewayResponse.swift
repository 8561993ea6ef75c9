/// The answers that the gateway gives itself, with API Gateway's names, statuses, error types and messages.
///
/// `INTEGRATION_FAILURE` is 504 as documented, with the message that AWS gives for network errors; recordings of
/// emulators show 500 for it until it is customised.
enum GatewayResponse: UInt8, Sendable, CaseIterable {
    case missingAuthenticationToken
    case forbidden
    case requestTooLarge
    case unsupportedMediaType
    case badRequestBody
    case apiConfigurationError
    case integrationFailure
    case integrationTimeout

    struct Row: Sendable {
        var type: StaticString
        var status: Int
        var errorType: StaticString
        var message: StaticString
    }

    var row: Row {
        switch self {
        case .missingAuthenticationToken:
            Row(
                type: "MISSING_AUTHENTICATION_TOKEN", status: 403, errorType: "MissingAuthenticationTokenException",
                message: "Missing Authentication Token")
        case .forbidden:
            // Unknown API or stage: no gateway response type belongs to it.
            Row(type: "FORBIDDEN", status: 403, errorType: "ForbiddenException", message: "Forbidden")
        case .requestTooLarge:
            Row(
                type: "REQUEST_TOO_LARGE", status: 413, errorType: "RequestEntityTooLargeException",
                message: "HTTP content length exceeded 10485760 bytes.")
        case .unsupportedMediaType:
            Row(
                type: "UNSUPPORTED_MEDIA_TYPE", status: 415, errorType: "BadRequestException",
                message: "Unsupported Media Type")
        case .badRequestBody:
            Row(
                type: "BAD_REQUEST_BODY", status: 400, errorType: "BadRequestException",
                message: "Invalid JSON in request body")
        case .apiConfigurationError:
            Row(
                type: "API_CONFIGURATION_ERROR", status: 500, errorType: "InternalServerErrorException",
                message: "Internal server error")
        case .integrationFailure:
            Row(
                type: "INTEGRATION_FAILURE", status: 504, errorType: "InternalServerErrorException",
                message: "Network error communicating with endpoint")
        case .integrationTimeout:
            Row(
                type: "INTEGRATION_TIMEOUT", status: 504, errorType: "InternalServerErrorException",
                message: "Endpoint request timed out")
        }
    }
}

/// Reason phrases of RFC 9110 for status lines.
func reasonPhrase(_ status: Int) -> StaticString {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 206: "Partial Content"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 303: "See Other"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 308: "Permanent Redirect"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    default: "Unknown"
    }
}
