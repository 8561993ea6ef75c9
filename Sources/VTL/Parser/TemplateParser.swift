import JSON

/// Reads Velocity 1.7's language: text, with references after `$` and directives after `#`.
///
/// White space is Velocity 1.7's: a directive that ends in `)`, and `#end` and `#else`, swallow the rest of their line
/// if it is blank; `#set` also swallows the blanks before it where those follow another directive or a reference and
/// not other text.
struct TemplateParser {
    /// What the parts of one template share: a string in double quotes is a template of its own inside.
    final class Shared {
        var macros: [String: Macro] = [:]
        var paths: [String: JSONPath] = [:]
        var depth = 0
        /// Operators of the expression being read.
        var operators = 0
    }

    /// Blocks, lists, brackets and strings inside one another. Deep enough for any template by hand, shallow enough
    /// for the stack of an event loop's thread.
    static let maximumDepth = 64
    static let maximumOperators = 128

    let bytes: [UInt8]
    var at = 0
    let shared: Shared
    /// In a string, a `$` or `#` at the very end is text; in a template Velocity refuses it.
    let isString: Bool
    private var known: (offset: Int, line: Int, column: Int)

    init(bytes: [UInt8], shared: Shared, isString: Bool = false, origin: TemplatePosition? = nil) {
        self.bytes = bytes
        self.shared = shared
        self.isString = isString
        known = (0, origin?.line ?? 1, origin?.column ?? 1)
    }

    mutating func template() throws(TemplateError) -> [Node] {
        let (nodes, end) = try block()
        switch end {
        case .text: return nodes
        case .end: throw failure("#end without a directive that it ends")
        case .otherwise: throw failure("#else without an #if")
        case .elseif: throw failure("#elseif without an #if")
        }
    }

    // MARK: Blocks

    /// The nodes of a block so far, and the text after the last of them.
    struct Pieces {
        private var nodes: [Node] = []
        var text: [UInt8] = []

        mutating func append(_ node: Node) {
            if !text.isEmpty { nodes.append(.text(text)) }
            text.removeAll()
            nodes.append(node)
        }

        func finished() -> [Node] {
            text.isEmpty ? nodes : nodes + [.text(text)]
        }
    }

    /// What a block ran into.
    enum BlockEnd { case text, end, otherwise, elseif }

    mutating func block() throws(TemplateError) -> ([Node], BlockEnd) {
        try enter()
        defer { shared.depth -= 1 }
        var pieces = Pieces()
        while at < bytes.count {
            if let opened = setDirective() {
                pieces.append(try set(opened))
                continue
            }
            switch bytes[at] {
            case UInt8(ascii: "\\"):
                let count = run(of: UInt8(ascii: "\\"))
                switch peek(count) {
                case UInt8(ascii: "$"): try dollar(escapes: count, &pieces)
                case UInt8(ascii: "#"): escapedHash(count, &pieces)
                default: take(count, &pieces)
                }
            case UInt8(ascii: "$"):
                try dollar(escapes: 0, &pieces)
            case UInt8(ascii: "#"):
                if let end = try hash(&pieces) { return (pieces.finished(), end) }
            default:
                let start = at
                while at < bytes.count, !isSpecial(bytes[at]) { at += 1 }
                pieces.text.append(contentsOf: bytes[start..<at])
            }
        }
        return (pieces.finished(), .text)
    }

    private func isSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "$") || byte == UInt8(ascii: "#") || byte == UInt8(ascii: "\\")
    }

    /// `\#if` prints `#if`; `\\#if` prints a backslash and is a directive again.
    private mutating func escapedHash(_ count: Int, _ pieces: inout Pieces) {
        let word = directiveWord(at: at + count + 1)
        let isDirective = word.map { Self.directives.contains($0.name) || shared.macros[$0.name] != nil } ?? false
        if count % 2 == 1, let word {
            let printed = isDirective ? (count - 1) / 2 : count
            pieces.text.append(contentsOf: repeatElement(UInt8(ascii: "\\"), count: printed))
            pieces.text.append(contentsOf: bytes[at + count..<word.end])
            at = word.end
        } else {
            let halves = isDirective && word?.name != "set"
            pieces.text.append(contentsOf: repeatElement(UInt8(ascii: "\\"), count: halves ? count / 2 : count))
            at += count
        }
    }

    static let directives: Set<String> = [
        "if", "elseif", "else", "end", "set", "stop", "foreach", "macro", "define", "break", "evaluate", "parse",
        "include", "literal",
    ]

    /// At `#`. Returns what ends the block, if this does.
    private mutating func hash(_ pieces: inout Pieces) throws(TemplateError) -> BlockEnd? {
        switch peek(1) {
        case UInt8(ascii: "#"):
            at += 2
            while at < bytes.count, !isNewline(bytes[at]) { at += 1 }
            skipNewline()
            return nil
        case UInt8(ascii: "*"):
            // One without an end goes on to the end of the template.
            at = find("*#", from: at + 2).map { $0 + 2 } ?? bytes.count
            return nil
        case UInt8(ascii: "[") where peek(2) == UInt8(ascii: "["):
            let start = at
            guard let end = find("]]#", from: at + 3) else { throw failure("text block without its ]]#", at: start) }
            pieces.text.append(contentsOf: bytes[at + 3..<end])
            at = end + 3
            return nil
        case nil where !isString:
            throw failure("'#' at the end of the template: write #[[#]]# for the character itself")
        default:
            break
        }
        guard let word = directiveWord(at: at + 1) else {
            take(1, &pieces)
            return nil
        }
        switch word.name {
        case "end":
            at = word.end
            skipBlankLine()
            return .end
        case "else":
            at = word.end
            skipBlankLine()
            return .otherwise
        case "elseif":
            at = word.end
            return .elseif
        default:
            for node in try directive(word) { pieces.append(node) }
            return nil
        }
    }

    /// At `$`, or at the backslashes before it.
    private mutating func dollar(
        escapes: Int, _ pieces: inout Pieces
    ) throws(TemplateError) {
        let start = at
        var cursor = at + escapes + 1
        // `$\!name` is no reference; one of its backslashes goes.
        let bang = run(of: UInt8(ascii: "\\"), from: cursor)
        if bang > 0, byte(cursor + bang) == UInt8(ascii: "!"), isReferenceStart(cursor + bang + 1) {
            pieces.text.append(contentsOf: bytes[start..<cursor + bang - 1])
            pieces.text.append(UInt8(ascii: "!"))
            at = cursor + bang + 1
            return
        }
        if byte(cursor) == UInt8(ascii: "!") { cursor += 1 }
        guard isReferenceStart(cursor) else {
            if cursor >= bytes.count, !isString {
                throw failure("'$' at the end of the template: write #[[$]]# for the character itself", at: start)
            }
            pieces.text.append(contentsOf: bytes[start..<cursor])
            at = cursor
            return
        }
        at += escapes
        pieces.append(.reference(try reference(escapes: escapes)))
    }

    // MARK: Characters

    func byte(_ place: Int) -> UInt8? { place < bytes.count ? bytes[place] : nil }
    func peek(_ offset: Int = 0) -> UInt8? { byte(at + offset) }

    func run(of wanted: UInt8, from start: Int? = nil) -> Int {
        var end = start ?? at
        let begin = end
        while byte(end) == wanted { end += 1 }
        return end - begin
    }

    mutating func take(_ count: Int, _ pieces: inout Pieces) {
        pieces.text.append(contentsOf: bytes[at..<at + count])
        at += count
    }

    mutating func skip(_ wanted: UInt8) -> Bool {
        guard peek() == wanted else { return false }
        at += 1
        return true
    }

    func isNewline(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || isNewline(byte) { at += 1 }
    }

    /// Skips `\n`, `\r` or `\r\n`.
    @discardableResult
    mutating func skipNewline() -> Bool {
        if peek() == 0x0D {
            at += 1
            _ = skip(0x0A)
            return true
        }
        return skip(0x0A)
    }

    /// Skips the rest of a line with its end if there is nothing else on it.
    mutating func skipBlankLine() {
        let mark = at
        while let byte = peek(), byte == 0x20 || byte == 0x09 { at += 1 }
        if !skipNewline() { at = mark }
    }

    private func find(_ wanted: StaticString, from start: Int) -> Int? {
        let length = wanted.utf8CodeUnitCount
        guard bytes.count >= length, start <= bytes.count - length else { return nil }
        return (start...bytes.count - length).first { place in
            (0..<length).allSatisfy { bytes[place + $0] == wanted.utf8Start[$0] }
        }
    }

    func isLetter(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
    }

    func isDigit(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    /// `name` or `{name}` after a `#`.
    func directiveWord(at start: Int) -> (name: String, end: Int)? {
        let isBraced = byte(start) == UInt8(ascii: "{")
        let first = isBraced ? start + 1 : start
        var end = first
        let isStart = isLetter(byte(first)) || byte(first) == UInt8(ascii: "_")
        guard isStart || (byte(first) == UInt8(ascii: "@") && !isBraced) else { return nil }
        while let byte = byte(end),
            isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "@")
        {
            end += 1
        }
        let name = String(decoding: bytes[first..<end], as: UTF8.self)
        guard isBraced else { return (name, end) }
        return byte(end) == UInt8(ascii: "}") ? (name, end + 1) : nil
    }

    func slice(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    // MARK: Places and errors

    /// Goes one level deeper; the caller comes back with `shared.depth -= 1`.
    mutating func enter() throws(TemplateError) {
        guard shared.depth < Self.maximumDepth else {
            throw failure("nested deeper than \(Self.maximumDepth)")
        }
        shared.depth += 1
    }

    mutating func position(_ offset: Int? = nil) -> TemplatePosition {
        let offset = min(offset ?? at, bytes.count)
        guard offset >= known.offset else {
            // Only errors look back.
            var (line, column) = (known.line, known.column)
            for byte in bytes[offset..<known.offset] where byte == 0x0A { line -= 1 }
            if line == known.line {
                column -= bytes[offset..<known.offset].count { $0 & 0xC0 != 0x80 }
            } else {
                let start = bytes[..<offset].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
                column = bytes[start..<offset].count { $0 & 0xC0 != 0x80 } + 1
            }
            return TemplatePosition(line: line, column: column)
        }
        for byte in bytes[known.offset..<offset] {
            if byte == 0x0A {
                known.line += 1
                known.column = 1
            } else if byte & 0xC0 != 0x80 {
                known.column += 1
            }
        }
        known.offset = offset
        return TemplatePosition(line: known.line, column: known.column)
    }

    mutating func failure(_ message: String, at offset: Int? = nil) -> TemplateError {
        TemplateError(kind: .syntax, message: message, position: position(offset))
    }

    mutating func expected(_ what: String) -> TemplateError {
        guard let byte = peek() else { return failure("expected \(what), found the end of the template") }
        switch byte {
        case 0x0A, 0x0D: return failure("expected \(what), found the end of the line")
        case 0x21..<0x7F: return failure("expected \(what), found '\(Unicode.Scalar(byte))'")
        default: return failure("expected \(what), found \(byte == 0x20 ? "a blank" : "byte \(byte)")")
        }
    }
}
