/// Refusals as Lambda words them. Its bodies have a `Type` beside the message.
extension ApiError {
    private static func lambda(_ status: Int, _ code: String, _ message: String, detail: String? = nil) -> ApiError {
        var error = ApiError(status: status, code: code, message: message, detail: detail)
        error.type = status < 500 ? "User" : "Service"
        return error
    }

    static func invalidParameter(_ message: String, detail: String? = nil) -> ApiError {
        lambda(400, "InvalidParameterValueException", message, detail: detail)
    }

    static func resourceNotFound(_ message: String) -> ApiError { lambda(404, "ResourceNotFoundException", message) }

    static func resourceConflict(_ message: String) -> ApiError { lambda(409, "ResourceConflictException", message) }

    static func preconditionFailed(_ message: String) -> ApiError {
        lambda(412, "PreconditionFailedException", message)
    }

    static func policyLengthExceeded(_ message: String) -> ApiError {
        lambda(400, "PolicyLengthExceededException", message)
    }

    static func invalidRequestContent(_ message: String) -> ApiError {
        lambda(400, "InvalidRequestContentException", message)
    }

    static func lambdaService(_ message: String) -> ApiError { lambda(500, "ServiceException", message) }

    /// A refusal of whatever runs the functions, handed on.
    static func ofInvocation(status: Int, code: String, message: String) -> ApiError { lambda(status, code, message) }
}
