import JSON
import NIOHTTP1
import Testing

@testable import ControlAPI

/// Each call of the client as it goes over the wire: AWS's verbs, paths and bodies (spec appendix A).
@Suite struct ClientCallTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var target: String
        var body: String
        var answer: String
        var call: @Sendable (ControlClient) async throws -> Void

        var testDescription: String { name }
    }

    private static let model = #"{"id":"m","name":"Pet","schema":"{}","contentType":"application/json"}"#
    private static let key = #"{"id":"k","name":"app","enabled":true}"#

    private static let pool =
        #"{"vpcLinkId":"l","algorithm":"round_robin","deregistrationDelaySeconds":30,"#
        + #""targets":[{"host":"::1","port":80,"health":"unhealthy"}]}"#

    static let rows: [Row] = [
        Row(
            name: "GetModels", target: "GET /restapis/a/models?limit=500", body: "", answer: #"{"item":[\#(model)]}"#
        ) {
            let fits = try await $0.models(apiId: "a").map(\.name) == ["Pet"]
            #expect(fits)
        },
        Row(name: "GetModel", target: "GET /restapis/a/models/Pet", body: "", answer: model) {
            let fits = try await $0.model(apiId: "a", modelName: "Pet").id == "m"
            #expect(fits)
        },
        Row(
            name: "CreateModel", target: "POST /restapis/a/models",
            body: #"{"name":"Pet","schema":"{}","contentType":"application/json"}"#, answer: model
        ) { _ = try await $0.createModel(apiId: "a", name: "Pet", schema: "{}") },
        Row(
            name: "UpdateModel", target: "PATCH /restapis/a/models/Pet",
            body: #"{"patchOperations":[{"op":"replace","path":"/schema","value":"{}"}]}"#, answer: model
        ) {
            _ = try await $0.updateModel(
                apiId: "a", modelName: "Pet", patchOperations: [.replace("/schema", "{}")])
        },
        Row(name: "DeleteModel", target: "DELETE /restapis/a/models/Pet", body: "", answer: "") {
            try await $0.deleteModel(apiId: "a", modelName: "Pet")
        },
        Row(
            name: "GetRequestValidators", target: "GET /restapis/a/requestvalidators?limit=500", body: "",
            answer: #"{"item":[{"id":"v","name":"all","validateRequestBody":true}]}"#
        ) {
            let fits = try await $0.requestValidators(apiId: "a").map(\.id) == ["v"]
            #expect(fits)
        },
        Row(
            name: "GetGatewayResponses", target: "GET /restapis/a/gatewayresponses?limit=500", body: "",
            answer: #"{"item":[{"responseType":"THROTTLED","statusCode":"429","defaultResponse":true}]}"#
        ) {
            let fits = try await $0.gatewayResponses(apiId: "a").map(\.responseType) == ["THROTTLED"]
            #expect(fits)
        },
        Row(
            name: "PutGatewayResponse", target: "PUT /restapis/a/gatewayresponses/THROTTLED",
            body: #"{"statusCode":"420","responseTemplates":{"application/json":"{}"}}"#,
            answer: #"{"responseType":"THROTTLED","statusCode":"420","defaultResponse":false}"#
        ) {
            let response = GatewayResponse(
                responseType: "THROTTLED", statusCode: "420", responseTemplates: ["application/json": "{}"],
                defaultResponse: true)
            _ = try await $0.putGatewayResponse(apiId: "a", responseType: "THROTTLED", response)
        },
        Row(
            name: "UpdateGatewayResponse", target: "PATCH /restapis/a/gatewayresponses/THROTTLED",
            body:
                #"{"patchOperations":[{"op":"replace","path":"/responseTemplates/application~1json","value":"{}"}]}"#,
            answer: #"{"responseType":"THROTTLED"}"#
        ) {
            let path = "/responseTemplates/" + PatchOperation.segment("application/json")
            _ = try await $0.updateGatewayResponse(
                apiId: "a", responseType: "THROTTLED", patchOperations: [.replace(path, "{}")])
        },
        Row(
            name: "DeleteGatewayResponse", target: "DELETE /restapis/a/gatewayresponses/THROTTLED", body: "", answer: ""
        ) { try await $0.deleteGatewayResponse(apiId: "a", responseType: "THROTTLED") },
        Row(name: "GetApiKeys", target: "GET /apikeys?limit=500", body: "", answer: #"{"item":[\#(key)]}"#) {
            let fits = try await $0.apiKeys().map(\.name) == ["app"]
            #expect(fits)
        },
        Row(
            name: "GetApiKeys with values", target: "GET /apikeys?includeValues=true&limit=500", body: "",
            answer: #"{"item":[]}"#
        ) {
            let fits = try await $0.apiKeys(includeValues: true).isEmpty
            #expect(fits)
        },
        Row(name: "CreateApiKey", target: "POST /apikeys", body: #"{"name":"app","enabled":true}"#, answer: key) {
            _ = try await $0.createApiKey(name: "app")
        },
        Row(
            name: "UpdateApiKey", target: "PATCH /apikeys/k",
            body: #"{"patchOperations":[{"op":"replace","path":"/enabled","value":"false"}]}"#, answer: key
        ) { _ = try await $0.setApiKey(keyId: "k", enabled: false) },
        Row(name: "DeleteApiKey", target: "DELETE /apikeys/k", body: "", answer: "") {
            try await $0.deleteApiKey(keyId: "k")
        },
        Row(
            name: "GetUsagePlans", target: "GET /usageplans?limit=500", body: "",
            answer: #"{"item":[{"id":"p","quota":{"limit":5,"period":"DAY"}}]}"#
        ) {
            let fits = try await $0.usagePlans().first?.quota?.limit == 5
            #expect(fits)
        },
        Row(
            name: "GetUsagePlanKeys", target: "GET /usageplans/p/keys?limit=500", body: "",
            answer: #"{"item":[{"id":"k","type":"API_KEY","name":"app"}]}"#
        ) {
            let fits = try await $0.usagePlanKeys(usagePlanId: "p").map(\.id) == ["k"]
            #expect(fits)
        },
        Row(
            name: "GetUsage",
            target: "GET /usageplans/p/usage?startDate=2026-11-14&endDate=2026-11-20&limit=500&keyId=k", body: "",
            answer: #"{"usagePlanId":"p","values":{"k":[[1,9],[2,7]]}}"#
        ) {
            let usage = try await $0.usage(
                usagePlanId: "p", startDate: "2026-11-14", endDate: "2026-11-20", keyId: "k")
            #expect(usage.items == ["k": [[1, 9], [2, 7]]])
        },
        Row(name: "GetVpcLinks", target: "GET /vpclinks?limit=500", body: "", answer: #"{"item":[{"id":"l"}]}"#) {
            let fits = try await $0.vpcLinks().map(\.id) == ["l"]
            #expect(fits)
        },
        Row(name: "all target pools", target: "GET /sluice/targetpools", body: "", answer: #"{"item":[\#(pool)]}"#) {
            let fits = try await $0.targetPools().first?.targets.first?.health == .unhealthy
            #expect(fits)
        },
        Row(name: "a target pool", target: "GET /sluice/vpclinks/l/targetpool", body: "", answer: pool) {
            let fits = try await $0.targetPool(vpcLinkId: "l").targets.first?.id == "[::1]:80"
            #expect(fits)
        },
        Row(
            name: "a pool is set", target: "PUT /sluice/vpclinks/l/targetpool",
            body: #"{"algorithm":"round_robin","deregistrationDelaySeconds":30.0,"targets":[{"host":"a","port":80}]}"#,
            answer: pool
        ) {
            var (stays, leaves) = (TargetPool.Target(host: "a", port: 80), TargetPool.Target(host: "b", port: 80))
            (stays.health, leaves.health) = (.healthy, .draining)
            try await $0.putTargetPool(vpcLinkId: "l", TargetPool(targets: [stays, leaves]))
        },
        Row(
            name: "targets are added", target: "POST /sluice/vpclinks/l/targetpool/targets",
            body: #"{"targets":[{"host":"a","port":80}]}"#, answer: pool
        ) { _ = try await $0.registerTargets(vpcLinkId: "l", [TargetPool.Target(host: "a", port: 80)]) },
        Row(
            name: "a target is taken away", target: "DELETE /sluice/vpclinks/l/targetpool/targets/%5B%3A%3A1%5D%3A80",
            body: "", answer: "{}"
        ) { try await $0.deregisterTarget(vpcLinkId: "l", target: "[::1]:80") },
        Row(name: "a pool is deleted", target: "DELETE /sluice/vpclinks/l/targetpool", body: "", answer: "{}") {
            try await $0.deleteTargetPool(vpcLinkId: "l")
        },
        Row(
            name: "the state of caches", target: "GET /sluice/cache?apiId=a&stageName=prod", body: "",
            answer: """
                {"item":[{"apiId":"a","stageName":"prod","canary":false,"entries":3,"bytes":90,"capacityBytes":512,\
                "status":"AVAILABLE"}]}
                """
        ) {
            let fits = try await $0.caches(apiId: "a", stageName: "prod").first?.entries == 3
            #expect(fits)
        },
        Row(
            name: "FlushStageCache", target: "DELETE /restapis/a/stages/prod/cache/data", body: "", answer: ""
        ) { try await $0.flushStageCache(apiId: "a", stageName: "prod") },
        Row(
            name: "the state of throttles", target: "GET /sluice/throttles?apiId=a&stageName=prod", body: "",
            answer: """
                {"item":[{"level":"planMethod","rateLimit":1.5,"burstLimit":2,"available":0.5,"throttled":7}]}
                """
        ) {
            let fits = try await $0.throttles(apiId: "a", stageName: "prod").first?.level == .planMethod
            #expect(fits)
        },
        Row(
            name: "UpdateIntegration", target: "PATCH /restapis/a/resources/r/methods/GET/integration",
            body: #"{"patchOperations":[{"op":"add","path":"/requestTemplates/application~1json","value":"{}"}]}"#,
            answer: #"{"type":"HTTP"}"#
        ) {
            let path = "/requestTemplates/" + PatchOperation.segment("application/json")
            _ = try await $0.updateIntegration(
                apiId: "a", resourceId: "r", httpMethod: "GET", patchOperations: [.add(path, "{}")])
        },
        Row(
            name: "UpdateIntegrationResponse",
            target: "PATCH /restapis/a/resources/r/methods/GET/integration/responses/200",
            body: #"{"patchOperations":[{"op":"remove","path":"/responseTemplates/a~0b"}]}"#,
            answer: #"{"statusCode":"200"}"#
        ) {
            _ = try await $0.updateIntegrationResponse(
                apiId: "a", resourceId: "r", httpMethod: "GET", statusCode: "200",
                patchOperations: [.remove("/responseTemplates/" + PatchOperation.segment("a~b"))])
        },
    ]

    @Test(arguments: rows)
    func isSentAsAWSHasIt(_ row: Row) async throws {
        let answer = ClientTests.Prepared(status: .ok, body: row.answer)
        try await ClientTests().served([answer]) { client, server in
            try await row.call(client)
            #expect(server.requests.count == 1)
            #expect(server.requests.first?.hasPrefix(row.target + " ") == true, "\(server.requests)")
            #expect(server.bodies == [row.body])
        }
    }

    @Test func usageIsFollowedToItsEnd() async throws {
        let first = ClientTests.Prepared(status: .ok, body: #"{"values":{"a":[[1,2]]},"position":"p"}"#)
        let second = ClientTests.Prepared(status: .ok, body: #"{"values":{"b":[[3,4]]}}"#)
        try await ClientTests().served([first, second]) { client, server in
            let usage = try await client.usage(usagePlanId: "p", startDate: "2026-01-01", endDate: "2026-01-01")
            #expect(usage.items == ["a": [[1, 2]], "b": [[3, 4]]])
            #expect(usage.position == nil)
            #expect(server.requests.last?.contains("position=p") == true)
        }
    }
}
