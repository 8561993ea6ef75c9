import JSON

/// A function as calls name it: `hello`, `hello:prod`, `000000000000:function:hello`,
/// `arn:aws:lambda:us-east-1:000000000000:function:hello:prod`.
struct FunctionReference: Sendable, Hashable {
    var name: String
    /// `$LATEST`, a version's number or an alias.
    var qualifier: String?

    /// Where the engine says it is.
    struct Place: Sendable, Hashable {
        var region: String
        var account: String

        func arn(_ name: String, _ qualifier: String? = nil) -> String {
            "arn:aws:lambda:\(region):\(account):function:\(name)" + (qualifier.map { ":\($0)" } ?? "")
        }
    }

    static let pattern =
        #"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"#
        + #"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"#

    /// - Parameters:
    ///   - text: from the path or the body.
    ///   - query: the query's `Qualifier`.
    ///   - largestLength: of the text; 140 for calls that make or change a function, 256 for others.
    /// Throws ``ApiError``: a validation error for what is no name, and what AWS answers for another account. As of signatures, any region is taken: there
    /// is one set of functions here.
    init(_ text: String, query: String? = nil, place: Place, largestLength: Int = 256) throws {
        var violations = Violations()
        violations.check(text, at: "functionName", longest: largestLength)
        guard let parts = Self.parts(text) else {
            violations.add(
                text, at: "functionName", "Member must satisfy regular expression pattern: \(Self.pattern)")
            try violations.throwIfAny()
            throw ApiError.invalidParameter("Invalid function name: \(text)")
        }
        violations.check(parts.name, at: "functionName", longest: 64)
        if let query, !Self.isQualifier(query) {
            violations.add(
                query, at: "qualifier",
                #"Member must satisfy regular expression pattern: \$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"#)
        }
        try violations.throwIfAny()
        if let account = parts.account, account != place.account {
            throw ApiError.accessDenied(
                "This engine has the functions of account \(place.account), not of \(account) (\(text))")
        }
        if let query, let own = parts.qualifier, query != own {
            throw ApiError.invalidParameter(
                "The derived qualifier from the function name does not match the specified qualifier.")
        }
        name = parts.name
        qualifier = parts.qualifier ?? query
    }

    private struct Parts {
        var region: String?
        var account: String?
        var name: String
        var qualifier: String?
    }

    private static func parts(_ text: String) -> Parts? {
        var rest = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        var region: String?
        var account: String?
        let isWhole = rest.first == "arn"
        if isWhole {
            guard rest.count >= 7, rest[1].hasPrefix("aws"), rest[2] == "lambda", rest[5] == "function" else {
                return nil
            }
            rest = rest.dropFirst(3)
        }
        if rest.count > 1, let first = rest.first, isRegion(first) {
            region = String(first)
            rest = rest.dropFirst()
        }
        if rest.count > 1, let first = rest.first, isAccount(first) {
            account = String(first)
            rest = rest.dropFirst()
        }
        if rest.count > 1, rest.first == "function" { rest = rest.dropFirst() }
        guard let name = rest.first, isWord(name), rest.count <= 2, !isWhole || (region != nil && account != nil) else {
            return nil
        }
        let qualifier = rest.dropFirst().first
        if let qualifier, qualifier != "$LATEST", !isWord(qualifier) { return nil }
        return Parts(region: region, account: account, name: String(name), qualifier: qualifier.map(String.init))
    }

    /// Letters, digits, `-` and `_`.
    static func isWord(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func isQualifier(_ text: String) -> Bool {
        text.utf8.count <= 128 && (text == "$LATEST" || isWord(text.replacing("$", with: "_")))
    }

    private static func isAccount(_ text: Substring) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    /// `us-east-1`, `us-gov-west-1`.
    private static func isRegion(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (3...4).contains(parts.count), parts[0].utf8.count == 2, let last = parts.last else { return false }
        return last.utf8.count == 1 && Int(last) != nil
            && parts.dropLast().allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            }
    }
}

extension Violations {
    mutating func check(_ value: String?, at place: String, longest: Int) {
        guard let value, value.utf8.count > longest else { return }
        add(value, at: place, "Member must have length less than or equal to \(longest)")
    }

    mutating func check(_ value: Int?, at place: String, in range: ClosedRange<Int>) {
        guard let value else { return }
        if value < range.lowerBound {
            add("\(value)", at: place, "Member must have value greater than or equal to \(range.lowerBound)")
        } else if value > range.upperBound {
            add("\(value)", at: place, "Member must have value less than or equal to \(range.upperBound)")
        }
    }
}
