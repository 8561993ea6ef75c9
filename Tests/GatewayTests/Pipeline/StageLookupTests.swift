import ControlAPI
import Foundation
import Testing

@testable import Gateway

@Suite struct StageLookupTests {
    @Test(arguments: [
        ("/prod/mock", "abc123.execute-api.us-east-1.localhost:8080", 200, ""),
        ("/prod/mock", "ABC123.execute-api.us-east-1.localhost", 403, "ForbiddenException"),
        ("/prod/mock/", "abc123.EXECUTE-API.anything", 200, ""),
        ("/_aws/execute-api/abc123/prod/mock", "127.0.0.1", 200, ""),
        ("/_aws/execute-api/abc123/prod/nothing", "127.0.0.1", 403, "MissingAuthenticationTokenException"),
        ("/_aws/execute-api/abc123/test/mock", "127.0.0.1", 403, "ForbiddenException"),
        ("/_aws/execute-api/abc123", "127.0.0.1", 403, "ForbiddenException"),
        ("/_aws/execute-api/other/prod/mock", "127.0.0.1", 403, "ForbiddenException"),
        ("/prod/nothing", "abc123.execute-api.us-east-1.localhost", 403, "MissingAuthenticationTokenException"),
        ("/prod", "abc123.execute-api.us-east-1.localhost", 403, "MissingAuthenticationTokenException"),
        ("/production/mock", "abc123.execute-api.us-east-1.localhost", 403, "ForbiddenException"),
        ("/", "abc123.execute-api.us-east-1.localhost", 403, "ForbiddenException"),
        ("/prod/mock", "localhost", 403, "ForbiddenException"),
        ("/prod/mock", ".execute-api.", 403, "ForbiddenException"),
    ])
    func findsApiAndStage(_ path: String, _ host: String, _ status: Int, _ type: String) async throws {
        let plane = try await TestPlane([TestPlane.resource("/mock", TestPlane.mock("{\"a\": 1}"), verb: "GET")])
        let answer = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            return try socket.message()
        }
        #expect(answer.status == status)
        #expect(answer["x-amzn-errortype"] ?? "" == type)
        let texts = [
            "": "{\"a\": 1}", "ForbiddenException": #"{"message":"Forbidden"}"#,
            "MissingAuthenticationTokenException": #"{"message":"Missing Authentication Token"}"#,
        ]
        #expect(answer.text == texts[type])
        #expect(UUID(uuidString: answer["x-amzn-requestid"] ?? "") != nil)
        #expect(answer["content-type"] == "application/json")
        await plane.stop()
    }

    @Test func keepsAClientsOwnRequestId() async throws {
        let plane = try await TestPlane([TestPlane.resource("/mock", TestPlane.mock("{}"))])
        let id = "0f8fad5b-d9cb-469f-a165-70867728950e"
        #expect(try await plane.call("/prod/mock", headers: "x-amzn-RequestId: \(id)\r\n")["x-amzn-requestid"] == id)
        let other = try await plane.call("/prod/mock", headers: "x-amzn-RequestId: mine\r\n")["x-amzn-requestid"]
        #expect(UUID(uuidString: other ?? "") != nil)
        await plane.stop()
    }

    @Test(arguments: [0.0, 10, 50, 100])
    func canaryGetsItsShare(_ percent: Double) async throws {
        let base = [TestPlane.resource("/", TestPlane.mock("base"))]
        let canary = [TestPlane.resource("/", TestPlane.mock("canary"))]
        let plane = try await TestPlane(base, loops: 2)
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.canarySettings = CanarySettings(percentTraffic: percent, deploymentId: "canary")
        try await plane.publish(base, stage: stage, canary: canary)
        let share = percent / 100
        func draw() async throws -> (hits: Int, isNear: Bool) {
            let count = 10_000
            let hits = try await blocking { [port = plane.port] in
                var hits = 0
                for _ in 0..<4 {
                    let socket = try RawSocket(port: port)
                    for _ in 0..<25 {
                        try socket.send(String(repeating: TestPlane.request("/prod"), count: count / 100))
                        for _ in 0..<count / 100 where try socket.message().text == "canary" { hits += 1 }
                    }
                }
                return hits
            }
            let deviation = (Double(count) * share * (1 - share)).squareRoot()
            return (hits, abs(Double(hits) - Double(count) * share) <= 3 * deviation)
        }
        // One fair draw in 370 is farther off than three deviations; two in a row are not by chance.
        var (hits, isNear) = try await draw()
        var total = 10_000
        if !isNear {
            let second = try await draw()
            (hits, isNear) = (hits + second.hits, second.isNear)
            total += 10_000
        }
        #expect(isNear)

        // What was counted says the same.
        let expected = total
        let counted = await eventually {
            let samples = await plane.plane.metrics(apiId: nil, stageName: "prod", since: 0)
            return samples.map(\.count).reduce(0, +) == expected
        }
        #expect(counted)
        let samples = await plane.plane.metrics(apiId: TestPlane.apiId, stageName: "prod", since: 0)
        #expect(samples.filter(\.canary).map(\.count).reduce(0, +) == hits)
        #expect(samples.map(\.latency.count).reduce(0, +) == total)
        await plane.stop()
    }

    @Test func canaryHasItsOwnVariables() async throws {
        let backend = try ScriptedBackend.echo()
        var integration = Integration(type: "HTTP_PROXY")
        integration.uri = "http://127.0.0.1:\(backend.port)/${stageVariables.name}/${stageVariables.both}"
        let resources = [TestPlane.resource("/", integration)]
        let plane = try await TestPlane(resources)
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.variables = ["name": "base", "both": "same"]
        stage.canarySettings = CanarySettings(
            percentTraffic: 100, deploymentId: "canary", stageVariableOverrides: ["name": "canary"])
        try await plane.publish(resources, stage: stage, canary: resources)
        #expect(try await plane.call("/prod").text.hasPrefix("GET /canary/same "))
        stage.canarySettings?.percentTraffic = 0
        try await plane.publish(resources, stage: stage, canary: resources)
        #expect(try await plane.call("/prod").text.hasPrefix("GET /base/same "))
        await plane.stop()
    }

    @Test func publishesUnderTrafficWithoutAFailure() async throws {
        let versions = (0..<20).map { [TestPlane.resource("/", TestPlane.mock("v\($0)"))] }
        let plane = try await TestPlane(versions[0], loops: 2)
        let stop = Counter()
        let clients = (0..<4).map { _ in
            Task {
                try await blocking { [port = plane.port] in
                    var answers = 0
                    let socket = try RawSocket(port: port)
                    while stop.value == 0 {
                        try socket.send(TestPlane.request("/prod"))
                        let answer = try socket.message()
                        guard answer.status == 200, answer.text.hasPrefix("v") else {
                            throw RawSocket.Failure(description: "\(answer.status) \(answer.text)")
                        }
                        answers += 1
                    }
                    return answers
                }
            }
        }
        for round in 0..<200 {
            try await plane.publish(versions[round % 20], stage: Stage(stageName: "prod", deploymentId: "base"))
            // Live on every loop when publish returns.
            #expect(try await plane.call("/prod").text == "v\(round % 20)")
        }
        stop.add(1)
        for client in clients { #expect(try await client.value > 0) }
        await plane.plane.withdraw(apiId: TestPlane.apiId, stageName: "prod")
        #expect(try await plane.call("/prod").status == 403)
        await plane.stop()
    }
}
