import ControlAPI
import Testing

@testable import Gateway

@Suite struct KeyRegistryTests {
    private func plan(
        _ id: String, rate: Double? = nil, burst: Int? = nil, quota: QuotaSettings? = nil,
        methods: [String: ThrottleSettings]? = nil
    ) -> KeyPublication.Plan {
        var plan = UsagePlan()
        plan.id = id
        plan.apiStages = [ApiStage(apiId: "a", stage: "prod", throttle: methods)]
        if rate != nil || burst != nil { plan.throttle = ThrottleSettings(burstLimit: burst, rateLimit: rate) }
        plan.quota = quota
        return KeyPublication.Plan(plan: plan, quotaSince: 0)
    }

    private func find(_ directory: KeyDirectory, _ value: String) -> KeyDirectory.Key? {
        Array(value.utf8).withUnsafeBytes { directory.find($0) }
    }

    @Test func `keys are found by their bytes, if they are enabled`() {
        let keys = (0..<500).map { KeyPublication.Key(id: "k\($0)", value: "value-\($0)", enabled: $0 % 2 == 0) }
        let directory = KeyRegistry(plans: PlanRegistry()).compile(KeyPublication(keys: keys), now: 0)
        #expect(find(directory, "value-42")?.id == "k42")
        #expect(find(directory, "value-43") == nil)
        for other in ["", "value-", "value-420 ", "VALUE-42", "k42"] { #expect(find(directory, other) == nil) }
        #expect(directory.keys.count == 250)
    }

    @Test func `another directory keeps buckets and counts`() throws {
        let plans = PlanRegistry()
        let stage = plans.identity(apiId: "a", stageName: "prod")
        let registry = KeyRegistry(plans: plans)
        let key = KeyPublication.Key(id: "k", value: "v", enabled: true)
        let member = KeyPublication.Member(planId: "p", keyId: "k")
        func client(_ plan: KeyPublication.Plan) throws -> KeyDirectory.Client {
            let publication = KeyPublication(keys: [key], plans: [plan], members: [member])
            return try #require(find(registry.compile(publication, now: 9), "v")?.client(ofStage: stage))
        }
        let quota = QuotaSettings(limit: 2, offset: 0, period: "DAY")
        let method = ThrottleSettings(burstLimit: 1, rateLimit: 1)
        let first = try client(plan("p", rate: 1, burst: 2, quota: quota, methods: ["/pets/GET": method]))
        let identity = MethodIdentity(stage: stage, path: plans.number(ofPath: "/pets"), verb: .get)
        #expect(first.bucket?.take(at: 9) == true)
        #expect(first.bucket?.take(at: 9) == true)
        #expect(first.methodBuckets[identity]?.take(at: 9) == true)
        #expect(first.usage.take(first.plan.quota, today: 1))

        let second = try client(plan("p", rate: 1, burst: 2, quota: quota, methods: ["/pets/GET": method]))
        #expect(second.bucket?.take(at: 9) == false)
        #expect(second.methodBuckets[identity]?.take(at: 9) == false)
        #expect(second.usage.take(second.plan.quota, today: 1))
        #expect(!second.usage.take(second.plan.quota, today: 1))

        let raised = try client(plan("p", rate: 1, burst: 5, quota: QuotaSettings(limit: 3, offset: 0, period: "DAY")))
        #expect(raised.bucket?.available(at: 9) == 3)
        #expect(raised.methodBuckets.isEmpty)
        #expect(raised.usage.take(raised.plan.quota, today: 1))
    }

    @Test func `a key that left its plan is drained once more, and then forgotten`() throws {
        let plans = PlanRegistry()
        let stage = plans.identity(apiId: "a", stageName: "prod")
        let registry = KeyRegistry(plans: plans)
        let key = KeyPublication.Key(id: "k", value: "v", enabled: true)
        let member = KeyPublication.Member(planId: "p", keyId: "k")
        let full = KeyPublication(keys: [key], plans: [plan("p")], members: [member])
        let client = try #require(find(registry.compile(full, now: 0), "v")?.client(ofStage: stage))
        #expect(client.usage.take(nil, today: 4))
        let left = registry.compile(KeyPublication(keys: [key], plans: [plan("p")]), now: 0)
        #expect(find(left, "v")?.client(ofStage: stage) == nil)
        #expect(registry.drain(today: 4)[ClientIdentity(planId: "p", keyId: "k")]?.days == [4: 1])
        // What the store has counts for it when it comes back.
        var stored = StoredUsage()
        stored.days = [4: 1]
        let back = KeyPublication(
            keys: [key], plans: [plan("p")],
            members: [KeyPublication.Member(planId: "p", keyId: "k", usage: stored)])
        let again = try #require(find(registry.compile(back, now: 0), "v")?.client(ofStage: stage))
        #expect(again.usage.take(nil, today: 4))
        #expect(again.usage.snapshot(nil, today: 4).days == [4: 2])
    }

    @Test(arguments: [
        ("/pets/{id}/GET", "/pets/{id}", "GET"), ("/pets/GET", "/pets", "GET"), ("//GET", "/", "GET"),
        ("/GET", "/", "GET"), ("/a/b/ANY", "/a/b", "ANY"),
    ])
    func `keys of method throttles`(key: String, path: String, verb: String) throws {
        let split = try #require(KeyRegistry.split(methodKey: key))
        #expect(split == (path, verb))
    }
}
