import ControlAPI
import Foundation
import GRDB
import JSON
import Testing

@testable import Gateway

/// One call by its verb, path and body, in which `{name}` stands for an id of the home.
struct HistoryCall: Sendable, CustomTestStringConvertible {
    let verb: String
    let target: String
    let body: String
    var testDescription: String { "\(verb) \(target)" }

    init(_ verb: String, _ target: String, _ body: String = "") {
        self.verb = verb
        self.target = target
        self.body = body
    }

    static func patch(_ target: String, _ op: String, _ path: String, _ value: String? = nil) -> HistoryCall {
        HistoryCall(
            "PATCH", target,
            #"{"patchOperations":[{"op":"\#(op)","path":"\#(path)"\#(value.map { #","value":"\#($0)""# } ?? "")}]}"#)
    }
}

/// A home that has one of everything, with names for the ids.
struct HistoryHome: Sendable {
    let harness: ControlHarness
    let ids: [String: String]

    /// Made in this order; the id of each answer gets the name.
    private static let made: [(name: String, member: String, call: HistoryCall)] = [
        ("api", "id", HistoryCall("POST", "/restapis", #"{"name":"shop"}"#)),
        ("pets", "id", HistoryCall("POST", "/restapis/{api}/resources/{root}", #"{"pathPart":"pets"}"#)),
        ("pet", "id", HistoryCall("POST", "/restapis/{api}/resources/{pets}", #"{"pathPart":"{petId}"}"#)),
        (
            "model", "name",
            HistoryCall(
                "POST", "/restapis/{api}/models",
                ##"{"name":"Pet","contentType":"application/json","schema":"{\"type\":\"object\"}"}"##)
        ),
        ("validator", "id", HistoryCall("POST", "/restapis/{api}/requestvalidators", #"{"name":"v"}"#)),
        (
            "authorizer", "id",
            HistoryCall(
                "POST", "/restapis/{api}/authorizers",
                #"{"name":"a","type":"TOKEN","identitySource":"method.request.header.Auth","authorizerUri":"#
                    + #""arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations"}"#)
        ),
        (
            "", "",
            HistoryCall("PUT", "{get}", #"{"authorizationType":"NONE","requestModels":{"application/json":"Pet"}}"#)
        ),
        ("", "", HistoryCall("PUT", "{get}/responses/200", "{}")),
        ("", "", HistoryCall("PUT", "{get}/integration", #"{"type":"MOCK"}"#)),
        ("", "", HistoryCall("PUT", "{get}/integration/responses/200", "{}")),
        ("", "", HistoryCall("PUT", "/restapis/{api}/gatewayresponses/DEFAULT_4XX", #"{"statusCode":"499"}"#)),
        (
            "part", "id",
            HistoryCall(
                "POST", "/restapis/{api}/documentation/parts", #"{"location":{"type":"API"},"properties":"{}"}"#)
        ),
        ("", "", HistoryCall("POST", "/restapis/{api}/documentation/versions", #"{"documentationVersion":"1"}"#)),
        ("first", "id", HistoryCall("POST", "/restapis/{api}/deployments", #"{"stageName":"prod"}"#)),
        (
            "second", "id",
            HistoryCall(
                "POST", "/restapis/{api}/deployments",
                #"{"stageName":"prod","canarySettings":{"percentTraffic":10,"stageVariableOverrides":{"v":"2"}}}"#)
        ),
        ("third", "id", HistoryCall("POST", "/restapis/{api}/deployments", "{}")),
        ("key", "id", HistoryCall("POST", "/apikeys", #"{"name":"k","enabled":true}"#)),
        ("other", "id", HistoryCall("POST", "/apikeys", #"{"name":"o"}"#)),
        (
            "plan", "id",
            HistoryCall("POST", "/usageplans", #"{"name":"p","apiStages":[{"apiId":"{api}","stage":"prod"}]}"#)
        ),
        ("free", "id", HistoryCall("POST", "/usageplans", #"{"name":"q"}"#)),
        ("", "", HistoryCall("POST", "/usageplans/{plan}/keys", #"{"keyId":"{key}","keyType":"API_KEY"}"#)),
        (
            "link", "id",
            HistoryCall(
                "POST", "/vpclinks",
                #"{"name":"l","targetArns":["arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/n/1"]}"#
            )
        ),
        ("certificate", "clientCertificateId", HistoryCall("POST", "/clientcertificates", #"{"description":"c"}"#)),
        (
            "", "",
            HistoryCall(
                "POST", "/domainnames",
                #"{"domainName":"a.b","certificateArn":"arn:aws:acm:us-east-1:000000000000:certificate/c"}"#)
        ),
        ("lone", "id", HistoryCall("POST", "/restapis", #"{"name":"lone"}"#)),
        ("", "", HistoryCall("POST", "/domainnames/a.b/basepathmappings", #"{"basePath":"v","restApiId":"{lone}"}"#)),
    ]

    init() async throws {
        harness = try ControlHarness()
        var ids: [String: String] = [:]
        for (name, member, call) in Self.made {
            let reply = try await harness.done(
                call.verb, Self.filled(call.target, ids), try JSON(parsing: Self.filled(call.body, ids)))
            if !name.isEmpty { ids[name] = reply.text(member) }
            if name == "api" { ids["root"] = reply.text("rootResourceId") }
            if name == "pets" { ids["get"] = "/restapis/\(ids["api"] ?? "")/resources/\(reply.text("id"))/methods/GET" }
        }
        self.ids = ids
    }

    private static func filled(_ text: String, _ ids: [String: String]) -> String {
        ids.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    @discardableResult
    func call(_ call: HistoryCall) async throws -> ControlHarness.Reply {
        let body = Self.filled(call.body, ids)
        return try await harness.send(call.verb, Self.filled(call.target, ids), Array(body.utf8))
    }

    /// The number of the newest entry.
    func newest() async throws -> Int {
        try await harness.store.read { db in try Int.fetchOne(db, sql: "SELECT MAX(sequence) FROM journal") ?? 0 }
    }

    func undo(_ sequence: Int, dryRun: Bool = false) async throws -> ControlHarness.Reply {
        try await harness.call("POST", "/sluice/journal/\(sequence)/undo\(dryRun ? "?dryRun=true" : "")")
    }

    /// All that is stored but the journal, in an order of its own.
    func image() async throws -> [String] {
        let capture = harness.store.capture
        return try await harness.store.read { db in
            try capture.shapes.keys.sorted().flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table): \($0)" }.sorted()
            }
        }
    }
}
