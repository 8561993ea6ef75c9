import ControlAPI
import JSON
import Testing

@testable import Gateway

@Suite struct ControlPlaneTests {
    /// A path without its slash, or with nothing behind it, is refused by every update; none of them may trip over it.
    @Test(arguments: ["description", "variables", "/", "//", "~", "deploymentId/x", "é"])
    func `patch paths that name nothing`(_ path: String) async throws {
        let harness = try ControlHarness()
        let (id, deployment) = try await harness.deployedApi()
        let root = try await harness.done("GET", "/restapis/\(id)").text("rootResourceId")
        let method = "/restapis/\(id)/resources/\(root)/methods/GET"
        try await harness.done("PUT", method + "/responses/200", [:])
        try await harness.done("PUT", method + "/integration/responses/200", [:])
        let before = try await harness.contents()
        for target in [
            "/restapis/\(id)", "/restapis/\(id)/resources/\(root)", method, method + "/responses/200",
            method + "/integration", method + "/integration/responses/200",
            "/restapis/\(id)/deployments/\(deployment)", "/restapis/\(id)/stages/prod", "/account",
        ] {
            for op in ["add", "remove", "replace", "copy", "test", "move"] {
                let step = PatchOperation(op: op, path: path, value: "x")
                let reply = try await harness.patch(target, [step])
                #expect(reply.status == 400, "\(op) \(path) of \(target): \(reply.body.text())")
            }
        }
        #expect(try await harness.contents() == before)
    }

    @Test func `a stage that cannot be compiled is refused, and nothing of the change stays`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let before = try await harness.contents()
        harness.publisher.refuses = true
        for (verb, path, body) in [
            ("POST", "/restapis/\(id)/deployments", ["stageName": "prod"] as JSON),
            ("POST", "/restapis/\(id)/deployments", ["stageName": "new"]),
            (
                "PATCH", "/restapis/\(id)/stages/prod",
                ["patchOperations": [["op": "replace", "path": "/variables/a", "value": "b"]]]
            ),
        ] {
            let reply = try await harness.call(verb, path, body)
            #expect(reply.status == 400)
            #expect(reply.code == "BadRequestException")
            #expect(reply.message?.hasSuffix("cannot be published: the template has no end") == true)
            #expect(try await harness.contents() == before)
        }
        #expect(harness.publisher.notes.count == 1)
    }

    @Test func `every change has one journal entry that tells before and after`() async throws {
        let harness = try ControlHarness()
        let (id, deployment) = try await harness.deployedApi()
        try await harness.patch("/restapis/\(id)/stages/prod", [.replace("/canarySettings/percentTraffic", "10")])
        let journal = try await harness.done("GET", "/sluice/journal?apiId=\(id)")
        let entries = try (journal["item"]?.array ?? []).map { try $0.decode(JournalEntry.self) }
        #expect(
            entries.map(\.operation) == [
                "UpdateStage", "CreateDeployment", "CreateDeployment", "PutIntegration", "PutMethod", "CreateRestApi",
            ])
        #expect(entries.map(\.sequence) == [6, 5, 4, 3, 2, 1])
        #expect(entries.allSatisfy { $0.actor == "unix:uid=7" })
        #expect(entries[0].resource == "/restapis/\(id)/stages/prod")
        #expect(entries[0].before?["canarySettings"] == nil)
        #expect(entries[0].after?["canarySettings"]?["percentTraffic"]?.double == 10)
        #expect(entries[2].resource == "/restapis/\(id)/deployments/\(deployment)")
        #expect(entries[1].before == nil)
        let page = try await harness.done("GET", "/sluice/journal?limit=2&before=5")
        #expect(page["item"]?.array?.compactMap { $0["sequence"]?.int } == [4, 3])
        #expect(page["position"] == "3")
        #expect(try await harness.call("GET", "/sluice/journal?limit=x").status == 400)
    }

    /// Every kind of call, good and bad, in an order that random numbers give: a success has added to the journal, a
    /// failure has changed nothing at all.
    @Test(arguments: 0..<8) func `a change is whole or it is not there`(seed: Int) async throws {
        let harness = try ControlHarness()
        let (id, deployment) = try await harness.deployedApi()
        let root = try await harness.done("GET", "/restapis/\(id)").text("rootResourceId")
        var random = SeededRandom(seed: UInt64(seed) + 1)
        let method = "/restapis/\(id)/resources/\(root)/methods/"
        let stage = "/restapis/\(id)/stages/prod"
        for _ in 0..<60 {
            let number = Int.random(in: 0..<5, using: &random)
            let verb = ["GET", "POST", "PUT", "BAD", "ANY"][number]
            let calls: [(String, String, JSON?)] = [
                ("POST", "/restapis", ["name": number == 0 ? "" : "x"]),
                (
                    "POST", "/restapis/\(id)/resources/\(root)",
                    ["pathPart": .string(["a", "{b}", "c d", "{e+}", "f"][number])]
                ),
                ("PUT", method + verb, ["authorizationType": "NONE"]),
                ("PUT", method + verb + "/integration", ["type": number == 1 ? "NO" : "MOCK"]),
                ("DELETE", method + verb, nil), ("PUT", method + verb + "/responses/20\(number)", nil),
                ("PUT", method + verb + "/integration/responses/20\(number)", nil),
                (
                    "POST", "/restapis/\(id)/deployments",
                    ["stageName": .string(["prod", "dev", "a b", "x", "y"][number])]
                ),
                (
                    "PATCH", stage,
                    ["patchOperations": [["op": "replace", "path": "/variables/a", "value": .string("\(number)")]]]
                ),
                (
                    "PATCH", stage,
                    [
                        "patchOperations": [
                            ["op": "replace", "path": "/variables/b", "value": "1"],
                            [
                                "op": "replace", "path": "/canarySettings/percentTraffic",
                                "value": .string("\(number * 40)"),
                            ],
                        ]
                    ]
                ),
                ("DELETE", "/restapis/\(id)/deployments/\(deployment)", nil),
                ("PATCH", "/account", ["patchOperations": [["op": "replace", "path": "/x", "value": "1"]]]),
                ("DELETE", "/restapis/\(id)/stages/x", nil),
            ]
            let (callVerb, path, body) = calls[Int.random(in: 0..<calls.count, using: &random)]
            harness.publisher.refusedStage = number == 3 ? "prod" : nil
            let before = try await harness.contents()
            let reply = try await harness.call(callVerb, path, body)
            let after = try await harness.contents()
            if reply.status < 300 {
                #expect(journal(of: after).count > journal(of: before).count, "\(callVerb) \(path)")
            } else {
                #expect(reply.status < 500, "\(callVerb) \(path): \(reply.message ?? "")")
                #expect(after == before, "\(callVerb) \(path)")
            }
        }
    }

    private func journal(of contents: String) -> [Substring] {
        contents.split(separator: "\n").drop { $0 != "journal:" }.dropFirst().map { $0 }
    }

    @Test func `changes of one thing at once: each is done whole or refused, and all are in the journal`() async throws
    {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<40 {
                group.addTask {
                    try await harness.patch("/restapis/\(id)/stages/prod", [.replace("/variables/v\(number)", "x")])
                        .status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let done = statuses.count { $0 == 200 }
        #expect(done > 0)
        #expect(statuses.allSatisfy { $0 == 200 || $0 == 409 })
        let stage = try await harness.done("GET", "/restapis/\(id)/stages/prod")
        #expect(stage["variables"]?.object?.count == done)
        // Published in the order in which they were committed: each has all that those before it set.
        let counts = harness.publisher.notes.map { note in
            if case .publish(_, _, _, let variables) = note { variables.count } else { -1 }
        }
        #expect(counts == Array(0...done))
        let journal = try await harness.done("GET", "/sluice/journal?limit=1000&apiId=\(id)")
        let updates = (journal["item"]?.array ?? []).filter { $0["operation"] == "UpdateStage" }
        #expect(updates.count == 40)
        #expect(updates.count { $0["refused"] != nil } == 40 - done)
    }

    @Test func `all stages are live again after a restart`() async throws {
        let home = TemporaryHome()
        let harness = try ControlHarness(home: home)
        let (id, first) = try await harness.deployedApi(variables: ["a": "1"])
        let second = try await harness.done(
            "POST", "/restapis/\(id)/deployments", ["stageName": "prod", "canarySettings": ["percentTraffic": 5]]
        ).text("id")
        try await harness.done("POST", "/restapis/\(id)/deployments", ["stageName": "dev"])
        try harness.store.close()

        let again = try ControlHarness(home: home)
        again.publisher.refusedStage = "dev"
        #expect(try await again.plane.republishAll() == 1)
        #expect(
            again.publisher.notes == [.publish(stage: "prod", base: first, canary: second, variables: ["a": "1"])])
    }

    @Test(
        "what is no call",
        arguments: [
            ("GET", "/nowhere", 404), ("POST", "/restapis/x", 404), ("GET", "/", 404), ("PUT", "/account", 404),
            ("PUT", "/restapis?mode=import", 404), ("GET", "/nonesuch", 404), ("GET", "/restapis/", 200),
        ])
    func unknown(_ verb: String, _ target: String, _ status: Int) async throws {
        let harness = try ControlHarness()
        let reply = try await harness.call(verb, target)
        #expect(reply.status == status)
        #expect(reply.headers["x-amzn-RequestId"]?.count == 36)
        if status == 404 { #expect(reply.code == "UnknownOperationException") }
    }

    @Test(
        "bodies that are no JSON",
        arguments: [
            "{", "[]", "\"x\"", "{\"name\":}", "nul", String(repeating: "[", count: 10_000),
            String(repeating: "{\"a\":", count: 100_000), "\u{0}", "{\"name\":\"\\ud800\\u00\"}",
        ])
    func malformed(_ body: String) async throws {
        let harness = try ControlHarness()
        let reply = try await harness.send("POST", "/restapis", Array(body.utf8))
        #expect(reply.status == 400)
        #expect(reply.code == "SerializationException")
        #expect(reply.message?.isEmpty == false)
    }

    @Test func `credentials: made, stored, listed without a trace in the journal, deleted`() async throws {
        let harness = try ControlHarness()
        let made = try await harness.done("POST", "/sluice/credentials")
        #expect(made.text("accessKeyId").hasPrefix("AKIA"))
        #expect(made.text("accessKeyId").count == 20)
        #expect(made.text("secretAccessKey").count == 40)
        try await harness.done(
            "POST", "/sluice/credentials", ["accessKeyId": "test", "secretAccessKey": "very-secret"])
        #expect(try await harness.plane.secret(of: "test") == "very-secret")
        let list = try await harness.done("GET", "/sluice/credentials")
        #expect(list["item"]?.array?.count == 2)
        #expect(!(try await harness.done("GET", "/sluice/journal")).body.text().contains("very-secret"))
        #expect(try await harness.call("POST", "/sluice/credentials", ["accessKeyId": "x"]).status == 400)
        #expect(
            try await harness.call("POST", "/sluice/credentials", ["accessKeyId": "a/b", "secretAccessKey": "x"]).status
                == 400)
        #expect(try await harness.done("DELETE", "/sluice/credentials/test").status == 202)
        #expect(try await harness.plane.secret(of: "test") == nil)
        #expect(try await harness.call("DELETE", "/sluice/credentials/test").status == 404)
    }

    @Test func `account`() async throws {
        let harness = try ControlHarness()
        let account = try await harness.done("GET", "/account")
        #expect(account["throttleSettings"]?.text() == #"{"burstLimit":5000,"rateLimit":10000.0}"#)
        #expect(account["features"] == ["UsagePlans"])
        let role = "arn:aws:iam::000000000000:role/logs"
        #expect(
            try await harness.patch("/account", [.replace("/cloudwatchRoleArn", role)]).text("cloudwatchRoleArn")
                == role)
        #expect(try await harness.done("GET", "/account").text("cloudwatchRoleArn") == role)
        let bad = try await harness.patch("/account", [.replace("/cloudwatchRoleArn", "invalid-arn")])
        #expect(bad.message == "Invalid ARN. ARN is not well formed invalid-arn")
        #expect(try await harness.patch("/account", [.replace("/x", "y")]).message == "Invalid patch path /x")
    }

    @Test func `metrics and logs are handed through with their filters`() async throws {
        let harness = try ControlHarness()
        let metrics = try await harness.done("GET", "/sluice/metrics?apiId=abc&stage=prod&seconds=60")
        #expect(metrics["item"]?[0]?["apiId"] == "abc")
        #expect(metrics["item"]?[0]?["stageName"] == "prod")
        let since = metrics["item"]?[0]?["time"]?.int ?? 0
        #expect(abs(Timestamp.now.seconds - 60 - since) < 30)
        let logs = try await harness.done("GET", "/sluice/logs?apiId=abc&stage=prod&since=12&limit=34")
        #expect(logs["item"]?[0]?["path"] == "abc/prod/12/34")
        #expect(try await harness.call("GET", "/sluice/metrics?seconds=0").status == 400)
        #expect(try await harness.call("GET", "/sluice/logs?limit=-1").status == 400)
        #expect(try await harness.done("GET", "/sluice/health")["region"] == "us-east-1")
    }
}

/// The same numbers at each run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
