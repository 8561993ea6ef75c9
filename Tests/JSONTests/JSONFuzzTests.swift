import JSON
import Testing

/// Whatever comes in, the parsers answer or refuse; they never stop the process, hang or grow without end.
@Suite struct JSONFuzzTests {
    static let documents = [
        #"{"a":[1.5e3,true,null,"x\u00e9\ud83d\udc4b\n"],"b":{"c":false,"":-0}}"#,
        #"[[],{},[{}],"é中👋",-12.50,1E+05,6.02e-23,123456789012345678901234567890]"#,
        #"{"a":1,"b":2,"a":{"a":{"a":[[[[0]]]]}},"k0":0,"k1":1,"k2":2,"k3":3,"k4":4,"k5":5,"k6":6,"k7":7,"k8":8,"k9":9}"#,
        " {\"\\\\\\\"\\/\\b\\f\\n\\r\\t\" : \"\" , \"\\u0000\" : [ ] }\r\n\t",
    ]

    static let pieces = [
        "[", "{", "\"", "\\u", "\\ud83d", "\\udc4b", "1e", "-", ",", ":", "null", "\u{FEFF}", "\\", "]", "}", "0",
        "1e999999999999999999999", "\\u0000", "\u{0}", "tru", "\"a\":", "👋", "[[[[[[[[", "{\"a\":{\"a\":",
    ]

    private func read(_ bytes: [UInt8]) throws -> JSON? {
        Fuzzing.note("json", bytes)
        guard let value = try? JSON(parsing: bytes, limits: JSONLimits(depth: 64, size: 1 << 16)) else { return nil }
        // What was read is written and read again as the same.
        #expect(try JSON(parsing: value.bytes()) == value)
        #expect(try JSON(parsing: value.bytes(.pretty)) == value)
        return value
    }

    @Test func theParserSurvivesChangedTexts() async throws {
        var count = 0
        try await Fuzzing.run(10_000, 1) { generator in
            let seed = Self.documents.randomElement(using: &generator) ?? ""
            if try read(Fuzzing.mutated(Array(seed.utf8), Self.pieces, &generator)) != nil { count += 1 }
        }
        #expect(count > 100)
    }

    @Test func theParserSurvivesPiecesAndBytesInAnyOrder() async throws {
        try await Fuzzing.run(10_000, 2) { generator in
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...24, using: &generator) {
                if Int.random(in: 0..<4, using: &generator) == 0 {
                    bytes.append(UInt8.random(in: 0...255, using: &generator))
                } else {
                    bytes += Array((Self.pieces.randomElement(using: &generator) ?? "").utf8)
                }
            }
            _ = try read(bytes)
        }
    }

    /// No beginning of a text is the text.
    @Test(arguments: documents)
    func truncatedTextsAreRefused(_ text: String) throws {
        let bytes = Array(text.trimmingSuffix { $0.isWhitespace }.utf8)
        for end in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSON(parsing: bytes[..<end]) }
        }
    }

    /// Each byte of a text replaced by one that UTF-8 does not have there.
    @Test func textsThatAreNotUTF8AreRefused() throws {
        let bytes = Array(#"["é中👋a",{"é":1}]"#.utf8)
        for place in bytes.indices {
            for wrong in [0x80, 0xC0, 0xE0, 0xF5, 0xFF] as [UInt8] where bytes[place] < 0xC0 || wrong >= 0xF5 {
                var changed = bytes
                changed[place] = wrong
                if let value = try? JSON(parsing: changed) { #expect(try JSON(parsing: value.bytes()) == value) }
            }
        }
        for sequence in [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80]] as [[UInt8]]
        {
            #expect(throws: JSONError.self) { try JSON(parsing: [0x22] + sequence + [0x22]) }
        }
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":[", "[[],", "{\"a\":[],\"b\":"])
    func deepTextsAreRefused(_ open: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: open, count: 100_000)) }
    }

    @Test func hugeTextsAreRead() throws {
        let many = 200_000
        let object = "{" + (0..<many).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
        #expect(try JSON(parsing: object).object?.count == many)
        let same = "{" + String(repeating: "\"a\":1,", count: many) + "\"a\":2}"
        #expect(try JSON(parsing: same).text() == "{\"a\":2}")
        #expect(try JSON(parsing: "[" + String(repeating: "[],", count: many) + "0]").array?.count == many + 1)
        let digits = String(repeating: "9", count: 1_000_000)
        #expect(try JSON(parsing: digits + "e" + digits).text().utf8.count == 2_000_001)
        #expect(try JSON(parsing: "\"" + String(repeating: "\\u0041", count: many) + "\"").string?.utf8.count == many)
    }

    // MARK: Paths

    static let pathPieces = [
        "$", "..", "[?(", ")]", "@.a", "[*]", "['", "']", " in ", "==", "&&", "||", "!", "/a+/i", "[1:2]", ".length()",
        "(", "\\", "-1", "{}", "[]", " =~ ", "[?(@..*", " nin ", " subsetof ", "$..*", "..[?(@", "99999999999999999999",
        "[-9223372036854775808:]", ".concat($", ".sum(", "[0,1,", "'\\u00", "null", "@", "<", ">=",
    ]

    private func evaluate(_ text: String, _ document: JSON) -> Bool {
        Fuzzing.note("path", Array(text.utf8))
        guard let path = try? JSONPath(text) else { return false }
        _ = try? path.evaluate(document, steps: 20_000)
        return true
    }

    @Test func pathsSurviveAnyText() async throws {
        let document = try JSON(parsing: JSONPathTests.document)
        var count = 0
        await Fuzzing.run(10_000, 3) { generator in
            let seed = JSONPathTests.cases.randomElement(using: &generator)?.path ?? "$"
            let bytes = Fuzzing.mutated(Array(seed.utf8), Self.pathPieces, &generator)
            if evaluate(String(decoding: bytes, as: UTF8.self), document) { count += 1 }
        }
        #expect(count > 100)
    }

    @Test func pathsSurvivePiecesInAnyOrder() async throws {
        let document = try JSON(parsing: JSONPathTests.document)
        await Fuzzing.run(10_000, 4) { generator in
            var text = "$"
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                text += Self.pathPieces.randomElement(using: &generator) ?? ""
            }
            _ = evaluate(text, document)
        }
    }

    @Test(arguments: [
        "$[?(", "$[?(!", "$[?((", "$.a[?(@.b == $[?(", "$.length($.length(", "$..", "$[0][?(@", "$[?(@.a =~ /(/",
    ])
    func deepPathsAreReadOrRefused(_ piece: String) throws {
        let document = try JSON(parsing: JSONPathTests.document)
        for text in [
            String(repeating: piece, count: 20_000), "$" + String(repeating: String(piece.dropFirst()), count: 20_000),
        ] {
            _ = evaluate(text, document)
        }
    }

    // MARK: Patterns

    @Test(arguments: [[], .ecmaScript] as [Pattern.Options])
    func patternsSurviveAnyText(_ options: Pattern.Options) async {
        let pieces = [
            "(", ")", "[", "]", "*", "+?", "{2,3}", "{", "|", "\\", "(?:", "(?=", "(?<n>", "\\p{L}", "&&", "^", "$",
            "(?i)", "\\1", "-", "(?<=", "(?>", "++", "{99}", "\\Q", "\\c", "\\x{", "\\u00", "[^", "\\k<n>", "é", "(?x)",
        ]
        var count = 0
        await Fuzzing.run(10_000, 5 + UInt64(options.rawValue)) { generator in
            let seed = PatternTests.finds.randomElement(using: &generator)?.pattern ?? ""
            let text = String(decoding: Fuzzing.mutated(Array(seed.utf8), pieces, &generator), as: UTF8.self)
            Fuzzing.note("pattern", Array(text.utf8))
            guard let pattern = try? Pattern(text, options: options) else { return }
            count += 1
            for subject in ["abab aa12-é\n\"x\"", "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "\r\n👋\u{2028}"] {
                _ = try? pattern.matches(subject, steps: 20_000)
                _ = try? pattern.matchesWhole(subject, steps: 20_000)
            }
        }
        #expect(count > 100)
    }
}

extension String {
    fileprivate func trimmingSuffix(while isWanted: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, isWanted(last) { text.removeLast() }
        return text
    }
}
