/// How large a call's body may be: decided by its head, before the body is taken.
struct BodyLimit: Sendable, Hashable {
    var bytes: Int
    /// AWS's words for a body beyond it.
    var refusal: String

    static let standard = BodyLimit(bytes: 10 << 20, refusal: "HTTP content length exceeded \(10 << 20) bytes.")

    /// A package of 50 MB in base64, and what stands around it.
    private static let largestCode = 70_167_211

    /// Only the calls that bring a function's code may have more than the standard.
    static func of(verb: String, path: String) -> BodyLimit {
        let segments = path.split(separator: "/")
        guard segments.first == "2015-03-31", segments.dropFirst().first == "functions" else { return standard }
        switch (verb, segments.count) {
        case ("POST", 2): return code("CreateFunction")
        case ("PUT", 4) where segments[3] == "code": return code("UpdateFunctionCode")
        default: return standard
        }
    }

    private static func code(_ operation: String) -> BodyLimit {
        BodyLimit(
            bytes: largestCode,
            refusal: "Request must be smaller than \(largestCode) bytes for the \(operation) operation")
    }
}
