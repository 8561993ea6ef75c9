import JSON
import Testing

/// The same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Whatever comes in, the parsers answer or refuse; they never stop the process.
@Suite struct JSONFuzzTests {
    /// Valid texts with bytes changed, taken out, doubled or put in from elsewhere.
    static func mutated(_ seed: [UInt8], _ pieces: [String], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...4, using: &generator)))
            case 2: bytes.insert(contentsOf: (pieces.randomElement(using: &generator) ?? "").utf8, at: place)
            case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 8)], at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }

    @Test func theParserSurvivesAnyBytes() throws {
        var generator = SeededGenerator(1)
        let seed = Array(#"{"a":[1.5e3,true,null,"x\u00e9\ud83d\udc4b\n"],"b":{"c":false,"":-0}}"#.utf8)
        let pieces = ["[", "{", "\"", "\\u", "\\ud83d", "1e", "-", ",", ":", "null", "\u{FEFF}", "\\", "]", "}", "0"]
        var read = 0
        for _ in 0..<20_000 {
            let bytes = Self.mutated(seed, pieces, &generator)
            guard let value = try? JSON(parsing: bytes) else { continue }
            read += 1
            // What was read is written and read again as the same.
            #expect(try JSON(parsing: value.bytes()) == value)
        }
        #expect(read > 100)
    }

    @Test func pathsSurviveAnyText() throws {
        var generator = SeededGenerator(2)
        let document = try JSON(parsing: JSONPathTests.document)
        let pieces = [
            "$", "..", "[?(", ")]", "@.a", "[*]", "['", "']", " in ", "==", "&&", "||", "!", "/a+/i", "[1:2]",
            ".length()", "(", "\\", "-1", "{}", "[]",
        ]
        var read = 0
        for _ in 0..<10_000 {
            let seed = JSONPathTests.cases.randomElement(using: &generator)?.path ?? "$"
            let text = String(decoding: Self.mutated(Array(seed.utf8), pieces, &generator), as: UTF8.self)
            guard let path = try? JSONPath(text) else { continue }
            read += 1
            _ = try? path.evaluate(document, steps: 20_000)
        }
        #expect(read > 100)
    }

    @Test func patternsSurviveAnyText() throws {
        var generator = SeededGenerator(3)
        let pieces = [
            "(", ")", "[", "]", "*", "+?", "{2,3}", "|", "\\", "(?:", "(?=", "(?<n>", "\\p{L}", "&&", "^", "$", "(?i)",
            "\\1", "-",
        ]
        var read = 0
        for _ in 0..<10_000 {
            let seed = PatternTests.finds.randomElement(using: &generator)?.pattern ?? ""
            let text = String(decoding: Self.mutated(Array(seed.utf8), pieces, &generator), as: UTF8.self)
            guard let pattern = try? Pattern(text) else { continue }
            read += 1
            _ = try? pattern.matches("abab aa12-é\n\"x\"", steps: 20_000)
        }
        #expect(read > 100)
    }
}
