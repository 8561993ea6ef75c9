package import JSON

/// The text of a document: JSON or YAML, told apart by trying.
package enum DocumentText {
    /// AWS's quota, in bytes.
    package static let largestSize = 6 << 20
    static let largestDepth = 256

    /// Throws ``OpenAPIError`` with line and column.
    package static func parse(_ bytes: [UInt8]) throws -> JSON {
        let first = bytes.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
        guard first == UInt8(ascii: "{") else { return try yaml(bytes) }
        do {
            return try JSON(parsing: bytes, limits: JSONLimits(depth: largestDepth, size: 64 << 20))
        } catch let error as JSONError {
            // YAML may begin with a brace as well; what is neither is most likely meant as JSON.
            guard let value = try? yaml(bytes) else { throw OpenAPIError.invalid("Not valid JSON: \(error)") }
            return value
        }
    }

    private static func yaml(_ bytes: [UInt8]) throws -> JSON {
        do {
            return try YAMLReader.value(bytes)
        } catch let error as YAMLError {
            throw OpenAPIError.invalid("Not valid YAML: \(error)")
        }
    }

    /// `line 12, column 5` of what stands at a JSON pointer of a document (`/paths/~1pets`), or of the nearest thing
    /// above it.
    static func place(of pointer: String, in bytes: [UInt8]) -> String {
        let mark = YAMLPlaces.mark(of: JSONPointer.parts(pointer), in: bytes)
        return mark.map { "line \($0.line), column \($0.column)" } ?? "#\(pointer)"
    }
}

/// RFC 6901.
enum JSONPointer {
    static func parts(_ pointer: String) -> [String] {
        pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { unescaped($0) }
    }

    static func unescaped(_ part: Substring) -> String {
        guard part.contains("~") else { return String(part) }
        return String(part).replacing("~1", with: "/").replacing("~0", with: "~")
    }

    static func escaped(_ part: String) -> String {
        guard part.contains("~") || part.contains("/") else { return part }
        return part.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
