/// The template of a gateway response: text in which variables are replaced, and nothing else (it is no Velocity).
///
/// Variables are `$context.…`, `$stageVariables.…`, `$method.request.{path|querystring|header|multivaluequerystring|
/// multivalueheader}.…` and `$input.params('…')` with the name in either quotes, each also as `${…}`. One that the
/// request has not is replaced by nothing; any other `$` is text.
///
/// In a JSON template, values are escaped as inside a string's quotes, so that neither a violated schema's text nor what
/// a client sends can break the document; `$context.error.message` and `$context.error.messageString` are JSON already.
struct GatewayTemplate: Sendable {
    enum Piece: Sendable {
        case text([UInt8])
        case value(ParameterSource)
        /// `$input.params('name')`: path, then query, then header.
        case parameter(String)

        var isJSONAlready: Bool {
            if case .value(.context("error.message")) = self { return true }
            if case .value(.context("error.messageString")) = self { return true }
            return false
        }
    }

    let pieces: [Piece]
    let isJSON: Bool

    /// `type` is the content type of what it gives.
    init(_ source: String, type: String, variables: [String: String]) {
        isJSON = type.lowercased().contains("json")
        var reader = GatewayTemplateReader(bytes: Array(source.utf8), variables: variables)
        pieces = reader.read()
    }
}

/// Reads a template once, from left to right.
private struct GatewayTemplateReader {
    let bytes: [UInt8]
    let variables: [String: String]
    private var at = 0
    private var pieces: [GatewayTemplate.Piece] = []
    private var text: [UInt8] = []

    init(bytes: [UInt8], variables: [String: String]) {
        self.bytes = bytes
        self.variables = variables
    }

    mutating func read() -> [GatewayTemplate.Piece] {
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "$"), let (piece, end) = variable(at + 1) {
                add(piece)
                at = end
            } else {
                text.append(bytes[at])
                at += 1
            }
        }
        add(nil)
        return pieces
    }

    private mutating func add(_ piece: GatewayTemplate.Piece?) {
        // Stage variables are known already.
        if case .value(.literal(let value))? = piece {
            text += value
            return
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        text = []
        if let piece { pieces.append(piece) }
    }

    /// The variable whose name begins at `start`, and where the text goes on.
    private func variable(_ start: Int) -> (GatewayTemplate.Piece, end: Int)? {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "{") else { return named(start) }
        guard let (piece, end) = named(start + 1), end < bytes.count, bytes[end] == UInt8(ascii: "}") else {
            return nil
        }
        return (piece, end + 1)
    }

    private func named(_ start: Int) -> (GatewayTemplate.Piece, end: Int)? {
        if has("input.params(", at: start) { return parameter(start + "input.params(".utf8.count) }
        for prefix in Self.prefixes where has(prefix, at: start) {
            let nameStart = start + prefix.utf8.count
            let isHeader = prefix.hasPrefix("method.")
            var end = nameStart
            while end < bytes.count, Self.isName(bytes[end], isHeader) { end += 1 }
            // A full stop behind a variable ends the sentence.
            while end > nameStart, bytes[end - 1] == UInt8(ascii: ".") || bytes[end - 1] == UInt8(ascii: "-") {
                end -= 1
            }
            guard end > nameStart else { return nil }
            let expression = String(decoding: bytes[start..<end], as: UTF8.self)
            guard
                let source = try? ParameterSource(
                    expression: expression, target: "", side: .gatewayResponse, pathParameters: [],
                    variables: variables)
            else { return nil }
            return (.value(source), end)
        }
        return nil
    }

    /// `'name')`
    private func parameter(_ start: Int) -> (GatewayTemplate.Piece, end: Int)? {
        guard start < bytes.count, case let quote = bytes[start],
            quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
            let end = bytes[(start + 1)...].firstIndex(of: quote), end + 1 < bytes.count,
            bytes[end + 1] == UInt8(ascii: ")")
        else { return nil }
        return (.parameter(String(decoding: bytes[(start + 1)..<end], as: UTF8.self)), end + 2)
    }

    private static let prefixes = [
        "context.", "stageVariables.", "method.request.path.", "method.request.querystring.", "method.request.header.",
        "method.request.multivaluequerystring.", "method.request.multivalueheader.",
    ]

    private func has(_ word: String, at start: Int) -> Bool { bytes[start...].starts(with: word.utf8) }

    private static func isName(_ byte: UInt8, _ isHeader: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: isHeader && byte == UInt8(ascii: "-")
        }
    }
}
