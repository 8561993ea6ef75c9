import JSON
import Testing

@Suite struct JSONWriterTests {
    @Test func prettyHasAMemberALine() {
        let value: JSON = ["a": [1, ["b": []]], "e": [:], "s": "x"]
        #expect(
            value.text(.pretty) == """
                {
                  "a": [
                    1,
                    {
                      "b": []
                    }
                  ],
                  "e": {},
                  "s": "x"
                }
                """)
        #expect(value.text() == #"{"a":[1,{"b":[]}],"e":{},"s":"x"}"#)
    }

    @Test func stringsAreEscapedAsJSONWantsIt() {
        let value = JSON.string("\u{0}\u{8}\t\n\u{C}\r\u{1F}\"\\/é👋\u{7F}")
        #expect(value.text() == #""\u0000\b\t\n\f\r\u001f\"\\/é👋"# + "\u{7F}\"")
    }

    @Test(arguments: [(50.0, "50.0"), (0.1, "0.1"), (-2.5, "-2.5"), (1e21, "1e+21")])
    func doublesKeepADecimalPoint(_ value: Double, _ text: String) throws {
        #expect(try #require(JSONNumber(value)).text == text)
    }

    @Test func whatIsNoNumberHasNoText() {
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(Double.infinity) == nil)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let value: JSON = ["a": [1, .null, true, "x\n\"y\""], "b": .number(try #require(JSONNumber(1.5)))]
        #expect(try JSON(parsing: value.text()) == value)
        #expect(try JSON(parsing: value.bytes(.pretty)) == value)
    }

    /// What `$..*` finds holds an inner value once for each level around it.
    @Test func whatGrowsBeyondALimitIsGivenUp() throws {
        let depth = 400
        let inside = "\"" + String(repeating: "a", count: 1_000_000) + "\""
        let text = String(repeating: "[", count: depth) + inside + String(repeating: "]", count: depth)
        let found = try #require(try JSONPath("$..*").evaluate(JSON(parsing: text)))
        #expect(found.text(atMost: 10_000_000) == nil)
        let small: JSON = ["a": [1, "x"]]
        #expect(small.text(atMost: 13) == small.text())
        #expect(small.text(atMost: 12) == nil)
    }
}
