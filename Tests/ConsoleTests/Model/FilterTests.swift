import ControlAPI
import Testing

@testable import Console

@Suite("Filters and their patterns")
struct FilterTests {
    @Test(arguments: [
        ("pet", "petstore", true), ("PET", "petstore", false), ("pet", "PetStore", true), ("^pet$", "petstore", false),
        ("^/pets/\\d+$", "/pets/42", true), ("^/pets/\\d+$", "/pets/42/x", false), ("a|b", "xxb", true),
        ("(get|post) /o", "POST /orders", true), ("o{2}", "foo", true), ("o{3}", "foo", false),
        ("{petId}", "/pets/{petId}", true), ("[^a-c]z", "az bz dz", true), ("[^a-c]z", "az bz", false),
        ("colou?r", "color", true), ("x.*y", "x123y", true), ("\\.json", "a.json", true), ("\\.json", "ajson", false),
        ("ä+", "bää", true), ("(?:ab)+$", "xabab", true), ("", "", true), ("^$", "", true), ("^$", "a", false),
        ("a$|^b", "ba", true), ("\\s", "a b", true), ("\\W", "ab_", false), ("a{0}b", "b", true),
    ])
    func matches(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try Pattern(pattern).matches(text) == expected)
    }

    @Test(arguments: [
        "(", ")", "[a", "*", "a(b", "[z-a]", "\\", "a{200}", "\\q", "(?=x)",
        String(repeating: "(", count: 60) + String(repeating: ")", count: 60), "((a{90}){90}){90}",
    ])
    func refusesWithAReason(_ pattern: String) {
        #expect(throws: PatternError.self) { try Pattern(pattern) }
    }

    /// A backtracking matcher needs longer than the universe for this.
    @Test func matchesInLinearTime() throws {
        let pattern = try Pattern("(a+)+(a+)+(a|aa)+$")
        #expect(!pattern.matches(String(repeating: "a", count: 5000) + "b"))
        #expect(pattern.matches(String(repeating: "a", count: 5000)))
    }

    @Test(arguments: [("o+", "foo boo", 1..<3), ("b", "foo boo", 4..<5), ("oo", "FOO", 1..<3)])
    func findsTheFirstAndLongest(_ pattern: String, _ text: String, _ range: Range<Int>) throws {
        #expect(try Pattern(pattern).firstRange(in: text) == range)
    }

    @Test func anEmptyMatchIsNoHighlight() throws {
        #expect(try Pattern("x*").firstRange(in: "aaa") == nil)
        #expect(try Pattern("").firstRange(in: "aaa") == nil)
    }

    private static let record = AccessLogRecord(
        requestTimeEpoch: 0, requestId: "abc-1", apiId: "api", stage: "prod", isCanaryRequest: true, httpMethod: "POST",
        path: "/prod/orders", resourcePath: "/orders", status: 502, responseLatency: 31.5, integrationLatency: nil,
        responseLength: 10, sourceIp: "127.0.0.1", errorMessage: "backend reset")

    @Test(arguments: [
        ("", true), ("orders", true), ("!orders", false), ("orders !health", true), ("status>=500", true),
        ("status<500", false), ("status=502", true), ("ms>31", true), ("variant:canary", true), ("variant:base", false),
        ("!variant:base", true), ("path:^/prod", true), ("method=POST", true), ("method=POS", false),
        ("\"backend reset\"", true), ("backend>5", false), ("post reset 502", true), ("post reset 404", false),
        ("!", true),
    ])
    func keeps(_ text: String, _ expected: Bool) {
        var run = FilterRun(Filter(text, columns: AccessLogRecord.columns))
        let kept = run.keeps(Self.record)
        #expect(kept == expected)
    }

    @Test func whatIsWrongIsSaidAndFiltersNothing() {
        let filter = Filter("status>=many", columns: AccessLogRecord.columns)
        #expect(filter.problem == "status>= wants a number")
        var run = FilterRun(filter)
        let kept = run.keeps(Self.record)
        #expect(kept)
        #expect(Filter("(", columns: []).problem == "a ( without its )")
    }
}
