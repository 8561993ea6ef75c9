import ControlAPI
import Testing

@testable import Gateway

/// Section 7: plan per method, plan per client, method setting, stage default, account. Rates refill in no test's time.
@Suite struct ThrottleTests {
    private static func setting(_ rate: Double?, _ burst: Int?) -> MethodSetting {
        var setting = MethodSetting()
        (setting.throttlingRateLimit, setting.throttlingBurstLimit) = (rate, burst)
        return setting
    }

    private static let never = 0.0001

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var planMethod: ApiStage?
        var plan: ThrottleSettings?
        var settings: [String: MethodSetting] = [:]
        var account: ThrottleLimit?
        /// How many of six calls each pass, in this order: `GET /pets`, `GET /birds`, `POST /pets`.
        let pets: Int
        let birds: Int
        let post: Int
    }

    @Test(arguments: [
        Row(testDescription: "no limit", pets: 6, birds: 6, post: 6),
        Row(
            testDescription: "plan per method", planMethod: KeyedPlane.stage("/pets/GET", rate: never, burst: 2),
            pets: 2, birds: 6, post: 6),
        Row(
            testDescription: "plan per client, over all methods that require a key",
            plan: ThrottleSettings(burstLimit: 4, rateLimit: never), pets: 4, birds: 0, post: 6),
        Row(
            testDescription: "what a method lets through counts for the client too",
            planMethod: KeyedPlane.stage("/pets/GET", rate: never, burst: 2),
            plan: ThrottleSettings(burstLimit: 3, rateLimit: never), pets: 2, birds: 1, post: 6),
        Row(
            testDescription: "method setting", settings: ["pets/GET": setting(never, 2)], pets: 2, birds: 6, post: 6),
        Row(
            testDescription: "stage default, over all methods", settings: ["*/*": setting(never, 4)], pets: 4,
            birds: 0, post: 0),
        Row(
            testDescription: "a method setting stands in place of the stage default",
            settings: ["*/*": setting(never, 4), "pets/GET": setting(never, 1)], pets: 1, birds: 4, post: 0),
        Row(
            testDescription: "what AWS fills in for a method means the account's limit",
            settings: ["*/*": setting(never, 4), "pets/GET": setting(10_000, 5000)], pets: 6, birds: 4, post: 0),
        Row(
            testDescription: "account, over everything", account: ThrottleLimit(rate: never, burst: 8), pets: 6,
            birds: 2, post: 0),
        Row(
            testDescription: "each level on the way takes a token",
            plan: ThrottleSettings(burstLimit: 5, rateLimit: never), settings: ["*/*": setting(never, 3)],
            account: ThrottleLimit(rate: never, burst: 9), pets: 3, birds: 0, post: 0),
        Row(testDescription: "rate 0", settings: ["*/*": setting(0, 5)], pets: 0, birds: 0, post: 0),
        Row(
            testDescription: "burst 0", plan: ThrottleSettings(burstLimit: 0, rateLimit: 5), pets: 0, birds: 0, post: 6),
        Row(
            testDescription: "-1 lifts a limit", settings: ["*/*": setting(never, 4), "pets/GET": setting(-1, -1)],
            pets: 6, birds: 4, post: 0),
    ])
    func precedence(_ row: Row) async throws {
        let plane = try await KeyedPlane { $0.accountThrottle = row.account }
        defer { Task { await plane.test.stop() } }
        try await plane.publish(settings: row.settings)
        await plane.publish(
            stages: [row.planMethod ?? ApiStage(apiId: TestPlane.apiId, stage: "prod")], throttle: row.plan)
        func passed(_ path: String, _ verb: String) async throws -> Int {
            try await plane.calls(6, path, verb: verb).filter { $0 == 200 }.count
        }
        #expect(try await passed("/prod/pets", "GET") == row.pets, "GET /pets")
        #expect(try await passed("/prod/birds", "GET") == row.birds, "GET /birds")
        #expect(try await passed("/prod/pets", "POST") == row.post, "POST /pets")
    }

    @Test func `a throttled request is 429`() async throws {
        let plane = try await KeyedPlane()
        defer { Task { await plane.test.stop() } }
        try await plane.publish(settings: ["*/*": Self.setting(0, 0)])
        let answer = try await plane.call(verb: "POST")
        #expect(answer.status == 429)
        #expect(answer.text == #"{"message":"Too Many Requests"}"#)
        #expect(answer["x-amzn-ErrorType"] == "TooManyRequestsException")
    }

    @Test func `publishing again refills nothing`() async throws {
        let plane = try await KeyedPlane()
        defer { Task { await plane.test.stop() } }
        let settings = ["*/*": Self.setting(Self.never, 3), "pets/GET": Self.setting(Self.never, 2)]
        let throttle = ThrottleSettings(burstLimit: 2, rateLimit: Self.never)
        try await plane.publish(settings: settings)
        await plane.publish(throttle: throttle)
        #expect(try await plane.calls(3) == [200, 200, 429])
        #expect(try await plane.calls(4, verb: "POST") == [200, 200, 200, 429])
        try await plane.publish(settings: settings)
        await plane.publish(throttle: throttle)
        #expect(try await plane.calls(1) == [429])
        #expect(try await plane.calls(1, verb: "POST") == [429])
        // A higher burst gives what it has more.
        try await plane.publish(settings: ["*/*": Self.setting(Self.never, 5)])
        #expect(try await plane.calls(3, verb: "POST") == [200, 200, 429])
    }

    @Test func `a stage that is compiled and not published changes no limit`() async throws {
        let plane = try await KeyedPlane()
        defer { Task { await plane.test.stop() } }
        try await plane.publish(settings: ["*/*": Self.setting(Self.never, 2)])
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.methodSettings = ["*/*": Self.setting(0, 0)]
        _ = try plane.test.plane.prepare(
            StagePublication(
                apiId: TestPlane.apiId, stage: stage,
                base: TestPlane.snapshot([TestPlane.resource("/pets", TestPlane.mock("x"))], id: "base"),
                canary: nil))
        #expect(try await plane.calls(3, verb: "POST") == [200, 200, 429])
    }

    @Test func `buckets are told in the order in which they are looked at`() async throws {
        let plane = try await KeyedPlane { $0.accountThrottle = ThrottleLimit(rate: Self.never, burst: 9) }
        defer { Task { await plane.test.stop() } }
        try await plane.publish(
            settings: ["*/*": Self.setting(Self.never, 3), "pets/GET": Self.setting(Self.never, 2)])
        await plane.publish(
            stages: [KeyedPlane.stage("/pets/GET", rate: Self.never, burst: 5)],
            throttle: ThrottleSettings(burstLimit: 4, rateLimit: Self.never))
        _ = try await plane.calls(3)
        let states = await plane.test.plane.throttles(apiId: TestPlane.apiId, stageName: "prod")
        #expect(
            states.map { state in
                let names = [state.resourcePath, state.httpMethod, state.usagePlanId, state.keyId].compactMap(\.self)
                let available = state.available.rounded()
                return
                    "\(state.level) \(names.joined(separator: " ")) \(available)/\(state.burstLimit) \(state.throttled)"
            } == [
                "planMethod /pets GET plan key 2.0/5 0", "plan plan key 1.0/4 0", "method /pets GET 0.0/2 1",
                "stage  3.0/3 0", "account  7.0/9 0",
            ])
        let elsewhere = await plane.test.plane.throttles(apiId: TestPlane.apiId, stageName: "dev")
        #expect(elsewhere.map(\.level) == [.account])
    }
}
