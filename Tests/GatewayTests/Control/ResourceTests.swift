import ControlAPI
import JSON
import Testing

@testable import Gateway

@Suite struct ResourceTests {
    @Test(
        "path parts",
        arguments: [
            ("pets", true), ("{petId}", true), ("{proxy+}", true), ("a.b-c_d:e,f", true), ("", false), ("a/b", false),
            ("a b", false), ("{}", false), ("{+}", false), ("{a", false), ("a}", false), ("{a}b", false),
            ("{a++}", false), ("é", false), ("a{b}", false),
        ])
    func pathParts(_ part: String, _ valid: Bool) async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let reply = try await harness.call("POST", "/restapis/\(id)/resources/\(root)", ["pathPart": .string(part)])
        #expect(reply.status == (valid ? 201 : 400))
        if !valid { #expect(reply.message?.hasPrefix("Resource's path part only allow a-zA-Z0-9._-:") == true) }
    }

    @Test func `the rules among siblings and below greedy ones`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let resources = "/restapis/\(id)/resources/"
        let proxy = try await harness.done("POST", resources + root, ["pathPart": "{proxy+}"])
        let sibling = try await harness.call("POST", resources + root, ["pathPart": "{petId}"])
        #expect(
            sibling.message
                == "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed")
        let child = try await harness.call("POST", resources + proxy.text("id"), ["pathPart": "x"])
        #expect(child.message == "Cannot create a child of a resource with a greedy path variable: {proxy+}")
        try await harness.done("POST", resources + root, ["pathPart": "pets"])
        let twin = try await harness.call("POST", resources + root, ["pathPart": "pets"])
        #expect(twin.status == 409)
        #expect(twin.code == "ConflictException")
        #expect(twin.message == "Another resource with the same parent already has this name: pets")
        let lost = try await harness.call("POST", resources + "nothere", ["pathPart": "x"])
        #expect(lost.status == 404)
        #expect(lost.message == "Invalid Resource identifier specified")
    }

    @Test func `moving takes the paths below along and refuses circles`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let resources = "/restapis/\(id)/resources/"
        let a = try await harness.done("POST", resources + root, ["pathPart": "a"]).text("id")
        let b = try await harness.done("POST", resources + a, ["pathPart": "b"]).text("id")
        let c = try await harness.done("POST", resources + b, ["pathPart": "c"]).text("id")
        let z = try await harness.done("POST", resources + root, ["pathPart": "z"]).text("id")

        let circle = try await harness.patch(resources + a, [.replace("/parentId", c)])
        #expect(circle.message == "Resources cannot be cyclical.")
        let itself = try await harness.patch(resources + a, [.replace("/parentId", a)])
        #expect(itself.message == "Resources cannot be cyclical.")
        let moved = try await harness.patch(resources + b, [.replace("/parentId", z), .replace("/pathPart", "bb")])
        #expect(moved["path"] == "/z/bb")
        #expect(try await harness.done("GET", resources + c)["path"] == "/z/bb/c")
        let twin = try await harness.patch(resources + a, [.replace("/pathPart", "z")])
        #expect(twin.message == "Another resource with the same parent already has this name: z")
    }

    @Test(
        "patches that are refused",
        arguments: [
            PatchCase(
                "replace", "/invalid", "x",
                "Invalid patch path  '/invalid' specified for op 'replace'. "
                    + "Must be one of: [/parentId, /pathPart]"),
            PatchCase(
                "add", "/pathPart", "x",
                "Invalid patch path  '/pathPart' specified for op 'add'. "
                    + "Please choose supported operations"),
            PatchCase(
                "remove", "/pathPart", "x",
                "Invalid patch path  '/pathPart' specified for op 'remove'. "
                    + "Please choose supported operations"),
            PatchCase("replace", "/pathPart", "x", "Root resource cannot update its pathPart."),
            PatchCase("replace", "/parentId", "x", "Root resource cannot update its parentId."),
        ])
    func refusedPatches(_ one: PatchCase) async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let before = try await harness.contents()
        let reply = try await harness.patch(
            "/restapis/\(id)/resources/\(root)", [one.step])
        #expect(reply.status == 400)
        #expect(reply.message == one.refusal)
        #expect(try await harness.contents() == before)
    }

    @Test func `deleting takes everything below along, one journal entry each`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let resources = "/restapis/\(id)/resources/"
        let a = try await harness.done("POST", resources + root, ["pathPart": "a"]).text("id")
        let b = try await harness.done("POST", resources + a, ["pathPart": "b"]).text("id")
        try await harness.done("PUT", resources + b + "/methods/GET", ["authorizationType": "NONE"])
        #expect(try await harness.done("DELETE", resources + a).status == 202)
        #expect(try await harness.call("GET", resources + b).status == 404)
        let journal = try await harness.done("GET", "/sluice/journal?limit=2")
        let entries = journal["item"]?.array ?? []
        #expect(entries.map { $0["operation"] } == ["DeleteResource", "DeleteResource"])
        #expect(entries.first?["resource"]?.string == resources + b)
        #expect(entries.first?["before"]?["resourceMethods"]?["GET"]?["authorizationType"] == "NONE")
        #expect(try await harness.call("DELETE", resources + root).message == "Root resource cannot be deleted.")
    }

    @Test func `three hundred resources and no more`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        for number in 1..<300 {
            try await harness.done(
                "POST", "/restapis/\(id)/resources/\(root)", ["pathPart": .string("r\(number)")])
        }
        let reply = try await harness.call("POST", "/restapis/\(id)/resources/\(root)", ["pathPart": "more"])
        #expect(reply.status == 429)
        #expect(reply.code == "LimitExceededException")
        #expect(reply.headers["Retry-After"] != nil)
    }
}
