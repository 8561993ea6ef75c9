/// Why a pattern is none, in words for whoever types it.
package struct PatternError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A set of bytes.
struct ByteSet: Sendable, Equatable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    static func == (one: ByteSet, other: ByteSet) -> Bool { one.words == other.words }

    mutating func insert(_ byte: UInt8) {
        let bit = UInt64(1) << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    func contains(_ byte: UInt8) -> Bool {
        let bit = UInt64(1) << UInt64(byte & 63)
        return switch byte >> 6 {
        case 0: words.0 & bit != 0
        case 1: words.1 & bit != 0
        case 2: words.2 & bit != 0
        default: words.3 & bit != 0
        }
    }

    mutating func formUnion(_ other: ByteSet) {
        words = (
            words.0 | other.words.0, words.1 | other.words.1, words.2 | other.words.2, words.3 | other.words.3
        )
    }

    var inverted: ByteSet {
        var result = ByteSet()
        result.words = (~words.0, ~words.1, ~words.2, ~words.3)
        return result
    }

    init() {}

    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { insert(byte) }
    }

    static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    static let spaces = ByteSet([9, 10, 11, 12, 13, 32])
    static let word: ByteSet = {
        var set = digits
        set.formUnion(ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z")))
        set.formUnion(ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z")))
        set.insert(UInt8(ascii: "_"))
        return set
    }()
    static let any = ByteSet().inverted

    /// Both cases of each letter.
    var ignoringCase: ByteSet {
        var result = self
        for letter in UInt8(ascii: "a")...UInt8(ascii: "z") {
            if contains(letter) { result.insert(letter - 32) }
            if contains(letter - 32) { result.insert(letter) }
        }
        return result
    }
}

/// A regular expression taken apart.
indirect enum PatternNode {
    case bytes(ByteSet)
    case sequence([PatternNode])
    case either([PatternNode])
    case times(PatternNode, least: Int, most: Int?)
    case start
    case end
}

/// Reads `. [] [^] * + ? {n,m} | () ^ $ \d \w \s \D \W \S` and escaped characters.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private let ignoresCase: Bool
    private var index = 0
    private var depth = 0

    static let longestRepetition = 100
    static let deepestNesting = 50

    init(_ text: String, ignoresCase: Bool) {
        scalars = Array(text.unicodeScalars)
        self.ignoresCase = ignoresCase
    }

    mutating func parse() throws -> PatternNode {
        let node = try alternatives()
        guard index == scalars.count else { throw PatternError("a ) without its (") }
        return node
    }

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func alternatives() throws -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepestNesting else { throw PatternError("parentheses are nested too deep") }
        var branches = [try sequence()]
        while next == "|" {
            index += 1
            branches.append(try sequence())
        }
        return branches.count == 1 ? branches[0] : .either(branches)
    }

    private mutating func sequence() throws -> PatternNode {
        var items: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            items.append(try repeated(try atom()))
        }
        return .sequence(items)
    }

    private mutating func repeated(_ atom: PatternNode) throws -> PatternNode {
        var node = atom
        while let scalar = next {
            switch scalar {
            case "*": node = .times(node, least: 0, most: nil)
            case "+": node = .times(node, least: 1, most: nil)
            case "?": node = .times(node, least: 0, most: 1)
            case "{":
                guard let (least, most, after) = bounds() else { return node }
                guard least <= Self.longestRepetition, most ?? 0 <= Self.longestRepetition else {
                    throw PatternError("{…} counts to \(Self.longestRepetition) at most")
                }
                guard most ?? least >= least else { throw PatternError("{\(least),\(most ?? 0)} counts down") }
                node = .times(node, least: least, most: most)
                index = after - 1
            default: return node
            }
            index += 1
        }
        return node
    }

    /// `{2}`, `{2,}`, `{2,5}` at the index; anything else in braces is text, as `{petId}` is in a path.
    private func bounds() -> (least: Int, most: Int?, after: Int)? {
        guard let close = scalars[index...].firstIndex(of: "}") else { return nil }
        let text = String(String.UnicodeScalarView(scalars[(index + 1)..<close]))
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let least = parts.first.flatMap({ Int($0) }), least >= 0, parts.count <= 2 else { return nil }
        if parts.count == 1 { return (least, least, close + 1) }
        if parts[1].isEmpty { return (least, nil, close + 1) }
        guard let most = Int(parts[1]) else { return nil }
        return (least, most, close + 1)
    }

    private mutating func atom() throws -> PatternNode {
        let scalar = scalars[index]
        index += 1
        switch scalar {
        case ".": return .bytes(.any)
        case "^": return .start
        case "$": return .end
        case "[": return .bytes(try set())
        case "(":
            if next == "?" {
                guard index + 1 < scalars.count, scalars[index + 1] == ":" else {
                    throw PatternError("(?…) is known only as (?:…)")
                }
                index += 2
            }
            let inner = try alternatives()
            guard next == ")" else { throw PatternError("a ( without its )") }
            index += 1
            return inner
        case "*", "+", "?": throw PatternError("nothing stands before \(scalar)")
        case "\\": return try escaped()
        default: return literal(scalar)
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> PatternNode {
        let bytes = Array(String(scalar).utf8)
        if bytes.count == 1 { return .bytes(folded(ByteSet(bytes))) }
        return .sequence(bytes.map { .bytes(ByteSet([$0])) })
    }

    private mutating func escaped() throws -> PatternNode {
        guard let scalar = next else { throw PatternError("nothing follows \\") }
        index += 1
        if let set = Self.escapedSet(scalar) { return .bytes(set) }
        guard !scalar.properties.isAlphabetic, scalar.properties.numericType == nil else {
            throw PatternError("\\\(scalar) is not known")
        }
        return literal(scalar)
    }

    private static func escapedSet(_ scalar: Unicode.Scalar) -> ByteSet? {
        switch scalar {
        case "d": .digits
        case "D": ByteSet.digits.inverted
        case "w": .word
        case "W": ByteSet.word.inverted
        case "s": .spaces
        case "S": ByteSet.spaces.inverted
        case "t": ByteSet([9])
        default: nil
        }
    }

    private mutating func set() throws -> ByteSet {
        var set = ByteSet()
        let inverted = next == "^"
        if inverted { index += 1 }
        var first = true
        while let scalar = next, first || scalar != "]" {
            first = false
            index += 1
            if scalar == "\\", let escaped = next, let known = Self.escapedSet(escaped) {
                index += 1
                set.formUnion(known)
                continue
            }
            let low = try setByte(scalar)
            if next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" {
                index += 1
                let upper = scalars[index]
                index += 1
                let high = try setByte(upper)
                guard low <= high else { throw PatternError("[\(scalar)-\(upper)] counts down") }
                set.formUnion(ByteSet(low...high))
            } else {
                set.insert(low)
            }
        }
        guard next == "]" else { throw PatternError("a [ without its ]") }
        index += 1
        // Both cases first: what is not an a is no A either.
        return inverted ? folded(set).inverted : folded(set)
    }

    private func folded(_ set: ByteSet) -> ByteSet {
        ignoresCase ? set.ignoringCase : set
    }

    private mutating func setByte(_ scalar: Unicode.Scalar) throws -> UInt8 {
        var scalar = scalar
        if scalar == "\\" {
            guard let escaped = next else { throw PatternError("nothing follows \\") }
            index += 1
            scalar = escaped
        }
        guard scalar.isASCII else { throw PatternError("[…] knows ASCII only; write (ä|ö) instead") }
        return UInt8(scalar.value)
    }
}
