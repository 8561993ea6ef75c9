import ControlAPI
import JSON
import Testing

@testable import Gateway

@Suite struct UsagePlanTests {
    @Test func `a plan is made, listed, patched and deleted`() async throws {
        let harness = try ControlHarness()
        let (api, _) = try await harness.deployedApi()
        let made = try await harness.done(
            "POST", "/usageplans",
            [
                "name": "gold", "description": "d", "apiStages": [["apiId": .string(api), "stage": "prod"]],
                "throttle": try JSON(parsing: #"{"rateLimit": 10.5, "burstLimit": 3}"#),
                "quota": ["limit": 100, "period": "MONTH"],
            ])
        let id = made.text("id")
        #expect(made.status == 201)
        #expect(made["throttle"]?.text() == #"{"burstLimit":3,"rateLimit":10.5}"#)
        #expect(made["quota"] == ["limit": 100, "offset": 0, "period": "MONTH"])
        #expect(made["tags"] == nil)
        #expect(harness.publisher.publishedKeys.last?.plans.map(\.plan.id) == [id])
        let shown = try await harness.done("GET", "/usageplans/\(id)")
        #expect(shown["tags"] == [:])
        #expect(try await harness.done("GET", "/usageplans")["item"]?.array?.count == 1)
        let used = try await harness.call("DELETE", "/usageplans/\(id)")
        #expect(used.status == 400)
        #expect(
            used.message
                == "Cannot delete Usage Plan \(id) because there are API Stages associated with it, including \(api):prod"
        )
        try await harness.patch(
            "/usageplans/\(id)", [PatchOperation(op: "remove", path: "/apiStages", value: "\(api):prod")])
        #expect(try await harness.done("DELETE", "/usageplans/\(id)").status == 202)
        let gone = try await harness.call("GET", "/usageplans/\(id)")
        #expect((gone.status, gone.message) == (404, "Invalid Usage Plan ID specified"))
        #expect(harness.publisher.publishedKeys.last?.plans == [])
    }

    /// `<api>` stands for the id of an API with a stage `prod`.
    @Test(
        "what is refused",
        arguments: [
            BodyCase(
                [:],
                "1 validation error detected: Value null at 'createUsagePlanInput.name' failed to satisfy constraint: "
                    + "Member must not be null"),
            BodyCase(["name": ""], "Usage Plan name cannot be empty"),
            BodyCase(
                ["name": "p", "quota": ["limit": 1, "period": "YEAR"]],
                "1 validation error detected: Value 'YEAR' at 'createUsagePlanInput.quota.period' failed to satisfy "
                    + "constraint: Member must satisfy enum value set: [DAY, WEEK, MONTH]"),
            BodyCase(["name": "p", "quota": ["limit": 1]], "Usage Plan quota must have a limit and a period"),
            BodyCase(
                ["name": "p", "quota": ["limit": -1, "period": "DAY"]],
                "Usage Plan quota limit must be a number from 0 to 2147483647"),
            BodyCase(
                ["name": "p", "quota": ["limit": 1, "offset": -1, "period": "DAY"]],
                "Usage Plan quota offset must be a number from 0 to 2147483647"),
            BodyCase(
                ["name": "p", "throttle": ["rateLimit": -2]],
                "Usage Plan throttle rate limit must be 0 or more, or -1 for no limit"),
            BodyCase(
                ["name": "p", "throttle": ["burstLimit": -2]],
                "Usage Plan throttle burst limit must be a number from 0 to 2147483647, or -1 for no limit"),
            BodyCase(["name": "p", "throttle": ["rateLimit": -1, "burstLimit": -1]]),
            BodyCase(
                ["name": "p", "apiStages": [["apiId": "<api>", "stage": "fakestagename"]]],
                "Invalid API Stage {api: <api>, stage: fakestagename} specified for usageplan "),
            BodyCase(
                ["name": "p", "apiStages": [["apiId": "<api>b", "stage": "prod"]]],
                "Invalid API Stage {api: <api>b, stage: prod} specified for usageplan "),
            BodyCase(
                ["name": "p", "apiStages": [["stage": "prod"]]],
                "Invalid API Stage {api: null, stage: prod} specified for usageplan "),
            BodyCase(
                ["name": "p", "apiStages": [["apiId": "<api>", "stage": "prod", "throttle": ["/pets/EAT": [:]]]]],
                "Invalid method throttle specified: /pets/EAT. It must be {resource path}/{verb}, for example /pets/GET"
            ),
        ])
    func refused(_ one: BodyCase) async throws {
        let harness = try ControlHarness()
        let (api, _) = try await harness.deployedApi()
        let before = try await harness.contents()
        let body = try JSON(parsing: one.body.text().replacing("<api>", with: api))
        let reply = try await harness.call("POST", "/usageplans", body)
        #expect((reply.message ?? "").hasPrefix(one.message.replacing("<api>", with: api)))
        #expect((reply.status == 201) == one.message.isEmpty)
        if !one.message.isEmpty { #expect(try await harness.contents() == before) }
    }

    private static let removable =
        "[/apiStages, /quota, /throttle, /productCode, "
        + "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>, /apiStages/<apidId:stageName>/throttle]"

    @Test(
        "patches of a plan",
        arguments: [
            PatchCase("replace", "/name", "new", "", "name", "\"new\""),
            PatchCase("replace", "/name", "", "Usage Plan name cannot be empty"),
            PatchCase("replace", "/description", "x", "", "description", "\"x\""),
            PatchCase("add", "/productCode", "x", "", "productCode", "\"x\""),
            PatchCase("replace", "/throttle/rateLimit", "2.5", "", "throttle", #"{"burstLimit":5,"rateLimit":2.5}"#),
            PatchCase("add", "/throttle/burstLimit", "9", "", "throttle", #"{"burstLimit":9,"rateLimit":1.0}"#),
            PatchCase("remove", "/throttle", "", "", "throttle", ""),
            PatchCase("replace", "/quota/limit", "7", "", "quota", #"{"limit":7,"offset":0,"period":"DAY"}"#),
            PatchCase("replace", "/quota/period", "WEEK", "", "quota", #"{"limit":10,"offset":0,"period":"WEEK"}"#),
            PatchCase("replace", "/quota/offset", "3", "", "quota", #"{"limit":10,"offset":3,"period":"DAY"}"#),
            PatchCase(
                "replace", "/quota/period", "YEAR", "Invalid quota period specified. Valid options are DAY,WEEK,MONTH"),
            PatchCase("remove", "/quota", "", "", "quota", ""),
            PatchCase("remove", "/apiStages", "<api>:prod", "", "apiStages", "[]"),
            PatchCase("remove", "/apiStages", "<api>:dev", "Invalid API Stage specified"),
            PatchCase("add", "/apiStages", "<api>", "Invalid API Stage specified"),
            PatchCase(
                "add", "/apiStages", "<api>:dev",
                "Invalid API Stage {api: <api>, stage: dev} specified for usageplan <plan>"),
            PatchCase(
                "remove", "/apiStages/<api>:dev", "",
                "Invalid patch path  '/apiStages/<api>:dev' specified for op 'remove'. Must be one of: \(removable)"),
            PatchCase(
                "replace", "/apiStages/<api>:prod/throttle/~1pets~1{id}/GET/rateLimit", "2", "", "apiStages",
                #"[{"apiId":"<api>","stage":"prod","throttle":{"/pets/{id}/GET":{"rateLimit":2.0}}}]"#),
            PatchCase(
                "replace", "/apiStages/<api>:prod/throttle//pets/GET/burstLimit", "4", "", "apiStages",
                #"[{"apiId":"<api>","stage":"prod","throttle":{"/pets/GET":{"burstLimit":4}}}]"#),
            PatchCase(
                "replace", "/apiStages/<api>:prod/throttle/~1/GET/burstLimit", "4", "", "apiStages",
                #"[{"apiId":"<api>","stage":"prod","throttle":{"//GET":{"burstLimit":4}}}]"#),
            PatchCase(
                "remove", "/apiStages/<api>:prod/throttle/~1pets/GET", "",
                "Cannot remove the throttle of /pets/GET because the usage plan has none for it"),
            PatchCase(
                "replace", "/apiStages/<api>:dev/throttle/~1pets/GET/rateLimit", "2", "Invalid API Stage specified"),
            PatchCase(
                "add", "/extension", "2",
                "Invalid patch path  '/extension' specified for op 'add'. Must be one of: [/apiStages, /productCode, "
                    + "/quota/limit, /quota/offset, /quota/period, /throttle/burstLimit, /throttle/rateLimit]"),
        ])
    func patches(_ one: PatchCase) async throws {
        let harness = try ControlHarness()
        let (api, _) = try await harness.deployedApi()
        let plan = try await harness.done(
            "POST", "/usageplans",
            [
                "name": "p", "apiStages": [["apiId": .string(api), "stage": "prod"]],
                "throttle": ["rateLimit": 1, "burstLimit": 5], "quota": ["limit": 10, "period": "DAY"],
            ]
        ).text("id")
        var step = one.step
        step.path = step.path?.replacing("<api>", with: api)
        step.value = step.value?.replacing("<api>", with: api)
        let reply = try await harness.patch("/usageplans/\(plan)", [step])
        #expect((reply.message ?? "") == one.refusal.replacing("<api>", with: api).replacing("<plan>", with: plan))
        if one.refusal.isEmpty {
            #expect((reply[one.place]?.text() ?? "") == one.expected.replacing("<api>", with: api))
            #expect(try await harness.done("GET", "/usageplans/\(plan)")[one.place] == reply[one.place])
        }
    }

    @Test func `method throttles are removed one by one or all`() async throws {
        let harness = try ControlHarness()
        let (api, _) = try await harness.deployedApi()
        let plan = try await harness.done(
            "POST", "/usageplans",
            [
                "name": "p",
                "apiStages": [
                    [
                        "apiId": .string(api), "stage": "prod",
                        "throttle": ["/a/GET": ["rateLimit": 1], "b/GET": ["rateLimit": 1], "/GET": ["rateLimit": 1]],
                    ]
                ],
            ])
        func methods(_ reply: ControlHarness.Reply) -> Set<String> {
            Set((reply["apiStages"]?.array?.first?["throttle"]?.object?.members ?? []).map(\.key))
        }
        #expect(methods(plan) == ["/a/GET", "/b/GET", "//GET"])
        let path = "/usageplans/\(plan.text("id"))"
        let one = try await harness.patch(path, [.remove("/apiStages/\(api):prod/throttle/~1a/GET")])
        #expect(methods(one) == ["/b/GET", "//GET"])
        let all = try await harness.patch(path, [.remove("/apiStages/\(api):prod/throttle")])
        #expect(methods(all) == [])
    }

    @Test func `a key has one plan for a stage, and ten plans`() async throws {
        let harness = try ControlHarness()
        let (api, _) = try await harness.deployedApi()
        let stage: JSON = ["apiId": .string(api), "stage": "prod"]
        let key = try await harness.done("POST", "/apikeys", ["name": "k"]).text("id")
        func plan(_ body: JSON) async throws -> String {
            try await harness.done("POST", "/usageplans", body).text("id")
        }
        func add(_ plan: String) async throws -> ControlHarness.Reply {
            try await harness.call(
                "POST", "/usageplans/\(plan)/keys", ["keyId": .string(key), "keyType": "API_KEY"])
        }
        let first = try await plan(["name": "p", "apiStages": [stage]])
        let added = try await add(first)
        #expect(added.status == 201)
        #expect((added.text("id"), added.text("type"), added.text("name")) == (key, "API_KEY", "k"))
        #expect(try await add(first).code == "ConflictException")
        let conflict =
            "cannot be added because API Key \(key) cannot reference multiple Usage Plans with the same API stage: "
            + "\(api):prod"
        let second = try await plan(["name": "q", "apiStages": [stage]])
        #expect(try await add(second).message == "Usage Plan \(second) \(conflict)")
        let third = try await plan(["name": "r"])
        #expect(try await add(third).status == 201)
        let later = try await harness.patch(
            "/usageplans/\(third)", [PatchOperation(op: "add", path: "/apiStages", value: "\(api):prod")])
        #expect(later.message == "Usage Plan \(third) \(conflict)")
        #expect(try await harness.done("GET", "/apikeys/\(key)")["stageKeys"] == [.string("\(api)/prod")])
        for number in 0..<8 { #expect(try await add(try await plan(["name": .string("n\(number)")])).status == 201) }
        #expect(try await add(try await plan(["name": "eleventh"])).code == "LimitExceededException")
        let list = try await harness.done("GET", "/usageplans?keyId=\(key)&limit=500")
        #expect(list["item"]?.array?.count == 10)
    }

    @Test func `keys of a plan are listed and leave it`() async throws {
        let harness = try ControlHarness()
        let plan = try await harness.done("POST", "/usageplans", ["name": "p"]).text("id")
        var ids: [String] = []
        for name in ["alpha", "beta"] {
            let id = try await harness.done("POST", "/apikeys", ["name": .string(name)]).text("id")
            try await harness.done(
                "POST", "/usageplans/\(plan)/keys", ["keyId": .string(id), "keyType": "API_KEY"])
            ids.append(id)
        }
        let keys = "/usageplans/\(plan)/keys"
        #expect(try await harness.done("GET", keys)["item"]?.array?.compactMap { $0["id"]?.string } == ids)
        #expect(try await harness.done("GET", "\(keys)?name=be")["item"]?.array?.count == 1)
        #expect(try await harness.done("GET", "\(keys)/\(ids[0])").text("value").count == 40)
        #expect(try await harness.done("DELETE", "\(keys)/\(ids[0])").status == 202)
        #expect(
            try await harness.call("GET", "\(keys)/\(ids[0])").message == "Invalid Usage Plan Key identifier specified")
        #expect(try await harness.call("GET", "\(keys)/nope").message == "Invalid API Key identifier specified")
        // A key that is deleted leaves its plans.
        try await harness.done("DELETE", "/apikeys/\(ids[1])")
        #expect(try await harness.done("GET", keys)["item"] == [])
        #expect(harness.publisher.publishedKeys.last?.members == [])
        let wrong = try await harness.call("POST", keys, ["keyId": "x", "keyType": "OTHER"])
        #expect(wrong.message == "Invalid key type specified: OTHER. It must be API_KEY")
    }

    @Test func `a stage or an API that is deleted leaves its plans`() async throws {
        let harness = try ControlHarness()
        let (api, deployment) = try await harness.deployedApi()
        try await harness.done(
            "POST", "/restapis/\(api)/stages", ["stageName": "dev", "deploymentId": .string(deployment)])
        let plan = try await harness.done(
            "POST", "/usageplans",
            [
                "name": "p",
                "apiStages": [
                    ["apiId": .string(api), "stage": "prod"], ["apiId": .string(api), "stage": "dev"],
                ],
            ]
        ).text("id")
        func stages() async throws -> [String] {
            try await harness.done("GET", "/usageplans/\(plan)")["apiStages"]?.array?
                .compactMap { $0["stage"]?.string } ?? []
        }
        try await harness.done("DELETE", "/restapis/\(api)/stages/dev")
        #expect(try await stages() == ["prod"])
        try await harness.done("DELETE", "/restapis/\(api)")
        #expect(try await stages() == [])
        #expect(harness.publisher.publishedKeys.last?.plans.first?.plan.apiStages == [])
    }
}

@Suite struct UsageTests {
    private let today = Timestamp.now.seconds / 86_400

    private func day(_ ago: Int) -> String { CalendarDay(number: today - ago).text }

    /// A plan with a quota of 10 a day and a key in it.
    private func planned(_ harness: ControlHarness, quota: JSON = ["limit": 10, "period": "DAY"]) async throws
        -> ClientIdentity
    {
        let plan = try await harness.done("POST", "/usageplans", ["name": "p", "quota": quota]).text("id")
        let key = try await harness.done("POST", "/apikeys", [:]).text("id")
        try await harness.done("POST", "/usageplans/\(plan)/keys", ["keyId": .string(key), "keyType": "API_KEY"])
        return ClientIdentity(planId: plan, keyId: key)
    }

    private func used(_ used: Int, remaining: Int?) -> StoredUsage {
        var usage = StoredUsage()
        usage.window = today
        usage.used = used
        usage.days = [today: used]
        usage.remaining = remaining
        return usage
    }

    @Test func `each day has what was used and what was left`() async throws {
        let harness = try ControlHarness()
        let identity = try await planned(harness)
        var usage = used(3, remaining: 7)
        usage.days[today - 1] = 2
        harness.publisher.use(identity, usage)
        let target = "/usageplans/\(identity.planId)/usage"
        let reply = try await harness.done("GET", "\(target)?startDate=\(day(2))&endDate=\(day(0))")
        #expect(reply["values"]?[identity.keyId] == [[0, 10], [2, 10], [3, 7]])
        #expect(reply.text("usagePlanId") == identity.planId)
        #expect((reply.text("startDate"), reply.text("endDate")) == (day(2), day(0)))
        // Days that are to come are not there.
        let ahead = try await harness.done(
            "GET", "\(target)?startDate=\(day(0))&endDate=\(day(-2))&keyId=\(identity.keyId)")
        #expect(ahead["values"]?[identity.keyId] == [[3, 7]])
        let other = try await harness.call("GET", "\(target)?startDate=\(day(0))&endDate=\(day(0))&keyId=x")
        #expect((other.status, other.message) == (404, "Invalid API Key identifier specified"))
    }

    @Test func `without a quota there is no remainder`() async throws {
        let harness = try ControlHarness()
        let identity = try await planned(harness, quota: [:])
        var usage = StoredUsage()
        usage.days = [today: 5]
        harness.publisher.use(identity, usage)
        let reply = try await harness.done(
            "GET", "/usageplans/\(identity.planId)/usage?startDate=\(day(1))&endDate=\(day(0))")
        #expect(reply["values"]?[identity.keyId] == [[0, -1], [5, -1]])
    }

    @Test(arguments: [
        ("", "startDate must be given, as YYYY-MM-DD"),
        ("startDate=2026-01-01", "endDate must be given, as YYYY-MM-DD"),
        (
            "startDate=2026-1-1&endDate=2026-01-01",
            "Invalid startDate specified: 2026-1-1. It must be a day, as YYYY-MM-DD"
        ),
        (
            "startDate=2026-01-02&endDate=2026-01-01",
            "Invalid dates specified: startDate must not be after endDate"
        ),
        ("startDate=2026-01-01&endDate=2026-04-01", "Invalid dates specified: they can span at most 90 days"),
    ])
    func `dates that are refused`(query: String, message: String) async throws {
        let harness = try ControlHarness()
        let identity = try await planned(harness)
        let reply = try await harness.call("GET", "/usageplans/\(identity.planId)/usage?\(query)")
        #expect((reply.status, reply.message) == (400, message))
    }

    @Test func `ninety days are shown`() async throws {
        let harness = try ControlHarness()
        let identity = try await planned(harness)
        let reply = try await harness.done(
            "GET", "/usageplans/\(identity.planId)/usage?startDate=\(day(89))&endDate=\(day(0))")
        #expect(reply["values"]?[identity.keyId]?.array?.count == 90)
    }

    @Test func `what remains is set for the window that runs`() async throws {
        let harness = try ControlHarness()
        let identity = try await planned(harness)
        harness.publisher.use(identity, used(10, remaining: 0))
        let target = "/usageplans/\(identity.planId)/keys/\(identity.keyId)/usage"
        let reply = try await harness.patch(target, [.replace("/remaining", "25")])
        #expect(reply["values"]?[identity.keyId] == [[10, 25]])
        #expect(harness.publisher.extended == [identity: 25])
        let less = try await harness.patch(target, [.replace("/remaining", "0")])
        #expect(less["values"]?[identity.keyId] == [[10, 0]])
        #expect(harness.publisher.extended == [identity: 0])
    }

    @Test(
        "what an update of usage refuses",
        arguments: [
            PatchCase(
                "add", "/extension", "1", "Invalid patch path  '/extension' specified for op 'add'. Must be one of: []"),
            PatchCase(
                "replace", "/used", "1",
                "Invalid patch path  '/used' specified for op 'replace'. Must be one of: [/remaining]"),
            PatchCase(
                "replace", "/remaining", "x",
                "Invalid patch value  'x' specified for path /remaining. Must be a number from 0 to 2147483647"),
        ])
    func refusedUpdates(_ one: PatchCase) async throws {
        let harness = try ControlHarness()
        let identity = try await planned(harness)
        let reply = try await harness.patch(
            "/usageplans/\(identity.planId)/keys/\(identity.keyId)/usage", [one.step])
        #expect((reply.status, reply.message) == (400, one.refusal))
    }

    @Test func `throttles are those of the stage asked for`() async throws {
        let harness = try ControlHarness()
        let reply = try await harness.done("GET", "/sluice/throttles?apiId=a&stageName=prod")
        let expected = """
            [{"level":"stage","apiId":"a","stageName":"prod","rateLimit":1.0,"burstLimit":2,"available":1.5,"throttled":3}]
            """
        #expect(reply["item"] == (try JSON(parsing: expected)))
    }
}
