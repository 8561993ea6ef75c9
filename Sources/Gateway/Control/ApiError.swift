/// A refusal as API Gateway's control plane answers it: status, `x-amzn-ErrorType` and `{"message": …}`.
struct ApiError: Error, Sendable, Hashable {
    var status: Int
    var code: String
    var message: String
    /// More for people, beside AWS's own words: where in a file, and what to do.
    var detail: String?
    /// `User` or `Service` in Lambda's refusals, which have it beside the message.
    var type: String?

    init(status: Int, code: String, message: String, detail: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
    }

    /// Lambda's model has the message of these in upper case.
    var messageMember: String {
        type != nil && ["ResourceNotFoundException", "ServiceException"].contains(code) ? "Message" : "message"
    }

    static func badRequest(_ message: String) -> ApiError {
        ApiError(status: 400, code: "BadRequestException", message: message)
    }

    static func notFound(_ message: String) -> ApiError {
        ApiError(status: 404, code: "NotFoundException", message: message)
    }

    static func conflict(_ message: String) -> ApiError {
        ApiError(status: 409, code: "ConflictException", message: message)
    }

    static func limitExceeded(_ message: String) -> ApiError {
        ApiError(status: 429, code: "LimitExceededException", message: message)
    }

    /// A body that is no JSON, or a member of another type than the model has.
    static func serialization(_ message: String) -> ApiError {
        ApiError(status: 400, code: "SerializationException", message: message)
    }

    static func accessDenied(_ message: String) -> ApiError {
        ApiError(status: 403, code: "AccessDeniedException", message: message)
    }

    static func unknownOperation(_ verb: String, _ path: String) -> ApiError {
        ApiError(status: 404, code: "UnknownOperationException", message: "Unknown operation: \(verb) \(path)")
    }

    /// What went wrong inside; the log has more under the request id.
    static let internalFailure = ApiError(
        status: 500, code: "InternalFailure", message: "The engine failed to carry this out; its log says why.")
}

/// Faults against the model's constraints, collected so that one answer names them all, as AWS does.
struct Violations {
    private var found: [String] = []

    mutating func add(_ value: String, at place: String, _ constraint: String) {
        found.append("Value '\(value)' at '\(place)' failed to satisfy constraint: \(constraint)")
    }

    mutating func addNull(at place: String) {
        found.append("Value null at '\(place)' failed to satisfy constraint: Member must not be null")
    }

    /// Checks an enumeration. `values` stands in the order in which AWS lists it.
    mutating func check(_ value: String?, at place: String, oneOf values: [String]) {
        guard let value, !values.contains(value) else { return }
        add(value, at: place, "Member must satisfy enum value set: [\(values.joined(separator: ", "))]")
    }

    /// Checks a status code, `[1-5]\d\d`.
    mutating func check(statusCode: String, at place: String = "statusCode") {
        guard !Self.isStatusCode(statusCode) else { return }
        add(statusCode, at: place, "Member must satisfy regular expression pattern: [1-5]\\d\\d")
    }

    static func isStatusCode(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return bytes.count == 3 && (UInt8(ascii: "1")...UInt8(ascii: "5")).contains(bytes[0])
            && digits.contains(bytes[1]) && digits.contains(bytes[2])
    }

    mutating func append(_ other: Violations) { found += other.found }

    func throwIfAny() throws {
        guard !found.isEmpty else { return }
        let head = found.count == 1 ? "1 validation error detected: " : "\(found.count) validation errors detected: "
        throw ApiError(status: 400, code: "ValidationException", message: head + found.joined(separator: "; "))
    }
}
