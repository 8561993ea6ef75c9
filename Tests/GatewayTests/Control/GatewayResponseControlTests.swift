import ControlAPI
import JSON
import Testing

@testable import Gateway

private let template = #"{"message":$context.error.messageString}"#

private func response(
    _ type: String, _ status: String?, parameters: JSON = [:], templates: JSON? = nil, isDefault: Bool
) -> JSON {
    var object = JSONObject([
        (key: "responseType", value: .string(type)), (key: "responseParameters", value: parameters),
        (key: "responseTemplates", value: templates ?? ["application/json": .string(template)]),
        (key: "defaultResponse", value: .bool(isDefault)),
    ])
    if let status { object["statusCode"] = .string(status) }
    return .object(object)
}

@Suite struct GatewayResponseControlTests {
    /// All types with their own statuses, as AWS lists them.
    private static let defaults: [(String, String?)] = [
        ("ACCESS_DENIED", "403"), ("API_CONFIGURATION_ERROR", "500"), ("AUTHORIZER_CONFIGURATION_ERROR", "500"),
        ("AUTHORIZER_FAILURE", "500"), ("BAD_REQUEST_BODY", "400"), ("BAD_REQUEST_PARAMETERS", "400"),
        ("DEFAULT_4XX", nil), ("DEFAULT_5XX", nil), ("EXPIRED_TOKEN", "403"), ("INTEGRATION_FAILURE", "504"),
        ("INTEGRATION_TIMEOUT", "504"), ("INVALID_API_KEY", "403"), ("INVALID_SIGNATURE", "403"),
        ("MISSING_AUTHENTICATION_TOKEN", "403"), ("QUOTA_EXCEEDED", "429"), ("REQUEST_TOO_LARGE", "413"),
        ("RESOURCE_NOT_FOUND", "404"), ("THROTTLED", "429"), ("UNAUTHORIZED", "401"),
        ("UNSUPPORTED_MEDIA_TYPE", "415"), ("WAF_FILTERED", "403"),
    ]

    @Test func `the list has every type in one page, the fallbacks with all that they set`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let target = "/restapis/\(id)/gatewayresponses"
        #expect(
            try await harness.done("GET", target).body
                == ["item": .array(Self.defaults.map { response($0.0, $0.1, isDefault: true) })])

        let parameters: JSON = ["gatewayresponse.header.x-request-header": "method.request.header.Accept"]
        try await harness.done(
            "PUT", target + "/DEFAULT_5XX",
            ["statusCode": "599", "responseParameters": parameters, "responseTemplates": ["text/plain": "x"]])
        try await harness.done(
            "PUT", target + "/AUTHORIZER_FAILURE", ["responseParameters": ["gatewayresponse.header.foo": "'bar'"]])
        let expected = Self.defaults.map { type, status -> JSON in
            switch (type, status?.first) {
            case ("AUTHORIZER_FAILURE", _):
                response(type, "500", parameters: ["gatewayresponse.header.foo": "'bar'"], isDefault: false)
            case (_, "5"), ("DEFAULT_5XX", _):
                response(
                    type, "599", parameters: parameters, templates: ["text/plain": "x"],
                    isDefault: type != "DEFAULT_5XX")
            default: response(type, status, isDefault: true)
            }
        }
        #expect(try await harness.done("GET", target).body == ["item": .array(expected)])
        #expect(
            try await harness.done("GET", target + "/INTEGRATION_TIMEOUT").body
                == response(
                    "INTEGRATION_TIMEOUT", "599", parameters: parameters, templates: ["text/plain": "x"],
                    isDefault: true))
    }

    /// A body of `PutGatewayResponse` and what is then there.
    struct PutCase: Sendable, CustomTestStringConvertible {
        let body: JSON
        let expected: JSON
        var testDescription: String { body.text() }

        fileprivate init(_ body: JSON, _ expected: JSON) {
            self.body = body
            self.expected = expected
        }
    }

    @Test(
        "PutGatewayResponse",
        arguments: [
            PutCase(["statusCode": "404"], response("UNAUTHORIZED", "404", isDefault: false)),
            PutCase([:], response("UNAUTHORIZED", "401", isDefault: false)),
            PutCase(
                ["responseTemplates": ["application/xml": "<a/>"]],
                response("UNAUTHORIZED", "401", templates: ["application/xml": "<a/>"], isDefault: false)
            ),
            PutCase(
                [
                    "responseParameters": [
                        "gatewayresponse.header.a": "method.request.path.petId",
                        "gatewayresponse.header.b": "method.request.querystring.q",
                        "gatewayresponse.header.c": "context.requestId",
                        "gatewayresponse.header.d": "stageVariables.v",
                        "gatewayresponse.header.e": "method.request.multivalueheader.Accept",
                    ]
                ],
                response(
                    "UNAUTHORIZED", "401",
                    parameters: [
                        "gatewayresponse.header.a": "method.request.path.petId",
                        "gatewayresponse.header.b": "method.request.querystring.q",
                        "gatewayresponse.header.c": "context.requestId",
                        "gatewayresponse.header.d": "stageVariables.v",
                        "gatewayresponse.header.e": "method.request.multivalueheader.Accept",
                    ], isDefault: false)
            ),
        ])
    func put(_ one: PutCase) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let target = "/restapis/\(id)/gatewayresponses/UNAUTHORIZED"
        let reply = try await harness.done("PUT", target, one.body)
        #expect(reply.status == 201)
        #expect(reply.body == one.expected)
        #expect(try await harness.done("GET", target).body == one.expected)
        #expect(try await harness.done("DELETE", target).status == 202)
        #expect(try await harness.done("GET", target).body == response("UNAUTHORIZED", "401", isDefault: true))
    }

    private static let mapping = "Invalid mapping expression specified: Validation Result: warnings : [], errors : "

    @Test(
        "refusals of PutGatewayResponse",
        arguments: [
            BodyCase(
                ["statusCode": "600"],
                "1 validation error detected: Value '600' at 'putGatewayResponseInput.statusCode' failed to satisfy "
                    + "constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d"),
            BodyCase(
                ["responseParameters": ["gatewayresponse.header.a": ""]],
                "Invalid null or empty value in responseParameters"),
            BodyCase(
                ["responseParameters": ["method.response.header.a": "'x'"]],
                mapping + "[Invalid mapping expression specified: method.response.header.a]"),
            BodyCase(
                ["responseParameters": ["gatewayresponse.header.a": "integration.response.header.x"]],
                mapping + "[Invalid mapping expression specified: integration.response.header.x]"),
            BodyCase(
                ["responseTemplates": ["123": "x"]],
                "Validation Result: warnings : [], errors : [Invalid content type specified: 123]"),
        ])
    func refusals(_ one: BodyCase) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let before = try await harness.contents()
        let reply = try await harness.call("PUT", "/restapis/\(id)/gatewayresponses/THROTTLED", one.body)
        #expect(reply.status == 400)
        #expect(reply.message == one.message)
        #expect(try await harness.contents() == before)
    }

    @Test(
        "UpdateGatewayResponse",
        arguments: [
            PatchCase("replace", "/statusCode", "444", "", "statusCode", "444"),
            PatchCase("replace", "/statusCode", "", "", "statusCode", "429"),
            PatchCase("add", "/statusCode", "444", "Invalid patch path /statusCode"),
            PatchCase("remove", "/statusCode", "", "Invalid patch path /statusCode"),
            PatchCase("replace", "/responseParameters/gatewayresponse.header.a", "'b'", ""),
            PatchCase(
                "replace", "/responseParameters/gatewayresponse.header.no", "'b'", "Invalid parameter name specified"),
            PatchCase(
                "remove", "/responseParameters/gatewayresponse.header.no", "", "Invalid parameter name specified"),
            PatchCase("add", "/responseParameters/gatewayresponse.header.no", "'b'", ""),
            PatchCase("add", "/responseTemplates/application~1xml", "<a/>", ""),
            PatchCase(
                "replace", "/responseTemplates/application~1xml", "<a/>", "Content-Type specified was not found"),
            PatchCase(
                "replace", "/responseTemplates/application~1json", "",
                "Invalid null or empty value in responseTemplates"
            ),
            PatchCase(
                "replace", "/responseParameters/gatewayresponse.header.a", "",
                "Invalid null or empty value in responseParameters"),
            PatchCase("replace", "/wrongPath", "x", "Invalid patch path /wrongPath"),
            PatchCase(
                "copy", "/statusCode", "x", "Invalid patch operation specified. Must be 'add'|'remove'|'replace'"),
            PatchCase(
                "wrong-op", "/statusCode", "x",
                "1 validation error detected: Value 'wrong-op' at 'updateGatewayResponseInput.patchOperations.1.member."
                    + "op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, "
                    + "replace, copy]"),
        ])
    func update(_ one: PatchCase) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let target = "/restapis/\(id)/gatewayresponses/THROTTLED"
        try await harness.done("PUT", target, ["responseParameters": ["gatewayresponse.header.a": "'a'"]])
        let before = try await harness.contents()
        let reply = try await harness.patch(target, [one.step])
        #expect((reply.message ?? "") == one.refusal)
        if one.refusal.isEmpty {
            #expect(reply["defaultResponse"] == false)
            if !one.place.isEmpty { #expect(reply.text(one.place) == one.expected) }
        } else {
            #expect(try await harness.contents() == before)
        }
    }

    @Test func `the first patch of a type starts from its own response`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let target = "/restapis/\(id)/gatewayresponses/DEFAULT_4XX"
        let reply = try await harness.patch(target, [.replace("/statusCode", "444")])
        #expect(reply.body == response("DEFAULT_4XX", "444", isDefault: false))
        #expect(
            try await harness.call("PATCH", target, ["patchOperations": [["op": "add"]]]).message
                == "Invalid patch path null")
    }

    @Test(
        "unknown APIs and types", arguments: ["GET", "DELETE", "PATCH", "PUT"])
    func unknown(_ verb: String) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let lost = try await harness.call(verb, "/restapis/none/gatewayresponses/DEFAULT_4XX")
        #expect(lost.status == 404)
        #expect(lost.message == "Invalid API identifier specified 000000000000:none")
        let fake = try await harness.call(verb, "/restapis/\(id)/gatewayresponses/FAKE")
        #expect(fake.code == "ValidationException")
        #expect(
            fake.message
                == "1 validation error detected: Value 'FAKE' at 'responseType' failed to satisfy constraint: Member "
                + "must satisfy enum value set: [REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, "
                + "AUTHORIZER_CONFIGURATION_ERROR, MISSING_AUTHENTICATION_TOKEN, BAD_REQUEST_BODY, INVALID_SIGNATURE, "
                + "INVALID_API_KEY, BAD_REQUEST_PARAMETERS, AUTHORIZER_FAILURE, UNAUTHORIZED, INTEGRATION_TIMEOUT, "
                + "ACCESS_DENIED, DEFAULT_4XX, DEFAULT_5XX, WAF_FILTERED, QUOTA_EXCEEDED, THROTTLED, "
                + "API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE, INTEGRATION_FAILURE, EXPIRED_TOKEN]")
        let absent = try await harness.call("DELETE", "/restapis/\(id)/gatewayresponses/DEFAULT_4XX")
        #expect(absent.status == 404)
        #expect(absent.message == "Gateway response type not defined on api")
    }
}
