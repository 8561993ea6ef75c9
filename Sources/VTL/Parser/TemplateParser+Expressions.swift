extension TemplateParser {
    /// An expression with operators, up to what cannot belong to it.
    mutating func expression() throws(TemplateError) -> Expression {
        try enter()
        let outer = shared.operators
        shared.operators = 0
        defer {
            shared.depth -= 1
            shared.operators = outer
        }
        var left = try conjunction()
        while operatorIs("||", "or") { left = try counted(.or(left, try conjunction())) }
        return left
    }

    /// Operators in a row make a tree as deep as the row is long: it has a bound too.
    private mutating func counted(_ made: Expression) throws(TemplateError) -> Expression {
        shared.operators += 1
        guard shared.operators <= Self.maximumOperators else {
            throw failure("more than \(Self.maximumOperators) operators in one expression")
        }
        return made
    }

    private mutating func conjunction() throws(TemplateError) -> Expression {
        var left = try equality()
        while operatorIs("&&", "and") { left = try counted(.and(left, try equality())) }
        return left
    }

    private mutating func equality() throws(TemplateError) -> Expression {
        var left = try relation()
        while true {
            if operatorIs("==", "eq") {
                left = try counted(.compare(.equal, left, try relation()))
            } else if operatorIs("!=", "ne") {
                left = try counted(.compare(.notEqual, left, try relation()))
            } else {
                return left
            }
        }
    }

    private mutating func relation() throws(TemplateError) -> Expression {
        var left = try sum().value
        while true {
            if operatorIs("<=", "le") {
                left = try counted(.compare(.lessOrEqual, left, try sum().value))
            } else if operatorIs(">=", "ge") {
                left = try counted(.compare(.greaterOrEqual, left, try sum().value))
            } else if operatorIs("<", "lt") {
                left = try counted(.compare(.less, left, try sum().value))
            } else if operatorIs(">", "gt") {
                left = try counted(.compare(.greater, left, try sum().value))
            } else {
                return left
            }
        }
    }

    /// An operand with the text it was written as.
    private typealias Written = (value: Expression, range: Range<Int>)

    private mutating func sum() throws(TemplateError) -> Written {
        try chain([UInt8(ascii: "+"), UInt8(ascii: "-")]) { (parser) throws(TemplateError) in
            try parser.chain([UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "%")]) {
                (parser) throws(TemplateError) in try parser.unary()
            }
        }
    }

    private mutating func chain(
        _ operations: [UInt8], _ next: (inout TemplateParser) throws(TemplateError) -> Written
    ) throws(TemplateError) -> Written {
        var left = try next(&self)
        while true {
            skipSpace()
            guard let operation = peek(), operations.contains(operation) else { return left }
            // `-3` after a blank is a number of its own to Velocity, not an operator and a number.
            if operation == UInt8(ascii: "-"), isDigit(peek(1)) {
                throw failure("expected an operator: write a blank between '-' and the number")
            }
            let place = position()
            at += 1
            let right = try next(&self)
            left.value = try counted(
                .arithmetic(
                    .init(
                        operation, left.value, right.value, leftLiteral: slice(left.range),
                        rightLiteral: slice(right.range), position: place)))
            left.range = left.range.lowerBound..<right.range.upperBound
        }
    }

    private mutating func unary() throws(TemplateError) -> Written {
        skipSpace()
        let start = at
        if peek() == UInt8(ascii: "!"), peek(1) != UInt8(ascii: "=") {
            at += 1
        } else if wordIs("not") {
            at += 3
        } else {
            return try primary()
        }
        try enter()
        defer { shared.depth -= 1 }
        let value = try unary()
        return (.not(value.value), start..<value.range.upperBound)
    }

    private mutating func primary() throws(TemplateError) -> Written {
        skipSpace()
        let start = at
        let value: Expression
        if skip(UInt8(ascii: "(")) {
            value = try expression()
            skipSpace()
            guard skip(UInt8(ascii: ")")) else { throw expected("')'") }
        } else {
            value = try operand(.expression)
        }
        return (value, start..<at)
    }

    private mutating func operatorIs(_ sign: StaticString, _ word: StaticString) -> Bool {
        skipSpace()
        if matches(sign) {
            at += sign.utf8CodeUnitCount
            return true
        }
        if wordIs(word) {
            at += word.utf8CodeUnitCount
            return true
        }
        return false
    }

    private func matches(_ text: StaticString) -> Bool {
        (0..<text.utf8CodeUnitCount).allSatisfy { byte(at + $0) == text.utf8Start[$0] }
    }

    private func wordIs(_ word: StaticString) -> Bool {
        guard matches(word) else { return false }
        let next = byte(at + word.utf8CodeUnitCount)
        return !isLetter(next) && !isDigit(next) && next != UInt8(ascii: "_") && next != UInt8(ascii: "@")
    }

    // MARK: Operands

    /// Where an operand stands: what may be there differs a little.
    enum Place { case expression, directive, method, index }

    mutating func operand(_ place: Place) throws(TemplateError) -> Expression {
        switch peek() {
        case UInt8(ascii: "$"):
            guard isReferenceStart(peek(1) == UInt8(ascii: "!") ? at + 2 : at + 1) else {
                throw expected("a reference")
            }
            return .reference(try reference(escapes: 0))
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return try string()
        case UInt8(ascii: "["):
            guard place != .index else { throw expected("an index") }
            return try list()
        case UInt8(ascii: "{"):
            guard place != .index else { throw expected("an index") }
            return try map()
        case UInt8(ascii: "-"), UInt8(ascii: "."), 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39:
            return try number(allowsFraction: place != .index)
        default:
            if wordIs("true") {
                at += 4
                return .bool(true)
            }
            if wordIs("false") {
                at += 5
                return .bool(false)
            }
            if place == .method, isLetter(peek()) || peek() == UInt8(ascii: "_") {
                // Velocity reads a bare word as a reference to nothing: `$map.put('key', null)`.
                _ = identifier()
                return .null
            }
            if wordIs("null") { throw failure("null is no value here: Velocity has no literal for it") }
            throw expected("a value")
        }
    }

    private mutating func number(allowsFraction: Bool) throws(TemplateError) -> Expression {
        let start = at
        _ = skip(UInt8(ascii: "-"))
        let whole = at
        while isDigit(peek()) { at += 1 }
        var isFraction = false
        let hasWhole = at > whole
        if allowsFraction {
            if peek() == UInt8(ascii: "."), peek(1) != UInt8(ascii: "."), hasWhole || isDigit(peek(1)) {
                isFraction = true
                at += 1
                while isDigit(peek()) { at += 1 }
            }
            if let exponent = peek(), exponent | 0x20 == UInt8(ascii: "e"), at > whole {
                let signed = peek(1) == UInt8(ascii: "-") || peek(1) == UInt8(ascii: "+")
                if isDigit(peek(signed ? 2 : 1)) {
                    isFraction = true
                    at += signed ? 2 : 1
                    while isDigit(peek()) { at += 1 }
                }
            }
        }
        guard at > whole else {
            at = start
            throw expected("a number")
        }
        let text = slice(start..<at)
        if !isFraction, let int = Int(text) { return .int(int) }
        // Swift wants digits on both sides of the point.
        let padded = text.hasSuffix(".") ? text + "0" : text.replacing(/^(-?)\./, with: { "\($0.1)0." })
        guard let double = Double(padded.replacing(/\.([eE])/, with: { ".0\($0.1)" })) else {
            throw failure("'\(text)' is no number", at: start)
        }
        return .double(double)
    }

    /// `[a, b]` or `[first..last]`.
    private mutating func list() throws(TemplateError) -> Expression {
        try enter()
        defer { shared.depth -= 1 }
        let place = position()
        at += 1
        var elements: [Expression] = []
        skipSpace()
        if skip(UInt8(ascii: "]")) { return .list([]) }
        while true {
            skipSpace()
            elements.append(try operand(.expression))
            skipSpace()
            if elements.count == 1, peek() == UInt8(ascii: "."), peek(1) == UInt8(ascii: ".") {
                at += 2
                skipSpace()
                let last = try operand(.expression)
                skipSpace()
                guard skip(UInt8(ascii: "]")) else { throw expected("']' after the range") }
                return .range(elements[0], last, place)
            }
            if skip(UInt8(ascii: ",")) { continue }
            guard skip(UInt8(ascii: "]")) else { throw expected("',' or ']' in the list") }
            return .list(elements)
        }
    }

    private mutating func map() throws(TemplateError) -> Expression {
        try enter()
        defer { shared.depth -= 1 }
        at += 1
        var pairs: [(key: Expression, value: Expression)] = []
        skipSpace()
        if skip(UInt8(ascii: "}")) { return .map([]) }
        while true {
            skipSpace()
            let key = try operand(.expression)
            skipSpace()
            guard skip(UInt8(ascii: ":")) else { throw expected("':' after the key") }
            skipSpace()
            pairs.append((key, try operand(.expression)))
            skipSpace()
            if skip(UInt8(ascii: ",")) { continue }
            guard skip(UInt8(ascii: "}")) else { throw expected("',' or '}' in the map") }
            return .map(pairs)
        }
    }

    /// A quote is written twice to stand in its own kind of string; a backslash is a character like any other. In
    /// double quotes, references and directives are rendered and `\uXXXX` is a character.
    private mutating func string() throws(TemplateError) -> Expression {
        try enter()
        defer { shared.depth -= 1 }
        let start = at
        let quote = bytes[at]
        let isDouble = quote == UInt8(ascii: "\"")
        at += 1
        let inside = position()
        var content: [UInt8] = []
        while true {
            guard let byte = peek() else { throw failure("string without an end", at: start) }
            at += 1
            if byte == quote {
                guard peek() == quote else { break }
                at += 1
            }
            content.append(byte)
        }
        if isDouble { content = unescape(content) }
        guard isDouble, content.contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "#") }) else {
            return .string(String(decoding: content, as: UTF8.self))
        }
        var parser = TemplateParser(bytes: content, shared: shared, isString: true, origin: inside)
        return .interpolated(try parser.template())
    }

    private func unescape(_ content: [UInt8]) -> [UInt8] {
        guard content.contains(UInt8(ascii: "\\")) else { return content }
        var units: [UInt16] = []
        var output: [UInt8] = []
        func flush() {
            output.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
            units.removeAll()
        }
        var at = 0
        while at < content.count {
            if content[at] == UInt8(ascii: "\\"), at + 5 < content.count, content[at + 1] == UInt8(ascii: "u"),
                content[at + 2...at + 5].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let unit = UInt16(String(decoding: content[at + 2...at + 5], as: UTF8.self), radix: 16)
            {
                units.append(unit)
                at += 6
            } else {
                flush()
                output.append(content[at])
                at += 1
            }
        }
        flush()
        return output
    }
}
