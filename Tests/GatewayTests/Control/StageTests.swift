import ControlAPI
import JSON
import Testing

@testable import Gateway

@Suite struct DeploymentTests {
    @Test func `what cannot be deployed`() async throws {
        let harness = try ControlHarness()
        let api = try await harness.done("POST", "/restapis", ["name": "a"])
        let (id, root) = (api.text("id"), api.text("rootResourceId"))
        let empty = try await harness.call("POST", "/restapis/\(id)/deployments")
        #expect(empty.message == "The REST API doesn't contain any methods")
        try await harness.done(
            "PUT", "/restapis/\(id)/resources/\(root)/methods/GET", ["authorizationType": "NONE"])
        let bare = try await harness.call("POST", "/restapis/\(id)/deployments")
        #expect(bare.status == 400)
        #expect(bare.message == "No integration defined for method")
    }

    @Test func `a deployment makes its stage, moves it, and is kept while a stage uses it`() async throws {
        let harness = try ControlHarness()
        let (id, first) = try await harness.deployedApi(variables: ["a": "1"])
        let second = try await harness.done("POST", "/restapis/\(id)/deployments", ["stageName": "prod"]).text("id")
        #expect(try await harness.done("GET", "/restapis/\(id)/stages/prod").text("deploymentId") == second)
        #expect(
            harness.publisher.notes == [
                .publish(stage: "prod", base: first, canary: nil, variables: ["a": "1"]),
                .publish(stage: "prod", base: second, canary: nil, variables: ["a": "1"]),
            ])
        let used = try await harness.call("DELETE", "/restapis/\(id)/deployments/\(second)")
        #expect(used.message == "Active stages pointing to this deployment must be moved or deleted")
        #expect(try await harness.done("DELETE", "/restapis/\(id)/deployments/\(first)").status == 202)
        #expect(
            try await harness.call("GET", "/restapis/\(id)/deployments/\(first)").message
                == "Invalid Deployment identifier specified")
        let list = try await harness.done("GET", "/restapis/\(id)/deployments")
        #expect(list["item"]?.array?.compactMap { $0["id"]?.string } == [second])
    }

    @Test func `a deployment with an empty stage name has no stage`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        try await harness.done("POST", "/restapis/\(id)/deployments", ["stageName": ""])
        #expect(try await harness.done("GET", "/restapis/\(id)/stages").body == ["item": []])
    }

    @Test func `a deployment is a snapshot: later changes do not reach it`() async throws {
        let harness = try ControlHarness()
        let (id, deployment) = try await harness.deployedApi()
        let root = try await harness.done("GET", "/restapis/\(id)").text("rootResourceId")
        try await harness.done("DELETE", "/restapis/\(id)/resources/\(root)/methods/GET")
        let shown = try await harness.done("GET", "/restapis/\(id)/deployments/\(deployment)?embed=apisummary")
        #expect(shown["apiSummary"] == ["/": ["GET": ["authorizationType": "NONE", "apiKeyRequired": false]]])
        try await harness.patch("/restapis/\(id)/stages/prod", [.replace("/deploymentId", deployment)])
        #expect(harness.publisher.notes.count == 2)
    }

    @Test(
        "canary deployments that are refused",
        arguments: [
            BodyCase(
                ["canarySettings": [:]],
                "Invalid deployment content specified.Non null and non empty stageName must be provided for canary "
                    + "deployment. Provided value is null"),
            BodyCase(
                ["canarySettings": [:], "stageName": ""],
                "Invalid deployment content specified.Non null and non empty stageName must be provided for canary "
                    + "deployment. Provided value is "),
            BodyCase(
                ["canarySettings": [:], "stageName": "non-existing"],
                "Invalid deployment content specified.Stage non-existing must already be created before making a "
                    + "canary release deployment"),
            BodyCase(
                ["canarySettings": ["percentTraffic": 101], "stageName": "prod"],
                "Invalid percentTraffic: 101.0. It must be a number from 0.0 to 100.0"),
        ])
    func refusedCanaries(_ one: BodyCase) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let before = try await harness.contents()
        let reply = try await harness.call("POST", "/restapis/\(id)/deployments", one.body)
        #expect(reply.status == 400)
        #expect(reply.message == one.message)
        #expect(try await harness.contents() == before)
    }

    @Test func `once there is a canary, new deployments land there, until it is promoted and removed`() async throws {
        let harness = try ControlHarness()
        let (id, first) = try await harness.deployedApi(variables: ["color": "blue", "size": "xl"])
        let deployments = "/restapis/\(id)/deployments"
        let stage = "/restapis/\(id)/stages/prod"
        let second = try await harness.done(
            "POST", deployments,
            [
                "stageName": "prod",
                "canarySettings": ["percentTraffic": 10, "stageVariableOverrides": ["color": "green"]],
            ]
        ).text("id")
        let third = try await harness.done("POST", deployments, ["stageName": "prod"]).text("id")
        let canary = try await harness.done("GET", stage)
        #expect(canary.text("deploymentId") == first)
        #expect(canary["canarySettings"]?["deploymentId"]?.string == third)
        #expect(canary["canarySettings"]?["percentTraffic"]?.double == 10)
        #expect(
            harness.publisher.notes.suffix(2) == [
                .publish(stage: "prod", base: first, canary: second, variables: ["color": "blue", "size": "xl"]),
                .publish(stage: "prod", base: first, canary: third, variables: ["color": "blue", "size": "xl"]),
            ])

        let promoted = try await harness.patch(
            stage,
            [
                .replace("/canarySettings/percentTraffic", "0.0"),
                .copy(from: "/canarySettings/stageVariableOverrides", to: "/variables"),
                .copy(from: "/canarySettings/deploymentId", to: "/deploymentId"),
            ])
        #expect(promoted.text("deploymentId") == third)
        #expect(promoted["variables"] == ["color": "green", "size": "xl"])
        #expect(try await harness.patch(stage, [.remove("/canarySettings")])["canarySettings"] == nil)
        #expect(
            harness.publisher.notes.last
                == .publish(stage: "prod", base: third, canary: nil, variables: ["color": "green", "size": "xl"]))
        #expect(try await harness.patch(stage, [.replace("/deploymentId", first)]).text("deploymentId") == first)
    }
}

@Suite struct StageTests {
    @Test(
        "CreateStage",
        arguments: [
            BodyCase(
                ["deploymentId": "x"],
                "1 validation error detected: Value null at 'createStageInput.stageName' failed to satisfy constraint: "
                    + "Member must not be null"),
            BodyCase(
                ["stageName": "a b", "deploymentId": "x"],
                "Stage name only allows a-zA-Z0-9_- and at most 128 characters: a b"),
            BodyCase(["stageName": "ok", "deploymentId": "nothere"], "Deployment id does not exist"),
            BodyCase(["stageName": "prod", "deploymentId": "x"], "Stage already exists"),
            BodyCase(
                ["stageName": "ok", "deploymentId": "x", "cacheClusterSize": "7"],
                "1 validation error detected: Value '7' at 'createStageInput.cacheClusterSize' failed to satisfy "
                    + "constraint: Member must satisfy enum value set: [0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237]"),
        ])
    func refusals(_ one: BodyCase) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let before = try await harness.contents()
        #expect(try await harness.call("POST", "/restapis/\(id)/stages", one.body).message == one.message)
        #expect(try await harness.contents() == before)
    }

    @Test(
        "stage variables",
        arguments: [
            ("ok_1", "a-b.c_d~e:/f?g#h&i=j,", true), ("a b", "x", false), ("", "x", false), ("a", "x y", false),
            ("a", "{}", false), (String(repeating: "k", count: 64), "x", true),
            (String(repeating: "k", count: 65), "x", false), ("a", String(repeating: "v", count: 512), true),
            ("a", String(repeating: "v", count: 513), false),
        ])
    func variables(_ name: String, _ value: String, _ valid: Bool) async throws {
        let harness = try ControlHarness()
        let (id, deployment) = try await harness.deployedApi()
        let reply = try await harness.call(
            "POST", "/restapis/\(id)/stages",
            [
                "stageName": "v", "deploymentId": .string(deployment),
                "variables": .object(JSONObject([(key: name, value: .string(value))])),
            ])
        #expect(reply.status == (valid ? 201 : 400))
        if !valid { #expect(reply.message?.hasPrefix("Invalid stage variable") == true) }
    }

    private static let invalidPath = "Invalid method setting path: "
    private static let noSetting = " because there is no method setting for this method "

    /// op, path, value; the refusal, or "" and then what stands at a place of the stage.
    @Test(
        "UpdateStage",
        arguments: [
            PatchCase("replace", "/description", "hello", "", "description", #""hello""#),
            PatchCase("replace", "/deploymentId", "nothere", "Deployment id does not exist", "", ""),
            PatchCase("replace", "/tracingEnabled", "true", "", "tracingEnabled", "true"),
            PatchCase("replace", "/variables/a", "1", "", "variables", #"{"a":"1"}"#),
            PatchCase("replace", "/documentationVersion", "v123", "Invalid Documentation version identifier specified"),
            PatchCase("replace", "/clientCertificateId", "none", "Invalid Client Certificate identifier specified"),
            PatchCase(
                "replace", "/*/*/logging/loglevel", "info", "", "methodSettings.*/*.loggingLevel", #""INFO""#),
            PatchCase(
                "remove", "/variables/a", "", "Cannot remove stage variable a because the stage does not have it", "",
                ""),
            PatchCase("replace", "/cacheClusterEnabled", "true", "", "cacheClusterStatus", #""AVAILABLE""#),
            PatchCase(
                "replace", "/cacheClusterSize", "3",
                "Invalid cacheClusterSize specified. Valid options are "
                    + "0.5,1.6,6.1,13.5,28.4,58.2,118,237", "", ""),
            PatchCase(
                "replace", "/accessLogSettings/format", "$context.requestId", "", "accessLogSettings",
                #"{"format":"$context.requestId"}"#),
            PatchCase("replace", "/accessLogSettings/format", "", "Access Log value must not be empty", "", ""),
            PatchCase(
                "replace", "/accessLogSettings/destinationArn", "x", "Invalid ARN specified in the request", "", ""),
            PatchCase(
                "replace", "/accessLogSettings/x", "x",
                "Invalid accessLogSettings path. "
                    + "Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]", "", ""),
            PatchCase(
                "remove", "/accessLogSettings/destinationArn", "",
                "Cannot remove method setting accessLogSettings/destinationArn" + noSetting, "", ""),
            PatchCase("remove", "/*/*", "", "Cannot remove method setting */*" + noSetting, "", ""),
            PatchCase(
                "remove", "/canarySettings/badPath", "",
                "Cannot remove method setting canarySettings/badPath" + noSetting,
                "", ""),
            PatchCase(
                "remove", "/canarySettings/stageVariableOverrides", "",
                "Cannot remove method setting canarySettings/stageVariableOverrides" + noSetting, "", ""),
            PatchCase(
                "add", "/canarySettings/deploymentId", "x",
                "Invalid add operation with path: /canarySettings/deploymentId", "", ""),
            PatchCase("replace", "/canarySettings", "x", invalidPath + "/canarySettings.", "", ""),
            PatchCase("replace", "/canarySettings/badPath", "x", invalidPath + "/canarySettings/badPath.", "", ""),
            PatchCase("replace", "/documentation_version", "x", invalidPath + "/documentation_version.", "", ""),
            PatchCase("replace", "/tags/tag1", "x", invalidPath + "/tags/tag1.", "", ""),
            PatchCase("replace", "/canarySettings/percentTraffic", "50", "", "canarySettings.percentTraffic", "50.0"),
            PatchCase(
                "replace", "/canarySettings/percentTraffic", "nan",
                "Invalid percentTraffic: nan. It must be a number from 0.0 to 100.0", "", ""),
            PatchCase(
                "replace", "/canarySettings/percentTraffic", "100.1",
                "Invalid percentTraffic: 100.1. It must be a number from 0.0 to 100.0", "", ""),
            PatchCase("replace", "/canarySettings/deploymentId", "nothere", "Deployment id does not exist", "", ""),
            PatchCase("replace", "/canarySettings/useStageCache", "true", "", "canarySettings.useStageCache", "true"),
            PatchCase(
                "replace", "/canarySettings/stageVariableOverrides/b", "2", "", "canarySettings.stageVariableOverrides",
                #"{"b":"2"}"#),
            PatchCase(
                "replace", "/canarySettings/stageVariableOverrides/b", "a b", "Invalid stage variable value: a b. ", "",
                ""),
            PatchCase(
                "copy", "/variables", "",
                "Invalid copy operation with path: /variables and from null. "
                    + "Valid copy:path are [/deploymentId, /variables] and valid copy:from are "
                    + "[/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]", "", ""),
            PatchCase(
                "replace", "/*/*/throttling/rateLimit", "5.5", "", "methodSettings.*/*.throttlingRateLimit", "5.5"),
            PatchCase(
                "replace", "/*/*/logging/loglevel", "loud",
                "Invalid logging level specified. Valid options are OFF,ERROR,INFO", "", ""),
            PatchCase(
                "replace", "/~1pets~1{id}/GET/caching/ttlInSeconds", "60", "",
                "methodSettings.pets/{id}/GET.cacheTtlInSeconds", "60"),
            PatchCase(
                "replace", "/pets/GET/caching/enabled", "true", "", "methodSettings.pets/GET.cachingEnabled", "true"),
            PatchCase("replace", "/~1/GET/metrics/enabled", "true", "", "methodSettings./GET.metricsEnabled", "true"),
            PatchCase(
                "replace", "/pets/FETCH/metrics/enabled", "true", invalidPath + "/pets/FETCH/metrics/enabled.", "", ""),
            PatchCase(
                "replace", "/*/*/caching/ttlInSeconds", "3601",
                "Invalid patch value  '3601' specified for path /*/*/caching/ttlInSeconds. "
                    + "Must be a number from 0 to 3600", "", ""),
        ])
    func update(_ one: PatchCase) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let before = try await harness.contents()
        let reply = try await harness.patch(
            "/restapis/\(id)/stages/prod", [one.step])
        if one.refusal.isEmpty {
            #expect(reply.status == 200, "\(reply.message ?? "")")
            var found: JSON? = reply.body
            // A method setting's key has dots of no meaning but slashes: it is the middle of three parts.
            let parts = one.place.split(separator: ".", maxSplits: 1)
            for part in parts { found = found?[String(part)] ?? found?.nested(String(part)) }
            #expect(found?.text() == one.expected)
            #expect(harness.publisher.notes.count == 2)
        } else {
            #expect(reply.status == (one.refusal.hasSuffix("identifier specified") ? 404 : 400))
            #expect(reply.message?.hasPrefix(one.refusal) == true, "\(reply.message ?? "")")
            #expect(try await harness.contents() == before)
            #expect(harness.publisher.notes.count == 1)
        }
    }

    @Test func `the first change of a method's settings brings all of AWS's defaults`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let stage = "/restapis/\(id)/stages/prod"
        let reply = try await harness.patch(stage, [.replace("/*/*/metrics/enabled", "true")])
        #expect(
            reply["methodSettings"] == [
                "*/*": [
                    "metricsEnabled": true, "dataTraceEnabled": false, "throttlingBurstLimit": 5000,
                    "throttlingRateLimit": .number(JSONNumber(10_000.0) ?? JSONNumber(0)),
                    "cachingEnabled": false, "cacheTtlInSeconds": 300, "cacheDataEncrypted": false,
                    "requireAuthorizationForCacheControl": true,
                    "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
                ]
            ])
        let removed = try await harness.patch(stage, [.remove("/*/*")])
        #expect(removed["methodSettings"] == [:])
    }

    @Test func `AWS's long list of valid paths, with the commas that it forgets`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let reply = try await harness.patch("/restapis/\(id)/stages/prod", [.replace("/tags/tag1", "x")])
        #expect(
            reply.message
                == "Invalid method setting path: /tags/tag1. Must be one of: [/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, /{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, /{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, /*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name}, /tracingEnabled]"
        )
    }

    @Test func `an override can be taken out again, an unknown one cannot`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let stage = "/restapis/\(id)/stages/prod"
        try await harness.patch(stage, [.replace("/canarySettings/stageVariableOverrides/b", "2")])
        let unknown = try await harness.patch(stage, [.remove("/canarySettings/stageVariableOverrides/c")])
        #expect(unknown.message == "Invalid remove operation with path: /canarySettings/stageVariableOverrides/c")
        let removed = try await harness.patch(stage, [.remove("/canarySettings/stageVariableOverrides/b")])
        #expect(removed["canarySettings"]?["stageVariableOverrides"] == nil)
    }

    @Test func `the cache of authorizers can be flushed where there is a stage`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let reply = try await harness.done("DELETE", "/restapis/\(id)/stages/prod/cache/authorizers")
        #expect(reply.status == 202)
        let lost = try await harness.call("DELETE", "/restapis/\(id)/stages/none/cache/authorizers")
        #expect(lost.message == "Invalid stage identifier specified")
    }

    @Test func `ten stages and no more`() async throws {
        let harness = try ControlHarness()
        let (id, deployment) = try await harness.deployedApi()
        for number in 1..<10 {
            try await harness.done(
                "POST", "/restapis/\(id)/stages",
                ["stageName": .string("s\(number)"), "deploymentId": .string(deployment)])
        }
        let reply = try await harness.call("POST", "/restapis/\(id)/deployments", ["stageName": "more"])
        #expect(reply.status == 429)
        #expect(reply.code == "LimitExceededException")
    }

    @Test func `stages of one deployment, and a stage that is deleted`() async throws {
        let harness = try ControlHarness()
        let (id, first) = try await harness.deployedApi()
        try await harness.done("POST", "/restapis/\(id)/deployments", ["stageName": "dev"])
        let list = try await harness.done("GET", "/restapis/\(id)/stages?deploymentId=\(first)")
        #expect(list["item"]?.array?.compactMap { $0["stageName"]?.string } == ["prod"])
        #expect(try await harness.done("DELETE", "/restapis/\(id)/stages/prod").status == 202)
        #expect(harness.publisher.notes.last == .withdraw(stage: "prod"))
        #expect(
            try await harness.call("GET", "/restapis/\(id)/stages/prod").message == "Invalid stage identifier specified"
        )
    }
}

extension JSON {
    /// The member of `key.rest`, where the key itself may have dots: the last dot parts them.
    fileprivate func nested(_ path: String) -> JSON? {
        guard let dot = path.lastIndex(of: ".") else { return nil }
        return self[String(path[..<dot])]?[String(path[path.index(after: dot)...])]
    }
}
