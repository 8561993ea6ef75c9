/// Compiles the text of a ``JSONPath``.
struct JSONPathParser {
    private static let maximumDepth = 32

    private let text: String
    private let bytes: [UInt8]
    private var at = 0
    private var depth = 0
    private var operators = 0

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    mutating func document() throws(JSONPathError) -> JSONPath {
        guard bytes.count <= JSONPath.maximumLength else {
            throw JSONPathError(
                kind: .syntax, path: String(text.prefix(64)) + "…",
                message: "has \(bytes.count) bytes; at most \(JSONPath.maximumLength) are allowed")
        }
        skipSpace()
        let path: JSONPath
        if peek() == UInt8(ascii: "$") || peek() == UInt8(ascii: "@") {
            path = try self.path()
        } else {
            guard peek() != nil else { throw failure("is empty; '$' is the whole document") }
            path = JSONPath(
                text: text, root: .document, tokens: try tokens(startsWithName: peek() != UInt8(ascii: "[")))
        }
        skipSpace()
        guard at == bytes.count else { throw expected("the end of the path") }
        return path
    }

    // MARK: Characters

    private func peek(_ offset: Int = 0) -> UInt8? { at + offset < bytes.count ? bytes[at + offset] : nil }

    private mutating func skip(_ wanted: StaticString) -> Bool {
        guard sees(wanted) else { return false }
        at += wanted.utf8CodeUnitCount
        return true
    }

    private func sees(_ wanted: StaticString) -> Bool {
        (0..<wanted.utf8CodeUnitCount).allSatisfy { peek($0) == wanted.utf8Start[$0] }
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { at += 1 }
    }

    private func slice(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func failure(_ message: String) -> JSONPathError {
        JSONPathError(kind: .syntax, path: text, message: message)
    }

    private func expected(_ what: String) -> JSONPathError {
        guard at < bytes.count else { return failure("expected \(what), found the end") }
        let rest = slice(at..<bytes.count)
        return failure("expected \(what) at character \(slice(0..<at).count + 1), found '\(rest.prefix(1))'")
    }

    private mutating func enter() throws(JSONPathError) {
        guard depth < Self.maximumDepth else { throw failure("is nested deeper than \(Self.maximumDepth)") }
        depth += 1
    }

    // MARK: Paths

    /// A path at its `$` or `@`.
    private mutating func path() throws(JSONPathError) -> JSONPath {
        try enter()
        defer { depth -= 1 }
        let start = at
        let root: PathRoot = peek() == UInt8(ascii: "$") ? .document : .current
        at += 1
        let tokens = try tokens(startsWithName: false)
        return JSONPath(text: slice(start..<at), root: root, tokens: tokens)
    }

    private mutating func tokens(startsWithName: Bool) throws(JSONPathError) -> [PathToken] {
        var tokens: [PathToken] = []
        if startsWithName { tokens.append(try named()) }
        while true {
            if case .function? = tokens.last { break }
            if skip("..") {
                let next = peek() == UInt8(ascii: "[") ? try bracket() : try named()
                tokens.append(.scan(next))
            } else if peek() == UInt8(ascii: ".") {
                at += 1
                tokens.append(peek() == UInt8(ascii: "[") ? try bracket() : try named())
            } else if peek() == UInt8(ascii: "[") {
                tokens.append(try bracket())
            } else {
                break
            }
        }
        if case .properties(let names, _)? = tokens.last { tokens[tokens.count - 1] = .properties(names, isLast: true) }
        // `..length()` takes what the tokens before have found.
        if case .scan(.function(let function, let arguments))? = tokens.last {
            tokens[tokens.count - 1] = .function(function, arguments)
        }
        return tokens
    }

    /// `name`, `*` or `function(…)` after a dot.
    private mutating func named() throws(JSONPathError) -> PathToken {
        if skip("*") { return .wildcard }
        let start = at
        while let byte = peek(), !Self.endsName.contains(byte) { at += 1 }
        guard at > start else { throw expected("a property's name") }
        let name = slice(start..<at)
        guard peek() == UInt8(ascii: "(") else { return .property(name) }
        guard let function = PathFunction(rawValue: name) else {
            throw failure(
                "has no function '\(name)()'; there are min, max, avg, stddev, sum, length, size, keys, concat, append, first, last and index"
            )
        }
        at += 1
        return .function(function, try arguments())
    }

    private static let endsName: Set<UInt8> = Set(" \t\n\r.[]()=!<>&|,;~".utf8)

    private mutating func arguments() throws(JSONPathError) -> [PathOperand] {
        var arguments: [PathOperand] = []
        skipSpace()
        if skip(")") { return arguments }
        while true {
            arguments.append(try operand())
            skipSpace()
            if skip(",") { continue }
            guard skip(")") else { throw expected("',' or ')'") }
            return arguments
        }
    }

    private mutating func bracket() throws(JSONPathError) -> PathToken {
        at += 1
        skipSpace()
        let token: PathToken
        switch peek() {
        case UInt8(ascii: "*"):
            at += 1
            token = .wildcard
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            var names: [String] = []
            repeat {
                skipSpace()
                names.append(try quoted())
                skipSpace()
            } while skip(",")
            token = names.count == 1 ? .property(names[0]) : .properties(names, isLast: false)
        case UInt8(ascii: "?"):
            at += 1
            skipSpace()
            guard skip("(") else { throw expected("'(' after '?'") }
            let filter = try disjunction()
            skipSpace()
            guard skip(")") else { throw expected("')' after the filter") }
            token = .filter(filter)
        default:
            token = try numbers()
        }
        skipSpace()
        guard skip("]") else { throw expected("']'") }
        return token
    }

    private mutating func numbers() throws(JSONPathError) -> PathToken {
        let first = try integer()
        skipSpace()
        if skip(":") {
            skipSpace()
            let last = try integer()
            skipSpace()
            guard peek() != UInt8(ascii: ":") else { throw failure("has a slice with a step, which is not supported") }
            return .slice(first, last)
        }
        guard let first else { throw expected("an index, a name in quotes, '*' or '?('") }
        var indexes = [first]
        while skip(",") {
            skipSpace()
            guard let next = try integer() else { throw expected("an index") }
            indexes.append(next)
            skipSpace()
        }
        return indexes.count == 1 ? .index(first) : .indexes(indexes)
    }

    private mutating func integer() throws(JSONPathError) -> Int? {
        let start = at
        if peek() == UInt8(ascii: "-") { at += 1 }
        while let byte = peek(), (0x30...0x39).contains(byte) { at += 1 }
        guard at > start else { return nil }
        guard let value = Int(slice(start..<at)) else {
            at = start
            throw expected("an index")
        }
        return value
    }

    /// A string in either kind of quotes; a backslash takes the next character as JSON does, or as it is.
    private mutating func quoted() throws(JSONPathError) -> String {
        guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw expected("a name in quotes")
        }
        at += 1
        var content: [UInt8] = []
        while let byte = peek() {
            at += 1
            if byte == quote { return String(decoding: content, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\"), let escaped = peek() else {
                content.append(byte)
                continue
            }
            at += 1
            switch escaped {
            case UInt8(ascii: "n"): content.append(0x0A)
            case UInt8(ascii: "t"): content.append(0x09)
            case UInt8(ascii: "r"): content.append(0x0D)
            case UInt8(ascii: "b"): content.append(0x08)
            case UInt8(ascii: "f"): content.append(0x0C)
            case UInt8(ascii: "u"):
                guard at + 4 <= bytes.count, let code = UInt32(slice(at..<at + 4), radix: 16),
                    let scalar = Unicode.Scalar(code)
                else { throw failure("has a \\u without four hexadecimal digits") }
                content.append(contentsOf: String(Character(scalar)).utf8)
                at += 4
            default: content.append(escaped)
            }
        }
        throw failure("has a string without an end")
    }

    // MARK: Filters

    private mutating func disjunction() throws(JSONPathError) -> PathFilter {
        try enter()
        defer { depth -= 1 }
        var left = try conjunction()
        while true {
            skipSpace()
            guard skip("||") else { return left }
            left = .or(left, try conjunction())
            try count()
        }
    }

    /// A row of operators makes a tree as deep as the row is long.
    private mutating func count() throws(JSONPathError) {
        operators += 1
        guard operators <= 256 else { throw failure("has more than 256 operators") }
    }

    private mutating func conjunction() throws(JSONPathError) -> PathFilter {
        var left = try term()
        while true {
            skipSpace()
            guard skip("&&") else { return left }
            left = .and(left, try term())
            try count()
        }
    }

    private mutating func term() throws(JSONPathError) -> PathFilter {
        skipSpace()
        if peek() == UInt8(ascii: "!"), peek(1) != UInt8(ascii: "=") {
            at += 1
            try enter()
            defer { depth -= 1 }
            return .not(try term())
        }
        if skip("(") {
            let inner = try disjunction()
            skipSpace()
            guard skip(")") else { throw expected("')'") }
            return inner
        }
        let left = try operand()
        skipSpace()
        guard let sign = relation() else {
            if case .path(let path) = left { return .exists(path) }
            throw expected("an operator, such as ==")
        }
        return .compare(left, sign, try operand())
    }

    private mutating func relation() -> PathOperator? {
        let start = at
        while let byte = peek(), "=!<>~".utf8.contains(byte) { at += 1 }
        if at > start {
            if let found = PathOperator(rawValue: slice(start..<at)) { return found }
            at = start
            return nil
        }
        while let byte = peek(), (0x61...0x7A).contains(byte | 0x20) { at += 1 }
        if let found = PathOperator(rawValue: slice(start..<at).lowercased()) { return found }
        at = start
        return nil
    }

    private mutating func operand() throws(JSONPathError) -> PathOperand {
        skipSpace()
        switch peek() {
        case UInt8(ascii: "$"), UInt8(ascii: "@"): return .path(try path())
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .value(.string(try quoted()))
        case UInt8(ascii: "/"): return .pattern(try pattern())
        case UInt8(ascii: "["), UInt8(ascii: "{"): return .value(try json())
        default: break
        }
        if skip("true") { return .value(.bool(true)) }
        if skip("false") { return .value(.bool(false)) }
        if skip("null") { return .value(.null) }
        let start = at
        while let byte = peek(), "+-.eE0123456789".utf8.contains(byte) { at += 1 }
        guard at > start, case .number(let number)? = try? JSON(parsing: bytes[start..<at]) else {
            at = start
            throw expected("a value or a path")
        }
        return .value(.number(number))
    }

    private mutating func pattern() throws(JSONPathError) -> Pattern {
        at += 1
        let start = at
        while let byte = peek(), byte != UInt8(ascii: "/") { at += byte == UInt8(ascii: "\\") ? 2 : 1 }
        guard at < bytes.count else { throw failure("has a regular expression without an end") }
        let body = slice(start..<at)
        at += 1
        var options: Pattern.Options = []
        while let flag = peek(), (0x61...0x7A).contains(flag | 0x20) {
            switch flag {
            case UInt8(ascii: "i"): options.insert(.ignoresCase)
            case UInt8(ascii: "m"): options.insert(.multiline)
            case UInt8(ascii: "s"): options.insert(.dotMatchesAll)
            case UInt8(ascii: "x"): options.insert(.comments)
            case UInt8(ascii: "u"), UInt8(ascii: "d"), UInt8(ascii: "U"): break
            default: throw expected("a flag of the regular expression")
            }
            at += 1
        }
        do {
            return try Pattern(body, options: options)
        } catch {
            throw failure("has a bad \(error)")
        }
    }

    /// A list or an object in a filter, with strings in either kind of quotes.
    private mutating func json() throws(JSONPathError) -> JSON {
        try enter()
        defer { depth -= 1 }
        skipSpace()
        if skip("[") {
            var elements: [JSON] = []
            skipSpace()
            if skip("]") { return .array(elements) }
            while true {
                elements.append(try json())
                skipSpace()
                if skip(",") { continue }
                guard skip("]") else { throw expected("',' or ']'") }
                return .array(elements)
            }
        }
        if skip("{") {
            var object = JSONObject()
            skipSpace()
            if skip("}") { return .object(object) }
            while true {
                skipSpace()
                let key = try quoted()
                skipSpace()
                guard skip(":") else { throw expected("':'") }
                object[key] = try json()
                skipSpace()
                if skip(",") { continue }
                guard skip("}") else { throw expected("',' or '}'") }
                return .object(object)
            }
        }
        guard case .value(let value) = try operand() else { throw expected("a value") }
        return value
    }
}
