import ControlAPI
import JSON
import Testing

@testable import Gateway

@Suite struct RestApiTests {
    /// A body of `POST /restapis` and what AWS answers.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let body: JSON
        let code: String
        let message: String
        var testDescription: String { body.text() }

        init(_ body: JSON, _ code: String, _ message: String) {
            self.body = body
            self.code = code
            self.message = message
        }
    }

    private static let wrongType =
        "Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: "
        + "Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]"
    private static let wrongAddress =
        "Value 'wrong' at 'createRestApiInput.endpointConfiguration.ipAddressType' failed to satisfy constraint: "
        + "Member must satisfy enum value set: [ipv4, dualstack]"

    @Test(
        "refuses what AWS refuses",
        arguments: [
            Refusal(
                [:], "ValidationException",
                "1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy constraint: "
                    + "Member must not be null"),
            Refusal(["name": ""], "BadRequestException", "Name cannot be empty"),
            Refusal(
                ["name": true], "SerializationException",
                "class java.lang.Boolean can not be converted to an String"),
            Refusal(
                ["name": 1], "SerializationException",
                "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String"),
            Refusal(["name": "a", "description": ""], "BadRequestException", "Description cannot be an empty string"),
            Refusal(
                ["name": "a", "endpointConfiguration": ["types": ["wrong"]]], "ValidationException",
                "1 validation error detected: " + wrongType),
            Refusal(
                ["name": "a", "endpointConfiguration": ["ipAddressType": "wrong", "types": ["wrong"]]],
                "ValidationException", "2 validation errors detected: \(wrongType); \(wrongAddress)"),
            Refusal(
                ["name": "a", "endpointConfiguration": ["types": []]], "BadRequestException",
                "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED."),
            Refusal(
                ["name": "a", "endpointConfiguration": ["types": ["EDGE", "REGIONAL"]]], "BadRequestException",
                "Cannot create an api with multiple Endpoint Types."),
            Refusal(
                ["name": "a", "endpointConfiguration": ["types": ["PRIVATE"], "ipAddressType": "ipv4"]],
                "BadRequestException", "Only dualstack ipAddressType is supported for Private APIs."),
            Refusal(
                ["name": "a", "minimumCompressionSize": -1], "BadRequestException",
                "Invalid minimum compression size, must be between 0 and 10485760"),
            Refusal(
                ["name": "a", "policy": "{"], "BadRequestException",
                "Invalid policy document: expected a member name in quotes, found the end at line 1, column 2"),
            Refusal(
                ["name": "a", "tags": ["aws:x": "y"]], "BadRequestException",
                "Invalid tag 'aws:x': keys that begin with aws: are reserved"),
            Refusal(["name": "a", "cloneFrom": "nothere"], "NotFoundException", "Invalid Rest API Id specified"),
        ])
    func refusals(_ refusal: Refusal) async throws {
        let harness = try ControlHarness()
        let before = try await harness.contents()
        let reply = try await harness.call("POST", "/restapis", refusal.body)
        #expect(reply.code == refusal.code)
        #expect(reply.message == refusal.message)
        #expect(reply.status == (refusal.code == "NotFoundException" ? 404 : 400))
        #expect(try await harness.contents() == before)
    }

    /// Steps on a fresh API: refused with this text, or taken with this member.
    @Test(
        "patches",
        arguments: [
            PatchCase("replace", "/name", "new", "", ""), PatchCase("replace", "/name", "", "Name cannot be empty", ""),
            PatchCase(
                "replace", "/minimumCompressionSize", "10485761",
                "Invalid minimum compression size, must be between 0 and 10485760", ""),
            PatchCase(
                "replace", "/minimumCompressionSize", "x",
                "Invalid minimum compression size, must be between 0 and 10485760", ""),
            PatchCase(
                "add", "/minimumCompressionSize", "1", "Invalid patch operation specified. Must be one of: [replace]",
                ""),
            PatchCase("add", "/binaryMediaTypes", "image/gif", "Invalid patch path /binaryMediaTypes", ""),
            PatchCase("add", "/binaryMediaTypes/image~1gif", "", "", "", #"["image/png","image/gif"]"#),
            PatchCase("remove", "/binaryMediaTypes/image~1png", "", "", ""),
            PatchCase("replace", "/binaryMediaTypes/image~1png", "image/heif", "", "", #"["image/heif"]"#),
            PatchCase("replace", "/endpointConfiguration/types/EDGE", "REGIONAL", "", ""),
            PatchCase(
                "replace", "/endpointConfiguration/types/0", "NOWHERE",
                "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE", ""),
            PatchCase(
                "replace", "/endpointConfiguration/ipAddressType", "ipv5",
                "ipAddressType must be either ipv4 or dualstack.", ""),
            PatchCase(
                "add", "/endpointConfiguration/ipAddressType", "ipv4",
                "Invalid patch operation specified. Must be one of: [replace]", ""),
            PatchCase(
                "copy", "/endpointConfiguration/types/0", "EDGE",
                "Invalid patch operation specified. Must be 'add'|'remove'|'replace'", ""),
            PatchCase("replace", "/nowhere", "x", "Invalid patch path /nowhere", ""),
            PatchCase(
                "replace", "/disableExecuteApiEndpoint", "maybe",
                "Invalid patch value  'maybe' specified for path /disableExecuteApiEndpoint. Must be true or false", ""),
        ])
    func patches(_ one: PatchCase) async throws {
        let harness = try ControlHarness()
        let api = try await harness.done("POST", "/restapis", ["name": "a", "binaryMediaTypes": ["image/png"]])
        let target = "/restapis/" + api.text("id")
        let before = try await harness.contents()
        let reply = try await harness.patch(target, [one.step])
        #expect((reply.message ?? "") == one.refusal)
        if one.refusal.isEmpty {
            #expect(reply.status == 200)
            if !one.expected.isEmpty { #expect(reply["binaryMediaTypes"]?.text() == one.expected) }
        } else {
            #expect(try await harness.contents() == before)
        }
    }

    @Test func `a private API is dualstack and cannot become an edge API`() async throws {
        let harness = try ControlHarness()
        let api = try await harness.done(
            "POST", "/restapis", ["name": "a", "endpointConfiguration": ["types": ["PRIVATE"]]])
        #expect(api["endpointConfiguration"]?["ipAddressType"] == "dualstack")
        let target = "/restapis/" + api.text("id")
        let edge = try await harness.patch(target, [.replace("/endpointConfiguration/types/PRIVATE", "EDGE")])
        #expect(edge.status == 400)
        let v4 = try await harness.patch(target, [.replace("/endpointConfiguration/ipAddressType", "ipv4")])
        #expect(v4.message == "Only dualstack ipAddressType is supported for Private APIs.")
        let regional = try await harness.patch(target, [.replace("/endpointConfiguration/types/PRIVATE", "REGIONAL")])
        #expect(regional["endpointConfiguration"]?["types"] == ["REGIONAL"])
    }

    @Test func `all wrong operations are named at once`() async throws {
        let harness = try ControlHarness()
        let api = try await harness.done("POST", "/restapis", ["name": "a"])
        let reply = try await harness.patch(
            "/restapis/" + api.text("id"),
            [PatchOperation(op: "wrong", path: "/x"), .replace("/name", "b"), PatchOperation(op: "bad", path: "/x")])
        #expect(reply.code == "ValidationException")
        #expect(
            reply.message
                == "2 validation errors detected: Value 'wrong' at 'updateRestApiInput.patchOperations.1.member.op' "
                + "failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, "
                + "copy]; Value 'bad' at 'updateRestApiInput.patchOperations.3.member.op' failed to satisfy constraint: "
                + "Member must satisfy enum value set: [add, remove, move, test, replace, copy]")
    }

    @Test func `ids are case-sensitive and unknown ones are named with the account`() async throws {
        let harness = try ControlHarness()
        let reply = try await harness.call("GET", "/restapis/NOTHERE")
        #expect(reply.status == 404)
        #expect(reply.code == "NotFoundException")
        #expect(reply.message == "Invalid API identifier specified 000000000000:NOTHERE")
    }

    @Test func `pages hold every API once`() async throws {
        let harness = try ControlHarness()
        for number in 0..<7 { try await harness.done("POST", "/restapis", ["name": .string("api \(number)")]) }
        var names: [String] = []
        var position = ""
        var pages = 0
        repeat {
            let page = try await harness.done("GET", "/restapis?limit=3" + position)
            names += (page["item"]?.array ?? []).compactMap { $0["name"]?.string }
            position = page["position"]?.string.map { "&position=" + $0.replacing("=", with: "%3D") } ?? ""
            pages += 1
        } while !position.isEmpty && pages < 10
        #expect(names == (0..<7).map { "api \($0)" })
        #expect(pages == 3)
        #expect(try await harness.call("GET", "/restapis?limit=0").status == 400)
        #expect(
            try await harness.call("GET", "/restapis?position=%25").message == "Invalid position parameter specified")
    }

    @Test func `a clone has the tree with ids of its own`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        try await harness.done("POST", "/restapis/\(id)/resources/\(root)", ["pathPart": "pets"])
        let clone = try await harness.done("POST", "/restapis", ["name": "b", "cloneFrom": .string(id)])
        let tree = try await harness.done("GET", "/restapis/\(clone.text("id"))/resources?embed=methods")
        let items = tree["item"]?.array ?? []
        #expect(items.compactMap { $0["path"]?.string } == ["/", "/pets"])
        #expect(items.first?["id"]?.string == clone.text("rootResourceId"))
        #expect(items.first?["id"]?.string != root)
        #expect(items.first?["resourceMethods"]?["GET"]?["methodIntegration"]?["type"] == "MOCK")
        #expect(
            items.first?["resourceMethods"]?["GET"]?["methodIntegration"]?["cacheNamespace"]?.string
                == clone.text("rootResourceId"))
    }

    @Test func `deleting an API takes its stages out of service`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let reply = try await harness.done("DELETE", "/restapis/\(id)")
        #expect(reply.status == 202)
        #expect(harness.publisher.notes.last == .withdraw(stage: "prod"))
        #expect(try await harness.call("GET", "/restapis/\(id)").status == 404)
        #expect(try await harness.call("GET", "/restapis/\(id)/stages/prod").status == 404)
    }
}
