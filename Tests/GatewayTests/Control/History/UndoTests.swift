import ControlAPI
import JSON
import Testing

@testable import Gateway

private let mock = #"{"type":"MOCK","requestTemplates":{"application/json":"{\"statusCode\": 200}"}}"#
private let openAPI = """
    openapi: 3.0.1
    info: {title: other, version: '1'}
    paths: {/new: {get: {x-amazon-apigateway-integration: {type: mock}}}}
    """

@Suite struct UndoTests {
    /// One of each family's operations, on a home that has one of everything.
    static let calls: [HistoryCall] = [
        HistoryCall("POST", "/restapis", #"{"name":"n"}"#),
        HistoryCall("POST", "/restapis", #"{"name":"n","cloneFrom":"{api}"}"#),
        .patch("/restapis/{api}", "replace", "/name", "renamed"),
        .patch("/restapis/{api}", "add", "/binaryMediaTypes/image~1png"),
        HistoryCall("DELETE", "/restapis/{api}"),
        HistoryCall("POST", "/restapis?mode=import", openAPI),
        HistoryCall("PUT", "/restapis/{api}?mode=merge", openAPI),
        HistoryCall("PUT", "/restapis/{api}?mode=overwrite", openAPI),
        HistoryCall("POST", "/restapis/{api}/resources/{pets}", #"{"pathPart":"new"}"#),
        .patch("/restapis/{api}/resources/{pets}", "replace", "/pathPart", "animals"),
        HistoryCall("DELETE", "/restapis/{api}/resources/{pets}"),
        HistoryCall("PUT", "/restapis/{api}/resources/{pets}/methods/POST", #"{"authorizationType":"NONE"}"#),
        .patch("{get}", "replace", "/apiKeyRequired", "true"),
        HistoryCall("DELETE", "{get}"),
        HistoryCall("PUT", "{get}/integration", mock),
        .patch("{get}/integration", "add", "/requestTemplates/text~1plain", "x"),
        HistoryCall("DELETE", "{get}/integration"),
        HistoryCall("PUT", "{get}/responses/404", "{}"),
        .patch("{get}/responses/200", "add", "/responseModels/application~1json", "Empty"),
        HistoryCall("DELETE", "{get}/responses/200"),
        .patch("{get}/integration/responses/200", "add", "/responseTemplates/text~1plain", "x"),
        HistoryCall("DELETE", "{get}/integration/responses/200"),
        HistoryCall(
            "POST", "/restapis/{api}/models",
            ##"{"name":"New","contentType":"application/json","schema":"{\"type\":\"object\"}"}"##),
        .patch("/restapis/{api}/models/Pet", "replace", "/description", "d"),
        HistoryCall("DELETE", "/restapis/{api}/models/Error"),
        HistoryCall("POST", "/restapis/{api}/requestvalidators", #"{"name":"new"}"#),
        .patch("/restapis/{api}/requestvalidators/{validator}", "replace", "/validateRequestBody", "true"),
        HistoryCall("DELETE", "/restapis/{api}/requestvalidators/{validator}"),
        HistoryCall("PUT", "/restapis/{api}/gatewayresponses/THROTTLED", #"{"statusCode":"420"}"#),
        .patch("/restapis/{api}/gatewayresponses/DEFAULT_4XX", "replace", "/statusCode", "418"),
        HistoryCall("DELETE", "/restapis/{api}/gatewayresponses/DEFAULT_4XX"),
        .patch("/restapis/{api}/authorizers/{authorizer}", "replace", "/name", "b"),
        HistoryCall("DELETE", "/restapis/{api}/authorizers/{authorizer}"),
        HistoryCall(
            "POST", "/restapis/{api}/documentation/parts",
            #"{"location":{"type":"MODEL","name":"Pet"},"properties":"{}"}"#),
        .patch("/restapis/{api}/documentation/parts/{part}", "replace", "/properties", #"{\"a\":1}"#),
        HistoryCall("DELETE", "/restapis/{api}/documentation/parts/{part}"),
        HistoryCall("POST", "/restapis/{api}/documentation/versions", #"{"documentationVersion":"2"}"#),
        .patch("/restapis/{api}/documentation/versions/1", "replace", "/description", "d"),
        HistoryCall("DELETE", "/restapis/{api}/documentation/versions/1"),
        HistoryCall("POST", "/restapis/{api}/deployments", #"{"description":"new"}"#),
        HistoryCall("POST", "/restapis/{api}/deployments", #"{"stageName":"prod"}"#),
        HistoryCall("POST", "/restapis/{api}/deployments", #"{"stageName":"new"}"#),
        .patch("/restapis/{api}/deployments/{first}", "replace", "/description", "d"),
        HistoryCall("DELETE", "/restapis/{api}/deployments/{third}"),
        HistoryCall("POST", "/restapis/{api}/stages", #"{"stageName":"new","deploymentId":"{first}"}"#),
        .patch("/restapis/{api}/stages/prod", "replace", "/canarySettings/percentTraffic", "50"),
        HistoryCall(
            "PATCH", "/restapis/{api}/stages/prod",
            #"""
            {"patchOperations":[
                {"op":"replace","path":"/canarySettings/percentTraffic","value":"0.0"},
                {"op":"copy","from":"/canarySettings/deploymentId","path":"/deploymentId"},
                {"op":"copy","from":"/canarySettings/stageVariableOverrides","path":"/variables"}]}
            """#),
        .patch("/restapis/{api}/stages/prod", "replace", "/deploymentId", "{third}"),
        .patch("/restapis/{api}/stages/prod", "remove", "/canarySettings"),
        HistoryCall("DELETE", "/restapis/{api}/stages/prod"),
        HistoryCall("POST", "/apikeys", #"{"name":"new"}"#),
        .patch("/apikeys/{key}", "replace", "/enabled", "false"),
        HistoryCall("DELETE", "/apikeys/{key}"),
        HistoryCall("POST", "/usageplans", #"{"name":"new"}"#),
        .patch("/usageplans/{plan}", "replace", "/name", "renamed"),
        .patch("/usageplans/{plan}", "remove", "/apiStages", "{api}:prod"),
        HistoryCall("DELETE", "/usageplans/{free}"),
        HistoryCall("POST", "/usageplans/{plan}/keys", #"{"keyId":"{other}","keyType":"API_KEY"}"#),
        HistoryCall("DELETE", "/usageplans/{plan}/keys/{key}"),
        .patch("/vpclinks/{link}", "replace", "/name", "m"),
        HistoryCall("DELETE", "/vpclinks/{link}"),
        HistoryCall("POST", "/clientcertificates", "{}"),
        .patch("/clientcertificates/{certificate}", "replace", "/description", "d"),
        HistoryCall("DELETE", "/clientcertificates/{certificate}"),
        HistoryCall(
            "POST", "/domainnames",
            #"{"domainName":"c.d","certificateArn":"arn:aws:acm:us-east-1:000000000000:certificate/c"}"#),
        HistoryCall("DELETE", "/domainnames/a.b"),
        HistoryCall(
            "POST", "/domainnames/a.b/basepathmappings", #"{"basePath":"w","restApiId":"{api}","stage":"prod"}"#),
        .patch("/domainnames/a.b/basepathmappings/v", "replace", "/basePath", "w"),
        HistoryCall("DELETE", "/domainnames/a.b/basepathmappings/v"),
        HistoryCall(
            "PUT", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F{api}", #"{"tags":{"a":"b"}}"#),
        .patch("/account", "replace", "/cloudwatchRoleArn", "arn:aws:iam::000000000000:role/r"),
    ]

    @Test(arguments: calls)
    func `an undone change leaves everything as it was, and its undo brings it back`(_ call: HistoryCall) async throws {
        let home = try await HistoryHome()
        let (start, first) = (try await home.image(), try await home.newest() + 1)
        let reply = try await home.call(call)
        #expect(reply.status < 300, "\(reply.body.text())")
        let changed = try await home.image()
        #expect(changed != start)

        let tried = try await home.undo(first, dryRun: true)
        #expect(tried.status == 200, "\(tried.body.text())")
        #expect(tried["changes"]?.array?.isEmpty == false)
        #expect(try await home.image() == changed)

        let redo = try await home.newest() + 1
        let undone = try await home.undo(first)
        #expect(undone.status == 200, "\(undone.body.text())")
        #expect(undone["changes"] == tried["changes"])
        #expect(try await home.image() == start)
        #expect(try await home.undo(first).status == 409)

        let again = try await home.undo(redo)
        #expect(again.status == 200, "\(again.body.text())")
        #expect(try await home.image() == changed)
        let entry = try await home.harness.done("GET", "/sluice/journal/\(first)")
        #expect(entry["undoneBy"] == nil)
    }

    @Test(arguments: 0..<6)
    func `any changes, undone in reverse, leave everything as it was`(_ seed: Int) async throws {
        var numbers = SeededRandom(seed: UInt64(seed) &+ 17)
        let home = try await HistoryHome()
        let start = try await home.image()
        var made: [(sequence: Int, image: [String])] = []
        for _ in 0..<40 {
            guard let call = Self.calls.randomElement(using: &numbers) else { continue }
            let (before, image) = (try await home.newest(), try await home.image())
            let reply = try await home.call(call)
            guard reply.status < 300, try await home.newest() > before else { continue }
            // Changes that change nothing cannot be undone, and need not.
            guard try await home.image() != image else { continue }
            made.append((before + 1, image))
        }
        #expect(made.count > 3)
        for (sequence, image) in made.reversed() {
            let undone = try await home.undo(sequence)
            #expect(undone.status == 200, "\(undone.body.text())")
            #expect(try await home.image() == image)
        }
        #expect(try await home.image() == start)
    }

    struct Blocked: Sendable, CustomTestStringConvertible {
        let first: HistoryCall
        let later: HistoryCall
        let reason: String
        var testDescription: String { "\(first.testDescription), then \(later.testDescription)" }
    }

    @Test(arguments: [
        Blocked(
            first: .patch("/restapis/{api}", "replace", "/name", "x"),
            later: .patch("/restapis/{api}", "replace", "/name", "y"), reason: "what it changed was changed again"),
        Blocked(
            first: HistoryCall("POST", "/restapis", #"{"name":"n"}"#), later: .patch("{last}", "replace", "/name", "y"),
            reason: "what it changed was changed again"),
        Blocked(
            first: HistoryCall("PUT", "{get}/integration", mock),
            later: .patch("{get}/integration", "add", "/requestTemplates/a~1b", "x"),
            reason: "what it changed was changed again"),
        Blocked(
            first: HistoryCall("POST", "/restapis/{api}/resources/{pets}", #"{"pathPart":"new"}"#),
            later: HistoryCall("POST", "/restapis/{api}/resources/{last}", #"{"pathPart":"below"}"#),
            reason: "the resource /pets/new/below was made in it later"),
        Blocked(
            first: HistoryCall("DELETE", "{get}"), later: HistoryCall("DELETE", "/restapis/{api}/resources/{pets}"),
            reason: "the resource that it belongs to is gone"),
        Blocked(
            first: HistoryCall("DELETE", "{get}"), later: HistoryCall("PUT", "{get}", #"{"authorizationType":"NONE"}"#),
            reason: "what it changed was changed again"),
        Blocked(
            first: HistoryCall("DELETE", "/restapis/{api}/resources/{pet}"),
            later: HistoryCall("POST", "/restapis/{api}/resources/{pets}", #"{"pathPart":"{name}"}"#),
            reason: "A sibling"),
        Blocked(
            first: HistoryCall("DELETE", "/restapis/{api}/resources/{pet}"),
            later: .patch("/restapis/{api}/resources/{pets}", "replace", "/pathPart", "animals"),
            reason: "its parent is at /animals now"),
        Blocked(
            first: HistoryCall("POST", "/restapis/{api}/deployments", #"{"description":"new"}"#),
            later: .patch("/restapis/{api}/stages/prod", "replace", "/deploymentId", "{last}"),
            reason: "the stage prod points to it"),
        Blocked(
            first: HistoryCall("POST", "/restapis/{api}/stages", #"{"stageName":"new","deploymentId":"{first}"}"#),
            later: .patch("/usageplans/{free}", "add", "/apiStages", "{api}:new"),
            reason: "usage plan"),
        Blocked(
            first: HistoryCall("POST", "/restapis/{api}/requestvalidators", #"{"name":"new"}"#),
            later: .patch("{get}", "replace", "/requestValidatorId", "{last}"),
            reason: "a method names the request validator"),
        Blocked(
            first: .patch("{get}", "replace", "/requestValidatorId", "{validator}"),
            later: .patch("{get}", "replace", "/requestValidatorId", ""), reason: "what it changed was changed again"),
        Blocked(
            first: HistoryCall("POST", "/apikeys", #"{"name":"new"}"#),
            later: HistoryCall("POST", "/usageplans/{plan}/keys", #"{"keyId":"{last}","keyType":"API_KEY"}"#),
            reason: "was made in it later"),
        Blocked(
            first: HistoryCall("DELETE", "/domainnames/a.b/basepathmappings/v"),
            later: HistoryCall("DELETE", "/restapis/{lone}"), reason: "the API"),
        Blocked(
            first: HistoryCall("POST", "/clientcertificates", "{}"),
            later: .patch("/restapis/{api}/stages/prod", "replace", "/clientCertificateId", "{last}"),
            reason: "shows it"),
    ])
    func `a change on which a later one depends stays`(_ one: Blocked) async throws {
        let home = try await HistoryHome()
        let first = try await home.newest() + 1
        let reply = try await home.call(one.first)
        #expect(reply.status < 300, "\(reply.body.text())")
        let last = reply.text("id") + reply.text("clientCertificateId")
        let later = HistoryCall(
            one.later.verb,
            one.later.target.replacing("{last}", with: one.first.target == "/restapis" ? "/restapis/\(last)" : last),
            one.later.body.replacing("{last}", with: last))
        let second = try await home.newest() + 1
        let done = try await home.call(later)
        #expect(done.status < 300, "\(done.body.text())")
        let image = try await home.image()
        let refused = try await home.undo(first)
        #expect(refused.status == 409)
        #expect(refused.code == "ConflictException")
        #expect(refused.message?.contains(one.reason) == true, "\(refused.body.text())")
        #expect(refused.message?.contains("Entry \(second) stands in the way") == true, "\(refused.body.text())")
        #expect(refused.message?.contains("by unix:uid=7") == true)
        #expect(try await home.image() == image)

        #expect(try await home.undo(second).status == 200)
        #expect(try await home.undo(first).status == 200)
    }

    @Test func `changes of one resource that do not meet are undone in any order`() async throws {
        let home = try await HistoryHome()
        let first = try await home.newest() + 1
        try await home.call(.patch("/restapis/{api}", "replace", "/name", "x"))
        try await home.call(.patch("/restapis/{api}", "replace", "/description", "d"))
        try await home.call(HistoryCall("PUT", "{get}/responses/404", "{}"))
        try await home.call(.patch("{get}/integration", "add", "/requestTemplates/a~1b", "t"))
        #expect(try await home.undo(first).status == 200)
        #expect(try await home.undo(first + 2).status == 200)
        let api = try await home.call(HistoryCall("GET", "/restapis/{api}"))
        #expect(api["name"] == "shop")
        #expect(api["description"] == "d")
        let method = try await home.call(HistoryCall("GET", "{get}"))
        #expect(method["methodResponses"]?.object?.keys == ["200"])
        #expect(method["methodIntegration"]?["requestTemplates"]?["a/b"] == "t")
        #expect(try await home.undo(first + 1).status == 200)
        #expect(try await home.call(HistoryCall("GET", "/restapis/{api}"))["description"] == nil)
    }

    @Test func `an undo is live and in the journal, and marks what it undid`() async throws {
        let home = try await HistoryHome()
        let sequence = try await home.newest() + 1
        try await home.call(.patch("/restapis/{api}/stages/prod", "replace", "/canarySettings/percentTraffic", "50"))
        let published = home.harness.publisher.notes.count
        let undone = try await home.undo(sequence)
        #expect(home.harness.publisher.notes.count == published + 1)
        #expect(undone["undone"]?[0]?["sequence"]?.int == sequence)
        #expect(undone["changes"]?[0]?["member"] == "canarySettings.percentTraffic")
        #expect(undone["changes"]?[0]?["before"]?.double == 50)
        #expect(undone["changes"]?[0]?["after"]?.double == 10)
        let entry = try await home.harness.done("GET", "/sluice/journal/\(sequence + 1)")
        #expect(entry["operation"] == "Undo")
        #expect(entry["undoes"]?.int == sequence)
        #expect(entry["resource"]?.string == "/restapis/\(home.ids["api"] ?? "")/stages/prod")
        #expect(try await home.harness.done("GET", "/sluice/journal/\(sequence)")["undoneBy"]?.int == sequence + 1)
    }

    @Test func `an undo whose stage cannot be published is refused whole`() async throws {
        let home = try await HistoryHome()
        let sequence = try await home.newest() + 1
        try await home.call(.patch("/restapis/{api}/stages/prod", "replace", "/canarySettings/percentTraffic", "50"))
        let image = try await home.image()
        home.harness.publisher.refuses = true
        #expect(try await home.undo(sequence, dryRun: true).status == 400)
        #expect(try await home.undo(sequence).status == 400)
        #expect(try await home.image() == image)
    }

    @Test(arguments: [
        (HistoryCall("POST", "/sluice/credentials", "{}"), "an access key's secret"),
        (HistoryCall("DELETE", "/restapis/{api}/stages/prod/cache/data"), "comes back with the next requests"),
    ])
    func `what cannot be undone says why`(_ call: HistoryCall, _ reason: String) async throws {
        let home = try await HistoryHome()
        let sequence = try await home.newest() + 1
        #expect(try await home.call(call).status < 300)
        let refused = try await home.undo(sequence)
        #expect(refused.status == 409)
        #expect(refused.message?.contains(reason) == true, "\(refused.body.text())")
        #expect(try await home.harness.done("GET", "/sluice/journal/\(sequence)")["undoRefusal"] != nil)
    }

    @Test func `an entry that does not exist`() async throws {
        let harness = try ControlHarness()
        for text in ["1", "x", "99999999999999999999"] {
            #expect(try await harness.call("POST", "/sluice/journal/\(text)/undo").status == 404)
            #expect(try await harness.call("GET", "/sluice/journal/\(text)").status == 404)
        }
    }
}
