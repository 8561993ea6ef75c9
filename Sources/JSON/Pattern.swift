/// Why a text is no regular expression, or why a search was given up.
public enum PatternError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The offset counts characters from 0.
    case syntax(message: String, offset: Int)
    /// The search took more steps than it may: the pattern backtracks without end.
    case tooManySteps(Int)

    public var description: String {
        switch self {
        case .syntax(let message, let offset): "regular expression: \(message) at character \(offset + 1)"
        case .tooManySteps(let steps): "regular expression: gave up after \(steps) steps; it backtracks too much"
        }
    }
}

/// A regular expression of Java's kind (`java.util.regex`), compiled once, whose searches are bounded.
///
/// API Gateway's selection patterns, JSONPath's `=~`, JSON Schema's `pattern` and the templates' `replaceAll` all take
/// Java's expressions, from whoever configures an API, and run them on what clients send. A matcher that recurses or
/// backtracks without a bound would let one request stop an event loop; this one keeps its own stack and counts steps.
///
/// Covered: classes with union and intersection, `\d \w \s \h \v \R` and their opposites, `\p{…}`, greedy, lazy and
/// possessive quantifiers, groups (capturing, named, plain, atomic), references back, looking ahead and behind,
/// anchors, `\b`, `\Q…\E` and the flags `i m s x`.
public struct Pattern: Sendable {
    public struct Options: OptionSet, Sendable, Hashable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// Letters of ASCII match in both cases.
        public static let ignoresCase = Options(rawValue: 1)
        /// `^` and `$` also match at line ends.
        public static let multiline = Options(rawValue: 2)
        /// `.` also matches line ends.
        public static let dotMatchesAll = Options(rawValue: 4)
        /// Blanks and `#` comments in the pattern do not count.
        public static let comments = Options(rawValue: 8)
        /// Reads the pattern as ECMA 262 does, where the two differ: `$` and `.` and `\s`, no classes inside classes, a
        /// `{` that counts nothing is itself, letters without a meaning may be escaped.
        public static let ecmaScript = Options(rawValue: 16)
    }

    public let text: String
    let program: [Instruction]
    let registers: Int
    let groups: Int
    let names: [String: Int]
    /// Whether it matches at the start of a subject or not at all.
    let isAnchored: Bool

    /// Compiles a pattern. Throws ``PatternError/syntax(message:offset:)``.
    public init(_ text: String, options: Options = []) throws(PatternError) {
        var compiler = PatternCompiler(text, options)
        try compiler.compile()
        self.text = text
        program = compiler.program
        registers = compiler.registers
        groups = compiler.groups
        names = compiler.names
        isAnchored = compiler.isAnchored
    }

    /// Whether all of `subject` matches, as `String.matches` of Java has it.
    public func matchesWhole(_ subject: String, steps: Int = PatternSearch.standardSteps) throws(PatternError) -> Bool {
        var search = PatternSearch(self, in: Self.scalars(of: subject), steps: steps)
        return try search.matchesWhole()
    }

    /// Whether some part of `subject` matches.
    public func matches(_ subject: String, steps: Int = PatternSearch.standardSteps) throws(PatternError) -> Bool {
        var search = PatternSearch(self, in: Self.scalars(of: subject), steps: steps)
        return try search.find(from: 0) != nil
    }

    /// A subject as searches take it.
    public static func scalars(of string: String) -> [UInt32] {
        var scalars: [UInt32] = []
        scalars.reserveCapacity(string.utf8.count)
        for scalar in string.unicodeScalars { scalars.append(scalar.value) }
        return scalars
    }

    enum Instruction: Sendable {
        case scalar(UInt32)
        /// A letter in lower case that matches both.
        case letter(UInt32)
        case set(PatternSet)
        /// Goes on at the first; comes back to the second.
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        /// Fails if nothing was read since the register was saved: a loop around nothing would not end.
        case progress(Int)
        case assertion(Assertion)
        case back(Int, ignoresCase: Bool)
        /// A pattern of its own from the next instruction on, ended by `.accept`; the search goes on at `next`.
        case look(ahead: Bool, wanted: Bool, next: Int)
        case atomic(next: Int)
        case accept
    }

    enum Assertion: Sendable {
        case start, end, endBeforeNewline, lineStart, lineEnd, wordBoundary, notWordBoundary, previousEnd
    }
}

/// Where a pattern matched, in scalars of the subject.
public struct PatternMatch: Sendable {
    /// Group 0 is the whole match; a group that took no part is `nil`.
    public let groups: [Range<Int>?]
    public let names: [String: Int]
    public var range: Range<Int> { groups[0] ?? 0..<0 }
}

/// A search through one subject, which counts its steps.
public struct PatternSearch {
    /// Some tens of milliseconds.
    public static let standardSteps = 1_000_000

    private let pattern: Pattern
    private let subject: [UInt32]
    private let allowed: Int
    public private(set) var steps = 0

    public init(_ pattern: Pattern, in subject: [UInt32], steps: Int = PatternSearch.standardSteps) {
        self.pattern = pattern
        self.subject = subject
        allowed = steps
    }

    public mutating func matchesWhole() throws(PatternError) -> Bool {
        var registers = [Int](repeating: -1, count: pattern.registers)
        return try run(0, at: 0, &registers, until: subject.count) != nil
    }

    /// The first match at or after a place.
    public mutating func find(from start: Int) throws(PatternError) -> PatternMatch? {
        guard start <= subject.count else { return nil }
        // A search that fails leaves the registers as they were.
        var registers = [Int](repeating: -1, count: pattern.registers)
        let last = pattern.isAnchored ? start : subject.count
        for place in start...last {
            guard let end = try run(0, at: place, &registers, until: nil) else { continue }
            var groups: [Range<Int>?] = [place..<end]
            for group in stride(from: 2, to: pattern.groups * 2 + 2, by: 2) {
                let (first, last) = (registers[group], registers[group + 1])
                groups.append(first >= 0 && last >= first ? first..<last : nil)
            }
            return PatternMatch(groups: groups, names: pattern.names)
        }
        return nil
    }

    private enum Saved {
        case branch(Int, Int)
        case register(Int, Int)
    }

    /// Runs from an instruction until `.accept`; returns where the match ends. It must end at `until`, if given.
    private mutating func run(
        _ start: Int, at place: Int, _ registers: inout [Int], until: Int?
    ) throws(PatternError) -> Int? {
        var stack: [Saved] = []
        var next = start
        var at = place
        while true {
            steps += 1
            if steps > allowed { throw .tooManySteps(allowed) }
            var failed = false
            switch pattern.program[next] {
            case .scalar(let wanted):
                failed = at >= subject.count || subject[at] != wanted
                at += 1
            case .letter(let wanted):
                failed = at >= subject.count || subject[at] | 0x20 != wanted
                at += 1
            case .set(let set):
                if at < subject.count {
                    if subject[at] >= 0x80 { steps += set.cost }
                    failed = !set.contains(subject[at])
                } else {
                    failed = true
                }
                at += 1
            case .split(let first, let second):
                stack.append(.branch(second, at))
                next = first
                continue
            case .jump(let target):
                next = target
                continue
            case .save(let register):
                stack.append(.register(register, registers[register]))
                registers[register] = at
            case .progress(let register):
                failed = registers[register] == at
            case .assertion(let assertion):
                failed = !holds(assertion, at)
            case .back(let group, let ignoresCase):
                if let end = back(group, at, registers, ignoresCase) { at = end } else { failed = true }
            case .look(let ahead, let wanted, let target):
                steps += 4 + registers.count / 8
                var inner = registers
                let found =
                    ahead ? try run(next + 1, at: at, &inner, until: nil) != nil : try behind(next + 1, at, &inner)
                if found == wanted {
                    if wanted { keep(inner, &registers, &stack) }
                    next = target
                    continue
                }
                failed = true
            case .atomic(let target):
                steps += 4 + registers.count / 8
                var inner = registers
                if let end = try run(next + 1, at: at, &inner, until: nil) {
                    keep(inner, &registers, &stack)
                    at = end
                    next = target
                    continue
                }
                failed = true
            case .accept:
                if until == nil || until == at { return at }
                failed = true
            }
            next += 1
            guard failed else { continue }
            var resumed = false
            while !resumed, let saved = stack.popLast() {
                switch saved {
                case .branch(let target, let place):
                    next = target
                    at = place
                    resumed = true
                case .register(let register, let value):
                    registers[register] = value
                }
            }
            if !resumed { return nil }
        }
    }

    private func keep(_ inner: [Int], _ registers: inout [Int], _ stack: inout [Saved]) {
        for register in registers.indices where registers[register] != inner[register] {
            stack.append(.register(register, registers[register]))
            registers[register] = inner[register]
        }
    }

    private mutating func behind(_ start: Int, _ end: Int, _ registers: inout [Int]) throws(PatternError) -> Bool {
        var place = end
        while place >= 0 {
            steps += 4 + registers.count / 8
            var inner = registers
            if try run(start, at: place, &inner, until: end) != nil {
                registers = inner
                return true
            }
            place -= 1
        }
        return false
    }

    private mutating func back(_ group: Int, _ at: Int, _ registers: [Int], _ ignoresCase: Bool) -> Int? {
        let (first, last) = (registers[group * 2], registers[group * 2 + 1])
        guard first >= 0, last >= first, at + last - first <= subject.count else { return nil }
        // The group may be as long as the subject, and be compared at each of its places.
        steps += (last - first) / 4
        for offset in 0..<last - first {
            let (one, other) = (subject[first + offset], subject[at + offset])
            let isSame = one == other || (ignoresCase && isLetter(one) && one | 0x20 == other | 0x20)
            if !isSame { return nil }
        }
        return at + last - first
    }

    private func isLetter(_ scalar: UInt32) -> Bool { (0x61...0x7A).contains(scalar | 0x20) }

    private func isNewline(_ scalar: UInt32) -> Bool {
        scalar == 0x0A || scalar == 0x0D || scalar == 0x85 || scalar == 0x2028 || scalar == 0x2029
    }

    private func holds(_ assertion: Pattern.Assertion, _ at: Int) -> Bool {
        switch assertion {
        case .start: return at == 0
        case .end: return at == subject.count
        case .endBeforeNewline:
            if at == subject.count { return true }
            if at == subject.count - 1 { return isNewline(subject[at]) && !(at > 0 && isPair(at - 1)) }
            return at == subject.count - 2 && isPair(at)
        case .lineStart:
            return at == 0 || (at < subject.count && isNewline(subject[at - 1]) && !isPair(at - 1))
        case .lineEnd:
            return at == subject.count || (isNewline(subject[at]) && !(at > 0 && isPair(at - 1)))
        case .wordBoundary: return isWord(at - 1) != isWord(at)
        case .notWordBoundary: return isWord(at - 1) == isWord(at)
        case .previousEnd: return at == 0
        }
    }

    /// `\r\n` is one line end.
    private func isPair(_ at: Int) -> Bool {
        at + 1 < subject.count && subject[at] == 0x0D && subject[at + 1] == 0x0A
    }

    private func isWord(_ at: Int) -> Bool {
        subject.indices.contains(at) && (ScalarSet.word.contains(subject[at]))
    }
}
