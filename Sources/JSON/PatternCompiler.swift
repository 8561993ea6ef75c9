/// Turns the text of a ``Pattern`` into its program.
struct PatternCompiler {
    /// Instructions a pattern may have: `a{1000}{1000}` would be a million.
    private static let maximumSize = 50_000
    private static let maximumDepth = 100

    private let text: [UInt32]
    private var at = 0
    private var depth = 0
    /// Between `\Q` and `\E`.
    private var isQuoting = false
    private var options: Pattern.Options
    private(set) var program: [Pattern.Instruction] = []
    private(set) var registers = 2
    private(set) var groups = 0
    private(set) var names: [String: Int] = [:]
    private let total: Int
    private var highestReference = (group: 0, offset: 0)

    init(_ text: String, _ options: Pattern.Options) {
        self.text = text.unicodeScalars.map(\.value)
        self.options = options
        total = Self.countGroups(self.text)
        registers = 2 * total + 2
    }

    /// Groups have the first registers, loops those after them, so the number of groups has to be known first.
    private static func countGroups(_ text: [UInt32]) -> Int {
        var count = 0
        var place = 0
        while place < text.count {
            if text[place] == 0x5C {
                place += 1
            } else if text[place] == 0x28 {
                let isPlain = place + 1 >= text.count || text[place + 1] != 0x3F
                let isNamed =
                    place + 3 < text.count && text[place + 1] == 0x3F && text[place + 2] == 0x3C
                    && text[place + 3] != 0x3D && text[place + 3] != 0x21
                if isPlain || isNamed { count += 1 }
            }
            place += 1
        }
        return count
    }

    mutating func compile() throws(PatternError) {
        try alternatives()
        guard at == text.count else { throw failure("')' without a '('") }
        if highestReference.group > groups {
            throw .syntax(message: "there is no group \(highestReference.group)", offset: highestReference.offset)
        }
        program.append(.accept)
    }

    private func failure(_ message: String) -> PatternError { .syntax(message: message, offset: at) }

    private mutating func emit(_ instruction: Pattern.Instruction) throws(PatternError) {
        guard program.count < Self.maximumSize else { throw failure("the pattern is too large") }
        program.append(instruction)
    }

    private func peek(_ offset: Int = 0) -> UInt32? { at + offset < text.count ? text[at + offset] : nil }

    private func sees(_ word: StaticString) -> Bool {
        (0..<word.utf8CodeUnitCount).allSatisfy { peek($0) == UInt32(word.utf8Start[$0]) }
    }

    private mutating func skip(_ word: StaticString) -> Bool {
        guard sees(word) else { return false }
        at += word.utf8CodeUnitCount
        return true
    }

    // MARK: Structure

    private mutating func alternatives() throws(PatternError) {
        guard depth < Self.maximumDepth else { throw failure("nested deeper than \(Self.maximumDepth)") }
        depth += 1
        defer { depth -= 1 }
        let outer = options
        defer { options = outer }
        var ends: [Int] = []
        while true {
            // Becomes a split if there is another alternative.
            let start = program.count
            try emit(.jump(start + 1))
            try sequence()
            guard skip("|") else { break }
            ends.append(program.count)
            try emit(.jump(0))
            program[start] = .split(start + 1, program.count)
        }
        for end in ends { program[end] = .jump(program.count) }
    }

    /// Targets are absolute: code that moves takes them along.
    private func moved(_ instruction: Pattern.Instruction, by offset: Int) -> Pattern.Instruction {
        switch instruction {
        case .split(let one, let other): .split(one + offset, other + offset)
        case .jump(let target): .jump(target + offset)
        case .look(let ahead, let wanted, let next): .look(ahead: ahead, wanted: wanted, next: next + offset)
        case .atomic(let next): .atomic(next: next + offset)
        default: instruction
        }
    }

    private mutating func sequence() throws(PatternError) {
        while let scalar = peek(), isQuoting || (scalar != 0x7C && scalar != 0x29) {
            if isQuoting {
                if skip("\\E") {
                    isQuoting = false
                    continue
                }
                let start = program.count
                at += 1
                try literal(scalar)
                if skip("\\E") {
                    isQuoting = false
                    try quantifier(from: start)
                }
                continue
            }
            if options.contains(.comments), skipComment() { continue }
            let start = program.count
            if try atom() { try quantifier(from: start) }
        }
    }

    private mutating func skipComment() -> Bool {
        guard let scalar = peek() else { return false }
        if ScalarSet.space.contains(scalar) {
            at += 1
            return true
        }
        guard scalar == 0x23 else { return false }
        while let scalar = peek(), scalar != 0x0A { _ = scalar; at += 1 }
        return true
    }

    // MARK: Quantifiers

    private mutating func quantifier(from start: Int) throws(PatternError) {
        if options.contains(.comments) { while skipComment() {} }
        let (low, high): (Int, Int?)
        switch peek() {
        case 0x2A: (low, high) = (0, nil)
        case 0x2B: (low, high) = (1, nil)
        case 0x3F: (low, high) = (0, 1)
        case 0x7B:
            let mark = at
            at += 1
            guard let first = number() else { throw failure("'{' wants a number; write \\{ for itself") }
            if skip(",") {
                (low, high) = (first, number())
            } else {
                (low, high) = (first, first)
            }
            guard sees("}") else {
                at = mark
                throw failure("'{' without a '}'")
            }
            if let high, high < low { throw failure("{\(low),\(high)} is the wrong way round") }
        default: return
        }
        at += 1
        let isLazy = skip("?")
        let isPossessive = !isLazy && skip("+")
        let body = Array(program[start...])
        program.removeSubrange(start...)
        let wholeStart = program.count
        if isPossessive { try emit(.atomic(next: 0)) }
        func copy(_ compiler: inout PatternCompiler) throws(PatternError) {
            let offset = compiler.program.count - start
            for instruction in body { try compiler.emit(compiler.moved(instruction, by: offset)) }
        }
        for _ in 0..<low { try copy(&self) }
        if let high {
            // Each further round may be left out, with all after it.
            var splits: [Int] = []
            for _ in low..<high {
                splits.append(program.count)
                try emit(.jump(0))
                try copy(&self)
            }
            for split in splits { program[split] = branch(split + 1, program.count, isLazy) }
        } else {
            let register = registers
            registers += 1
            let split = program.count
            try emit(.jump(0))
            try emit(.save(register))
            try copy(&self)
            try emit(.progress(register))
            try emit(.jump(split))
            program[split] = branch(split + 1, program.count, isLazy)
        }
        if isPossessive {
            try emit(.accept)
            program[wholeStart] = .atomic(next: program.count)
        }
        switch peek() {
        case 0x2A, 0x2B, 0x3F: throw failure("a quantifier with nothing to repeat")
        default: break
        }
    }

    private func branch(_ inside: Int, _ after: Int, _ isLazy: Bool) -> Pattern.Instruction {
        isLazy ? .split(after, inside) : .split(inside, after)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = peek(), ScalarSet.digit.contains(scalar), (value ?? 0) < 1_000_000 {
            value = (value ?? 0) * 10 + Int(scalar - 0x30)
            at += 1
        }
        return value
    }

    // MARK: Atoms

    /// Returns whether what was read can be repeated.
    private mutating func atom() throws(PatternError) -> Bool {
        guard let scalar = peek() else { return false }
        switch scalar {
        case 0x28: return try group()
        case 0x5B:
            at += 1
            try emit(.set(folded(try set())))
        case 0x2E:
            at += 1
            try emit(.set(options.contains(.dotMatchesAll) ? .any : .not(.newline)))
        case 0x5E:
            at += 1
            try emit(.assertion(options.contains(.multiline) ? .lineStart : .start))
        case 0x24:
            at += 1
            try emit(.assertion(options.contains(.multiline) ? .lineEnd : .endBeforeNewline))
        case 0x5C:
            at += 1
            return try escape()
        case 0x2A, 0x2B, 0x3F: throw failure("a quantifier with nothing to repeat")
        default:
            at += 1
            try literal(scalar)
        }
        return true
    }

    private mutating func literal(_ scalar: UInt32) throws(PatternError) {
        if options.contains(.ignoresCase), (0x61...0x7A).contains(scalar | 0x20) {
            try emit(.letter(scalar | 0x20))
        } else {
            try emit(.scalar(scalar))
        }
    }

    private func folded(_ set: ScalarSet) -> ScalarSet {
        options.contains(.ignoresCase) ? .bothCases(set) : set
    }

    private mutating func group() throws(PatternError) -> Bool {
        let opened = at
        at += 1
        func close(_ compiler: inout PatternCompiler) throws(PatternError) {
            guard compiler.skip(")") else { throw .syntax(message: "'(' without a ')'", offset: opened) }
        }
        if skip("?:") {
            try alternatives()
            try close(&self)
        } else if sees("?=") || sees("?!") || sees("?<=") || sees("?<!") {
            at += 1
            let isAhead = !skip("<")
            let wanted = skip("=")
            if !wanted { at += 1 }
            let start = program.count
            try emit(.jump(0))
            try alternatives()
            try emit(.accept)
            program[start] = .look(ahead: isAhead, wanted: wanted, next: program.count)
            try close(&self)
        } else if skip("?>") {
            let start = program.count
            try emit(.jump(0))
            try alternatives()
            try emit(.accept)
            program[start] = .atomic(next: program.count)
            try close(&self)
        } else if skip("?<") {
            var name = ""
            while let scalar = peek(), ScalarSet.word.contains(scalar) {
                name.unicodeScalars.append(Unicode.Scalar(UInt8(scalar)))
                at += 1
            }
            guard !name.isEmpty, skip(">") else { throw failure("a group's name wants letters and '>'") }
            guard names[name] == nil else { throw failure("two groups are named '\(name)'") }
            names[name] = groups + 1
            try capture(close)
        } else if skip("?") {
            return try flags(close)
        } else {
            try capture(close)
        }
        return true
    }

    private mutating func capture(
        _ close: (inout PatternCompiler) throws(PatternError) -> Void
    ) throws(PatternError) {
        groups += 1
        let group = groups
        guard group <= total else { throw failure("the pattern's groups cannot be counted") }
        try emit(.save(group * 2))
        try alternatives()
        try close(&self)
        try emit(.save(group * 2 + 1))
    }

    /// `(?i)` for what follows, `(?i:…)` for what is inside.
    private mutating func flags(
        _ close: (inout PatternCompiler) throws(PatternError) -> Void
    ) throws(PatternError) -> Bool {
        var changed = options
        var isOn = true
        while let scalar = peek(), scalar != 0x29, scalar != 0x3A {
            let option: Pattern.Options
            switch scalar {
            case 0x69: option = .ignoresCase
            case 0x6D: option = .multiline
            case 0x73: option = .dotMatchesAll
            case 0x78: option = .comments
            case 0x75, 0x55, 0x64: option = []
            case 0x2D:
                isOn = false
                option = []
            default: throw failure("unknown flag or kind of group")
            }
            if isOn { changed.formUnion(option) } else { changed.subtract(option) }
            at += 1
        }
        if skip(":") {
            let outer = options
            options = changed
            try alternatives()
            options = outer
            try close(&self)
            return true
        }
        options = changed
        try close(&self)
        return false
    }

    // MARK: Escapes

    private mutating func escape() throws(PatternError) -> Bool {
        guard let scalar = peek() else { throw failure("a backslash at the end") }
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
            try emit(.set(.vertical))
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
                try emit(.set(folded(set)))
            } else {
                try literal(try scalarEscape())
            }
        }
        return true
    }

    private mutating func assertion(_ assertion: Pattern.Assertion) throws(PatternError) {
        at += 1
        try emit(.assertion(assertion))
    }

    /// The set that an escape after the backslash stands for, if it stands for one.
    private mutating func setEscape() throws(PatternError) -> ScalarSet? {
        let set: ScalarSet
        switch peek() {
        case 0x64: set = .digit
        case 0x44: set = .not(.digit)
        case 0x77: set = .word
        case 0x57: set = .not(.word)
        case 0x73: set = .space
        case 0x53: set = .not(.space)
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

    private mutating func property() throws(PatternError) -> ScalarSet {
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

    private mutating func scalarEscape() throws(PatternError) -> UInt32 {
        guard let scalar = peek() else { throw failure("a backslash at the end") }
        at += 1
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

    private mutating func hexadecimal(exactly count: Int) throws(PatternError) -> UInt32 {
        let start = at
        let value = try hexadecimal(upTo: count)
        guard at - start == count else { throw failure("expected \(count) hexadecimal digits") }
        return value
    }

    private mutating func hexadecimal(upTo count: Int) throws(PatternError) -> UInt32 {
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
    private mutating func set() throws(PatternError) -> ScalarSet {
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
            if scalar == 0x5D, !isFirst || !parts.isEmpty || result != nil {
                at += 1
                break
            }
            isFirst = false
            if skip("&&") {
                intersections += 1
                guard intersections <= Self.maximumDepth else { throw failure("too many '&&' in one class") }
                result = merged()
                parts = []
                continue
            }
            if skip("[") {
                parts.append(try set())
                continue
            }
            if skip("\\") {
                if skip("Q") {
                    while at < text.count, !sees("\\E") {
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

    private mutating func range(from low: UInt32) throws(PatternError) -> ScalarSet {
        guard peek() == 0x2D, let next = peek(1), next != 0x5D, next != 0x5B else { return .range(low, low) }
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

extension ScalarSet {
    /// The classes of `\p{…}`: POSIX names for ASCII, Unicode categories and the most used properties.
    static func named(_ name: String) -> ScalarSet? {
        switch name {
        case "Lower": return .range(0x61, 0x7A)
        case "Upper": return .range(0x41, 0x5A)
        case "ASCII": return .range(0, 0x7F)
        case "Alpha": return letter
        case "Digit": return digit
        case "Alnum": return .union([letter, digit])
        case "Punct": return characters("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
        case "Graph": return .range(0x21, 0x7E)
        case "Print": return .range(0x20, 0x7E)
        case "Blank": return characters(" \t")
        case "Cntrl": return .union([.range(0, 0x1F), .range(0x7F, 0x7F)])
        case "XDigit": return .union([digit, .range(0x41, 0x46), .range(0x61, 0x66)])
        case "Space": return space
        case "IsAlphabetic": return .category { $0.isAlphabetic }
        case "IsLetter": return .category { categories($0.generalCategory).hasPrefix("L") }
        case "IsDigit": return .category { $0.generalCategory == .decimalNumber }
        case "IsUppercase", "javaUpperCase": return .category { $0.isUppercase }
        case "IsLowercase", "javaLowerCase": return .category { $0.isLowercase }
        case "IsWhite_Space", "IsWhiteSpace", "javaWhitespace": return .category { $0.isWhitespace }
        case "IsPunctuation": return .category { categories($0.generalCategory).hasPrefix("P") }
        default:
            let category = name.hasPrefix("Is") ? String(name.dropFirst(2)) : name
            let known = [
                "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps",
                "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Cs", "Co",
                "Cn",
            ]
            guard known.contains(category) else { return nil }
            return .category { categories($0.generalCategory).hasPrefix(category) }
        }
    }

    private static func categories(_ category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
