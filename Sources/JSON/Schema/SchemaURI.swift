/// References between schemas (RFC 3986, section 5).
enum SchemaURI {
    /// A URI and what stands after its `#`, decoded from percent signs.
    static func split(_ uri: String) -> (document: String, fragment: String) {
        guard let mark = uri.utf8.firstIndex(of: UInt8(ascii: "#")) else { return (uri, "") }
        return (String(uri[..<mark]), decoded(uri[uri.utf8.index(after: mark)...]))
    }

    /// The absolute form of a reference without its fragment that stands in a document. Without a base a relative
    /// reference stays as it is.
    static func resolve(_ reference: String, _ base: String) -> String {
        if reference.isEmpty { return base }
        if scheme(of: reference) != nil { return reference }
        let (prefix, path) = parts(base)
        if reference.hasPrefix("//") { return (scheme(of: base).map { $0 + ":" } ?? "") + reference }
        if reference.hasPrefix("/") { return prefix + withoutDots(reference) }
        if reference.hasPrefix("?") { return prefix + path + reference }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? (prefix.isEmpty ? "" : "/")
        let joined = folder + reference
        // A name such as `urn:a:b` has no folders to go through.
        return joined.hasPrefix("/") ? prefix + withoutDots(joined) : joined
    }

    private static func scheme(of uri: String) -> String? {
        guard let colon = uri.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = uri.utf8[..<colon]
        guard let first = name.first, isLetter(first) else { return nil }
        let isScheme = name.allSatisfy {
            isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E
        }
        return isScheme ? String(uri[..<colon]) : nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    /// Scheme and host, and the path without its query.
    private static func parts(_ uri: String) -> (prefix: String, path: String) {
        var rest = uri[...]
        if let query = rest.firstIndex(of: "?") { rest = rest[..<query] }
        var start = rest.startIndex
        if let scheme = scheme(of: uri) { start = rest.index(rest.startIndex, offsetBy: scheme.count + 1) }
        if rest[start...].hasPrefix("//") {
            start = rest[start...].dropFirst(2).firstIndex(of: "/") ?? rest.endIndex
        }
        return (String(rest[..<start]), String(rest[start...]))
    }

    private static func withoutDots(_ path: String) -> String {
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (place, segment) in segments.enumerated() {
            let isLast = place == segments.count - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/")
    }

    private static func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                bytes.append(UInt8(digits[0] * 16 + digits[1]))
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The names of a JSON pointer (RFC 6901) such as `/definitions/a~1b`; `nil` if the text is none.
    static func names(ofPointer pointer: String) -> [String]? {
        if pointer.isEmpty { return [] }
        guard pointer.hasPrefix("/") else { return nil }
        var names: [String] = []
        for part in pointer.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst() {
            names.append(unescaped(part))
        }
        return names
    }

    private static func unescaped(_ part: Substring.UTF8View) -> String {
        var bytes: [UInt8] = []
        var isEscape = false
        for byte in part {
            if isEscape {
                switch byte {
                case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
                case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
                default: bytes += [UInt8(ascii: "~"), byte]
                }
                isEscape = false
            } else if byte == UInt8(ascii: "~") {
                isEscape = true
            } else {
                bytes.append(byte)
            }
        }
        if isEscape { bytes.append(UInt8(ascii: "~")) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A name as one part of a JSON pointer.
    static func escaped(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "~"): bytes += Array("~0".utf8)
            case UInt8(ascii: "/"): bytes += Array("~1".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
