import Foundation

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

/// How much to try. A run by hand may ask for more, and for other inputs: `SLUICE_FUZZ_FACTOR` multiplies the rounds,
/// `SLUICE_FUZZ_SEED` changes the numbers, and `SLUICE_FUZZ_TRACE` names a file that holds the input at work, for when
/// one stops the process or takes long.
enum Fuzzing {
    static let environment = ProcessInfo.processInfo.environment
    static let factor = environment["SLUICE_FUZZ_FACTOR"].flatMap(Int.init) ?? 1
    static let seed = environment["SLUICE_FUZZ_SEED"].flatMap(UInt64.init) ?? 0
    static let trace = environment["SLUICE_FUZZ_TRACE"]

    /// Rounds of one fuzzer, each with the generator that it goes on with. Other tests get their turn between them.
    static func run(_ rounds: Int, _ seed: UInt64, _ work: (inout SeededGenerator) throws -> Void) async rethrows {
        var generator = SeededGenerator(seed &+ Self.seed &* 1_000_003)
        for round in 0..<rounds * factor {
            try work(&generator)
            if round % 16 == 0 { await Task.yield() }
        }
    }

    /// Notes what is tried next, if a trace is asked for.
    static func note(_ name: String, _ input: [UInt8]) {
        guard let trace else { return }
        try? Data(input).write(to: URL(filePath: trace + "." + name))
    }

    /// Bytes changed, taken out, doubled, cut off or put in from elsewhere.
    static func mutated(_ seed: [UInt8], _ pieces: [String], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...4, using: &generator)))
            case 2, 3: bytes.insert(contentsOf: (pieces.randomElement(using: &generator) ?? "").utf8, at: place)
            case 4: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 8)], at: place)
            case 5:
                let from = Int.random(in: 0...bytes.count, using: &generator)
                let piece = bytes[from..<min(bytes.count, from + 20)]
                bytes.replaceSubrange(place..<min(bytes.count, place + piece.count), with: piece)
            default: if Bool.random(using: &generator) { bytes.removeSubrange(place...) }
            }
        }
        return bytes
    }
}
