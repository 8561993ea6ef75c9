/// Why a text is no JSON path, or why it has no answer.
public struct JSONPathError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// The text is no path.
        case syntax
        /// The path wants something that its document cannot give: a function without values, a search without end.
        case evaluation
    }

    public let kind: Kind
    public let path: String
    public let message: String

    public var description: String { "JSON path '\(path)': \(message)" }
}

/// A path into a JSON document in the dialect of Jayway's JsonPath, compiled once.
///
/// `$.store.book[0].title`, `$['a','b']`, `$..author`, `$.book[*]`, `$.book[-1]`, `$.book[0,2]`, `$.book[1:3]`,
/// `$.book[?(@.price < 10 && @.isbn)]`, `$.prices.sum()`.
///
/// A path is *definite* if it can only lead to one place. A definite path gives what is there, or nothing; any other
/// gives the list of all it has found.
public struct JSONPath: Sendable {
    /// Bytes of a path's text.
    public static let maximumLength = 8_192
    /// Values looked at in one evaluation.
    public static let standardSteps = 2_000_000

    public let text: String
    /// Whether the path can only lead to one place.
    public let isDefinite: Bool
    let root: PathRoot
    let tokens: [PathToken]

    /// Compiles a path. One without `$` is taken from the root: `a.b` is `$.a.b`.
    public init(_ text: String) throws(JSONPathError) {
        var parser = JSONPathParser(text)
        self = try parser.document()
    }

    init(text: String, root: PathRoot, tokens: [PathToken]) {
        self.text = text
        self.root = root
        self.tokens = tokens
        isDefinite = tokens.allSatisfy(\.isDefinite) || Self.endsInFunction(tokens)
    }

    private static func endsInFunction(_ tokens: [PathToken]) -> Bool {
        // After `..` a function takes all that was found; after a wildcard it is called on each.
        guard case .function? = tokens.last else { return false }
        return tokens.dropLast().allSatisfy(\.isDefinite) || tokens.contains { $0.isScan }
    }

    /// What the path leads to: `nil` if a definite path leads nowhere, a list if the path is not definite.
    public func evaluate(_ document: JSON, steps: Int = JSONPath.standardSteps) throws(JSONPathError) -> JSON? {
        var left = steps
        return try evaluate(document, stepsLeft: &left)
    }

    /// As ``evaluate(_:steps:)``, for a caller that has several evaluations to bound together.
    public func evaluate(_ document: JSON, stepsLeft: inout Int) throws(JSONPathError) -> JSON? {
        var evaluation = JSONPathEvaluation(path: self, document: document, steps: stepsLeft)
        defer { stepsLeft = max(evaluation.left, 0) }
        return try evaluation.result(self, from: document)
    }
}

enum PathRoot: Sendable {
    /// `$`
    case document
    /// `@`, in a filter.
    case current
}

indirect enum PathToken: Sendable {
    case property(String)
    /// `['a','b']`; at the end of a path it gives an object with those members, else each of them.
    case properties([String], isLast: Bool)
    case wildcard
    case index(Int)
    case indexes([Int])
    case slice(Int?, Int?)
    case filter(PathFilter)
    /// `..`: the next token at every depth.
    case scan(PathToken)
    case function(PathFunction, [PathOperand])

    var isDefinite: Bool {
        switch self {
        case .property, .index, .function: true
        case .properties(_, let isLast): isLast
        case .wildcard, .indexes, .slice, .filter, .scan: false
        }
    }

    var isScan: Bool {
        if case .scan = self { return true }
        return false
    }
}

enum PathFunction: String, Sendable {
    case min, max, avg, stddev, sum, length, size, keys, concat, append, first, last, index
}

/// What stands between the brackets of `[?( … )]`.
indirect enum PathFilter: Sendable {
    case and(PathFilter, PathFilter)
    case or(PathFilter, PathFilter)
    case not(PathFilter)
    case exists(JSONPath)
    case compare(PathOperand, PathOperator, PathOperand)
}

enum PathOperator: String, Sendable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case identical = "==="
    case notIdentical = "!=="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case matches = "=~"
    case oneOf = "in"
    case noneOf = "nin"
    case contains = "contains"
    case all = "all"
    case size = "size"
    case empty = "empty"
    case subset = "subsetof"
    case anyOf = "anyof"
    case notAnyOf = "noneof"
    case type = "type"
}

enum PathOperand: Sendable {
    case value(JSON)
    case path(JSONPath)
    case pattern(Pattern)
}
