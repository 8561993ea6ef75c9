import Foundation
package import JSON

/// One call of the control plane before it is sent.
package struct ControlRequest: Sendable, Hashable {
    package enum Verb: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"

        /// Whether a second sending changes nothing more (RFC 9110, 9.2.2).
        var isIdempotent: Bool { self != .post && self != .patch }
    }

    package var verb: Verb
    /// Segments not yet percent-encoded.
    package var segments: [String]
    package var query: [(name: String, value: String)]
    package var body: JSON?
    /// A body that is a document of its own, sent in place of `body` as it is.
    package var document: [UInt8]?
    /// Headers beside those that every call has.
    package var headers: [(name: String, value: String)] = []

    package init(_ verb: Verb, _ segments: [String], query: [(name: String, value: String)] = [], body: JSON? = nil) {
        self.verb = verb
        self.segments = segments
        self.query = query
        self.body = body
    }

    /// An `Update…` call.
    static func patch(_ segments: [String], _ operations: [PatchOperation]) throws -> ControlRequest {
        ControlRequest(.patch, segments, body: ["patchOperations": try JSON(encoding: operations)])
    }

    /// AWS's name of the service that the call is signed for: paths of Lambda begin with a date.
    var service: String {
        let isDate = segments.first.map { $0.utf8.count == 10 && $0.hasPrefix("20") && $0.contains("-") } ?? false
        return isDate ? "lambda" : "apigateway"
    }

    /// Path and query as they go over the wire.
    package var target: String {
        var target = segments.map { "/" + Self.encoded($0) }.joined()
        if !query.isEmpty {
            target += "?" + query.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
        }
        return target
    }

    /// RFC 3986's unreserved characters stay; all others are percent-encoded.
    package static func encoded(_ text: String) -> String {
        let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
    }

    package static func == (one: ControlRequest, other: ControlRequest) -> Bool {
        one.verb == other.verb && one.target == other.target && one.body == other.body
            && one.document == other.document
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(verb)
        hasher.combine(target)
    }
}
