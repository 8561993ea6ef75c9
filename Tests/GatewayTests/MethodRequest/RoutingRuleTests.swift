import ControlAPI
import Testing

@testable import Gateway

/// What section 4 says of paths, verbs and queries beyond the tree itself.
@Suite struct RoutingRuleTests {
    private static func answering(_ template: String) -> Integration {
        var integration = TestPlane.mock(template)
        integration.requestTemplates = [
            "application/json": "{\"statusCode\": 200}", "$default": "{\"statusCode\": 200}",
        ]
        return integration
    }

    private func plane() async throws -> TestPlane {
        let echo =
            "$context.httpMethod $context.path proxy=$input.params('proxy') id=$input.params('id') q=$input.params('q')"
        var verbs = Resource(id: "v", path: "/verbs")
        verbs.resourceMethods = [
            "GET": TestPlane.method(Self.answering("get"), verb: "GET"),
            "PATCH": TestPlane.method(Self.answering("patch $context.httpMethod"), verb: "PATCH"),
        ]
        return try await TestPlane([
            TestPlane.resource("/a", Self.answering(echo)), TestPlane.resource("/a/{id}", Self.answering(echo)),
            TestPlane.resource("/g/{proxy+}", Self.answering(echo)), verbs,
        ]) { $0.templates = VelocityTemplates() }
    }

    @Test(
        arguments: [
            ("/a", "GET /prod/a proxy= id= q="), ("/a/", "GET /prod/a/ proxy= id= q="),
            ("//a", "GET /prod//a proxy= id= q="),
            ("/a/7", "GET /prod/a/7 proxy= id=7 q="), ("/a/7/", "GET /prod/a/7/ proxy= id=7 q="),
            // Path parameters come as they are.
            ("/a/7%2F8%20", "GET /prod/a/7%2F8%20 proxy= id=7%2F8%20 q="),
            ("/g/x/y", "GET /prod/g/x/y proxy=x/y id= q="), ("/g/x//y", "GET /prod/g/x//y proxy=x//y id= q="),
            ("/g/x/", "GET /prod/g/x/ proxy=x id= q="),
            // Queries are decoded; `;` separates as `&` does; the last value counts.
            ("/a?q=1&q=2", "GET /prod/a proxy= id= q=2"), ("/a?q=a+b%2B%7C", "GET /prod/a proxy= id= q=a b+|"),
            ("/a?q=1;q=2", "GET /prod/a proxy= id= q=2"), ("/a?x=1;q=3;y", "GET /prod/a proxy= id= q=3"),
            ("/a?Q=1", "GET /prod/a proxy= id= q="), ("/a?q", "GET /prod/a proxy= id= q="),
            ("/a?%71=1", "GET /prod/a proxy= id= q=1"),
            // An empty segment is nobody's but a greedy variable's.
            ("/a//7", nil), ("/g", nil), ("/g/", nil), ("/A", nil), ("/a/7/8", nil),
        ] as [(String, String?)])
    func readsPathsAndQueries(_ path: String, _ text: String?) async throws {
        let plane = try await plane()
        let answer = try await plane.call("/prod" + path)
        if let text {
            #expect(answer.text == text)
        } else {
            #expect(answer.status == 403)
            #expect(answer.text == #"{"message":"Missing Authentication Token"}"#)
        }
        await plane.stop()
    }

    @Test(arguments: ["/a?q={", "/a?q=}", "/a?a|b=1"])
    func queryHasToBeEncoded(_ path: String) async throws {
        let plane = try await plane()
        #expect(try await plane.call("/prod" + path).status == 400)
        #expect(try await plane.call("/prod/a/~").status == 200)
        await plane.stop()
    }

    @Test(
        arguments: [
            ("POST", "PATCH", "patch PATCH"), ("GET", "PATCH", "patch PATCH"), ("POST", "GET", "get"),
            ("PATCH", "", "patch PATCH"),
            ("GET", "DELETE", nil), ("GET", "patch", nil), ("GET", "PURGE", nil), ("GET", "PATCH, GET", nil),
        ] as [(String, String, String?)])
    func methodOverrideSwitchesTheVerb(_ verb: String, _ override: String, _ text: String?) async throws {
        let plane = try await plane()
        let answer = try await plane.call("/prod/verbs", verb: verb, headers: "x-http-method-override: \(override)\r\n")
        #expect(answer.status == (text == nil ? 403 : 200))
        if let text { #expect(answer.text == text) }
        await plane.stop()
    }

    /// How the answer is framed goes by the verb that was sent.
    @Test func overriddenHeadHasNoBody() async throws {
        let plane = try await plane()
        let (head, next) = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(TestPlane.request("/prod/verbs", verb: "HEAD", headers: "X-HTTP-Method-Override: GET\r\n"))
            let head = try socket.message(toHead: true)
            try socket.send(TestPlane.request("/prod/verbs"))
            return (head, try socket.message())
        }
        #expect(head.status == 200)
        #expect(head["content-length"] == "3")
        #expect(next.text == "get")
        await plane.stop()
    }

    @Test func overriddenVerbGoesToTheBackend() async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        let answer = try await plane.call(
            "/prod/x", verb: "POST", headers: "X-HTTP-Method-Override: DELETE\r\n", body: "abc")
        #expect(answer.text.hasPrefix("DELETE /x HTTP/1.1\n"))
        #expect(answer.text.hasSuffix("\nabc"))
        await plane.stop()
    }

    /// A path that nobody knows is taken for a call whose signature is wrong.
    @Test(arguments: [
        ("", "MissingAuthenticationTokenException", "Missing Authentication Token"),
        ("Authorization:\r\n", "MissingAuthenticationTokenException", "Missing Authentication Token"),
        (
            "Authorization: AWS4-HMAC-SHA256 Credential=a\r\n", "MissingAuthenticationTokenException",
            "Missing Authentication Token"
        ),
        (
            "Authorization: Bearer abc\r\n", "IncompleteSignatureException",
            "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with "
                + "Base64): 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='."
        ),
    ])
    func unknownPathWantsASignature(_ headers: String, _ type: String, _ message: String) async throws {
        let plane = try await plane()
        let answer = try await plane.call("/prod/nobody", headers: headers)
        #expect(answer.status == 403)
        #expect(answer["x-amzn-errortype"] == type)
        #expect(answer.text == "{\"message\":\"\(message)\"}")
        // A known path does not look at it.
        #expect(try await plane.call("/prod/verbs", headers: headers).status == 200)
        await plane.stop()
    }
}
