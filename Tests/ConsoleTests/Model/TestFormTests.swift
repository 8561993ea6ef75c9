import ControlAPI
import JSON
import Testing

@testable import Console

@Suite("What a test-invoke sends")
struct TestFormTests {
    private func form(
        _ path: String, verb: String = "GET", _ parameters: [String: Bool] = [:], seen: String? = nil
    ) -> TestForm {
        var method = Method()
        method.requestParameters = parameters
        return TestForm(
            MethodKey(apiId: "a", resourceId: "r", path: path, verb: verb), method, seen: seen, schema: nil,
            models: [:], stages: [])
    }

    @Test(arguments: [
        ("/pets/{id}", "/pets/7", ["id": "7"]), ("/pets/{id}", "/pets", [:]), ("/pets/{id}", "/cats/7", [:]),
        ("/pets/{id}", "/pets/7/toys", [:]), ("/{proxy+}", "/a/b/c", ["proxy+": "a/b/c"]),
        ("/{a}/x/{b+}", "/1/x/2/3", ["a": "1", "b+": "2/3"]), ("/", "/", [:]),
    ])
    func valuesComeFromARequestThatWasSeen(_ template: String, _ path: String, _ values: [String: String]) {
        #expect(TestForm.values(of: template, in: path) == values)
    }

    @Test func declaredParametersAreFilledIn() {
        let form = form(
            "/pets/{id}",
            [
                "method.request.path.id": true, "method.request.querystring.page": false,
                "method.request.header.X-Trace": true,
            ], seen: "/pets/42")
        #expect(form.fields.map(\.name) == ["id", "page", "X-Trace"])
        #expect(form.fields.map(\.value) == ["42", "", ""])
        #expect(form.fields.map(\.isRequired) == [true, false, true])
        #expect(form.body.isEmpty)
    }

    @Test func pathAndQueryAreEncoded() {
        var form = form("/a b/{id}/{rest+}", ["method.request.querystring.q": false])
        #expect(form.pathWithQueryString("/x/{id}/{rest+}") == "/x/1/test")
        form.set(0, "a/b c")
        form.set(1, "d/e&f")
        form.set(2, "1&2")
        #expect(form.pathWithQueryString("/x/{id}/{rest+}") == "/x/a%2Fb%20c/d/e%26f?q=1%262")
        #expect(self.form("/").pathWithQueryString("/") == "/")
    }

    @Test(arguments: [
        ("page=2", TestForm.Field(kind: .query, name: "page", value: "2")),
        ("X-A: b=c", TestForm.Field(kind: .header, name: "X-A", value: "b=c")),
        ("q=a:b", TestForm.Field(kind: .query, name: "q", value: "a:b")),
        ("X-A:", TestForm.Field(kind: .header, name: "X-A", value: "")),
        ("nothing", nil), ("=x", nil), ("two words=x", nil), ("", nil),
    ])
    func fieldsAreTypedAsTheyAreWritten(_ text: String, _ field: TestForm.Field?) {
        #expect(TestForm.field(text) == field)
    }

    @Test func headersThatComeTwiceHaveSeveralValues() {
        var form = form("/")
        for text in ["X-A: 1", "X-B: 2", "X-A: 3", "X-C:"] {
            if let field = TestForm.field(text) { form.add(field) }
        }
        let request = form.request("/", variables: ["v": "w"])
        #expect(request.headers == ["X-B": "2"])
        #expect(request.multiValueHeaders == ["X-A": ["1", "3"]])
        #expect(request.stageVariables == ["v": "w"])
        #expect(request.body == nil)
    }

    @Test(arguments: [
        (
            #"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer","minimum":5}}}"#,
            #"{"a":"x","b":5}"#
        ),
        (#"{"type":"array","items":{"enum":["dog","cat"]}}"#, #"["dog"]"#),
        (#"{"properties":{"n":{"type":["null","string"]},"t":{"type":"boolean"}}}"#, #"{"n":null,"t":true}"#),
        (
            ##"{"definitions":{"p":{"type":"string","minLength":3}},"properties":{"p":{"$ref":"#/definitions/p"}}}"##,
            #"{"p":"xxx"}"#
        ),
        (#"{"$ref":"https://apigateway.amazonaws.com/restapis/a/models/Toy"}"#, #"{"name":"x"}"#),
        (
            #"{"allOf":[{"properties":{"a":{"type":"null"}}},{"required":["z"],"type":"object"}]}"#,
            #"{"a":null,"z":""}"#
        ),
        (#"{"type":"object","required":["a"],"properties":{"b":{"default":7}}}"#, #"{"b":7,"a":""}"#),
        (##"{"$ref":"#/no/such/place"}"##, "{}"), ("{}", "{}"),
    ])
    func aBodyIsMadeOfTheModel(_ schema: String, _ sample: String) throws {
        let toy = try JSON(parsing: #"{"type":"object","properties":{"name":{"type":"string"}}}"#)
        let made = SchemaSample(models: ["Toy": toy]).value(of: try JSON(parsing: schema))
        #expect(made.text() == sample)
    }

    @Test func aModelOfItselfEnds() throws {
        let schema = try JSON(
            parsing: ##"{"type":"object","properties":{"left":{"$ref":"#"},"right":{"$ref":"#"}}}"##)
        #expect(SchemaSample(models: [:]).value(of: schema).text().utf8.count < 20_000)
    }
}
