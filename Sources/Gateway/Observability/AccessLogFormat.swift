/// A stage's access log format, compiled: text with `$context` variables in it. CLF, JSON, XML and CSV are all that.
///
/// A value that the request has not is `-`. What clients can choose, a user agent or a path, must not be able to forge
/// a line or a field: control characters become blanks everywhere; between double quotes, `"` and `\` get a backslash;
/// in a format that begins with `<`, the characters that XML keeps for itself become its entities. AWS's own escaping
/// is not documented; `$context.error.message` and `messageString` come escaped and stay as they are.
struct AccessLogFormat: Sendable {
    enum Escaping: Sendable { case none, quoted, xml }

    enum Piece: Sendable {
        case text([UInt8])
        /// `nil` for a name that nobody knows: it is always unset.
        case variable(ContextVariable?, Escaping)
    }

    let pieces: [Piece]

    init(_ format: String) {
        let isXML = format.first { !$0.isWhitespace } == "<"
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var isQuoted = false
        var rest = Array(format.utf8)[...]
        while let byte = rest.first {
            if let (variable, length) = Self.variable(rest) {
                if !literal.isEmpty { pieces.append(.text(literal)) }
                literal = []
                // These two are JSON already.
                let isEscaped = variable == .errorMessageString || variable == .errorMessage
                pieces.append(.variable(variable, isXML ? .xml : isQuoted && !isEscaped ? .quoted : .none))
                rest = rest.dropFirst(length)
                continue
            }
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            literal.append(byte < 0x20 || byte == 0x7F ? 0x20 : byte)
            rest = rest.dropFirst()
        }
        while let last = literal.last, last == 0x20 { literal.removeLast() }
        if !literal.isEmpty { pieces.append(.text(literal)) }
        self.pieces = pieces
    }

    /// Whether one of the two ids stands in it, as AWS asks for.
    var namesTheRequest: Bool {
        pieces.contains { piece in
            if case .variable(let variable, _) = piece {
                return variable == .requestId || variable == .extendedRequestId
            }
            return false
        }
    }

    /// A `$context.` at the start of `bytes`, with the longest name that is a variable's, and its length.
    private static func variable(_ bytes: ArraySlice<UInt8>) -> (ContextVariable?, Int)? {
        let prefix = "$context."
        guard bytes.starts(with: prefix.utf8) else { return nil }
        let name = bytes.dropFirst(prefix.utf8.count).prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        // A full stop behind a name ends a sentence.
        var words = name
        while words.last == UInt8(ascii: ".") { words = words.dropLast() }
        guard !words.isEmpty else { return nil }
        return (
            ContextVariable(rawValue: String(decoding: words, as: UTF8.self)), prefix.utf8.count + words.count
        )
    }

    /// Appends a line without its end.
    func write(to line: inout [UInt8], _ value: (ContextVariable) -> String?) {
        for piece in pieces {
            switch piece {
            case .text(let text): line += text
            case .variable(let variable, let escaping):
                guard let text = variable.flatMap(value), !text.isEmpty else {
                    line.append(UInt8(ascii: "-"))
                    continue
                }
                Self.write(text, escaping, to: &line)
            }
        }
    }

    private static func write(_ text: String, _ escaping: Escaping, to line: inout [UInt8]) {
        for byte in text.utf8 {
            switch (byte, escaping) {
            case (0..<0x20, _), (0x7F, _): line.append(0x20)
            case (UInt8(ascii: "\""), .quoted), (UInt8(ascii: "\\"), .quoted): line += [UInt8(ascii: "\\"), byte]
            case (UInt8(ascii: "<"), .xml): line += "&lt;".utf8
            case (UInt8(ascii: ">"), .xml): line += "&gt;".utf8
            case (UInt8(ascii: "&"), .xml): line += "&amp;".utf8
            case (UInt8(ascii: "\""), .xml): line += "&quot;".utf8
            default: line.append(byte)
            }
        }
    }
}

/// A stage's access log: what a line says and where it goes.
struct AccessLogPlan: Sendable {
    let format: AccessLogFormat
    let file: LogFile

    /// `nil` as long as one of the two is not set.
    init?(format: String?, destinationArn: String?) {
        guard let format, !format.isEmpty, let file = destinationArn.flatMap(LogFile.init(destinationArn:)) else {
            return nil
        }
        self.format = AccessLogFormat(format)
        self.file = file
    }
}
