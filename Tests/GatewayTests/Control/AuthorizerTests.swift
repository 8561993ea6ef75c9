import ControlAPI
import JSON
import Testing

@testable import Gateway

private let uri =
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    + "arn:aws:lambda:us-east-1:000000000000:function:f/invocations"
private let pool = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc"
private let header = "method.request.header.Authorization"

private func token(_ more: [(key: String, value: JSON)] = []) -> JSON {
    var body = JSONObject([
        (key: "name", value: "a"), (key: "type", value: "TOKEN"), (key: "authorizerUri", value: .string(uri)),
        (key: "identitySource", value: .string(header)),
    ])
    for (key, value) in more { body[key] = value }
    return .object(body)
}

@Suite struct AuthorizerTests {
    @Test(
        "CreateAuthorizer",
        arguments: [
            BodyCase(token()), BodyCase(token([("authorizerResultTtlInSeconds", 3600)])),
            BodyCase(
                token([("authorizerResultTtlInSeconds", 3601)]),
                "Authorizer result TTL must be between 0 and 3600 seconds"),
            BodyCase(token([("identityValidationExpression", "^Bearer .+$")])),
            BodyCase(
                token([("identitySource", "")]),
                "Authorizers of type TOKEN need one header as identity source, for example " + header),
            BodyCase(
                token([("identitySource", "method.request.querystring.a")]),
                "Authorizers of type TOKEN need one header as identity source, for example " + header),
            BodyCase(
                token([("authorizerUri", "x")]),
                "Invalid Authorizer URI: x. Authorizer URI should be a valid API Gateway ARN that represents a Lambda "
                    + "function invocation."),
            BodyCase(
                token([
                    ("type", "REQUEST"),
                    (
                        "identitySource",
                        "method.request.header.a, method.request.querystring.b,stageVariables.c,context.d"
                    ),
                ])),
            BodyCase(
                token([("type", "REQUEST"), ("identitySource", "method.request.path.a")]),
                "Invalid identity source specified: method.request.path.a. It must be method.request.header.{name}, "
                    + "method.request.querystring.{name}, stageVariables.{name} or context.{name}"),
            BodyCase(
                token([("type", "REQUEST"), ("identitySource", "")]),
                "Authorizers of type REQUEST need an identity source unless their result TTL is 0"),
            BodyCase(
                token([("type", "REQUEST"), ("identitySource", ""), ("authorizerResultTtlInSeconds", 0)])),
            BodyCase(token([("type", "COGNITO_USER_POOLS"), ("providerARNs", [.string(pool)])])),
            BodyCase(
                token([("type", "COGNITO_USER_POOLS")]),
                "Authorizers of type COGNITO_USER_POOLS need at least one provider ARN"),
            BodyCase(
                token([("type", "COGNITO_USER_POOLS"), ("providerARNs", ["x"])]), "Invalid Cognito User Pool ARN: x"),
            BodyCase(token([("authorizerCredentials", "x")]), "Invalid ARN specified in the request"),
            BodyCase(token([("name", "")]), "Authorizer name must be non-empty"),
            BodyCase(
                token([("type", "random")]),
                "1 validation error detected: Value 'random' at 'createAuthorizerInput.type' failed to satisfy "
                    + "constraint: Member must satisfy enum value set: [TOKEN, REQUEST, COGNITO_USER_POOLS]"),
            BodyCase(
                [:],
                "2 validation errors detected: Value null at 'createAuthorizerInput.name' failed to satisfy "
                    + "constraint: Member must not be null; Value null at 'createAuthorizerInput.type' failed to "
                    + "satisfy constraint: Member must not be null"),
        ])
    func create(_ one: BodyCase) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let reply = try await harness.call("POST", "/restapis/\(id)/authorizers", one.body)
        #expect((reply.message ?? "") == one.message)
        #expect(reply.status == (one.message.isEmpty ? 201 : 400))
    }

    @Test(
        "UpdateAuthorizer",
        arguments: [
            PatchCase("replace", "/name", "b", "", "name", "b"),
            PatchCase("replace", "/identityValidationExpression", "a+", "", "identityValidationExpression", "a+"),
            PatchCase("replace", "/authType", "oauth2", "", "authType", "oauth2"),
            PatchCase(
                "replace", "/authorizerUri", "x",
                "Invalid Authorizer URI: x. Authorizer URI should be a valid "
                    + "API Gateway ARN that represents a Lambda function invocation."),
            PatchCase(
                "replace", "/name", "other",
                "Authorizer name must be unique. Authorizer other already exists in "
                    + "this RestApi."),
            PatchCase(
                "replace", "/authorizerResultTtlInSeconds", "x",
                "Invalid patch value  'x' specified for path /authorizerResultTtlInSeconds. "
                    + "Must be a number from 0 to 3600"),
            PatchCase(
                "add", "/name", "b",
                "Invalid patch path  '/name' specified for op 'add'. "
                    + "Please choose supported operations"),
            PatchCase(
                "replace", "/type", "x",
                "Invalid authorizer type specified. Valid options are TOKEN,REQUEST,COGNITO_USER_POOLS"),
        ])
    func update(_ one: PatchCase) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let authorizers = "/restapis/\(id)/authorizers"
        try await harness.done("POST", authorizers, token([("name", "other")]))
        let made = try await harness.done("POST", authorizers, token())
        #expect(made.text("authType") == "custom")
        let reply = try await harness.patch(authorizers + "/" + made.text("id"), [one.step])
        #expect((reply.message ?? "") == one.refusal)
        if one.refusal.isEmpty { #expect(reply.text(one.place) == one.expected) }
    }

    @Test func `methods hold their authorizer, and deployments keep it`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let authorizers = "/restapis/\(id)/authorizers"
        let made = try await harness.done("POST", authorizers, token())
        let place = authorizers + "/" + made.text("id")
        let method = "/restapis/\(id)/resources/\(root)/methods/POST"
        let refusal =
            "Invalid authorizer ID specified. "
            + "Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer."
        for (type, authorizer) in [("CUSTOM", "none"), ("COGNITO_USER_POOLS", made.text("id"))] {
            let reply = try await harness.call(
                "PUT", method, ["authorizationType": .string(type), "authorizerId": .string(authorizer)])
            #expect(reply.message == refusal)
        }
        let put = try await harness.done(
            "PUT", method, ["authorizationType": "CUSTOM", "authorizerId": .string(made.text("id"))])
        #expect(put.text("authorizerId") == made.text("id"))
        #expect(
            try await harness.call("DELETE", place).message
                == "Cannot delete authorizer '\(made.text("id"))', is referenced in method: //POST")
        let kept = try await harness.patch(
            place,
            [.replace("/type", "COGNITO_USER_POOLS"), PatchOperation(op: "add", path: "/providerARNs", value: pool)])
        #expect(kept.status == 409)
        try await harness.done("PUT", method + "/integration", ["type": "MOCK"])
        let deployment = try await harness.done("POST", "/restapis/\(id)/deployments", [:])
        let snapshot = try await harness.store.read {
            try DeploymentTable.snapshot($0, api: id, deployment.text("id"))
        }
        #expect(snapshot?.authorizers?.map(\.id) == [made.text("id")])
        let test = try await harness.call("POST", place, [:])
        #expect(test.status == 400)
        #expect(test.message?.hasPrefix("Authorizer a cannot be invoked") == true)
        try await harness.done("DELETE", method)
        #expect(try await harness.done("DELETE", place).status == 202)
        #expect(try await harness.call("GET", place).message == "Invalid Authorizer identifier specified")
        #expect(try await harness.done("GET", authorizers).body == ["item": []])
    }

    @Test func `a copy of an API has authorizers of its own`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let made = try await harness.done("POST", "/restapis/\(id)/authorizers", token())
        try await harness.done(
            "PUT", "/restapis/\(id)/resources/\(root)/methods/POST",
            ["authorizationType": "CUSTOM", "authorizerId": .string(made.text("id"))])
        let copy = try await harness.done("POST", "/restapis", ["name": "copy", "cloneFrom": .string(id)])
        let items = try await harness.done("GET", "/restapis/\(copy.text("id"))/authorizers")["item"]?.array
        let method = try await harness.done(
            "GET", "/restapis/\(copy.text("id"))/resources/\(copy.text("rootResourceId"))/methods/POST")
        #expect(items?.count == 1)
        #expect(items?.first?["id"]?.string == method.text("authorizerId"))
        #expect(method.text("authorizerId") != made.text("id"))
    }
}
