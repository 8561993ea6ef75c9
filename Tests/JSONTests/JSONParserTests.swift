@testable import JSON
import Testing

/// RFC 8259, and the bounds of the parser.
@Suite struct JSONParserTests {
    /// Texts that are JSON, and how they are written again.
    static let good: [(text: String, written: String)] = [
        ("null", "null"), (" \t\r\n true \n", "true"), ("false", "false"),
        ("0", "0"), ("-0", "-0"), ("12", "12"), ("-1.50", "-1.50"), ("1e5", "1e5"), ("1E+05", "1E+05"),
        ("6.02e-23", "6.02e-23"), ("1e400", "1e400"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("\"\"", "\"\""), ("\"a\"", "\"a\""), (#""\"\\\/\b\f\n\r\t""#, #""\"\\/\b\f\n\r\t""#),
        (#""\u0041\u00e9\u4e2d""#, "\"Aé中\""), (#""\ud83d\udc4b""#, "\"👋\""), (#""\ud83d""#, "\"\u{FFFD}\""),
        (#""\ud83dx""#, "\"\u{FFFD}x\""), (#""\udc4b""#, "\"\u{FFFD}\""), (#""\ud83d\u0041""#, "\"\u{FFFD}A\""),
        (#""\u0000\u001f""#, #""\u0000\u001f""#), ("\"é中👋\"", "\"é中👋\""),
        ("[]", "[]"), ("[ ]", "[]"), ("[1,[2,[]],{}]", "[1,[2,[]],{}]"), ("[ 1 , 2 ]", "[1,2]"),
        ("{}", "{}"), ("{ }", "{}"), (#"{"b":1,"a":2}"#, #"{"b":1,"a":2}"#),
        (#"{ "a" : { "b" : [ ] } }"#, #"{"a":{"b":[]}}"#),
        (#"{"a":1,"b":2,"a":3}"#, #"{"a":3,"b":2}"#), (#"{"":0}"#, #"{"":0}"#), ("\u{FEFF}1", "1"),
    ]

    @Test(arguments: good.indices)
    func reads(_ place: Int) throws {
        let (text, written) = Self.good[place]
        #expect(try JSON(parsing: text).text() == written)
        #expect(try JSON(parsing: Array(text.utf8)[...]).text() == written)
    }

    /// Texts that are none: what is said, and where.
    static let bad: [(text: String, message: String, line: Int, column: Int)] = [
        ("", "unexpected end of text", 1, 1), ("  \n ", "unexpected end of text", 2, 2),
        ("nul", "expected null", 1, 1), ("True", "unexpected 'T'", 1, 1),
        ("truex", "unexpected 'x' after the value", 1, 5),
        ("1 2", "unexpected '2' after the value", 1, 3), ("01", "number with a leading zero", 1, 2),
        ("-", "expected a digit, found the end", 1, 2), ("1.", "expected a digit, found the end", 1, 3),
        (".5", "unexpected '.'", 1, 1), ("1e", "expected a digit, found the end", 1, 3), ("+1", "unexpected '+'", 1, 1),
        ("1.e5", "expected a digit, found 'e'", 1, 3), ("NaN", "unexpected 'N'", 1, 1),
        ("0x1", "unexpected 'x' after the value", 1, 2),
        ("\"a", "string without an end", 1, 3), ("\"\\x\"", "unknown escape 'x'", 1, 3),
        ("\"\\", "string without an end", 1, 3),
        ("\"\\u12g4\"", "expected four hexadecimal digits, found 'g'", 1, 6),
        ("\"\\u12", "string without an end", 1, 6),
        ("\"a\nb\"", "control character in a string", 1, 3), ("\"\t\"", "control character in a string", 1, 2),
        ("'a'", "unexpected '''", 1, 1), ("[", "unexpected end of text", 1, 2),
        ("[1", "expected ',' or ']', found the end", 1, 3),
        ("[1,]", "unexpected ']'", 1, 4), ("[,1]", "unexpected ','", 1, 2),
        ("[1 2]", "expected ',' or ']', found '2'", 1, 4),
        ("{", "expected a member name in quotes, found the end", 1, 2),
        ("{a:1}", "expected a member name in quotes, found 'a'", 1, 2),
        ("{\"a\"}", "expected ':', found '}'", 1, 5), ("{\"a\":}", "unexpected '}'", 1, 6),
        ("{\"a\":1,}", "expected a member name in quotes, found '}'", 1, 8),
        ("{\"a\":1 \"b\":2}", "expected ',' or '}', found '\"'", 1, 8),
        ("]", "unexpected ']'", 1, 1), ("// c\n1", "unexpected '/'", 1, 1),
        ("{\n  \"a\": 1,\n  \"b\": tru\n}", "expected true", 3, 8),
    ]

    @Test(arguments: bad.indices)
    func refuses(_ place: Int) {
        let (text, message, line, column) = Self.bad[place]
        #expect(throws: JSONError(message: message, line: line, column: column)) { try JSON(parsing: text) }
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE4, 0xB8, 0x22],
    ])
    func refusesWhatIsNotUTF8(_ bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0x5C, 0x6E] + bytes.dropFirst()) }
    }

    @Test func nestingHasABound() throws {
        let limits = JSONLimits(depth: 3)
        #expect(try JSON(parsing: "[[[1]]]", limits: limits).text() == "[[[1]]]")
        #expect(throws: JSONError(message: "nested deeper than 3", line: 1, column: 4)) {
            try JSON(parsing: "[[[[1]]]]", limits: limits)
        }
        for piece in ["[", "{\"a\":"] {
            #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: piece, count: 100_000)) }
        }
    }

    @Test func sizeHasABound() throws {
        #expect(try JSON(parsing: "[12]", limits: JSONLimits(size: 4)) == [12])
        #expect(throws: JSONError(message: "text longer than 4 bytes", line: 1, column: 1)) {
            try JSON(parsing: "[123]", limits: JSONLimits(size: 4))
        }
    }

    @Test func everyPrefixOfATextIsRefused() throws {
        let text = #"{"a":[1.5e3,true,null,"x\u00e9\n"],"b":{"c":false}}"#
        let bytes = Array(text.utf8)
        for length in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSON(parsing: bytes[..<length]) }
        }
        #expect(throws: Never.self) { try JSON(parsing: bytes) }
    }

    @Test func numbersKeepTheirTextAndTellTheirValue() throws {
        func number(_ text: String) throws -> JSON { try JSON(parsing: text) }
        #expect(try number("12.0").int == 12)
        #expect(try number("1e3").int == 1_000)
        #expect(try number("12.5").int == nil)
        #expect(try number("9223372036854775807").int == .max)
        #expect(try number("9223372036854775808").int == nil)
        #expect(try number("1e400").double == .infinity)
        #expect(try number("-0.25").double == -0.25)
    }

    @Test func objectsKeepTheirOrderAtAnySize() throws {
        let names = (0..<100).map { "k\($0 * 37 % 100)" }
        let text = "{" + names.map { "\"\($0)\":\"\($0)\"" }.joined(separator: ",") + "}"
        var object = try #require(try JSON(parsing: text).object)
        #expect(object.keys == names)
        for name in names { #expect(object[name] == .string(name)) }
        object["k37"] = nil
        object["k0"] = 5
        object["new"] = true
        #expect(object.keys == names.filter { $0 != "k37" } + ["new"])
        #expect(object["k0"] == 5)
        #expect(object["k37"] == nil)
        #expect(object["k74"] == "k74")
        #expect(object["new"] == true)
    }

    @Test func objectsAreEqualInAnyOrder() throws {
        let one = try JSON(parsing: #"{"a":1,"b":[2]}"#)
        let other = try JSON(parsing: #"{"b":[2],"a":1}"#)
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(try one != JSON(parsing: #"{"a":1,"b":[2],"c":null}"#))
    }
}
