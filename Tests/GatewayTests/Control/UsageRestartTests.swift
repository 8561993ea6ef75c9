import ControlAPI
import JSON
import Logging
import NIOCore
import Testing

@testable import Gateway

/// A control plane with a real data plane, over a home that may be there already.
private struct LiveEngine {
    let store: Store
    let data: DataPlane
    let plane: ControlPlane
    let harness: ControlHarness
    let port: Int

    init(home: TemporaryHome) async throws {
        let opened = try Home(path: home.path)
        store = try Store(file: opened.databasePath)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        data = DataPlane(
            configuration: DataPlaneConfiguration(port: 0, loops: 2, templates: VelocityTemplates()), logger: logger)
        let info = EngineInfo(
            version: "test", pid: 1, region: "us-east-1", account: "000000000000", home: home.path, data: "",
            control: nil, socket: opened.socketPath, startedDate: .now)
        plane = ControlPlane(store: store, publisher: data, reports: data, caches: data, info: info, logger: logger)
        harness = ControlHarness(home: home, store: store, plane: plane)
        try await plane.republishAll()
        port = try await data.start().port ?? 0
    }

    /// As an engine does: the last counts are written when no traffic comes any more.
    func stop() async throws {
        await data.shutdown(graceSeconds: 0)
        await plane.usage.stop()
        try store.close()
    }

    func call(_ api: String, key: String) async throws -> Message {
        let head = "GET /prod HTTP/1.1\r\nHost: \(api).execute-api.x\r\nx-api-key: \(key)\r\n\r\n"
        return try await blocking { [port] in
            let socket = try RawSocket(port: port)
            try socket.send(head)
            return try socket.message()
        }
    }

    func calls(_ count: Int, _ api: String, key: String) async throws -> [Int] {
        var statuses: [Int] = []
        for _ in 0..<count { statuses.append(try await call(api, key: key).status) }
        return statuses
    }
}

@Suite struct UsageRestartTests {
    @Test func `keys, plans, quotas and what was used of them are there after a restart`() async throws {
        let home = TemporaryHome()
        var engine = try await LiveEngine(home: home)
        let (api, root) = try await engine.harness.api()
        let method = "/restapis/\(api)/resources/\(root)/methods/GET"
        try await engine.harness.patch(method, [.replace("/apiKeyRequired", "true")])
        try await engine.harness.done(
            "PUT", "\(method)/integration",
            ["type": "MOCK", "requestTemplates": ["application/json": "{\"statusCode\": 200}"]])
        try await engine.harness.done(
            "PUT", "\(method)/responses/200", [:])
        try await engine.harness.done(
            "PUT", "\(method)/integration/responses/200",
            [
                "responseTemplates": [
                    "application/json": "$context.identity.apiKeyId $context.identity.apiKey"
                ]
            ])
        try await engine.harness.done("POST", "/restapis/\(api)/deployments", ["stageName": "prod"])
        let made = try await engine.harness.done("POST", "/apikeys", ["enabled": true])
        let (id, key) = (made.text("id"), made.text("value"))
        let plan = try await engine.harness.done(
            "POST", "/usageplans",
            [
                "name": "p", "apiStages": [["apiId": .string(api), "stage": "prod"]],
                "quota": ["limit": 6, "offset": 1, "period": "MONTH"],
            ]
        ).text("id")
        #expect(try await engine.call(api, key: key).status == 403)
        try await engine.harness.done(
            "POST", "/usageplans/\(plan)/keys", ["keyId": .string(id), "keyType": "API_KEY"])
        // Live at once, and the method knows its key.
        #expect(try await engine.call(api, key: key).text == "\(id) \(key)")
        #expect(try await engine.calls(2, api, key: key) == [200, 200])
        try await engine.stop()

        engine = try await LiveEngine(home: home)
        #expect(try await engine.calls(3, api, key: key) == [200, 200, 429])
        try await engine.harness.patch(
            "/usageplans/\(plan)/keys/\(id)/usage", [.replace("/remaining", "2")])
        #expect(try await engine.calls(1, api, key: key) == [200])
        try await engine.stop()

        engine = try await LiveEngine(home: home)
        #expect(try await engine.calls(2, api, key: key) == [200, 429])
        let today = CalendarDay(number: Timestamp.now.seconds / 86_400).text
        let usage = try await engine.harness.done(
            "GET", "/usageplans/\(plan)/usage?startDate=\(today)&endDate=\(today)")
        #expect(usage["values"]?[id] == [[7, 0]])
        // A key that is turned off is off at once.
        try await engine.harness.patch("/apikeys/\(id)", [.replace("/enabled", "false")])
        #expect(try await engine.call(api, key: key).status == 403)
        try await engine.stop()
    }
}
