import ControlAPI
import JSON
import Testing

@testable import Gateway

@Suite struct TagTests {
    private static func target(_ path: String, region: String = "us-east-1") -> String {
        "/tags/" + "arn:aws:apigateway:\(region)::\(path)".replacing(":", with: "%3A").replacing("/", with: "%2F")
    }

    @Test(arguments: ["/restapis/{id}", "/restapis/{id}/stages/prod"])
    func `tags are added, changed and taken away`(_ path: String) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let target = Self.target(path.replacing("{id}", with: id))
        #expect(try await harness.done("GET", target).body == ["tags": [:]])
        let tagged = try await harness.done("PUT", target, ["tags": ["a": "1", "b": "2", "c,d": "3"]])
        #expect(tagged.status == 204)
        #expect(tagged.body == .null)
        try await harness.done("PUT", target, ["tags": ["b": "4"]])
        #expect(try await harness.done("GET", target).body == ["tags": ["a": "1", "b": "4", "c,d": "3"]])
        #expect(try await harness.done("DELETE", target + "?tagKeys=a&tagKeys=c%2Cd&tagKeys=no").status == 204)
        #expect(try await harness.done("GET", target).body == ["tags": ["b": "4"]])
        let resource = path.replacing("{id}", with: id)
        #expect(try await harness.done("GET", resource)["tags"] == ["b": "4"])
        #expect(harness.publisher.notes.count == 1)
    }

    /// What is made where, and the member of the answer that names it.
    @Test(
        arguments: [
            ("/apikeys", ["name": "k"], "id"), ("/usageplans", ["name": "p"], "id"),
            ("/vpclinks", ["name": "v", "targetArns": ["arn"]], "id"),
            ("/clientcertificates", [:], "clientCertificateId"),
            (
                "/domainnames",
                ["domainName": "a.example.com", "certificateArn": "arn:aws:acm:us-east-1:1:certificate/c"],
                "domainName"
            ),
        ] as [(String, JSON, String)])
    func `what belongs to the account has tags too`(_ place: String, _ body: JSON, _ member: String) async throws {
        let harness = try ControlHarness()
        let path = place + "/" + (try await harness.done("POST", place, body).text(member))
        let target = Self.target(path)
        try await harness.done("PUT", target, ["tags": ["a": "1", "b": "2"]])
        #expect(try await harness.done("DELETE", target + "?tagKeys=a").status == 204)
        #expect(try await harness.done("GET", target).body == ["tags": ["b": "2"]])
        #expect(try await harness.done("GET", path)["tags"] == ["b": "2"])
        #expect(try await harness.call("GET", Self.target(place + "/none")).status == 404)
    }

    @Test(
        "refusals",
        arguments: [
            (target("/restapis/none"), 404, "Invalid API identifier specified 000000000000:none"),
            (target("/restapis/none/stages/x"), 404, "Invalid API identifier specified 000000000000:none"),
            (target("/nothing/none"), 400, "Invalid ARN specified in the request"),
            (target("/restapis/none", region: "eu-west-1"), 404, "Invalid API identifier specified 000000000000:none"),
            ("/tags/nonsense", 400, "Invalid ARN. ARN is not well formed nonsense"),
        ])
    func refusals(_ target: String, _ status: Int, _ message: String) async throws {
        for verb in ["GET", "PUT"] {
            let reply = try await ControlHarness().call(verb, target, ["tags": ["a": "b"]])
            #expect(reply.status == status)
            #expect(reply.message == message)
        }
    }

    @Test func `the rules of tags hold for all of them together`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let target = Self.target("/restapis/\(id)")
        func put(_ names: [String]) async throws -> ControlHarness.Reply {
            let tags = JSONObject(names.map { (key: $0, value: JSON.string("x")) })
            return try await harness.call("PUT", target, ["tags": .object(tags)])
        }
        #expect(try await put((0..<30).map { "a\($0)" }).status == 204)
        let before = try await harness.contents()
        #expect(
            try await put((0..<21).map { "b\($0)" }).message == "Too many tags: at most 50 are allowed")
        #expect(try await put(["aws:x"]).message == "Invalid tag 'aws:x': keys that begin with aws: are reserved")
        #expect(try await harness.call("DELETE", target).message == "tagKeys must name at least one tag")
        #expect(try await harness.contents() == before)
    }
}
