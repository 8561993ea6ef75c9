import NIOCore
import Testing

@testable import Gateway

@Suite struct ContentCodingTests {
    /// What a client sends in `Accept-Encoding`, and what it gets; `nil` for identity.
    @Test(
        arguments: [
            ("gzip", .gzip), ("deflate", .deflate), ("identity", nil), ("br", nil), ("", nil), ("*", .gzip),
            ("x-gzip", .gzip), ("GZIP", .gzip), ("gzip, deflate, br", .gzip), ("deflate, gzip", .gzip),
            ("deflate;q=1, gzip;q=0.5", .deflate), ("gzip;q=0.5, deflate; q=0.501", .deflate), ("gzip;q=0", nil),
            ("gzip;q=0.000, deflate;q=0.001", .deflate), ("gzip;q=0, *", .deflate), ("*;q=0", nil),
            ("*;q=0, gzip", .gzip), ("gzip;q=0, deflate;q=0, *", nil), ("identity;q=0.5, *;q=0", nil),
            ("identity, gzip;q=0.9", nil), ("identity;q=1, gzip;q=1", .gzip), ("identity;q=0, gzip", .gzip),
            ("gzip;q=2", nil), ("gzip;q=", nil), ("gzip;q=0.1234", nil), ("gzip;q=nonsense, deflate;q=0.1", .deflate),
            (", ,gzip,", .gzip), (";q=1, deflate", .deflate), ("gzip;level=9;q=0.3", .gzip),
        ] as [(String, ContentCoding?)])
    func picksTheCodingOfTheGreatestWeight(_ accepted: String, _ coding: ContentCoding?) {
        #expect(ContentCoding.preferred([accepted]) == coding)
    }

    @Test func readsSeveralFieldsAsOneList() {
        #expect(ContentCoding.preferred(["br", "deflate;q=0.5", "gzip;q=0.1"]) == .deflate)
        #expect(ContentCoding.preferred([]) == nil)
        #expect(ContentCoding.announced(["identity", "gzip"]) == .coded(.gzip))
        #expect(ContentCoding.announced(["gzip", "gzip"]) == .unknown)
    }

    @Test(
        arguments: [
            ("gzip", .coded(.gzip)), ("x-gzip", .coded(.gzip)), ("GZip", .coded(.gzip)), ("deflate", .coded(.deflate)),
            ("identity", .plain), ("", .plain), (" , identity", .plain), ("identity, gzip", .coded(.gzip)),
            ("br", .unknown),
            ("compress", .unknown), ("gzip, deflate", .unknown), ("gzip;q=1", .unknown),
        ] as [(String, ContentCoding.Announced)])
    func readsContentEncoding(_ value: String, _ announced: ContentCoding.Announced) {
        #expect(ContentCoding.announced([value]) == announced)
    }
}

@Suite struct InflaterTests {
    static let text = #"{"name": "sluice", "tags": ["a", "b", "a", "b", "a", "b"]}"#
    /// The text as other programs code it.
    static let gzip =
        "H4sIAAAAAAACA6tWykvMTVWyUlAqzinNTE5V0lFQKklMLwaKRCslgnhJIAKDFVsLAHYUPoU6AAAA"
    static let twoMembers =
        "H4sIAAAAAAACA6tWykvMTVWyUlAqzinNTE5V0lFQAgDPYSLFFAAAAB+LCAAAAAAAAgMrSUwvVrJSiFZKVNJRUEoCERis2FoAypApfCYAAAA="
    static let zlib = "eJyrVspLzE1VslJQKs4pzUxOVdJRUCpJTC8GikQrJYJ4SSACgxVbCwDXqA6v"
    static let raw = "q1bKS8xNVbJSUCrOKc1MTlXSUVAqSUwvBopEKyWCeEkgAoMVWwsA"

    static func bytes(_ base64: String) throws -> ByteBuffer {
        try #require(Base64.decode(ByteBuffer(string: base64)))
    }

    static func compress(_ body: ByteBuffer, _ coding: ContentCoding, step: Int = 65_536) throws -> ByteBuffer {
        let deflater = try Deflater(body, coding)
        while try !deflater.advance(step) {}
        return deflater.output
    }

    @Test(arguments: [
        (gzip, ContentCoding.gzip), (twoMembers, .gzip), (zlib, .deflate), (raw, .deflate),
    ])
    func readsWhatOtherProgramsCoded(_ base64: String, _ coding: ContentCoding) throws {
        let body = try Self.bytes(base64)
        #expect(try Inflater.inflate(body, coding, limit: 1000) == ByteBuffer(string: Self.text))
        // Exactly as long as may be, and one byte longer.
        #expect(try Inflater.inflate(body, coding, limit: Self.text.utf8.count) == ByteBuffer(string: Self.text))
        #expect(throws: ContentCodingError.tooLarge(limit: Self.text.utf8.count - 1)) {
            try Inflater.inflate(body, coding, limit: Self.text.utf8.count - 1)
        }
    }

    @Test func saysWhatIsWrong() throws {
        let gzip = try Self.bytes(Self.gzip)
        for length in 1..<gzip.readableBytes {
            let part = try #require(gzip.getSlice(at: 0, length: length))
            #expect(throws: ContentCodingError.truncated) { try Inflater.inflate(part, .gzip, limit: 1000) }
        }
        #expect(throws: ContentCodingError.truncated) { try Inflater.inflate(ByteBuffer(), .deflate, limit: 1000) }
        #expect(throws: ContentCodingError.corrupt("incorrect header check")) {
            try Inflater.inflate(ByteBuffer(string: "no gzip"), .gzip, limit: 1000)
        }
        for (base64, coding) in [(Self.zlib, ContentCoding.deflate), (Self.raw, .deflate)] {
            var longer = try Self.bytes(base64)
            longer.writeString("x")
            #expect(throws: ContentCodingError.corrupt("bytes follow its end")) {
                try Inflater.inflate(longer, coding, limit: 1000)
            }
        }
        var changed = gzip
        changed.setInteger(UInt8(0), at: gzip.writerIndex - 8)
        #expect(throws: ContentCodingError.corrupt("incorrect data check")) {
            try Inflater.inflate(changed, .gzip, limit: 1000)
        }
        // zlib's framing with a preset dictionary.
        #expect(throws: ContentCodingError.corrupt("it needs a dictionary")) {
            try Inflater.inflate(ByteBuffer(bytes: [0x78, 0xBB, 1, 2, 3, 4, 5, 6]), .deflate, limit: 1000)
        }
    }

    @Test(arguments: ContentCoding.allCases, [1, 7, 4096, 1 << 20])
    func readsWhatItCompressed(_ coding: ContentCoding, _ step: Int) throws {
        var random = SystemRandomNumberGenerator()
        for length in [0, 1, 100, 20_000] {
            let noise = ByteBuffer(bytes: (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
            let zeros = ByteBuffer(repeating: 0, count: length * 3)
            for body in [noise, zeros] {
                let coded = try Self.compress(body, coding, step: step)
                #expect(try Inflater.inflate(coded, coding, limit: 100_000) == body)
            }
        }
    }

    @Test(arguments: ContentCoding.allCases)
    func bombsEndAtTheLimit(_ coding: ContentCoding) throws {
        let bomb = try Self.compress(ByteBuffer(repeating: 0, count: 64 << 20), coding)
        #expect(bomb.readableBytes < 100_000)
        #expect(throws: ContentCodingError.tooLarge(limit: 10_485_760)) {
            try Inflater.inflate(bomb, coding, limit: 10_485_760)
        }
    }

    /// Whatever comes, an end comes, within the limit.
    @Test func mutatedStreamsEndInAnAnswer() throws {
        var random = Seeded(state: 0x51_01CE)
        let seeds: [(ByteBuffer, ContentCoding)] = [
            (try Self.bytes(Self.gzip), .gzip), (try Self.bytes(Self.twoMembers), .gzip),
            (try Self.bytes(Self.zlib), .deflate), (try Self.bytes(Self.raw), .deflate),
            (try Self.compress(ByteBuffer(repeating: 65, count: 50_000), .gzip), .gzip),
            (try Self.compress(ByteBuffer(bytes: (0..<5000).map { UInt8($0 * 31 % 251) }), .deflate), .deflate),
        ]
        var outcomes: [String: Int] = [:]
        for round in 0..<6000 {
            let (seed, coding) = seeds[round % seeds.count]
            var bytes = Array(seed.readableBytesView)
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 2 where bytes.count > 1: bytes.removeLast(bytes.count - max(1, place))
                case 3: bytes.insert(contentsOf: bytes.prefix(place), at: place)
                default: bytes.swapAt(place, bytes.count - 1)
                }
            }
            do throws(ContentCodingError) {
                let inflated = try Inflater.inflate(ByteBuffer(bytes: bytes), coding, limit: 60_000)
                #expect(inflated.readableBytes <= 60_000)
                outcomes["whole", default: 0] += 1
            } catch {
                switch error {
                case .tooLarge: outcomes["large", default: 0] += 1
                case .truncated: outcomes["truncated", default: 0] += 1
                case .corrupt(let reason):
                    #expect(!reason.isEmpty)
                    outcomes["corrupt", default: 0] += 1
                case .noMemory: Issue.record("no memory")
                }
            }
        }
        #expect(outcomes["corrupt", default: 0] > 100)
        #expect(outcomes["truncated", default: 0] > 100)
    }

    struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }
}

@Suite struct Base64Tests {
    /// RFC 4648 section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func codes(_ text: String, _ base64: String) {
        #expect(Base64.encode(ByteBuffer(string: text)) == ByteBuffer(string: base64))
        #expect(Base64.decode(ByteBuffer(string: base64)) == ByteBuffer(string: text))
        let padding = base64.filter { $0 == "=" }.count
        #expect(Base64.decode(ByteBuffer(string: String(base64.dropLast(padding)))) == ByteBuffer(string: text))
    }

    @Test func codesEachByte() {
        let all = ByteBuffer(bytes: (0...255).map { UInt8($0) })
        #expect(Base64.decode(Base64.encode(all)) == all)
        #expect(Base64.decode(ByteBuffer(string: "+/+/")) == ByteBuffer(bytes: [0xFB, 0xFF, 0xBF]))
    }

    @Test(arguments: ["Zm9v\r\nYmFy\r\n", " Zm9vYmFy", "\"Zm9vYmFy\"", " \"Zm9vYmFy\"\n"])
    func readsOver(_ text: String) {
        #expect(Base64.decode(ByteBuffer(string: text)) == ByteBuffer(string: "foobar"))
    }

    @Test(arguments: [
        "Zm9v YmFy\n", "Z", "Zm9vY", "Zm9v!", "Zg=", "Zg===", "=Zg=", "Zg==Zg==", "Zm9v=", "{\"a\":1}", "_-_-", "\"",
        "Zm9v\"",
        "\u{FF}",
    ])
    func refuses(_ text: String) {
        #expect(Base64.decode(ByteBuffer(string: text)) == nil)
    }
}
