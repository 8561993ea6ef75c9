extension TemplateParser {
    /// Where a `#set(` begins and ends if one begins here, blanks before it included.
    func setDirective() -> Int? {
        var cursor = at
        while let byte = byte(cursor), byte == 0x20 || byte == 0x09 { cursor += 1 }
        guard byte(cursor) == UInt8(ascii: "#"), let word = directiveWord(at: cursor + 1), word.name == "set" else {
            return nil
        }
        cursor = word.end
        while byte(cursor) == 0x20 { cursor += 1 }
        return byte(cursor) == UInt8(ascii: "(") ? cursor + 1 : nil
    }

    /// `#set( $reference = expression )`, of which the bracket ends at `opened`.
    mutating func set(_ opened: Int) throws(TemplateError) -> Node {
        let place = position()
        at = opened
        skipSpace()
        guard peek() == UInt8(ascii: "$") else { throw expected("a reference to set, such as $name") }
        guard isReferenceStart(peek(1) == UInt8(ascii: "!") ? at + 2 : at + 1) else {
            throw expected("a reference to set, such as $name")
        }
        let target = try reference(escapes: 0)
        if case .method? = target.steps.last {
            throw failure("\(target.literal) is a method call and cannot be set")
        }
        skipSpace()
        guard skip(UInt8(ascii: "=")), peek() != UInt8(ascii: "=") else { throw expected("'=' after the reference") }
        let value = try expression()
        try closeDirective("#set")
        return .set(target, value, place)
    }

    /// At `#`, before the word of a directive.
    mutating func directive(_ word: (name: String, end: Int)) throws(TemplateError) -> [Node] {
        let start = at
        let place = position()
        at = word.end
        switch word.name {
        case "if": return [try conditional(start)]
        case "foreach": return [try loop(start, place)]
        case "macro":
            try macro(start)
            return []
        case "define": return [try define(start)]
        case "literal": return [try literal(start)]
        case "stop": return [.stop]
        case "break": return [try leave(place)]
        case "evaluate":
            try openDirective("#evaluate")
            let arguments = try directiveArguments("#evaluate")
            guard arguments.count == 1 else {
                throw failure("#evaluate takes one argument, the template to evaluate", at: start)
            }
            return [.evaluate(arguments[0], place)]
        case "parse", "include":
            try openDirective("#" + word.name)
            _ = try directiveArguments("#" + word.name)
            return [.unavailable("#" + word.name, place)]
        default:
            return [try call(word.name, start, place)]
        }
    }

    private mutating func conditional(_ start: Int) throws(TemplateError) -> Node {
        var branches: [Branch] = []
        try openDirective("#if")
        var condition = try expression()
        try closeDirective("#if")
        while true {
            let (body, end) = try block()
            branches.append(Branch(condition: condition, body: body))
            switch end {
            case .end:
                return .conditional(branches, otherwise: [])
            case .text:
                throw failure("#if without its #end", at: start)
            case .elseif:
                try openDirective("#elseif")
                condition = try expression()
                try closeDirective("#elseif")
            case .otherwise:
                let (body, end) = try block()
                guard case .end = end else {
                    throw failure("#else must be followed by #end", at: end == .text ? start : at)
                }
                return .conditional(branches, otherwise: body)
            }
        }
    }

    private mutating func loop(_ start: Int, _ place: TemplatePosition) throws(TemplateError) -> Node {
        try openDirective("#foreach")
        skipSpace()
        guard peek() == UInt8(ascii: "$"), isReferenceStart(at + 1) else {
            throw expected("a loop variable, such as $item")
        }
        let variable = try reference(escapes: 0)
        guard variable.steps.isEmpty else { throw failure("\(variable.literal) cannot be a loop variable") }
        skipSpace()
        guard let word = directiveWord(at: at), !isBrace() else { throw expected("the word 'in'") }
        at = word.end
        skipSpace()
        let source = try directiveArgument()
        try closeDirective("#foreach")
        let body = try body(of: "#foreach", start)
        return .loop(Loop(variable: variable.root, source: source, body: body, position: place))
    }

    private func isBrace() -> Bool { peek() == UInt8(ascii: "{") }

    /// Keeps the macro aside. The first of a name stays: API Gateway's templates cannot replace one.
    private mutating func macro(_ start: Int) throws(TemplateError) {
        try openDirective("#macro")
        skipSpace()
        guard let word = directiveWord(at: at), !isBrace() else { throw expected("the macro's name") }
        at = word.end
        var parameters: [String] = []
        while true {
            skipSpace()
            if skip(UInt8(ascii: ",")) { skipSpace() }
            if peek() == UInt8(ascii: ")") { break }
            guard peek() == UInt8(ascii: "$"), isReferenceStart(peek(1) == UInt8(ascii: "!") ? at + 2 : at + 1) else {
                throw expected("a parameter, such as $name, or ')'")
            }
            parameters.append(try reference(escapes: 0).root)
        }
        try closeDirective("#macro")
        let body = try body(of: "#macro", start)
        if shared.macros[word.name] == nil {
            shared.macros[word.name] = Macro(name: word.name, parameters: parameters, body: body)
        }
    }

    private mutating func define(_ start: Int) throws(TemplateError) -> Node {
        try openDirective("#define")
        let arguments = try directiveArguments("#define")
        guard arguments.count == 1, case .reference(let name) = arguments[0], name.steps.isEmpty else {
            throw failure("#define takes one reference, such as #define( $block )", at: start)
        }
        return .define(name: name.root, body: try body(of: "#define", start))
    }

    /// `#literal() … #end`: its block as it stands.
    private mutating func literal(_ start: Int) throws(TemplateError) -> Node {
        try openDirective("#literal")
        _ = try directiveArguments("#literal")
        let first = at
        let (_, end) = try block()
        guard case .end = end else { throw failure("#literal without its #end", at: start) }
        let last = bytes[first..<at].lastIndex(of: UInt8(ascii: "#")) ?? first
        return .text(Array(bytes[first..<last]))
    }

    private mutating func leave(_ place: TemplatePosition) throws(TemplateError) -> Node {
        guard isBracketAhead() else { return .leave(nil, place) }
        try openDirective("#break")
        let arguments = try directiveArguments("#break")
        guard arguments.count <= 1 else { throw failure("#break takes at most one argument, such as $foreach.parent") }
        return .leave(arguments.first, place)
    }

    private mutating func call(_ name: String, _ start: Int, _ place: TemplatePosition) throws(TemplateError) -> Node {
        let takesBlock = name.hasPrefix("@")
        var arguments: [Expression] = []
        if isBracketAhead() {
            try openDirective("#" + name)
            arguments = try directiveArguments("#" + name, allowsWords: true)
        } else if takesBlock {
            return .text(Array(bytes[start..<at]))
        }
        let literal = Array(bytes[start..<at])
        let body = takesBlock ? try body(of: "#" + name, start) : nil
        return .call(
            MacroCall(
                name: takesBlock ? String(name.dropFirst()) : name, arguments: arguments, body: body,
                literal: takesBlock ? Array(bytes[start..<at]) : literal, position: place))
    }

    private mutating func body(of directive: String, _ start: Int) throws(TemplateError) -> [Node] {
        let (body, end) = try block()
        switch end {
        case .end: return body
        case .text: throw failure("\(directive) without its #end", at: start)
        case .otherwise: throw failure("#else without an #if: \(directive) has no other branch")
        case .elseif: throw failure("#elseif without an #if: \(directive) has no other branch")
        }
    }

    // MARK: Brackets and arguments

    private func isBracketAhead() -> Bool {
        var cursor = at
        while let byte = byte(cursor), byte == 0x20 || byte == 0x09 || isNewline(byte) { cursor += 1 }
        return byte(cursor) == UInt8(ascii: "(")
    }

    private mutating func openDirective(_ name: String) throws(TemplateError) {
        skipSpace()
        guard skip(UInt8(ascii: "(")) else { throw expected("'(' after \(name)") }
    }

    private mutating func closeDirective(_ name: String) throws(TemplateError) {
        skipSpace()
        guard skip(UInt8(ascii: ")")) else { throw expected("')' to close \(name)") }
        skipBlankLine()
    }

    /// The arguments up to and with the closing bracket, divided by blanks or commas.
    private mutating func directiveArguments(
        _ name: String, allowsWords: Bool = false
    ) throws(TemplateError) -> [Expression] {
        var arguments: [Expression] = []
        while true {
            skipSpace()
            if !arguments.isEmpty, skip(UInt8(ascii: ",")) { skipSpace() }
            if peek() == UInt8(ascii: ")") {
                try closeDirective(name)
                return arguments
            }
            if allowsWords, let word = directiveWord(at: at), !isBrace(), word.name != "true", word.name != "false" {
                at = word.end
                arguments.append(.null)
            } else {
                arguments.append(try directiveArgument())
            }
        }
    }

    /// One argument of a directive: no operators.
    private mutating func directiveArgument() throws(TemplateError) -> Expression {
        try operand(.directive)
    }
}
