/// Why a text is no JSON, and where. Lines and columns count from 1; columns count bytes.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String
    public let line: Int
    public let column: Int

    public var description: String { "\(message) at line \(line), column \(column)" }
}

/// Bounds on what the parser takes, so that no text can exhaust the stack or the memory.
public struct JSONLimits: Sendable {
    /// Arrays and objects inside one another.
    public var depth: Int
    /// Bytes of text.
    public var size: Int

    public init(depth: Int = 512, size: Int = 64 << 20) {
        self.depth = depth
        self.size = size
    }

    public static let standard = JSONLimits()
}

extension JSON {
    /// Parses a whole RFC 8259 text. Throws ``JSONError``.
    public init(parsing text: String, limits: JSONLimits = .standard) throws {
        var text = text
        self = try text.withUTF8 { try JSON(parsing: $0, limits: limits) }
    }

    /// Parses a whole RFC 8259 text in UTF-8. Throws ``JSONError``.
    public init(parsing bytes: some Collection<UInt8>, limits: JSONLimits = .standard) throws {
        let parsed = try bytes.withContiguousStorageIfAvailable { contiguous in
            try JSON(parsing: contiguous, limits: limits)
        }
        if let parsed {
            self = parsed
        } else {
            let copy = Array(bytes)
            self = try copy.withUnsafeBufferPointer { contiguous in try JSON(parsing: contiguous, limits: limits) }
        }
    }

    /// Parses a whole RFC 8259 text in UTF-8. Throws ``JSONError``.
    public init(parsing bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = .standard) throws {
        var parser = JSONParser(bytes: bytes, limits: limits)
        self = try parser.document()
    }
}

/// A recursive descent over bytes. It never reads past the end and never recurses deeper than its limit.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    var at = 0

    init(bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws -> JSON {
        guard bytes.count <= limits.size else { throw failure("text longer than \(limits.size) bytes") }
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { at = 3 }
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw failure("unexpected \(named(bytes[at])) after the value") }
        return value
    }

    private mutating func value(depth: Int) throws -> JSON {
        guard at < bytes.count else { throw failure("unexpected end of text") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case let other: throw failure("unexpected \(named(other))")
        }
    }

    private mutating func object(depth: Int) throws -> JSON {
        guard depth < limits.depth else { throw failure("nested deeper than \(limits.depth)") }
        at += 1
        var members = JSONObject()
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw expected("a member name in quotes") }
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw expected("':'") }
            skipSpace()
            members[key] = try value(depth: depth + 1)
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "}")) { return .object(members) }
            throw expected("',' or '}'")
        }
    }

    private mutating func array(depth: Int) throws -> JSON {
        guard depth < limits.depth else { throw failure("nested deeper than \(limits.depth)") }
        at += 1
        var elements: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            skipSpace()
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "]")) { return .array(elements) }
            throw expected("',' or ']'")
        }
    }

    private mutating func literal(_ word: StaticString, _ value: JSON) throws -> JSON {
        let length = word.utf8CodeUnitCount
        for offset in 0..<length {
            guard at + offset < bytes.count, bytes[at + offset] == word.utf8Start[offset] else {
                throw failure("expected \(word)")
            }
        }
        at += length
        return value
    }

    private mutating func number() throws -> JSONNumber {
        let start = at
        _ = take(UInt8(ascii: "-"))
        if take(UInt8(ascii: "0")) {
            if at < bytes.count, isDigit(bytes[at]) { throw failure("number with a leading zero") }
        } else {
            try digits()
        }
        if take(UInt8(ascii: ".")) { try digits() }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return JSONNumber(unchecked: String(decoding: bytes[start..<at], as: UTF8.self))
    }

    private mutating func digits() throws {
        let start = at
        while at < bytes.count, isDigit(bytes[at]) { at += 1 }
        guard at > start else { throw expected("a digit") }
    }

    private mutating func string() throws -> String {
        at += 1
        let start = at
        // The common case: no escapes, valid as it stands.
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                let slice = UnsafeBufferPointer(rebasing: bytes[start..<at])
                guard let string = String(validating: slice, as: UTF8.self) else {
                    throw failure("string that is not UTF-8")
                }
                at += 1
                return string
            }
            if byte == UInt8(ascii: "\\") { break }
            if byte < 0x20 { throw failure("control character in a string") }
            at += 1
        }
        var unescaped = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: unescaped, as: UTF8.self) else {
                    throw failure("string that is not UTF-8")
                }
                at += 1
                return string
            case UInt8(ascii: "\\"):
                at += 1
                try escape(into: &unescaped)
            case 0..<0x20:
                throw failure("control character in a string")
            default:
                unescaped.append(byte)
                at += 1
            }
        }
        throw failure("string without an end")
    }

    private mutating func escape(into output: inout [UInt8]) throws {
        guard at < bytes.count else { throw failure("string without an end") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"):
            var code = UInt32(try hex4())
            if (0xD800..<0xDC00).contains(code) {
                // A high surrogate wants its low one; alone it becomes U+FFFD, as in Java's UTF-8 encoder's output '?'
                // would lose that something was there.
                let mark = at
                if at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") {
                    at += 2
                    let low = UInt32(try hex4())
                    if (0xDC00..<0xE000).contains(low) {
                        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                    } else {
                        at = mark
                    }
                }
            }
            output.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        default:
            at -= 1
            throw failure("unknown escape \(named(byte))")
        }
    }

    private mutating func hex4() throws -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard at < bytes.count else { throw failure("string without an end") }
            let byte = bytes[at]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw expected("four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
            at += 1
        }
        return value
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private func named(_ byte: UInt8) -> String {
        switch byte {
        case 0x21..<0x7F: "'\(Unicode.Scalar(byte))'"
        default: "byte \(byte)"
        }
    }

    private func expected(_ what: String) -> JSONError {
        failure(at < bytes.count ? "expected \(what), found \(named(bytes[at]))" : "expected \(what), found the end")
    }

    private func failure(_ message: String) -> JSONError {
        var line = 1
        var lineStart = 0
        for place in 0..<min(at, bytes.count) where bytes[place] == 0x0A {
            line += 1
            lineStart = place + 1
        }
        return JSONError(message: message, line: line, column: min(at, bytes.count) - lineStart + 1)
    }
}
