import ControlAPI
import JSON
import Testing

/// The models in AWS's wire shape.
@Suite struct ModelTests {
    @Test func listsStandUnderItem() throws {
        let page = try JSON(parsing: #"{"item":[{"id":"a","path":"/"}],"position":"p"}"#).decode(Page<Resource>.self)
        #expect(page.items == [Resource(id: "a", path: "/")])
        #expect(page.position == "p")
        #expect(try JSON(parsing: #"{"item":{"id":"a","path":"/"}}"#).decode(Page<Resource>.self).items.count == 1)
        #expect(try JSON(parsing: "{}").decode(Page<Resource>.self).items.isEmpty)
    }

    @Test func datesAreSecondsAndPercentagesKeepTheirPoint() throws {
        var stage = Stage(stageName: "prod", deploymentId: "d1")
        stage.createdDate = Timestamp(seconds: 1_700_000_000)
        stage.canarySettings = CanarySettings(percentTraffic: 50, deploymentId: "d2")
        let text = try JSON(encoding: stage).text()
        #expect(text.contains(#""createdDate":1700000000"#))
        #expect(text.contains(#""percentTraffic":50.0"#))
        #expect(!text.contains("null"))
        #expect(try JSON(parsing: text).decode(Stage.self) == stage)
        #expect(try JSON(parsing: "1700000000.9").decode(Timestamp.self).seconds == 1_700_000_000)
    }

    @Test func templatesMayBeNull() throws {
        let json = try JSON(parsing: #"{"statusCode":"200","responseTemplates":{"application/json":null}}"#)
        let response = try json.decode(IntegrationResponse.self)
        #expect(response.responseTemplates == ["application/json": nil])
        #expect(try JSON(encoding: response).text() == json.text())
    }

    @Test func eventsSurviveTheWire() throws {
        let entry = JournalEntry(
            sequence: 7, time: Timestamp(seconds: 5), actor: "unix:uid=0", operation: "UpdateStage",
            resource: "/restapis/a/stages/prod", before: ["a": 1], after: .object(JSONObject()))
        let record = AccessLogRecord(
            requestTimeEpoch: 1, requestId: "r", apiId: "a", stage: "prod", isCanaryRequest: true, httpMethod: "GET",
            path: "/prod/x", resourcePath: nil, status: 502, responseLatency: 1.25, integrationLatency: nil,
            responseLength: 3, sourceIp: "127.0.0.1", errorMessage: "why")
        let events: [ControlEvent] = [
            .change(entry), .access(records: [record], dropped: 3),
            .metrics(time: 9, samples: [MetricsSample(time: 9, apiId: "a", stageName: "prod", canary: true, count: 2)]),
        ]
        for event in events {
            let back: ControlEvent = try JSON(encoding: event).decode()
            #expect(back == event)
        }
        #expect(throws: (any Error).self) { try JSON(parsing: #"{"type":"news"}"#).decode(ControlEvent.self) }
    }

    @Test(arguments: [
        (StageChange.canaryWeight(10), ["replace /canarySettings/percentTraffic 10.0"]),
        (.canaryWeight(0.1 + 0.2), ["replace /canarySettings/percentTraffic 0.3"]),
        (.disableCanary, ["remove /canarySettings"]),
        (.rollback(deploymentId: "d1"), ["replace /deploymentId d1"]),
        (
            .promoteCanary(hasOverrides: true),
            [
                "replace /canarySettings/percentTraffic 0.0", "copy /deploymentId /canarySettings/deploymentId",
                "copy /variables /canarySettings/stageVariableOverrides",
            ]
        ),
    ])
    func stageChangesAreAwsPatches(change: StageChange, patches: [String]) {
        #expect(
            change.patchOperations.map { patch in
                [patch.op, patch.path, patch.value ?? patch.from].compactMap { $0 }.joined(separator: " ")
            } == patches)
    }
}
