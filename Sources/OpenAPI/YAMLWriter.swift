package import JSON

/// Writes JSON values as YAML in block style. Text that YAML would take for something else is quoted.
package struct YAMLWriter {
    private var output: [UInt8] = Array("---\n".utf8)

    package static func bytes(_ value: JSON) -> [UInt8] {
        var writer = YAMLWriter()
        writer.write(value, level: 0)
        return writer.output
    }

    private init() {}

    private mutating func write(_ value: JSON, level: Int) {
        switch value {
        case .object(let object) where !object.isEmpty:
            for member in object.members {
                indent(level)
                text(member.key)
                output.append(UInt8(ascii: ":"))
                nested(member.value, level: level + 1)
            }
        case .array(let elements) where !elements.isEmpty:
            for element in elements {
                indent(level)
                output.append(UInt8(ascii: "-"))
                nested(element, level: level + 1)
            }
        default:
            indent(level)
            scalar(value)
            output.append(0x0A)
        }
    }

    private mutating func nested(_ value: JSON, level: Int) {
        if Self.isBlock(value) {
            output.append(0x0A)
            write(value, level: level)
        } else {
            output.append(0x20)
            scalar(value)
            output.append(0x0A)
        }
    }

    private static func isBlock(_ value: JSON) -> Bool {
        switch value {
        case .object(let object): !object.isEmpty
        case .array(let elements): !elements.isEmpty
        default: false
        }
    }

    private mutating func indent(_ level: Int) {
        for _ in 0..<level { output.append(contentsOf: [0x20, 0x20]) }
    }

    private mutating func scalar(_ value: JSON) {
        switch value {
        case .string(let string): text(string)
        default: output.append(contentsOf: value.bytes())
        }
    }

    private mutating func text(_ string: String) {
        if Self.isPlain(string) {
            output.append(contentsOf: string.utf8)
        } else {
            JSON.appendQuoted(string, to: &output)
        }
    }

    /// Words of letters, digits and `_-./` that begin with a letter, an underscore or a slash, and mean nothing else
    /// to YAML, 1.1 or 1.2.
    private static func isPlain(_ string: String) -> Bool {
        guard let first = string.utf8.first, string.utf8.count <= 200 else { return false }
        guard isLetter(first) || first == UInt8(ascii: "_") || first == UInt8(ascii: "/") else { return false }
        guard string.utf8.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || "_-./".utf8.contains($0) })
        else { return false }
        return !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(string.lowercased())
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20)
    }
}
