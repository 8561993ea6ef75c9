import ControlAPI
import JSON
import Testing

@testable import Gateway

private let balancer = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/n/0123456789abcdef"

@Suite struct TargetPoolControlTests {
    private func link(_ harness: ControlHarness) async throws -> String {
        try await harness.done("POST", "/vpclinks", ["name": "v", "targetArns": [.string(balancer)]]).text("id")
    }

    @Test func `from its first target to its end`() async throws {
        let harness = try ControlHarness()
        let link = try await link(harness)
        let pool = "/sluice/vpclinks/\(link)/targetpool"
        #expect(harness.publisher.vpcLinks[link] == VpcLinkPublication(id: link))
        #expect(try await harness.call("GET", pool).status == 404)
        try await harness.done(
            "POST", pool + "/targets",
            [
                "targets": [
                    ["host": "A.test.", "port": 80], ["host": "::1", "port": 81], ["host": "a.test", "port": 80],
                ]
            ])
        #expect(harness.publisher.vpcLinks[link]?.pool?.targets.map(\.id) == ["a.test:80", "[::1]:81"])
        // Once more changes nothing.
        try await harness.done("POST", pool + "/targets", ["targets": [["host": "a.test", "port": 80]]])

        let set = try await harness.done(
            "PUT", pool,
            [
                "algorithm": "least_outstanding_requests", "healthCheck": ["path": "/ping", "intervalSeconds": 2],
                "ejection": [:], "deregistrationDelaySeconds": 5,
            ])
        #expect(set["targets"]?.array?.count == 2)
        #expect(set["healthCheck"]?["timeoutSeconds"]?.double == 2)
        let live = try #require(harness.publisher.vpcLinks[link]?.pool)
        #expect(live.algorithm == .leastOutstandingRequests)
        #expect(live.healthCheck?.path == "/ping")
        #expect(live.ejection == TargetPool.Ejection())

        var told = TargetPool.Target(host: "::1", port: 81)
        (told.health, told.reason) = (.unhealthy, "no")
        var leaving = TargetPool.Target(host: "old.test", port: 1)
        leaving.health = .draining
        harness.reports.targetStates = [told, leaving]
        let shown = try await harness.done("GET", pool)
        #expect(shown["targets"]?.array?.map { $0["health"]?.string } == [nil, "unhealthy", "draining"])
        #expect(try await harness.done("GET", "/sluice/targetpools").body == ["item": [shown.body]])

        #expect(try await harness.done("DELETE", pool + "/targets/%5B::1%5D:81").status == 202)
        #expect(harness.publisher.vpcLinks[link]?.pool?.targets.map(\.id) == ["a.test:80"])
        #expect(
            try await harness.call("DELETE", pool + "/targets/b.test:80").message
                == "Invalid target specified: b.test:80 is not in the target pool of VPC link \(link)")
        #expect(try await harness.done("DELETE", pool).status == 202)
        #expect(harness.publisher.vpcLinks[link] == VpcLinkPublication(id: link))
        #expect(try await harness.call("DELETE", pool).status == 404)
    }

    @Test func `goes with its link`() async throws {
        let harness = try ControlHarness()
        let link = try await link(harness)
        let pool = "/sluice/vpclinks/\(link)/targetpool"
        try await harness.done("PUT", pool, ["targets": [["host": "a.test", "port": 80]]])
        try await harness.done("DELETE", "/vpclinks/\(link)")
        #expect(harness.publisher.vpcLinks.isEmpty)
        #expect(try await harness.call("GET", pool).status == 404)
        #expect(try await harness.done("GET", "/sluice/targetpools").body == ["item": []])
    }

    @Test func `is live again after a restart`() async throws {
        let harness = try ControlHarness()
        let link = try await link(harness)
        try await harness.done(
            "PUT", "/sluice/vpclinks/\(link)/targetpool", ["targets": [["host": "a.test", "port": 80]]])
        let again = try ControlHarness(home: harness.home)
        try await again.plane.republishAll()
        #expect(again.publisher.vpcLinks[link]?.pool?.targets.map(\.id) == ["a.test:80"])
    }

    @Test func `each change is in the journal`() async throws {
        let harness = try ControlHarness()
        let link = try await link(harness)
        let pool = "/sluice/vpclinks/\(link)/targetpool"
        try await harness.done("POST", pool + "/targets", ["targets": [["host": "a.test", "port": 80]]])
        try await harness.done("POST", pool + "/targets", ["targets": [["host": "b.test", "port": 80]]])
        try await harness.done("DELETE", pool + "/targets/a.test:80")
        try await harness.done("PUT", pool, [:])
        let entries = try await harness.done("GET", "/sluice/journal").body["item"]?.array ?? []
        #expect(
            entries.prefix(4).map { "\($0["operation"]?.string ?? "") \($0["resource"]?.string ?? "")" } == [
                "PutTargetPool \(pool)", "DeregisterTarget \(pool)/targets/a.test:80",
                "RegisterTargets \(pool)/targets/b.test:80", "RegisterTargets \(pool)",
            ])
    }

    @Test(arguments: [
        BodyCase([:]),
        BodyCase(
            ["algorithm": "random"],
            "Invalid algorithm specified: 'random'. Valid options are round_robin,least_outstanding_requests"),
        BodyCase(
            ["healthCheck": ["path": "ping"]],
            "Invalid healthCheck.path specified: 'ping'. It must begin with /, hold no blanks and no control characters, "
                + "and have at most 1024 characters"),
        BodyCase(
            ["healthCheck": ["path": "/a b"]],
            "Invalid healthCheck.path specified: '/a b'. It must begin with /, hold no blanks and no control characters, "
                + "and have at most 1024 characters"),
        BodyCase(
            ["healthCheck": ["path": "/", "intervalSeconds": 0]],
            "Invalid healthCheck.intervalSeconds specified: 0.0. It must be a number from 0.1 to 300.0"),
        BodyCase(
            ["healthCheck": ["path": "/", "intervalSeconds": 2, "timeoutSeconds": 3]],
            "Invalid healthCheck.timeoutSeconds specified: 3.0. It must not be longer than healthCheck.intervalSeconds, "
                + "2.0"),
        BodyCase(
            ["healthCheck": ["path": "/", "unhealthyThresholdCount": 11]],
            "Invalid healthCheck.unhealthyThresholdCount specified: 11. It must be a whole number from 1 to 10"),
        BodyCase(
            ["healthCheck": ["path": "/", "matcher": "ok"]],
            "Invalid healthCheck.matcher specified: 'ok'. It must be statuses from 200 to 599 and ranges of them, for "
                + "example 200, 200-399 or 200,204"),
        BodyCase(
            ["ejection": ["consecutiveFailures": 0]],
            "Invalid ejection.consecutiveFailures specified: 0. It must be a whole number from 1 to 1000"),
        BodyCase(
            ["deregistrationDelaySeconds": -1],
            "Invalid deregistrationDelaySeconds specified: -1.0. It must be a number from 0.0 to 3600.0"),
        BodyCase(
            ["targets": [["host": "a b", "port": 80]]],
            "Invalid target specified: 'a b' is neither a DNS name nor an IPv4 or IPv6 address"),
        BodyCase(
            ["targets": [["host": "a", "port": 70_000]]],
            "Invalid target specified: port 70000 of 'a' is outside 1–65535"),
        BodyCase(["targets": [["host": "a"]]], "Invalid target specified: 'a' has no port"),
        BodyCase(
            ["targets": .array((1...1001).map { ["host": "a", "port": .number(JSONNumber($0))] })],
            "Too many targets: a target pool can have at most 1000"),
        BodyCase(["healthCheck": "/ping"], "class java.lang.String can not be converted to an Structure"),
    ])
    func `settings are checked`(_ one: BodyCase) async throws {
        let harness = try ControlHarness()
        let pool = "/sluice/vpclinks/\(try await link(harness))/targetpool"
        let reply = try await harness.call("PUT", pool, one.body)
        #expect((reply.message ?? "") == one.message)
        #expect((reply.status == 200) == one.message.isEmpty)
    }

    @Test func `a thousand targets are taken at once`() async throws {
        let harness = try ControlHarness()
        let link = try await link(harness)
        let targets = (1...1000).map { ["host": "10.0.0.1", "port": .number(JSONNumber($0))] as JSON }
        let pool = "/sluice/vpclinks/\(link)/targetpool"
        try await harness.done("PUT", pool, ["targets": .array(targets)])
        #expect(harness.publisher.vpcLinks[link]?.pool?.targets.count == 1000)
        let refused = try await harness.call("POST", pool + "/targets", ["targets": [["host": "b", "port": 1]]])
        #expect(refused.code == "LimitExceededException")
    }

    // MARK: Integrations

    @Test(arguments: [
        ("nothere", 400, "Invalid Vpc Link identifier specified: there is no VPC link 'nothere'"),
        ("${stageVariables.link}", 201, ""),
    ])
    func `an integration's link has to exist`(_ id: String, _ status: Int, _ message: String) async throws {
        let harness = try ControlHarness()
        let (api, root) = try await harness.api()
        let integration = "/restapis/\(api)/resources/\(root)/methods/GET/integration"
        let body: JSON = [
            "type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://a.test", "connectionType": "VPC_LINK",
            "connectionId": .string(id),
        ]
        let reply = try await harness.call("PUT", integration, body)
        #expect(reply.status == status)
        #expect((reply.message ?? "") == message)
        try await harness.done("PUT", integration, ["type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://a.test"])
        let patched = try await harness.patch(
            integration, [.replace("/connectionType", "VPC_LINK"), .replace("/connectionId", id)])
        #expect((patched.message ?? "") == message)
    }

    @Test(arguments: [
        BodyCase(["maxAttempts": 3]),
        BodyCase(["maxAttempts": 3, "baseDelayMillis": 5, "budgetPercent": 10, "retryOn": ["503", "429"]]),
        BodyCase([:], "Invalid retry specified: maxAttempts must be given, a number from 1 to 5"),
        BodyCase(["maxAttempts": 6], "Invalid retry.maxAttempts specified: 6. It must be a number from 1 to 5"),
        BodyCase(
            ["maxAttempts": 2, "budgetPercent": 101],
            "Invalid retry.budgetPercent specified: 101. It must be a number from 0 to 100"),
        BodyCase(
            ["maxAttempts": 2, "retryOn": ["500"]],
            "Invalid retry.retryOn specified: '500'. Valid options are connect-failure,reset,timeout,502,503,504,429"),
    ])
    func `retry of an integration`(_ one: BodyCase) async throws {
        let harness = try ControlHarness()
        let (api, root) = try await harness.api()
        let integration = "/restapis/\(api)/resources/\(root)/methods/GET/integration"
        let reply = try await harness.call(
            "PUT", integration,
            ["type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://a.test", "retry": one.body])
        #expect((reply.message ?? "") == one.message)
        if one.message.isEmpty { #expect(reply["retry"] == one.body) }
    }

    @Test func `retry is patched member by member`() async throws {
        let harness = try ControlHarness()
        let (api, root) = try await harness.api()
        let integration = "/restapis/\(api)/resources/\(root)/methods/GET/integration"
        #expect(
            try await harness.patch(integration, [.replace("/retry/maxAttempts", "3")]).message
                == "Invalid retry specified: integrations of type MOCK are never tried again, only HTTP and HTTP_PROXY are"
        )
        let made = try await harness.done(
            "PUT", integration, ["type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://a.test"])
        #expect(made["retry"] == nil)
        let patched = try await harness.patch(
            integration,
            [
                .replace("/retry/maxAttempts", "3"), .replace("/retry/retryOn", "503, 429"),
                .replace("/retry/baseDelayMillis", "10"),
            ])
        #expect(patched["retry"] == ["maxAttempts": 3, "baseDelayMillis": 10, "retryOn": ["503", "429"]])
        #expect(
            try await harness.patch(integration, [.replace("/retry/maxAttempts", "9")]).message
                == "Invalid patch value  '9' specified for path /retry/maxAttempts. Must be a number from 1 to 5")
        #expect(try await harness.patch(integration, [.remove("/retry")])["retry"] == nil)
    }
}
