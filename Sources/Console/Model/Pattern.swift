/// A regular expression for filters, matched in time that grows with the text alone: whatever is typed, a filter over a
/// hundred thousand lines cannot hang the console. Lower case finds both cases, an upper-case letter finds itself.
package struct Pattern: Sendable, Equatable {
    enum Instruction: Sendable, Equatable {
        case bytes(ByteSet, next: Int)
        case split(Int, Int)
        case start(next: Int)
        case end(next: Int)
        case match
    }

    package let text: String
    let program: [Instruction]
    let ignoresCase: Bool
    /// What to look for where the pattern is plain text: much quicker.
    let plain: [UInt8]?

    private static let longestProgram = 4000

    package init(_ text: String) throws {
        self.text = text
        let ignoresCase = !text.unicodeScalars.contains { $0.properties.isUppercase }
        self.ignoresCase = ignoresCase
        if !text.contains(where: { ".[]*+?{}|()^$\\".contains($0) }) {
            plain = Array(text.utf8)
            program = []
            return
        }
        plain = nil
        var parser = PatternParser(text, ignoresCase: ignoresCase)
        var compiler = PatternCompiler(limit: Self.longestProgram)
        try compiler.emit(try parser.parse())
        program = compiler.finish()
    }

    package func matches(_ string: String) -> Bool {
        var matcher = PatternMatcher(self)
        return matcher.matches(string)
    }

    /// The first match and the longest from there, in UTF-8 offsets; for highlighting what is on screen.
    package func firstRange(in string: String) -> Range<Int>? {
        let bytes = Array(string.utf8)
        if let plain {
            guard let start = PatternMatcher.find(plain, in: bytes, ignoresCase: ignoresCase), !plain.isEmpty else {
                return nil
            }
            return start..<(start + plain.count)
        }
        for start in 0...bytes.count {
            if let end = longestMatch(bytes, from: start), end > start { return start..<end }
        }
        return nil
    }

    private func longestMatch(_ bytes: [UInt8], from start: Int) -> Int? {
        var states = PatternMatcher.closure([0], program, atStart: start == 0, atEnd: start == bytes.count)
        var found: Int?
        var index = start
        while true {
            if states.contains(where: { program[$0] == .match }) { found = index }
            guard index < bytes.count, !states.isEmpty else { return found }
            let moved = PatternMatcher.step(states, bytes[index], program)
            index += 1
            states = PatternMatcher.closure(moved, program, atStart: false, atEnd: index == bytes.count)
        }
    }
}

/// Turns a parsed pattern into instructions (Thompson's construction).
struct PatternCompiler {
    private var program: [Pattern.Instruction] = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    mutating func finish() -> [Pattern.Instruction] {
        program.append(.match)
        return program
    }

    mutating func emit(_ node: PatternNode) throws {
        guard program.count < limit else { throw PatternError("the pattern is too large") }
        switch node {
        case .bytes(let set):
            program.append(.bytes(set, next: program.count + 1))
        case .start: program.append(.start(next: program.count + 1))
        case .end: program.append(.end(next: program.count + 1))
        case .sequence(let nodes): for node in nodes { try emit(node) }
        case .either(let nodes): try emitEither(nodes[...])
        case .times(let node, let least, let most): try emitTimes(node, least, most)
        }
    }

    private mutating func emitEither(_ nodes: ArraySlice<PatternNode>) throws {
        guard let first = nodes.first else { return }
        guard nodes.count > 1 else { return try emit(first) }
        let split = program.count
        program.append(.split(split + 1, 0))
        try emit(first)
        let jump = program.count
        program.append(.split(0, 0))
        program[split] = .split(split + 1, program.count)
        try emitEither(nodes.dropFirst())
        program[jump] = .split(program.count, program.count)
    }

    private mutating func emitTimes(_ node: PatternNode, _ least: Int, _ most: Int?) throws {
        for _ in 0..<least { try emit(node) }
        guard let most else {
            let split = program.count
            program.append(.split(split + 1, 0))
            try emit(node)
            program.append(.split(split, split))
            program[split] = .split(split + 1, program.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<max(least, most) {
            splits.append(program.count)
            program.append(.split(0, 0))
            try emit(node)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }
}

/// Runs a pattern over many strings. The sets of states that were met are kept as one automaton, so that a byte costs
/// one look-up.
package struct PatternMatcher: Sendable {
    private let pattern: Pattern
    private var sets: [[Int]: Int] = [:]
    private var states: [(instructions: [Int], accepts: Bool)] = []
    private var moves: [Int32] = []
    private var initial: Int?

    private static let mostStates = 256

    package init(_ pattern: Pattern) {
        self.pattern = pattern
    }

    package mutating func matches(_ string: String) -> Bool {
        var string = string
        return string.withUTF8 { matches($0) }
    }

    mutating func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if let plain = pattern.plain {
            return Self.find(plain, in: bytes, ignoresCase: pattern.ignoresCase) != nil
        }
        if states.count > Self.mostStates {
            states = []
            moves = []
            sets = [:]
            initial = nil
        }
        var state: Int
        if bytes.isEmpty {
            return Self.closure([0], pattern.program, atStart: true, atEnd: true).contains {
                pattern.program[$0] == .match
            }
        }
        if let initial {
            state = initial
        } else {
            state = intern(Self.closure([0], pattern.program, atStart: true, atEnd: false))
            initial = state
        }
        for (index, byte) in bytes.enumerated() {
            if states[state].accepts { return true }
            if index == bytes.count - 1 {
                var moved = Self.step(states[state].instructions, byte, pattern.program)
                moved.append(0)
                return Self.closure(moved, pattern.program, atStart: false, atEnd: true).contains {
                    pattern.program[$0] == .match
                }
            }
            let move = moves[state << 8 | Int(byte)]
            if move >= 0 {
                state = Int(move)
            } else {
                var moved = Self.step(states[state].instructions, byte, pattern.program)
                // The match may begin at any byte.
                moved.append(0)
                let target = intern(Self.closure(moved, pattern.program, atStart: false, atEnd: false))
                moves[state << 8 | Int(byte)] = Int32(target)
                state = target
            }
        }
        return states[state].accepts
    }

    private mutating func intern(_ set: [Int]) -> Int {
        if let known = sets[set] { return known }
        let number = states.count
        sets[set] = number
        states.append((set, set.contains { pattern.program[$0] == .match }))
        moves.append(contentsOf: repeatElement(-1, count: 256))
        return number
    }

    static func step(_ states: [Int], _ byte: UInt8, _ program: [Pattern.Instruction]) -> [Int] {
        states.compactMap {
            if case .bytes(let set, let next) = program[$0], set.contains(byte) { return next }
            return nil
        }
    }

    /// All that is reached without a byte, ascending.
    static func closure(_ states: [Int], _ program: [Pattern.Instruction], atStart: Bool, atEnd: Bool) -> [Int] {
        var seen = Set<Int>()
        var found: [Int] = []
        var open = states
        while let state = open.popLast() {
            guard seen.insert(state).inserted else { continue }
            switch program[state] {
            case .split(let one, let two):
                open.append(one)
                open.append(two)
            case .start(let next): if atStart { open.append(next) }
            case .end(let next): if atEnd { open.append(next) }
            case .bytes, .match: found.append(state)
            }
        }
        return found.sorted()
    }

    static func find(_ needle: [UInt8], in bytes: some RandomAccessCollection<UInt8>, ignoresCase: Bool) -> Int? {
        guard let first = needle.first else { return 0 }
        let count = bytes.count
        guard needle.count <= count else { return nil }
        let base = bytes.startIndex
        func byte(_ offset: Int) -> UInt8 {
            let value = bytes[bytes.index(base, offsetBy: offset)]
            return ignoresCase && value >= 65 && value <= 90 ? value + 32 : value
        }
        var start = 0
        while start <= count - needle.count {
            if byte(start) == first {
                var length = 1
                while length < needle.count, byte(start + length) == needle[length] { length += 1 }
                if length == needle.count { return start }
            }
            start += 1
        }
        return nil
    }
}
