import JSON

/// The integration responses of a method: which one a backend's status or a mock's choice selects.
struct ResponseSelection: Sendable {
    struct Entry: Sendable {
        var status: Int
        /// Matches the whole text; `nil` for the default.
        var pattern: SelectionPattern?
        /// With the names that the client gets: renamed where API Gateway renames, without what it drops.
        var headers: [(name: [UInt8], source: ParameterSource)]
        /// In the order of their content types; the first one is taken where `Accept` matches none.
        var templates: [(type: String, template: Template?)]
        var contentHandling: ContentHandling?
        /// Why this response cannot be given, if that is so.
        var fault: String?

        /// Whether a header is mapped from the backend's body, which then has to be JSON.
        var readsBody: Bool {
            headers.contains { header in
                if case .responseBody = header.source { return true }
                return false
            }
        }
    }

    /// Ascending by status code, the default last.
    var entries: [Entry]
    /// Whether any of them has a `contentHandling`.
    let handlesContent: Bool

    init(entries: [Entry]) {
        self.entries = entries
        handlesContent = entries.contains { $0.contentHandling != nil }
    }

    func select(_ text: String) -> Entry? {
        for entry in entries {
            if let pattern = entry.pattern, pattern.matches(text) { return entry }
        }
        return entries.first { $0.pattern == nil }
    }

    /// A function's responses are told apart by what its failures say. Where it did not fail, the default counts.
    func select(functionError message: String?) -> Entry? {
        message.map(select) ?? entries.first { $0.pattern == nil }
    }

    /// A mock names a status code: the pattern is tried on it, as on a backend's.
    static let none = ResponseSelection(entries: [])
}

/// A selection pattern, a Java regular expression that has to match the whole text, compiled once.
struct SelectionPattern: Sendable {
    private let expression: Pattern
    /// Patterns are matched again and again against three digits: all answers are worked out when compiled.
    private let statuses: [Bool]

    /// For each status, so that no pattern can hold up a deployment: most take some tens.
    private static let steps = 20_000

    init(_ source: String) throws {
        do {
            let expression = try Pattern(source)
            self.expression = expression
            statuses = (0..<1000).map { (try? expression.matchesWhole(String($0), steps: Self.steps)) ?? false }
        } catch {
            throw PlanError.pattern(source)
        }
    }

    /// A text on which the pattern takes too many steps does not match.
    func matches(_ text: String) -> Bool {
        if text.utf8.count == 3, let status = Int(text), status >= 100 { return statuses[status] }
        return (try? expression.matchesWhole(text)) ?? false
    }
}
