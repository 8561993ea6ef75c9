/// What `format` asks of strings: the formats of draft 4, and `regex` and `uuid`, which AWS's validator knows too.
/// Other names ask nothing (`date`, `int32`, `password` …).
enum SchemaFormat: String, Sendable {
    /// RFC 3339, section 5.6.
    case dateTime = "date-time"
    /// RFC 5322's address of dots and atoms, or with a quoted name.
    case email
    /// RFC 1034's names with RFC 1123's digits in front.
    case hostname
    case ipv4
    case ipv6
    /// A regular expression of ECMA 262.
    case regex
    /// RFC 3986, with a scheme.
    case uri
    case uuid

    /// Validation steps that a check takes.
    func cost(_ string: String) -> Int {
        // A pattern is compiled, which may repeat its parts up to the compiler's bound.
        self == .regex
            ? string.utf8.count * 64 + (string.utf8.contains(0x7B) ? PatternCompiler.maximumSize : 0)
            : string.utf8.count / 16
    }

    func accepts(_ string: String) -> Bool {
        if self == .regex { return (try? Pattern(string, options: .ecmaScript)) != nil }
        var string = string
        return string.withUTF8 { bytes in
            let text = bytes[...]
            switch self {
            case .dateTime: return Self.isDateTime(text)
            case .email: return Self.isEmail(text)
            case .hostname: return Self.isHostname(text)
            case .ipv4: return Self.isIPv4(text)
            case .ipv6: return Self.isIPv6(text)
            case .uri: return Self.isURI(text)
            case .uuid: return Self.isUUID(text)
            case .regex: return true
            }
        }
    }

    private typealias Text = Slice<UnsafeBufferPointer<UInt8>>

    // MARK: Time

    private static func isDateTime(_ text: Text) -> Bool {
        var rest = text
        guard let year = number(&rest, 4), take(&rest, "-"), let month = number(&rest, 2), take(&rest, "-"),
            let day = number(&rest, 2), take(&rest, "T") || take(&rest, "t"), let hour = number(&rest, 2),
            take(&rest, ":"), let minute = number(&rest, 2), take(&rest, ":"), let second = number(&rest, 2)
        else { return false }
        if take(&rest, ".") {
            guard let digit = rest.first, isDigit(digit) else { return false }
            rest = rest.drop(while: isDigit)
        }
        guard let offset = offset(&rest), rest.isEmpty else { return false }
        guard (1...12).contains(month), day >= 1, day <= days(month, year), hour < 24, minute < 60 else { return false }
        if second < 60 { return true }
        // Leap seconds come at the end of a day of UTC.
        let ofDay = hour * 60 + minute - offset
        return second == 60 && (ofDay + 2 * 1_440) % 1_440 == 1_439
    }

    /// Minutes east of UTC.
    private static func offset(_ rest: inout Text) -> Int? {
        if take(&rest, "Z") || take(&rest, "z") { return 0 }
        let isWest = take(&rest, "-")
        guard isWest || take(&rest, "+"), let hours = number(&rest, 2), take(&rest, ":"),
            let minutes = number(&rest, 2), hours < 24, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (isWest ? -1 : 1)
    }

    private static func days(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // MARK: Hosts

    private static func isHostname(_ text: Text) -> Bool {
        guard text.count <= 253 else { return false }
        return text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count) && label.first != 0x2D && label.last != 0x2D
                && label.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x2D }
        }
    }

    private static func isIPv4(_ text: Text) -> Bool {
        guard text.count <= 15 else { return false }
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.count), part.allSatisfy(isDigit) else { return false }
                let value = part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
                return value <= 255 && (part.count == 1 || part.first != 0x30)
            }
    }

    private static func isIPv6(_ text: Text) -> Bool {
        guard text.count <= 45 else { return false }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return false }
        var groups = 0
        var gaps = 0
        for (place, part) in parts.enumerated() {
            let isEnd = place == 0 || place == parts.count - 1
            if part.isEmpty {
                // `::` is one empty part inside, two at an end.
                if !isEnd {
                    gaps += 1
                } else if parts[place == 0 ? 1 : parts.count - 2].isEmpty == false {
                    return false
                }
            } else if place == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard isIPv4(part) else { return false }
                groups += 2
            } else {
                guard part.count <= 4, part.allSatisfy(isHexadecimal) else { return false }
                groups += 1
            }
        }
        return gaps == 0 ? groups == 8 : gaps == 1 && groups < 8
    }

    // MARK: Names

    private static func isEmail(_ text: Text) -> Bool {
        guard let at = text.lastIndex(of: UInt8(ascii: "@")) else { return false }
        let (local, domain) = (text[..<at], text[text.index(after: at)...])
        guard isLocal(local) else { return false }
        if domain.first == UInt8(ascii: "["), domain.last == UInt8(ascii: "]"), domain.count > 2 {
            let literal = domain.dropFirst().dropLast()
            return literal.starts(with: "IPv6:".utf8) ? isIPv6(literal.dropFirst(5)) : isIPv4(literal)
        }
        return isHostname(domain)
    }

    private static func isLocal(_ local: Text) -> Bool {
        if local.count >= 2, local.first == 0x22, local.last == 0x22 {
            var isEscaped = false
            for byte in local.dropFirst().dropLast() {
                guard (0x20..<0x7F).contains(byte) else { return false }
                if !isEscaped, byte == 0x22 { return false }
                isEscaped = !isEscaped && byte == 0x5C
            }
            return !isEscaped
        }
        return local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy { isLetter($0) || isDigit($0) || isIn("!#$%&'*+-/=?^_`{|}~", $0) }
        }
    }

    private static func isUUID(_ text: Text) -> Bool {
        let sizes = [8, 4, 4, 4, 12]
        guard text.count == 36 else { return false }
        let parts = text.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return parts.map(\.count) == sizes && parts.allSatisfy { $0.allSatisfy(isHexadecimal) }
    }

    private static func isURI(_ text: Text) -> Bool {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), let first = text.first, isLetter(first),
            text[..<colon].allSatisfy({ isLetter($0) || isDigit($0) || isIn("+-.", $0) })
        else { return false }
        var rest = text[text.index(after: colon)...]
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex { isIn("/?#", $0) } ?? rest.endIndex
            guard isAuthority(rest[..<end]) else { return false }
            rest = rest[end...]
        }
        var fragments = 0
        return areCharacters(rest) { byte in
            if byte == UInt8(ascii: "#") {
                fragments += 1
                return fragments == 1
            }
            return isIn(":@/?", byte)
        }
    }

    private static func isAuthority(_ text: Text) -> Bool {
        var host = text
        if let at = text.lastIndex(of: UInt8(ascii: "@")) {
            guard areCharacters(text[..<at], or: { $0 == UInt8(ascii: ":") }) else { return false }
            host = text[text.index(after: at)...]
        }
        if host.first == UInt8(ascii: "[") {
            guard let close = host.firstIndex(of: UInt8(ascii: "]")), isIPv6(host.dropFirst().prefix(upTo: close))
            else { return false }
            host = host[host.index(after: close)...]
            return host.isEmpty || (host.first == UInt8(ascii: ":") && host.dropFirst().allSatisfy(isDigit))
        }
        if let colon = host.lastIndex(of: UInt8(ascii: ":")) {
            guard host[host.index(after: colon)...].allSatisfy(isDigit) else { return false }
            host = host[..<colon]
        }
        return areCharacters(host) { _ in false }
    }

    /// Unreserved characters, sub-delimiters, percent signs with two digits, and others.
    private static func areCharacters(_ text: Text, or isOther: (UInt8) -> Bool) -> Bool {
        var rest = text
        while let byte = rest.popFirst() {
            if isLetter(byte) || isDigit(byte) || isIn("-._~!$&'()*+,;=", byte) || isOther(byte) { continue }
            guard byte == UInt8(ascii: "%"), rest.count >= 2, rest.prefix(2).allSatisfy(isHexadecimal) else {
                return false
            }
            rest = rest.dropFirst(2)
        }
        return true
    }

    // MARK: Characters

    private static func number(_ rest: inout Text, _ count: Int) -> Int? {
        guard rest.count >= count, rest.prefix(count).allSatisfy(isDigit) else { return nil }
        let value = rest.prefix(count).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        rest = rest.dropFirst(count)
        return value
    }

    private static func take(_ rest: inout Text, _ character: Unicode.Scalar) -> Bool {
        guard let byte = rest.first, UInt32(byte) == character.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func isIn(_ characters: StaticString, _ byte: UInt8) -> Bool {
        (0..<characters.utf8CodeUnitCount).contains { characters.utf8Start[$0] == byte }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
