import ControlAPI
import JSON
import Testing

@testable import Gateway

@Suite struct DeploymentSnapshotTests {
    @Test func `a deployment has models, validators and customised gateway responses as they were`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let api = "/restapis/\(id)"
        try await harness.done(
            "POST", api + "/models", ["name": "Pet", "contentType": "application/json", "schema": "{}"])
        let validator = try await harness.done(
            "POST", api + "/requestvalidators", ["name": "v", "validateRequestBody": true]
        ).text("id")
        try await harness.done("PUT", api + "/gatewayresponses/DEFAULT_4XX", ["statusCode": "499"])
        let deployment = try await harness.done("POST", api + "/deployments").text("id")

        try await harness.done("DELETE", api + "/models/Pet")
        try await harness.done("DELETE", api + "/requestvalidators/\(validator)")
        try await harness.done("DELETE", api + "/gatewayresponses/DEFAULT_4XX")
        let snapshot = try #require(
            try await harness.store.read { db in try DeploymentTable.snapshot(db, api: id, deployment) })
        #expect(snapshot.models?.map(\.name) == ["Empty", "Error", "Pet"])
        #expect(
            snapshot.requestValidators == [
                RequestValidator(
                    id: validator, name: "v", validateRequestBody: true, validateRequestParameters: false)
            ])
        #expect(snapshot.gatewayResponses?.keys.sorted() == ["DEFAULT_4XX"])
        #expect(snapshot.gatewayResponses?["DEFAULT_4XX"]?.statusCode == "499")
    }
}
