/// Where keys stand in a TOML text. The parser does not say, and an error without its line is a riddle.
///
/// It reads table headers and the keys at the beginnings of lines, which is how configuration is written by hand.
package struct TOMLLines: Sendable {
    private var lines: [[String]: Int] = [:]
    private var top: [String: Int] = [:]

    package init(_ text: String) {
        var table: [String] = []
        var number = 0
        // The delimiter that ends the multi-line string we are in.
        var multiline: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            if let delimiter = multiline {
                if line.contains(delimiter) { multiline = nil }
                continue
            }
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if trimmed.first == "[" {
                let inner = trimmed.drop { $0 == "[" }.prefix { $0 != "]" }
                table = Self.path(inner)
                note(table, number)
            } else if let equals = Self.equals(in: trimmed), trimmed.first != "#" {
                note(table + Self.path(trimmed[..<equals]), number)
                for delimiter in ["\"\"\"", "'''"] {
                    guard let opening = trimmed[equals...].firstRange(of: delimiter) else { continue }
                    if !trimmed[opening.upperBound...].contains(delimiter) { multiline = delimiter }
                    break
                }
            }
        }
    }

    /// The line, from 1, of the key at `path`, or of the nearest table around it; nil when none of it is there.
    package func line(of path: [String]) -> Int? {
        var path = path
        while !path.isEmpty {
            if let line = lines[path] { return line }
            path.removeLast()
        }
        return nil
    }

    /// The line at which a top-level key is first mentioned, for reporting errors from the top down.
    package func order(_ key: String) -> Int { top[key] ?? .max }

    private mutating func note(_ path: [String], _ number: Int) {
        if lines[path] == nil { lines[path] = number }
        if let first = path.first, top[first] == nil { top[first] = number }
    }

    private static func equals(in line: Substring) -> Substring.Index? {
        var quote: Character?
        for index in line.indices {
            let character = line[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "=" {
                return index
            }
        }
        return nil
    }

    /// `a."b.c".d` as its parts.
    private static func path(_ text: Substring) -> [String] {
        var parts: [String] = []
        var part = ""
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil } else { part.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "." {
                parts.append(part)
                part = ""
            } else if character != " " && character != "\t" {
                part.append(character)
            }
        }
        parts.append(part)
        return parts
    }
}
