/// The answers that the gateway gives itself, with API Gateway's names, statuses, error types and messages (its
/// "Gateway response types" reference).
///
/// `INTEGRATION_FAILURE` is 504 as documented, with the message that AWS gives for network errors; recordings of
/// emulators show 500 for it until it is customised.
enum GatewayResponseType: UInt8, Sendable, CaseIterable {
    /// Unknown API or stage: no type of API Gateway's belongs to it, and it cannot be customised.
    case forbidden
    case accessDenied
    case apiConfigurationError
    case authorizerConfigurationError
    case authorizerFailure
    case badRequestBody
    case badRequestParameters
    case expiredToken
    case integrationFailure
    case integrationTimeout
    case invalidApiKey
    case invalidSignature
    case missingAuthenticationToken
    case quotaExceeded
    case requestTooLarge
    case resourceNotFound
    case throttled
    case unauthorized
    case unsupportedMediaType
    case wafFiltered
    /// An `Authorization` header that is no signature, on a path that nobody knows. Customised as `INVALID_SIGNATURE`,
    /// the type that AWS has for what is wrong with signatures.
    case incompleteSignature
    /// A function behind `AWS_PROXY` that fails or gives no proxy response. No type of API Gateway's belongs to it, but
    /// `DEFAULT_5XX` words it.
    case badFunctionResponse
    /// More than Lambda takes. Customised as `REQUEST_TOO_LARGE`.
    case functionRequestTooLarge

    struct Row: Sendable {
        var type: StaticString
        var status: Int
        var errorType: StaticString
        /// `$context.error.message`; `nil` where API Gateway has null.
        var message: StaticString?
    }

    var row: Row { Self.rows[Int(rawValue)] }

    /// In the order of the cases.
    private static let rows: [Row] = [
        Row(type: "FORBIDDEN", status: 403, errorType: "ForbiddenException", message: "Forbidden"),
        Row(
            type: "ACCESS_DENIED", status: 403, errorType: "AccessDeniedException",
            message: "User is not authorized to access this resource"),
        Row(
            type: "API_CONFIGURATION_ERROR", status: 500, errorType: "InternalServerErrorException",
            message: "Internal server error"),
        Row(
            type: "AUTHORIZER_CONFIGURATION_ERROR", status: 500, errorType: "AuthorizerConfigurationException",
            message: nil),
        Row(type: "AUTHORIZER_FAILURE", status: 500, errorType: "AuthorizerFailureException", message: nil),
        Row(type: "BAD_REQUEST_BODY", status: 400, errorType: "BadRequestException", message: "Invalid request body"),
        Row(
            type: "BAD_REQUEST_PARAMETERS", status: 400, errorType: "BadRequestException",
            message: "Missing required request parameters"),
        Row(
            type: "EXPIRED_TOKEN", status: 403, errorType: "ExpiredTokenException",
            message: "The security token included in the request is expired"),
        Row(
            type: "INTEGRATION_FAILURE", status: 504, errorType: "InternalServerErrorException",
            message: "Network error communicating with endpoint"),
        Row(
            type: "INTEGRATION_TIMEOUT", status: 504, errorType: "InternalServerErrorException",
            message: "Endpoint request timed out"),
        Row(type: "INVALID_API_KEY", status: 403, errorType: "ForbiddenException", message: "Forbidden"),
        Row(
            type: "INVALID_SIGNATURE", status: 403, errorType: "InvalidSignatureException",
            message: """
                The request signature we calculated does not match the signature you provided. \
                Check your AWS Secret Access Key and signing method. \
                Consult the service documentation for details.
                """),
        Row(
            type: "MISSING_AUTHENTICATION_TOKEN", status: 403, errorType: "MissingAuthenticationTokenException",
            message: "Missing Authentication Token"),
        Row(type: "QUOTA_EXCEEDED", status: 429, errorType: "LimitExceededException", message: "Limit Exceeded"),
        Row(
            type: "REQUEST_TOO_LARGE", status: 413, errorType: "RequestEntityTooLargeException",
            message: "HTTP content length exceeded 10485760 bytes."),
        Row(type: "RESOURCE_NOT_FOUND", status: 404, errorType: "ResourceNotFoundException", message: nil),
        Row(type: "THROTTLED", status: 429, errorType: "TooManyRequestsException", message: "Too Many Requests"),
        Row(type: "UNAUTHORIZED", status: 401, errorType: "UnauthorizedException", message: "Unauthorized"),
        Row(
            type: "UNSUPPORTED_MEDIA_TYPE", status: 415, errorType: "BadRequestException",
            message: "Unsupported Media Type"),
        Row(type: "WAF_FILTERED", status: 403, errorType: "ForbiddenException", message: "Forbidden"),
        Row(
            type: "INVALID_SIGNATURE", status: 403, errorType: "IncompleteSignatureException",
            message: "Invalid key=value pair (missing equal-sign) in Authorization header"),
        Row(
            type: "DEFAULT_5XX", status: 502, errorType: "InternalServerErrorException",
            message: "Internal server error"),
        Row(
            type: "REQUEST_TOO_LARGE", status: 413, errorType: "RequestEntityTooLargeException",
            message: "Request Too Long"),
    ]

    /// Whether it is given once a method's execution has begun. What stands before that writes no space behind the colon
    /// of its message; what the execution gives has one, as lengths that were recorded show.
    var isOfExecution: Bool {
        switch self {
        case .apiConfigurationError, .badRequestBody, .badRequestParameters, .integrationFailure, .integrationTimeout,
            .unsupportedMediaType, .badFunctionResponse, .functionRequestTooLarge:
            true
        default: false
        }
    }

    /// Nobody's stage has nobody's customisation, and API Gateway keeps its own answer to bodies over 10 MB.
    var isCustomisable: Bool { self != .forbidden && self != .requestTooLarge }

    /// By API Gateway's name; `DEFAULT_4XX` and `DEFAULT_5XX` are no types of their own.
    init?(named name: String) {
        let own = Self.allCases.filter { $0 != .forbidden && $0 != .badFunctionResponse }
        guard let found = own.first(where: { $0.row.type.description == name }) else { return nil }
        self = found
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
