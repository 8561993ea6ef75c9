import ControlAPI
import JSON
import Testing

@testable import Gateway

private let certificate = "arn:aws:acm:us-east-1:000000000000:certificate/c"

private func domain(_ type: String, _ name: String = "api.example.com") -> JSON {
    let member = type == "REGIONAL" ? "regionalCertificateArn" : "certificateArn"
    var body = JSONObject()
    body["domainName"] = .string(name)
    body[member] = .string(certificate)
    body["endpointConfiguration"] = ["types": [.string(type)]]
    return .object(body)
}

@Suite struct DomainNameTests {
    @Test(
        "CreateDomainName",
        arguments: [
            BodyCase(domain("REGIONAL")), BodyCase(domain("EDGE")), BodyCase(domain("PRIVATE")),
            BodyCase(domain("REGIONAL", "*.example.com")), BodyCase(domain("REGIONAL", "localhost")),
            BodyCase(domain("REGIONAL", "API.example.com")), BodyCase(["domainName": "a.b"]),
            BodyCase(["domainName": "a.b", "endpointConfiguration": ["types": ["REGIONAL"]]]),
            BodyCase(["domainName": ""], "No Domain Name specified"),
            BodyCase(
                domain("REGIONAL", "a..b"),
                "Invalid domain name specified: a..b. It must have labels of 1 to 63 letters, "
                    + "digits and hyphens; the first may be *"),
            BodyCase(
                ["domainName": "a.b", "certificateArn": "x"], "Invalid certificate ARN specified: x"),
            BodyCase(
                ["domainName": "a.b", "certificateArn": .string(certificate), "policy": "{}"],
                "A policy is only supported for private domain names"),
            BodyCase(
                [
                    "domainName": "a.b", "certificateArn": .string(certificate),
                    "mutualTlsAuthentication": ["truststoreUri": "s3://b/k"],
                ], "Mutual TLS is only supported for domain names with endpoint type REGIONAL"),
            BodyCase(
                [:],
                "1 validation error detected: Value null at 'createDomainNameInput.domainName' failed to satisfy "
                    + "constraint: Member must not be null"),
        ])
    func create(_ one: BodyCase) async throws {
        let reply = try await ControlHarness().call("POST", "/domainnames", one.body)
        #expect((reply.message ?? "") == one.message)
        #expect(reply.status == (one.message.isEmpty ? 201 : 400))
    }

    @Test(
        "UpdateDomainName",
        arguments: [
            PatchCase("replace", "/securityPolicy", "TLS_1_0", "", "securityPolicy", "TLS_1_0"),
            PatchCase("replace", "/routingMode", "ROUTING_RULE_ONLY", "", "routingMode", "ROUTING_RULE_ONLY"),
            PatchCase(
                "replace", "/endpointConfiguration/types/REGIONAL", "PRIVATE",
                "Cannot update endpoint from REGIONAL to PRIVATE"),
            PatchCase(
                "add", "/securityPolicy", "TLS_1_0", "Invalid patch operation specified. Must be one of: [replace]"),
        ])
    func update(_ one: PatchCase) async throws {
        let harness = try ControlHarness()
        try await harness.done("POST", "/domainnames", domain("REGIONAL"))
        let reply = try await harness.patch("/domainnames/api.example.com", [one.step])
        #expect((reply.message ?? "") == one.refusal)
        if one.refusal.isEmpty { #expect(reply.text(one.place) == one.expected) }
    }

    @Test func `a regional domain name from its creation to its end`() async throws {
        let harness = try ControlHarness()
        let made = try await harness.done("POST", "/domainnames", domain("REGIONAL"))
        #expect(made.text("regionalHostedZoneId") == "Z1UJRXOUMOOFQ8")
        #expect(made.text("regionalDomainName").hasSuffix(".execute-api.us-east-1.amazonaws.com"))
        #expect(made.text("domainNameStatus") == "AVAILABLE")
        let twice = try await harness.call("POST", "/domainnames", domain("REGIONAL"))
        #expect(twice.message == "The domain name you provided already exists.")
        let shown = try await harness.done("GET", "/domainnames/api.example.com")
        #expect(try await harness.done("GET", "/domainnames").body == ["item": [shown.body]])
        #expect(try await harness.done("GET", "/domainnames?resourceOwner=OTHER_ACCOUNTS").body == ["item": []])
        #expect(try await harness.done("DELETE", "/domainnames/api.example.com").status == 202)
        let gone = try await harness.call("GET", "/domainnames/api.example.com")
        #expect(gone.message == "Invalid domain name identifier specified")
    }

    /// Body → what is shown as base path, or the refusal with its status.
    @Test(
        "CreateBasePathMapping",
        arguments: [
            (["restApiId": "{id}"], "(none)", 201), (["restApiId": "{id}", "basePath": ""], "(none)", 201),
            (["restApiId": "{id}", "basePath": "v1", "stage": "prod"], "v1", 201),
            (["restApiId": "none", "basePath": "v1"], "Invalid REST API identifier specified", 400),
            (["restApiId": "{id}", "basePath": "v1", "stage": "none"], "Invalid stage identifier specified", 400),
            (["restApiId": "{id}", "basePath": "taken"], "Base path already exists for this domain name", 409),
            (
                ["restApiId": "{id}", "basePath": "a/b"],
                "API Gateway V1 doesn't support the slash character (/) in base path mappings. "
                    + "To create a multi-level base path mapping, use API Gateway V2.", 400
            ),
        ])
    func mapping(_ body: [String: String], _ expected: String, _ status: Int) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        try await harness.done("POST", "/domainnames", domain("EDGE"))
        let mappings = "/domainnames/api.example.com/basepathmappings"
        try await harness.done("POST", mappings, ["restApiId": .string(id), "basePath": "taken"])
        let members = body.map { (key: $0.key, value: JSON.string($0.value.replacing("{id}", with: id))) }
        let reply = try await harness.call("POST", mappings, .object(JSONObject(members)))
        #expect(reply.status == status)
        #expect((status == 201 ? reply.text("basePath") : reply.message) == expected)
    }

    @Test func `a mapping from its creation to its end`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        try await harness.done("POST", "/domainnames", domain("EDGE"))
        let mappings = "/domainnames/api.example.com/basepathmappings"
        let made = try await harness.done("POST", mappings, ["restApiId": .string(id), "stage": "prod"])
        #expect(try await harness.done("GET", mappings).body == ["item": [made.body]])
        let refusal = "Please remove all base path mappings related to "
        #expect(try await harness.call("DELETE", "/restapis/\(id)").message?.hasPrefix(refusal) == true)
        #expect(try await harness.call("DELETE", "/restapis/\(id)/stages/prod").message?.hasPrefix(refusal) == true)
        let moved = try await harness.patch(
            mappings + "/(none)", [.replace("/basePath", "v1"), .replace("/stage", "")])
        #expect(moved.body == ["basePath": "v1", "restApiId": .string(id)])
        #expect(
            try await harness.call("GET", mappings + "/(none)").message
                == "Invalid base path mapping identifier specified")
        #expect(
            try await harness.patch(mappings + "/v1", [.replace("/restapiId", "none")]).message
                == "Invalid REST API identifier specified")
        #expect(try await harness.done("DELETE", mappings + "/v1").status == 202)
        #expect(try await harness.done("DELETE", "/restapis/\(id)").status == 202)
    }

    @Test func `an association is kept until it is deleted or rejected`() async throws {
        let harness = try ControlHarness()
        let made = try await harness.done("POST", "/domainnames", domain("PRIVATE"))
        let arn = made.text("domainNameArn")
        let (plural, single) = ("/domainnameaccessassociations", "domainNameAccessAssociationArn")
        func associate(_ source: String) async throws -> ControlHarness.Reply {
            try await harness.call(
                "POST", plural,
                [
                    "domainNameArn": .string(arn), "accessAssociationSourceType": "VPCE",
                    "accessAssociationSource": .string(source),
                ])
        }
        func escaped(_ text: String) -> String {
            text.replacing("/", with: "%2F").replacing(":", with: "%3A").replacing("+", with: "%2B")
        }
        let first = try await associate("vpce-1")
        #expect(first.status == 201)
        #expect(try await associate("vpce-1").status == 409)
        #expect(try await associate("x").message == "Invalid VPC endpoint ID specified: x")
        let second = try await associate("vpce-2")
        #expect(try await harness.done("GET", plural).body == ["item": [first.body, second.body]])
        #expect(try await harness.done("DELETE", plural + "/" + escaped(first.text(single))).status == 202)
        let reject = "/rejectdomainnameaccessassociations?domainNameArn=\(escaped(arn))&\(single)="
        #expect(try await harness.done("POST", reject + escaped(second.text(single))).status == 202)
        #expect(try await harness.call("POST", reject + escaped(second.text(single))).status == 404)
        #expect(try await harness.done("GET", plural).body == ["item": []])
    }
}
