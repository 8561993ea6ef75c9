import JSON

extension TemplateParser {
    /// Whether a name or a brace and a name stand here.
    func isReferenceStart(_ place: Int) -> Bool {
        let name = byte(place) == UInt8(ascii: "{") ? place + 1 : place
        return isLetter(byte(name)) || byte(name) == UInt8(ascii: "_")
    }

    /// A reference at its `$`, which the caller has seen to be one.
    mutating func reference(escapes: Int) throws(TemplateError) -> Reference {
        try enter()
        defer { shared.depth -= 1 }
        let start = at
        let place = position()
        at += 1
        let isQuiet = skip(UInt8(ascii: "!"))
        let isFormal = skip(UInt8(ascii: "{"))
        let root = identifier()
        var steps: [Reference.Step] = []
        while true {
            if peek() == UInt8(ascii: "[") {
                steps.append(try index())
            } else if peek() == UInt8(ascii: "."), isLetter(peek(1)) {
                at += 1
                steps.append(try member())
            } else {
                break
            }
        }
        if isFormal, !skip(UInt8(ascii: "}")) { throw expected("'}' to close \(slice(start..<at))") }
        keepPath(root, steps)
        return Reference(
            root: root, steps: steps, isQuiet: isQuiet, escapes: escapes, literal: slice(start..<at), position: place)
    }

    mutating func identifier() -> String {
        let start = at
        while let byte = peek(),
            isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        {
            at += 1
        }
        return slice(start..<at)
    }

    private mutating func index() throws(TemplateError) -> Reference.Step {
        at += 1
        skipSpace()
        let index = try operand(.index)
        skipSpace()
        guard skip(UInt8(ascii: "]")) else { throw expected("']' after the index") }
        return .index(index)
    }

    private mutating func member() throws(TemplateError) -> Reference.Step {
        let name = identifier()
        guard skip(UInt8(ascii: "(")) else { return .property(name) }
        var arguments: [Expression] = []
        skipSpace()
        if skip(UInt8(ascii: ")")) { return .method(name, []) }
        while true {
            skipSpace()
            arguments.append(try operand(.method))
            skipSpace()
            if skip(UInt8(ascii: ",")) { continue }
            guard skip(UInt8(ascii: ")")) else { throw expected("',' or ')' among the arguments of \(name)") }
            return .method(name, arguments)
        }
    }

    /// Compiles the paths that `$input.json('…')` and `$input.path('…')` will ask for. One that is wrong fails when it
    /// is used, as on API Gateway.
    private func keepPath(_ root: String, _ steps: [Reference.Step]) {
        guard root == "input", case .method(let name, let arguments)? = steps.first, name == "json" || name == "path",
            arguments.count == 1, case .string(let path) = arguments[0], shared.paths[path] == nil
        else { return }
        shared.paths[path] = try? JSONPath(path)
    }
}
