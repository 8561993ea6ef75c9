/// Why Lambda does not run an invocation: its status, its error code and its message.
enum InvocationRefusal: Error, Hashable {
    case malformedName(String)
    case qualifiersDiffer
    case notFound(arn: String)
    case forbidden(arn: String)
    case throttled
    case malformedPayload(String)
    case payloadTooLarge(size: Int, limit: Int, kind: String)
    case stopping

    var status: Int {
        switch self {
        case .malformedName, .qualifiersDiffer, .malformedPayload: 400
        case .forbidden: 403
        case .notFound: 404
        case .payloadTooLarge: 413
        case .throttled: 429
        case .stopping: 500
        }
    }

    var code: String {
        switch self {
        case .malformedName: "ValidationException"
        case .qualifiersDiffer: "InvalidParameterValueException"
        case .notFound: "ResourceNotFoundException"
        case .forbidden: "AccessDeniedException"
        case .throttled: "TooManyRequestsException"
        case .malformedPayload: "InvalidRequestContentException"
        case .payloadTooLarge: "RequestTooLargeException"
        case .stopping: "ServiceException"
        }
    }

    var message: String {
        switch self {
        case .malformedName(let name):
            "1 validation error detected: Value '\(name)' at 'functionName' failed to satisfy constraint: Member must "
                + "be a function's name, or its partial or whole ARN"
        case .qualifiersDiffer:
            "The derived qualifier from the function name does not match the specified qualifier."
        case .notFound(let arn):
            "Function not found: \(arn)"
        case .forbidden(let arn):
            "User: apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: \(arn) "
                + "because no resource-based policy allows the lambda:InvokeFunction action"
        case .throttled:
            "Rate Exceeded."
        case .malformedPayload(let reason):
            "Could not parse request body into json: \(reason)"
        case .payloadTooLarge(let size, let limit, let kind):
            "\(size) byte payload is too large for the \(kind) invocation type (limit \(limit) bytes)"
        case .stopping:
            "The engine is stopping."
        }
    }

    var answer: InvocationResult.Answer { .refused(status: status, code: code, message: message) }
}
