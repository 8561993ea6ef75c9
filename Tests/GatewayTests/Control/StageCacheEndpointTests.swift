import ControlAPI
import JSON
import Testing

@testable import Gateway

@Suite struct StageCacheEndpointTests {
    @Test func `FlushStageCache`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let target = "/restapis/\(id)/stages/prod/cache/data"
        let reply = try await harness.call("DELETE", target)
        #expect(reply.status == 202)
        #expect(harness.publisher.notes.last == .flush(stage: "prod"))
        let journal = try await harness.done("GET", "/sluice/journal?limit=1")
        let entry = journal["item"]?.array?.first
        #expect(entry?["operation"] == "FlushStageCache")
        #expect(entry?["resource"] == .string(target))
        // A flush changes nothing of the stage.
        let stage = try await harness.done("GET", "/restapis/\(id)/stages/prod")
        #expect(stage["cacheClusterStatus"] == "NOT_AVAILABLE")
    }

    @Test func `an unknown stage has no cache to flush`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let before = harness.publisher.notes
        let stage = try await harness.call("DELETE", "/restapis/\(id)/stages/beta/cache/data")
        #expect(stage.status == 404)
        #expect(stage.message == "Invalid stage identifier specified")
        #expect(try await harness.call("DELETE", "/restapis/none/stages/prod/cache/data").status == 404)
        #expect(harness.publisher.notes == before)
    }

    @Test func `how full the caches are`() async throws {
        let harness = try ControlHarness()
        let page = try await harness.done("GET", "/sluice/cache?apiId=abc&stageName=prod")
        #expect(
            page.body == [
                "item": [
                    [
                        "apiId": "abc", "stageName": "prod", "canary": false, "entries": 1, "bytes": 2,
                        "capacityBytes": 3, "status": "AVAILABLE",
                    ]
                ]
            ])
    }
}
