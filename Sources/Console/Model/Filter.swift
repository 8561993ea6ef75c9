/// What a filter sees of a row.
package enum Field: Sendable, Hashable {
    case text(String)
    case number(Double)
}

package protocol Searchable {
    /// Calls `test` with each text of the row until one answers true.
    func anyText(_ test: (String) -> Bool) -> Bool
    /// The value of a column by its id; `nil` if there is no such column.
    func field(_ column: String) -> Field?
}

/// A filter as it is typed: words that all have to match, each a regular expression over the whole row.
///
/// `!word` keeps rows that do not match, `column:word` looks in one column, `column>=5` compares (`>`, `>=`, `<`, `<=`,
/// `=`). `"two words"` are one word.
package struct Filter: Sendable, Equatable {
    struct Term: Sendable, Equatable {
        enum Test: Sendable, Equatable {
            case pattern(Pattern)
            case compare(Comparison, Double)
        }

        var negated: Bool
        var column: String?
        var test: Test
    }

    enum Comparison: String, Sendable, CaseIterable {
        // The longer first, so that ">=" is not read as ">".
        case atLeast = ">="
        case atMost = "<="
        case more = ">"
        case less = "<"
        case equal = "="

        func holds(_ one: Double, _ other: Double) -> Bool {
            switch self {
            case .atLeast: one >= other
            case .atMost: one <= other
            case .more: one > other
            case .less: one < other
            case .equal: one == other
            }
        }
    }

    package let text: String
    let terms: [Term]
    /// What is wrong with the text; then nothing is filtered out.
    package let problem: String?

    package static let none = Filter("", columns: [])

    package init(_ text: String, columns: [String]) {
        self.text = text
        do {
            terms = try Self.words(text).map { try Self.term($0, columns) }
            problem = nil
        } catch {
            terms = []
            problem = "\(error)"
        }
    }

    package var isActive: Bool { !terms.isEmpty }

    /// The patterns whose matches are worth a highlight.
    package var highlights: [Pattern] {
        terms.compactMap {
            guard !$0.negated, case .pattern(let pattern) = $0.test else { return nil }
            return pattern
        }
    }

    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var quoted = false
        for character in text {
            if character == "\"" {
                quoted.toggle()
            } else if character == " " && !quoted {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        if !word.isEmpty { words.append(word) }
        return words.filter { $0 != "!" }
    }

    private static func term(_ word: String, _ columns: [String]) throws -> Term {
        var rest = word[...]
        let negated = rest.hasPrefix("!")
        if negated { rest = rest.dropFirst() }
        for column in columns where rest.lowercased().hasPrefix(column) {
            let after = rest.dropFirst(column.count)
            if after.hasPrefix(":") {
                return Term(negated: negated, column: column, test: .pattern(try Pattern(String(after.dropFirst()))))
            }
            for comparison in Comparison.allCases where after.hasPrefix(comparison.rawValue) {
                let value = after.dropFirst(comparison.rawValue.count)
                if let number = Double(value) {
                    return Term(negated: negated, column: column, test: .compare(comparison, number))
                }
                if comparison == .equal {
                    return Term(
                        negated: negated, column: column,
                        test: .pattern(try Pattern("^" + Self.escape(String(value)) + "$")))
                }
                throw PatternError("\(column)\(comparison.rawValue) wants a number")
            }
        }
        return Term(negated: negated, column: nil, test: .pattern(try Pattern(String(rest))))
    }

    private static func escape(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if ".[]*+?{}|()^$\\".contains(character) { result.append("\\") }
            result.append(character)
        }
    }
}

/// Runs a filter over many rows.
package struct FilterRun: Sendable {
    private let terms: [Filter.Term]
    private var matchers: [PatternMatcher?]

    package init(_ filter: Filter) {
        terms = filter.terms
        matchers = filter.terms.map {
            if case .pattern(let pattern) = $0.test { return PatternMatcher(pattern) }
            return nil
        }
    }

    package mutating func keeps(_ row: some Searchable) -> Bool {
        for index in terms.indices where holds(index, row) == terms[index].negated { return false }
        return true
    }

    private mutating func holds(_ index: Int, _ row: some Searchable) -> Bool {
        let term = terms[index]
        switch term.test {
        case .compare(let comparison, let value):
            guard let column = term.column, case .number(let number)? = row.field(column) else { return false }
            return comparison.holds(number, value)
        case .pattern:
            guard let column = term.column else {
                return row.anyText { matchers[index]?.matches($0) ?? false }
            }
            switch row.field(column) {
            case .text(let text): return matchers[index]?.matches(text) ?? false
            case .number(let number):
                return matchers[index]?.matches(Format.plain(number)) ?? false
            case nil: return false
            }
        }
    }
}
