import ControlAPI
import Testing

@testable import Gateway

/// A data plane whose `GET /pets` requires a key, with keys and plans made by hand. Its limits refill in no test's time.
struct KeyedPlane {
    let test: TestPlane
    var publication = KeyPublication()

    static let key = "kkkkkkkkkkkkkkkkkkkkF0yrv6"

    init(loops: Int = 1, source: String? = nil, configure: (inout DataPlaneConfiguration) -> Void = { _ in })
        async throws
    {
        test = try await TestPlane([], loops: loops, configure: configure)
        try await publish(Stage(stageName: "prod", deploymentId: "base"), source: source)
    }

    /// Publishes the stage anew.
    func publish(_ stage: Stage, source: String? = nil) async throws {
        var pets = TestPlane.method(TestPlane.mock("pets"), verb: "GET")
        pets.apiKeyRequired = true
        var birds = TestPlane.method(TestPlane.mock("birds"), verb: "GET")
        birds.apiKeyRequired = true
        let open = TestPlane.method(TestPlane.mock("open"), verb: "POST")
        var snapshot = TestPlane.snapshot(
            [
                Resource(id: "r1", path: "/pets", resourceMethods: ["GET": pets, "POST": open]),
                Resource(id: "r2", path: "/birds", resourceMethods: ["GET": birds, "POST": open]),
            ], id: "base")
        snapshot.restApi.apiKeySource = source
        let publication = StagePublication(apiId: TestPlane.apiId, stage: stage, base: snapshot, canary: nil)
        await test.plane.publish(try test.plane.prepare(publication))
    }

    func publish(settings: [String: MethodSetting]) async throws {
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.methodSettings = settings
        try await publish(stage)
    }

    /// One plan with one key.
    func publish(
        stages: [ApiStage] = [ApiStage(apiId: TestPlane.apiId, stage: "prod")], enabled: Bool = true,
        isMember: Bool = true, throttle: ThrottleSettings? = nil, quota: QuotaSettings? = nil
    ) async {
        var plan = UsagePlan()
        plan.id = "plan"
        plan.apiStages = stages
        plan.throttle = throttle
        plan.quota = quota
        await test.plane.publish(
            keys: KeyPublication(
                keys: [KeyPublication.Key(id: "key", value: Self.key, enabled: enabled)],
                plans: [KeyPublication.Plan(plan: plan, quotaSince: 0)],
                members: isMember ? [KeyPublication.Member(planId: "plan", keyId: "key")] : []))
    }

    static func stage(_ method: String, rate: Double, burst: Int) -> ApiStage {
        ApiStage(
            apiId: TestPlane.apiId, stage: "prod",
            throttle: [method: ThrottleSettings(burstLimit: burst, rateLimit: rate)])
    }

    func call(_ path: String = "/prod/pets", verb: String = "GET", key: String? = Self.key) async throws -> Message {
        try await test.call(path, verb: verb, headers: key.map { "X-Api-Key: \($0)\r\n" } ?? "")
    }

    /// Statuses of so many calls, one after the other.
    func calls(_ count: Int, _ path: String = "/prod/pets", verb: String = "GET") async throws -> [Int] {
        var statuses: [Int] = []
        for _ in 0..<count { statuses.append(try await call(path, verb: verb).status) }
        return statuses
    }
}

@Suite struct ApiKeyCheckTests {
    /// Section 7: missing, unknown, disabled, or in no plan of this stage is 403 INVALID_API_KEY.
    @Test func `a key has to be there, known, on, and in a plan of the stage`() async throws {
        let plane = try await KeyedPlane()
        defer { Task { await plane.test.stop() } }
        func expectForbidden(_ what: Comment, _ key: String? = KeyedPlane.key) async throws {
            let answer = try await plane.call(key: key)
            #expect(answer.status == 403, what)
            #expect(answer.text == #"{"message":"Forbidden"}"#, what)
            #expect(answer["x-amzn-ErrorType"] == "ForbiddenException", what)
        }
        try await expectForbidden("nothing is published")
        await plane.publish()
        #expect(try await plane.call().text == "pets")
        try await expectForbidden("missing", nil)
        try await expectForbidden("empty", "")
        try await expectForbidden("unknown", KeyedPlane.key + "x")
        try await expectForbidden("a part", String(KeyedPlane.key.dropLast()))
        try await expectForbidden("another case", KeyedPlane.key.uppercased())
        await plane.publish(enabled: false)
        try await expectForbidden("disabled")
        await plane.publish(isMember: false)
        try await expectForbidden("in no plan")
        await plane.publish(stages: [ApiStage(apiId: TestPlane.apiId, stage: "dev")])
        try await expectForbidden("in a plan of another stage")
        await plane.publish(stages: [])
        try await expectForbidden("in a plan without stages")
        await plane.publish()
        #expect(try await plane.call().status == 200)
        #expect(try await plane.call(verb: "POST", key: nil).text == "open")
    }

    @Test func `the last of several keys counts`() async throws {
        let plane = try await KeyedPlane()
        defer { Task { await plane.test.stop() } }
        await plane.publish()
        func call(_ keys: String...) async throws -> Int {
            try await plane.test.call("/prod/pets", headers: keys.map { "x-api-key: \($0)\r\n" }.joined()).status
        }
        #expect(try await call("other", KeyedPlane.key) == 200)
        #expect(try await call(KeyedPlane.key, "other") == 403)
    }

    /// Without authorizers nobody gives a key.
    @Test func `with the source AUTHORIZER the header does not count`() async throws {
        let plane = try await KeyedPlane(source: "AUTHORIZER")
        defer { Task { await plane.test.stop() } }
        await plane.publish()
        #expect(try await plane.call().status == 403)
        #expect(try await plane.call(verb: "POST").status == 200)
    }

    @Test func `the quota lets its limit through, and requests without a key do not count`() async throws {
        let plane = try await KeyedPlane()
        defer { Task { await plane.test.stop() } }
        await plane.publish(quota: QuotaSettings(limit: 3, offset: 0, period: "MONTH"))
        #expect(try await plane.calls(4, verb: "POST") == [200, 200, 200, 200])
        #expect(try await plane.calls(5) == [200, 200, 200, 429, 429])
        let answer = try await plane.call()
        #expect(answer.text == #"{"message":"Limit Exceeded"}"#)
        #expect(answer["x-amzn-ErrorType"] == "LimitExceededException")
        #expect(try await plane.call(verb: "POST").status == 200)
        // A raised limit is live at once, and what was used stays used.
        await plane.publish(quota: QuotaSettings(limit: 4, offset: 0, period: "MONTH"))
        #expect(try await plane.calls(2) == [200, 429])
        plane.test.plane.extendUsage(
            ClientIdentity(planId: "plan", keyId: "key"), by: 1,
            inWindow: QuotaPeriod.month.firstDay(of: Timestamp.now.seconds / 86_400))
        #expect(try await plane.calls(2) == [200, 429])
    }

    @Test func `a quota is exact over all loops`() async throws {
        let plane = try await KeyedPlane(loops: 4)
        defer { Task { await plane.test.stop() } }
        await plane.publish(quota: QuotaSettings(limit: 250, offset: 50, period: "MONTH"))
        // The quota was set long ago, so that the offset does not count.
        let passed = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await blocking {
                        let socket = try plane.test.connect()
                        var passed = 0
                        for _ in 0..<60 {
                            try socket.send(
                                TestPlane.request("/prod/pets", headers: "x-api-key: \(KeyedPlane.key)\r\n"))
                            if try socket.message().status == 200 { passed += 1 }
                        }
                        return passed
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(passed == 250)
        let today = Timestamp.now.seconds / 86_400
        let drained = plane.test.plane.drainUsage(today: today)[ClientIdentity(planId: "plan", keyId: "key")]
        #expect(drained?.used == 250)
        #expect(drained?.remaining == 0)
    }

    @Test func `a request that is throttled does not count in the quota`() async throws {
        let plane = try await KeyedPlane()
        defer { Task { await plane.test.stop() } }
        let identity = ClientIdentity(planId: "plan", keyId: "key")
        let quota = QuotaSettings(limit: 100, offset: 0, period: "MONTH")
        let today = Timestamp.now.seconds / 86_400
        // By the plan.
        await plane.publish(throttle: ThrottleSettings(burstLimit: 2, rateLimit: 0.0001), quota: quota)
        #expect(try await plane.calls(4) == [200, 200, 429, 429])
        #expect(plane.test.plane.drainUsage(today: today)[identity]?.used == 2)
        // By the stage, after the quota was looked at.
        await plane.publish(quota: quota)
        var setting = MethodSetting()
        (setting.throttlingRateLimit, setting.throttlingBurstLimit) = (0.0001, 1)
        try await plane.publish(settings: ["*/*": setting])
        #expect(try await plane.calls(3) == [200, 429, 429])
        #expect(plane.test.plane.drainUsage(today: today)[identity]?.used == 3)
    }
}
