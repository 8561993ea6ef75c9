extension PatternCompiler {
    // MARK: Escapes

    mutating func escape() throws(PatternError) -> Bool {
        guard let scalar = peek() else { throw failure("a backslash at the end") }
        if isECMA, ScalarSet.notInECMA.contains(scalar) {
            try literal(try scalarEscape())
            return true
        }
        switch scalar {
        case 0x62: try assertion(.wordBoundary)
        case 0x42: try assertion(.notWordBoundary)
        case 0x41: try assertion(.start)
        case 0x7A: try assertion(.end)
        case 0x5A: try assertion(.endBeforeNewline)
        case 0x47: try assertion(.previousEnd)
        case 0x51:
            at += 1
            isQuoting = true
            return false
        case 0x52:
            // \R: any line end, `\r\n` first.
            at += 1
            let start = program.count
            try emit(.split(start + 1, start + 4))
            try emit(.scalar(0x0D))
            try emit(.scalar(0x0A))
            try emit(.jump(start + 5))
            try emit(.set(PatternSet(.vertical)))
        case 0x6B:
            at += 1
            guard skip("<") else { throw failure("\\k wants a group's name in <>") }
            var name = ""
            while let scalar = peek(), ScalarSet.word.contains(scalar) {
                name.unicodeScalars.append(Unicode.Scalar(UInt8(scalar)))
                at += 1
            }
            guard skip(">"), let group = names[name] else { throw failure("there is no group named '\(name)'") }
            try emit(.back(group, ignoresCase: options.contains(.ignoresCase)))
        case 0x31...0x39:
            let offset = at
            var group = Int(scalar - 0x30)
            at += 1
            while let digit = peek(), ScalarSet.digit.contains(digit), group * 10 + Int(digit - 0x30) <= groups {
                group = group * 10 + Int(digit - 0x30)
                at += 1
            }
            guard group <= total else { throw .syntax(message: "there is no group \(group)", offset: offset) }
            if group > highestReference.group { highestReference = (group, offset) }
            try emit(.back(group, ignoresCase: options.contains(.ignoresCase)))
        default:
            if let set = try setEscape() {
                try emit(.set(PatternSet(folded(set))))
            } else {
                try literal(try scalarEscape())
            }
        }
        return true
    }

    mutating func assertion(_ assertion: Pattern.Assertion) throws(PatternError) {
        at += 1
        try emit(.assertion(assertion))
    }

    /// The set that an escape after the backslash stands for, if it stands for one.
    mutating func setEscape() throws(PatternError) -> ScalarSet? {
        let set: ScalarSet
        if isECMA, let scalar = peek(), ScalarSet.notInECMA.contains(scalar) { return nil }
        switch peek() {
        case 0x64: set = .digit
        case 0x44: set = .not(.digit)
        case 0x77: set = .word
        case 0x57: set = .not(.word)
        case 0x73: set = isECMA ? .ecmaSpace : .space
        case 0x53: set = .not(isECMA ? .ecmaSpace : .space)
        case 0x68: set = .horizontal
        case 0x48: set = .not(.horizontal)
        case 0x76: set = .vertical
        case 0x56: set = .not(.vertical)
        case 0x70, 0x50:
            let isNegative = peek() == 0x50
            at += 1
            let named = try property()
            return isNegative ? .not(named) : named
        default: return nil
        }
        at += 1
        return set
    }

    mutating func property() throws(PatternError) -> ScalarSet {
        var name = ""
        if skip("{") {
            while let scalar = peek(), scalar != 0x7D, let value = Unicode.Scalar(scalar) {
                name.unicodeScalars.append(value)
                at += 1
            }
            guard skip("}") else { throw failure("\\p{ without a '}'") }
        } else if let scalar = peek().flatMap(Unicode.Scalar.init) {
            name.unicodeScalars.append(scalar)
            at += 1
        }
        guard let set = ScalarSet.named(name) else { throw failure("unknown class \\p{\(name)}") }
        return set
    }

    mutating func scalarEscape() throws(PatternError) -> UInt32 {
        guard let scalar = peek() else { throw failure("a backslash at the end") }
        at += 1
        if isECMA {
            switch scalar {
            case 0x62: return 0x08
            case 0x76: return 0x0B
            case 0x30: return 0
            case 0x63:
                guard let control = peek(), ScalarSet.letter.contains(control) else { break }
                at += 1
                return control & 0x1F
            case 0x74, 0x6E, 0x72, 0x66, 0x78, 0x75: break
            default: return scalar
            }
        }
        switch scalar {
        case 0x74: return 0x09
        case 0x6E: return 0x0A
        case 0x72: return 0x0D
        case 0x66: return 0x0C
        case 0x61: return 0x07
        case 0x65: return 0x1B
        case 0x78:
            if skip("{") {
                let value = try hexadecimal(upTo: 6)
                guard skip("}") else { throw failure("\\x{ without a '}'") }
                return value
            }
            return try hexadecimal(exactly: 2)
        case 0x75:
            let unit = try hexadecimal(exactly: 4)
            if (0xD800..<0xDC00).contains(unit), skip("\\u") {
                let low = try hexadecimal(exactly: 4)
                if (0xDC00..<0xE000).contains(low) { return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00) }
                throw failure("half a surrogate pair")
            }
            return unit
        case 0x30:
            var value: UInt32 = 0
            var count = 0
            while count < 3, let digit = peek(), (0x30...0x37).contains(digit), value * 8 + digit - 0x30 <= 0xFF {
                value = value * 8 + digit - 0x30
                at += 1
                count += 1
            }
            guard count > 0 else { throw failure("\\0 wants octal digits") }
            return value
        case 0x63:
            guard let control = peek() else { throw failure("\\c wants a character") }
            at += 1
            return control ^ 0x40
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A:
            at -= 1
            throw failure("unknown escape")
        default: return scalar
        }
    }

    mutating func hexadecimal(exactly count: Int) throws(PatternError) -> UInt32 {
        let start = at
        let value = try hexadecimal(upTo: count)
        guard at - start == count else { throw failure("expected \(count) hexadecimal digits") }
        return value
    }

    mutating func hexadecimal(upTo count: Int) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        var read = 0
        while read < count, let scalar = peek(),
            let digit = Unicode.Scalar(scalar).flatMap({ Character($0).hexDigitValue })
        {
            value = value * 16 + UInt32(digit)
            at += 1
            read += 1
        }
        guard read > 0, value <= 0x10FFFF else { throw failure("expected hexadecimal digits") }
        return value
    }

    // MARK: Classes

    /// After the `[`, up to and with the `]`.
    mutating func set() throws(PatternError) -> ScalarSet {
        guard depth < Self.maximumDepth else { throw failure("nested deeper than \(Self.maximumDepth)") }
        depth += 1
        defer { depth -= 1 }
        let opened = at
        let isNegative = skip("^")
        var parts: [ScalarSet] = []
        var result: ScalarSet?
        var intersections = 0
        func merged() -> ScalarSet {
            let union = ScalarSet.union(parts)
            return result.map { .intersection($0, union) } ?? union
        }
        var isFirst = true
        while true {
            guard let scalar = peek() else { throw .syntax(message: "'[' without a ']'", offset: opened) }
            if scalar == 0x5D, isECMA || !isFirst || !parts.isEmpty || result != nil {
                at += 1
                break
            }
            isFirst = false
            setParts += 1
            guard setParts <= Self.maximumSetParts else { throw failure("the classes are too large") }
            if !isECMA, skip("&&") {
                intersections += 1
                guard intersections <= Self.maximumDepth else { throw failure("too many '&&' in one class") }
                result = merged()
                parts = []
                continue
            }
            if !isECMA, skip("[") {
                parts.append(try set())
                continue
            }
            if skip("\\") {
                if !isECMA, skip("Q") {
                    while at < text.count, !sees("\\E") {
                        setParts += 1
                        guard setParts <= Self.maximumSetParts else { throw failure("the classes are too large") }
                        parts.append(.range(text[at], text[at]))
                        at += 1
                    }
                    _ = skip("\\E")
                    continue
                }
                if let set = try setEscape() {
                    parts.append(set)
                    continue
                }
                parts.append(try range(from: try scalarEscape()))
            } else {
                at += 1
                parts.append(try range(from: scalar))
            }
        }
        return isNegative ? .not(merged()) : merged()
    }

    mutating func range(from low: UInt32) throws(PatternError) -> ScalarSet {
        guard peek() == 0x2D, let next = peek(1), next != 0x5D, isECMA || next != 0x5B else { return .range(low, low) }
        at += 1
        let high: UInt32
        if skip("\\") {
            high = try scalarEscape()
        } else {
            high = next
            at += 1
        }
        guard low <= high else { throw failure("a range the wrong way round") }
        return .range(low, high)
    }
}
