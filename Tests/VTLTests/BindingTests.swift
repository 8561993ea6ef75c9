import JSON
import Testing

@testable import VTL

/// `$input`, `$context`, `$stageVariables` and `$util` as API Gateway gives them.
@Suite struct BindingTests {
    static let body = """
        {"name":"O'Neil","price":1.50,"big":12345678901234567890,"list":[1,"two",{"k":"v"}],"map":{"foo":"bar","l":[1]},\
        "none":null,"yes":true,"text":"a \\"b\\" é"}
        """

    static func context(body: String = body) throws -> TemplateContext {
        TemplateContext(
            body: Array(body.utf8),
            path: [("id", "p1"), ("shared", "path")],
            querystring: [("shared", "query"), ("q", "1"), ("q", "2")],
            header: [("Shared", "header"), ("X-Name", "h")],
            context: try JSON(
                parsing: #"{"requestId":"r-1","identity":{"sourceIp":"127.0.0.1"},"authorizer":{"claims":{"sub":"u"}}}"#
            ).object ?? JSONObject(),
            stageVariables: ["env": "prod", "dashed-name": "x"])
    }

    static func render(_ template: String, body: String = body) throws -> String {
        String(decoding: try Template(parsing: template).render(try context(body: body)).body, as: UTF8.self)
    }

    static let cases: [(String, String)] = [
        ("$input.body", body),
        ("$input.json('$.map')", #"{"foo":"bar","l":[1]}"#),
        ("$input.json('$.list')", #"[1,"two",{"k":"v"}]"#),
        (
            "$input.json('$.name') $input.json('$.price') $input.json('$.none') $input.json('$.big')",
            #""O'Neil" 1.50 null 12345678901234567890"#
        ),
        ("[$input.json('$.nope')][$input.path('$.nope')]", "[][]"),
        (
            "$input.path('$.name') $input.path('$.price') $input.path('$.big') $input.path('$.yes')",
            "O'Neil 1.5 12345678901234567890 true"
        ),
        ("$input.path('$.map') $input.path('$.list')", #"{foo=bar, l=[1]} [1,"two",{"k":"v"}]"#),
        ("$input.path('$.list').size() $input.path('$.list').count() $input.path('$').map.foo", "3 3 bar"),
        ("#set($root = $input.path('$'))#foreach($e in $root.list)$foreach.index=$e;#end", "0=1;1=two;2={k=v};"),
        ("$input.path('$.list[?(@.k)]') $input.json('$..k')", #"[{"k":"v"}] ["v"]"#),
        (
            "$input.params('id') $input.params('shared') $input.params('q') $input.params('x-NAME') [$input.params('none')]",
            "p1 path 2 h []"
        ),
        (
            "$input.params()",
            "{path={id=p1, shared=path}, querystring={shared=query, q=2}, header={Shared=header, X-Name=h}}"
        ),
        (
            "#foreach($p in $input.params().keySet())$p:#foreach($n in $input.params().get($p).keySet())$n,#end;#end",
            "path:id,shared,;querystring:shared,q,;header:Shared,X-Name,;"
        ),
        ("$input.params().header.get('X-Name') $input.params().path.id", "h p1"),
        (
            "$context.requestId $context.identity.sourceIp $context.authorizer.claims.sub $context.nope",
            "r-1 127.0.0.1 u $context.nope"
        ),
        (
            "$stageVariables.env $stageVariables['env'] ${stageVariables.env} $stageVariables.get('dashed-name')",
            "prod prod prod x"
        ),
        (
            "$util.escapeJavaScript($input.path('$.text')) $util.escapeJavaScript($input.path('$.name'))",
            #"a \"b\" \u00E9 O\'Neil"#
        ),
        ("$util.escapeJavaScript($input.path('$.name')).replaceAll(\"\\\\'\",\"'\")", "O'Neil"),
        ("$util.parseJson('{\"a\":[1,2]}').a[1] $util.parseJson('[3]')", "2 [3]"),
        ("$util.urlEncode('a b&c=d/é*-_.~') $util.urlDecode('a+b%26%C3%A9')", "a+b%26c%3Dd%2F%C3%A9*-_.%7E a b&é"),
        ("$util.base64Encode('hällo') $util.base64Decode('aMOkbGxv') $util.base64Decode('aGk')", "aMOkbGxv hällo hi"),
        ("$util.nope('x') $input.nope $input.json()", "$util.nope('x') $input.nope $input.json()"),
    ]

    @Test(arguments: cases.indices)
    func gives(_ place: Int) throws {
        let (template, output) = Self.cases[place]
        #expect(try Self.render(template) == output)
    }

    @Test func anEmptyBodyIsAnEmptyObject() throws {
        #expect(try Self.render("$input.body $input.json('$') $input.path('$').size()", body: "") == "{} {} 0")
    }

    @Test func aBodyThatIsNoJSONOnlyMattersWhereJSONIsAskedFor() throws {
        #expect(try Self.render("$input.body", body: "<a/>") == "<a/>")
        #expect { try Self.render("\n$input.json('$.a')", body: "<a/>") } throws: { error in
            (error as? TemplateError)?.description
                == "the body is no JSON: unexpected '<' at line 1, column 1 at line 2, column 1"
        }
    }

    @Test func aBadPathIsAnErrorWhenItIsUsed() throws {
        #expect(try Self.render("#if(false)$input.json('$[')#end") == "")
        #expect(throws: TemplateError.self) { try Self.render("$input.json('$[')") }
        #expect(throws: TemplateError.self) { try Self.render("$util.parseJson('{')") }
    }

    /// Each of these looks at a large body again and again.
    @Test(arguments: ["$input.path('$..*').size()", "$input.path('$').size()", "$util.parseJson($input.body).size()"])
    func whatLooksAtTheBodyIsCounted(_ expression: String) throws {
        let body = "[" + (0..<5_000).map { "{\"a\":[\($0)]}" }.joined(separator: ",") + "]"
        #expect(throws: Never.self) { try Self.render(expression, body: body) }
        #expect {
            try Self.render("#foreach($i in [1..1000])\(expression)#end", body: body)
        } throws: { ($0 as? TemplateError)?.kind == .limit }
    }

    @Test func parsedOnceAndRenderedFromManyTasks() async throws {
        let template = try Template(parsing: "#foreach($e in $input.path('$.list'))$e#end $context.requestId")
        let outputs = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<16 {
                group.addTask { String(decoding: try template.render(try Self.context()).body, as: UTF8.self) }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(outputs == ["1two{k=v} r-1"])
    }
}

/// `$context.requestOverride` and `$context.responseOverride`.
@Suite struct OverrideTests {
    private func overrides(
        _ template: String, before: TemplateOverrides = TemplateOverrides()
    ) throws -> TemplateOverrides {
        var context = try BindingTests.context()
        context.overrides = before
        return try Template(parsing: template).render(context).overrides
    }

    @Test func setsRequestParameters() throws {
        let set = try overrides(
            """
            #set($context.requestOverride.header.A = "1")
            #set($context.requestOverride.header['b-c'] = ['x', 2])
            #set($context.requestOverride.path.p = $input.params('id'))
            #set($context.requestOverride.querystring.q = 5)
            """)
        #expect(set.requestHeader == [.init(name: "A", value: "1"), .init(name: "b-c", value: "x,2")])
        #expect(set.requestPath == [.init(name: "p", value: "p1")])
        #expect(set.requestQuerystring == [.init(name: "q", value: "5")])
    }

    @Test(arguments: [
        ("418", 418), ("'201'", 201), ("99", nil), ("600", nil), ("200.5", nil), ("'x'", nil), ("100", 100),
        ("599", 599),
    ])
    func takesAStatusFrom100To599(_ value: String, _ status: Int?) throws {
        #expect(try overrides("#set($context.responseOverride.status = \(value))").responseStatus == status)
    }

    @Test func settingANameTwiceIsAnError() {
        let once = "#set($context.responseOverride.header.a = 'x')"
        #expect { try overrides(once + once) } throws: { error in
            (error as? TemplateError)?.message.hasPrefix("the override of 'a' is set twice") == true
        }
    }

    @Test func whatTheRequestsTemplateSetIsThereInTheResponses() throws {
        let first = try overrides(
            "#set($context.responseOverride.header.a = 'x')#set($context.responseOverride.status = 404)")
        #expect(try overrides("no word of it", before: first) == first)
        let second = try overrides("$context.requestId#set($context.responseOverride.status = 405)", before: first)
        #expect(second.responseStatus == 405)
        #expect(second.responseHeader == [.init(name: "a", value: "x")])
    }
}
