import JSON
import Testing

@testable import OpenAPI

@Suite struct YAMLTests {
    @Test(arguments: [
        ("a: 1", #"{"a":1}"#),
        ("a: yes", #"{"a":"yes"}"#),
        ("a: True", #"{"a":true}"#),
        ("a: 007", #"{"a":"007"}"#),
        ("a: 1.0", #"{"a":1.0}"#),
        ("a: .5", #"{"a":0.5}"#),
        ("a: 0x1F", #"{"a":31}"#),
        ("a: 2024-01-01", #"{"a":"2024-01-01"}"#),
        ("a: '1'", #"{"a":"1"}"#),
        ("a: !!str 1", #"{"a":"1"}"#),
        ("a: ~", #"{"a":null}"#),
        ("200: ok", #"{"200":"ok"}"#),
        ("a: |\n  x\n  y\n", #"{"a":"x\ny\n"}"#),
        ("a: [1, {b: c}]", #"{"a":[1,{"b":"c"}]}"#),
        ("x: &x {k: v}\ny: *x", #"{"x":{"k":"v"},"y":{"k":"v"}}"#),
        ("x: &x {k: v, l: w}\ny: {<<: *x, l: own}", #"{"x":{"k":"v","l":"w"},"y":{"l":"own","k":"v"}}"#),
        ("{a: b}", #"{"a":"b"}"#),
        ("{\"a\": [true]}", #"{"a":[true]}"#),
    ])
    func textBecomesJSON(yaml: String, json: String) throws {
        #expect(try DocumentText.parse(Array(yaml.utf8)).text() == json)
    }

    @Test(arguments: [
        ("a: [", "line 1"),
        ("a: b\na: c", "line 2, column 1"),
        ("a: *none", "line 1, column 4"),
        ("? [a]\n: b", "line 1, column 3"),
        ("a: b\n---\nc: d", "line 2, column 1"),
        ("{\"a\": tru", "line 1"),
        ("{'key:value}", "line 1"),
    ])
    func faultsSayWhere(text: String, place: String) {
        let error = #expect(throws: OpenAPIError.self) { try DocumentText.parse(Array(text.utf8)) }
        #expect(error?.message == "Invalid OpenAPI input.")
        #expect(error?.detail?.contains(place) == true, "\(error?.detail ?? "")")
    }

    @Test func anAliasBombIsRefused() {
        var text = "a0: &a0 [\(Array(repeating: "lol", count: 10).joined(separator: ","))]\n"
        for level in 1...12 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let error = #expect(throws: OpenAPIError.self) { try DocumentText.parse(Array(text.utf8)) }
        #expect(error?.detail?.contains("aliases") == true)
    }

    @Test func aliasesThatNestAreRefused() {
        var text = "a0: &a0 [x]\n"
        for level in 1...400 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        let error = #expect(throws: OpenAPIError.self) { try DocumentText.parse(Array(text.utf8)) }
        #expect(error?.detail?.contains("nested deeper than 256") == true)
    }

    @Test(arguments: ["[", "{a: ", "{\"a\":[", "- "])
    func deepNestingIsRefused(unit: String) {
        let text = String(repeating: unit, count: 100_000)
        #expect(throws: OpenAPIError.self) { try DocumentText.parse(Array(text.utf8)) }
    }

    @Test func placesAreFound() {
        let text = "paths:\n  /pets:\n    get:\n      parameters:\n      - name: a\n      - $ref: '#/x'\n"
        let bytes = Array(text.utf8)
        #expect(DocumentText.place(of: "/paths/~1pets/get", in: bytes) == "line 3, column 5")
        #expect(DocumentText.place(of: "/paths/~1pets/get/parameters/1", in: bytes) == "line 6, column 9")
    }
}
