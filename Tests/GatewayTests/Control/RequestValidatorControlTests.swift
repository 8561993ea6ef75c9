import ControlAPI
import JSON
import Testing

@testable import Gateway

private let unknownValidator = "Invalid Request Validator identifier specified"

@Suite struct RequestValidatorControlTests {
    @Test func `from its creation to its end`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let validators = "/restapis/\(id)/requestvalidators"
        let made = try await harness.done("POST", validators, ["name": "v"])
        #expect(made.status == 201)
        let expected: JSON = [
            "id": .string(made.text("id")), "name": "v", "validateRequestBody": false,
            "validateRequestParameters": false,
        ]
        #expect(made.body == expected)
        let place = validators + "/" + made.text("id")
        #expect(try await harness.done("GET", place).body == expected)
        #expect(try await harness.done("GET", validators).body == ["item": [expected]])
        let patched = try await harness.patch(
            place, [.replace("/validateRequestBody", "true"), .replace("/validateRequestParameters", "TRUE")])
        #expect(patched["validateRequestBody"] == true)
        #expect(patched["validateRequestParameters"] == true)
        let cleared = try await harness.patch(place, [PatchOperation(op: "replace", path: "/validateRequestBody")])
        #expect(cleared["validateRequestBody"] == false)
        #expect(try await harness.done("DELETE", place).status == 202)
        #expect(try await harness.call("GET", place).message == unknownValidator)
        #expect(try await harness.done("GET", validators).body == ["item": []])
    }

    @Test(
        "UpdateRequestValidator",
        arguments: [
            PatchCase("replace", "/name", "new", "", "name", "new"),
            PatchCase("replace", "/name", "", "Request Validator name cannot be blank"),
            PatchCase(
                "add", "/validateRequestBody", "true",
                "Invalid patch path  '/validateRequestBody' specified for op 'add'. Please choose supported operations"),
            PatchCase(
                "remove", "/validateRequestBody", "",
                "Invalid patch path  '/validateRequestBody' specified for op 'remove'. "
                    + "Please choose supported operations"),
            PatchCase(
                "replace", "/invalidPath", "x",
                "Invalid patch path  '/invalidPath' specified for op 'replace'. "
                    + "Must be one of: [/name, /validateRequestParameters, /validateRequestBody]"),
        ])
    func update(_ one: PatchCase) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let made = try await harness.done("POST", "/restapis/\(id)/requestvalidators", ["name": "v"])
        let reply = try await harness.patch("/restapis/\(id)/requestvalidators/\(made.text("id"))", [one.step])
        #expect((reply.message ?? "") == one.refusal)
        if one.refusal.isEmpty { #expect(reply.text(one.place) == one.expected) }
    }

    @Test(
        "unknown ids",
        arguments: [
            ("POST", "/restapis/none/requestvalidators", 400, "Invalid REST API identifier specified"),
            (
                "GET", "/restapis/none/requestvalidators", 404,
                "Invalid API identifier specified 000000000000:none"
            ),
            ("GET", "/restapis/none/requestvalidators/v", 404, unknownValidator),
            ("PATCH", "/restapis/none/requestvalidators/v", 404, unknownValidator),
            ("DELETE", "/restapis/none/requestvalidators/v", 404, unknownValidator),
        ])
    func unknown(_ verb: String, _ target: String, _ status: Int, _ message: String) async throws {
        let reply = try await ControlHarness().call(verb, target, ["name": "v"])
        #expect(reply.status == status)
        #expect(reply.message == message)
    }

    @Test func `a validator that a method names stays, and a clone has its own`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let validator = try await harness.done("POST", "/restapis/\(id)/requestvalidators", ["name": "v"]).text("id")
        let method = "/restapis/\(id)/resources/\(root)/methods/GET"
        #expect(try await harness.patch(method, [.replace("/requestValidatorId", validator)]).status == 200)
        let used = try await harness.call("DELETE", "/restapis/\(id)/requestvalidators/\(validator)")
        #expect(used.status == 409)
        #expect(used.message == "Cannot delete request validator '\(validator)', is referenced in method: //GET")
        #expect(try await harness.call("POST", "/restapis/\(id)/requestvalidators", ["name": " "]).status == 400)

        let clone = try await harness.done("POST", "/restapis", ["name": "b", "cloneFrom": .string(id)])
        let copies = try await harness.done("GET", "/restapis/\(clone.text("id"))/requestvalidators")
        let copy = try #require(copies["item"]?[0]?["id"]?.string)
        #expect(copy != validator)
        let copied = try await harness.done(
            "GET", "/restapis/\(clone.text("id"))/resources/\(clone.text("rootResourceId"))/methods/GET")
        #expect(copied.text("requestValidatorId") == copy)

        try await harness.patch(method, [.replace("/requestValidatorId", "")])
        try await harness.done("DELETE", "/restapis/\(id)/requestvalidators/\(validator)")
    }
}
