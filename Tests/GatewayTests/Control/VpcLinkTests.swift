import ControlAPI
import JSON
import Testing

@testable import Gateway

private let balancer = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/n/0123456789abcdef"

@Suite struct VpcLinkTests {
    @Test(
        "CreateVpcLink",
        arguments: [
            BodyCase(["name": "v", "targetArns": [.string(balancer)]]),
            BodyCase(["name": "", "targetArns": [.string(balancer)]], "Vpc link name must be non-empty"),
            BodyCase(["name": "v", "targetArns": []], "Exactly one target ARN must be specified for a VPC link"),
            BodyCase(
                ["name": "v"],
                "1 validation error detected: Value null at 'createVpcLinkInput.targetArns' failed to satisfy "
                    + "constraint: Member must not be null"),
        ])
    func create(_ one: BodyCase) async throws {
        let reply = try await ControlHarness().call("POST", "/vpclinks", one.body)
        #expect((reply.message ?? "") == one.message)
        #expect(reply.status == (one.message.isEmpty ? 202 : 400))
    }

    @Test(arguments: [balancer, "elb:target:arn"])
    func `from its creation to its end`(_ target: String) async throws {
        let harness = try ControlHarness()
        let made = try await harness.done("POST", "/vpclinks", ["name": "v", "targetArns": [.string(target)]])
        #expect(made.text("status") == "PENDING")
        let place = "/vpclinks/" + made.text("id")
        let shown = try await harness.done("GET", place)
        #expect(shown.text("status") == "AVAILABLE")
        #expect(shown["tags"] == [:])
        #expect(try await harness.done("GET", "/vpclinks").body == ["item": [shown.body]])
        let patched = try await harness.patch(place, [.replace("/name", "w"), .replace("/description", "d")])
        #expect(patched.text("name") == "w")
        #expect(patched.text("description") == "d")
        #expect(
            try await harness.patch(place, [.replace("/targetArns", "x")]).message
                == "Invalid patch path  '/targetArns' specified for op 'replace'. Must be one of: [/name, /description]"
        )
        #expect(try await harness.done("DELETE", place).status == 202)
        for verb in ["GET", "PATCH", "DELETE"] {
            let reply = try await harness.call(verb, place, ["patchOperations": []])
            #expect(reply.status == 404)
            #expect(reply.message == "Invalid Vpc Link identifier specified")
        }
    }

    @Test func `an integration holds its link`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let link = try await harness.done("POST", "/vpclinks", ["name": "v", "targetArns": [.string(balancer)]]).text(
            "id")
        let method = "/restapis/\(id)/resources/\(root)/methods/GET"
        try await harness.done(
            "PUT", method + "/integration",
            [
                "type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://example.com", "connectionType": "VPC_LINK",
                "connectionId": .string(link),
            ])
        #expect(
            try await harness.call("DELETE", "/vpclinks/" + link).message
                == "Cannot delete vpc link. Vpc link '\(link)', is referenced in [GET:\(root):\(id)] in form of "
                + "[Method:Resource:RestApi]")
        try await harness.done("DELETE", "/restapis/\(id)")
        #expect(try await harness.done("DELETE", "/vpclinks/" + link).status == 202)
    }
}
