/// Turns the text of a ``Pattern`` into its program.
struct PatternCompiler {
    /// Instructions a pattern may have: `a{1000}{1000}` would be a million.
    static let maximumSize = 50_000
    static let maximumDepth = 100
    /// Characters, ranges and classes in all classes of a pattern.
    static let maximumSetParts = 5_000

    let text: [UInt32]
    var at = 0
    var depth = 0
    /// Between `\Q` and `\E`.
    var isQuoting = false
    var options: Pattern.Options
    var program: [Pattern.Instruction] = []
    var registers = 2
    var groups = 0
    var names: [String: Int] = [:]
    let total: Int
    var setParts = 0
    var highestReference = (group: 0, offset: 0)
    var isECMA: Bool { options.contains(.ecmaScript) }

    init(_ text: String, _ options: Pattern.Options) {
        self.text = text.unicodeScalars.map(\.value)
        self.options = options
        total = Self.countGroups(self.text)
        registers = 2 * total + 2
    }

    /// Groups have the first registers, loops those after them, so the number of groups has to be known first.
    static func countGroups(_ text: [UInt32]) -> Int {
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

    /// A jump from alternatives that are none leads to the first instruction that counts.
    var isAnchored: Bool {
        var place = 0
        while case .jump(let target) = program[place], target > place { place = target }
        if case .assertion(.start) = program[place] { return true }
        return false
    }

    func failure(_ message: String) -> PatternError { .syntax(message: message, offset: at) }

    mutating func emit(_ instruction: Pattern.Instruction) throws(PatternError) {
        guard program.count < Self.maximumSize else { throw failure("the pattern is too large") }
        program.append(instruction)
    }

    func peek(_ offset: Int = 0) -> UInt32? { at + offset < text.count ? text[at + offset] : nil }

    func sees(_ word: StaticString) -> Bool {
        (0..<word.utf8CodeUnitCount).allSatisfy { peek($0) == UInt32(word.utf8Start[$0]) }
    }

    mutating func skip(_ word: StaticString) -> Bool {
        guard sees(word) else { return false }
        at += word.utf8CodeUnitCount
        return true
    }

    // MARK: Structure

    mutating func alternatives() throws(PatternError) {
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
    func moved(_ instruction: Pattern.Instruction, by offset: Int) -> Pattern.Instruction {
        switch instruction {
        case .split(let one, let other): .split(one + offset, other + offset)
        case .jump(let target): .jump(target + offset)
        case .look(let ahead, let wanted, let next): .look(ahead: ahead, wanted: wanted, next: next + offset)
        case .atomic(let next): .atomic(next: next + offset)
        default: instruction
        }
    }

    mutating func sequence() throws(PatternError) {
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

    mutating func skipComment() -> Bool {
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

    mutating func quantifier(from start: Int) throws(PatternError) {
        if options.contains(.comments) { while skipComment() {} }
        let (low, high): (Int, Int?)
        switch peek() {
        case 0x2A: (low, high) = (0, nil)
        case 0x2B: (low, high) = (1, nil)
        case 0x3F: (low, high) = (0, 1)
        case 0x7B:
            let mark = at
            at += 1
            if isECMA, !seesCount() {
                at = mark
                return
            }
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

    /// Whether what follows a `{` is `2}`, `2,}` or `2,3}`.
    func seesCount() -> Bool {
        var place = at
        func skipDigits() -> Bool {
            let start = place
            while place < text.count, ScalarSet.digit.contains(text[place]) { place += 1 }
            return place > start
        }
        guard skipDigits() else { return false }
        if place < text.count, text[place] == 0x2C {
            place += 1
            _ = skipDigits()
        }
        return place < text.count && text[place] == 0x7D
    }

    func branch(_ inside: Int, _ after: Int, _ isLazy: Bool) -> Pattern.Instruction {
        isLazy ? .split(after, inside) : .split(inside, after)
    }

    mutating func number() -> Int? {
        var value: Int?
        while let scalar = peek(), ScalarSet.digit.contains(scalar), (value ?? 0) < 1_000_000 {
            value = (value ?? 0) * 10 + Int(scalar - 0x30)
            at += 1
        }
        return value
    }

    // MARK: Atoms

    /// Returns whether what was read can be repeated.
    mutating func atom() throws(PatternError) -> Bool {
        guard let scalar = peek() else { return false }
        switch scalar {
        case 0x28: return try group()
        case 0x5B:
            at += 1
            try emit(.set(PatternSet(folded(try set()))))
        case 0x2E:
            at += 1
            let line: ScalarSet = isECMA ? .ecmaLineEnd : .newline
            try emit(.set(PatternSet(options.contains(.dotMatchesAll) ? .any : .not(line))))
        case 0x5E:
            at += 1
            try emit(.assertion(options.contains(.multiline) ? .lineStart : .start))
        case 0x24:
            at += 1
            try emit(.assertion(options.contains(.multiline) ? .lineEnd : isECMA ? .end : .endBeforeNewline))
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

    mutating func literal(_ scalar: UInt32) throws(PatternError) {
        if options.contains(.ignoresCase), (0x61...0x7A).contains(scalar | 0x20) {
            try emit(.letter(scalar | 0x20))
        } else {
            try emit(.scalar(scalar))
        }
    }

    func folded(_ set: ScalarSet) -> ScalarSet {
        options.contains(.ignoresCase) ? .bothCases(set) : set
    }

    mutating func group() throws(PatternError) -> Bool {
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

    mutating func capture(
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
    mutating func flags(
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
}
