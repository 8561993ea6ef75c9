import Foundation

/// The integration responses of a method: which one a backend's status or a mock's choice selects.
struct ResponseSelection: Sendable {
    struct Entry: Sendable {
        var status: Int
        /// Matches the whole text; `nil` for the default.
        var pattern: Pattern?
        var headers: [(name: [UInt8], source: ParameterSource)]
        /// In the order of their content types; the first one is taken where `Accept` matches none.
        var templates: [(type: String, template: Template?)]
    }

    /// Ascending by status code, the default last.
    var entries: [Entry]

    func select(_ text: String) -> Entry? {
        for entry in entries {
            if let pattern = entry.pattern, pattern.matches(text) { return entry }
        }
        return entries.first { $0.pattern == nil }
    }

    /// A mock names a status code: the pattern is tried on it, as on a backend's.
    static let none = ResponseSelection(entries: [])
}

/// A selection pattern, compiled once. Foundation's ICU engine understands what Java's does, as far as the patterns go
/// that select statuses.
struct Pattern: Sendable {
    private let expression: NSRegularExpression
    /// Patterns are matched again and again against three digits: all answers are worked out when compiled.
    private let statuses: [Bool]

    init(_ source: String) throws {
        do {
            expression = try NSRegularExpression(pattern: "^(?:\(source))$", options: [.dotMatchesLineSeparators])
        } catch {
            throw PlanError.pattern(source)
        }
        let compiled = expression
        statuses = (0..<1000).map { status in
            let text = String(status)
            return compiled.firstMatch(in: text, range: NSRange(location: 0, length: text.utf16.count)) != nil
        }
    }

    func matches(_ text: String) -> Bool {
        if text.utf8.count == 3, let status = Int(text), status >= 100 { return statuses[status] }
        return expression.firstMatch(in: text, range: NSRange(location: 0, length: text.utf16.count)) != nil
    }
}
