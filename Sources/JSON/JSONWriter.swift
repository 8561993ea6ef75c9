extension JSON {
    /// How a value is laid out as text.
    public enum Layout: Sendable {
        /// No white space: `{"a":1}`.
        case compact
        /// Two spaces a level, a member a line.
        case pretty
    }

    /// The value as text. Characters outside ASCII are written as they are.
    public func text(_ layout: Layout = .compact) -> String {
        String(decoding: bytes(layout), as: UTF8.self)
    }

    /// The value as text without white space; `nil` if that has more than `limit` bytes. What a path found may hold the
    /// same large part many times.
    public func text(atMost limit: Int) -> String? {
        var writer = JSONWriter(layout: .compact, limit: limit)
        writer.write(self, level: 0)
        return writer.output.count > limit ? nil : String(decoding: writer.output, as: UTF8.self)
    }

    /// The value as UTF-8.
    public func bytes(_ layout: Layout = .compact) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        writer.write(self, level: 0)
        return writer.output
    }

    /// Appends `string` as a JSON string with its quotes.
    public static func appendQuoted(_ string: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): output.append(contentsOf: "\\\\".utf8)
            case 0x08: output.append(contentsOf: "\\b".utf8)
            case 0x09: output.append(contentsOf: "\\t".utf8)
            case 0x0A: output.append(contentsOf: "\\n".utf8)
            case 0x0C: output.append(contentsOf: "\\f".utf8)
            case 0x0D: output.append(contentsOf: "\\r".utf8)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                output.append(contentsOf: "\\u00".utf8)
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

struct JSONWriter {
    let layout: JSON.Layout
    /// Bytes after which nothing is written any more.
    let limit: Int
    var output: [UInt8] = []

    init(layout: JSON.Layout, limit: Int = .max) {
        self.layout = layout
        self.limit = limit
    }

    mutating func write(_ value: JSON, level: Int) {
        guard output.count <= limit else { return }
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let bool): output.append(contentsOf: (bool ? "true" : "false").utf8)
        case .number(let number): output.append(contentsOf: number.text.utf8)
        case .string(let string): JSON.appendQuoted(string, to: &output)
        case .array(let elements):
            list(elements, open: "[", close: "]", level: level) { writer, element in
                writer.write(element, level: level + 1)
            }
        case .object(let object):
            list(object.members, open: "{", close: "}", level: level) { writer, member in
                JSON.appendQuoted(member.key, to: &writer.output)
                writer.output.append(UInt8(ascii: ":"))
                if writer.layout == .pretty { writer.output.append(0x20) }
                writer.write(member.value, level: level + 1)
            }
        }
    }

    private mutating func list<Element>(
        _ elements: [Element], open: Unicode.Scalar, close: Unicode.Scalar, level: Int,
        each: (inout JSONWriter, Element) -> Void
    ) {
        output.append(UInt8(ascii: open))
        for (place, element) in elements.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            newLine(level + 1)
            each(&self, element)
        }
        if !elements.isEmpty { newLine(level) }
        output.append(UInt8(ascii: close))
    }

    private mutating func newLine(_ level: Int) {
        guard layout == .pretty else { return }
        output.append(0x0A)
        for _ in 0..<level { output.append(contentsOf: [0x20, 0x20]) }
    }
}
