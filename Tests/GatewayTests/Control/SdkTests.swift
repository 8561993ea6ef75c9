import JSON
import Testing

@testable import Gateway

@Suite struct SdkTests {
    @Test func `the types are AWS's`() async throws {
        let harness = try ControlHarness()
        let items = try await harness.done("GET", "/sdktypes")["item"]?.array ?? []
        let ids = items.compactMap { $0["id"]?.string }
        #expect(ids == ["android", "java", "javascript", "objectivec", "ruby", "swift"])
        for (id, item) in zip(ids, items) { #expect(try await harness.done("GET", "/sdktypes/" + id).body == item) }
        #expect(try await harness.call("GET", "/sdktypes/cobol").message == "Invalid SDK type identifier specified")
    }

    @Test(arguments: [
        ("prod", "java", 400, "Sluice cannot generate SDKs"), ("prod", "cobol", 404, "Invalid SDK type"),
        ("none", "java", 404, "Invalid stage identifier"),
    ])
    func `GetSdk says why it cannot`(_ stage: String, _ type: String, _ status: Int, _ message: String) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let reply = try await harness.call("GET", "/restapis/\(id)/stages/\(stage)/sdks/\(type)")
        #expect(reply.status == status)
        #expect(reply.message?.hasPrefix(message) == true)
    }
}
