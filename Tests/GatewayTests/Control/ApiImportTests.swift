import ControlAPI
import JSON
import Testing

@testable import Gateway

@Suite struct ApiImportTests {
    private static func document(
        _ paths: String, title: String = "shop", more: String = ""
    ) -> [UInt8] {
        Array("openapi: 3.0.1\ninfo: {title: \(title), version: '1'}\npaths: {\(paths)}\n\(more)\n".utf8)
    }

    private static let mock = "x-amazon-apigateway-integration: {type: mock}"

    private func paths(_ harness: ControlHarness, _ id: String) async throws -> [String] {
        try await harness.call("GET", "/restapis/\(id)/resources")["item"]?.array?.compactMap { resource in
            let verbs = (resource["resourceMethods"]?.object?.keys ?? []).sorted().joined(separator: ",")
            return "\(resource["path"]?.string ?? "") \(verbs)"
        } ?? []
    }

    @Test func mergeKeepsAndOverwriteReplaces() async throws {
        let harness = try ControlHarness()
        let first = Self.document("/a: {get: {\(Self.mock)}, post: {\(Self.mock)}}, /b/c: {get: {\(Self.mock)}}")
        let id = try await harness.send("POST", "/restapis?mode=import", first).text("id")
        #expect(try await paths(harness, id) == ["/ ", "/a GET,POST", "/b ", "/b/c GET"])
        let second = Self.document("/a: {get: {\(Self.mock)}}, /d: {get: {\(Self.mock)}}", title: "other")
        #expect(try await harness.send("PUT", "/restapis/\(id)?mode=merge", second).text("name") == "other")
        #expect(try await paths(harness, id) == ["/ ", "/a GET,POST", "/b ", "/b/c GET", "/d GET"])
        try await harness.send("PUT", "/restapis/\(id)?mode=overwrite", second)
        #expect(try await paths(harness, id) == ["/ ", "/a GET", "/d GET"])
        let journal = try await harness.call("GET", "/sluice/journal")["item"]?[0]
        #expect(journal?["operation"] == "PutRestApi")
        #expect(journal?["before"]?["resources"]?.array?.count == 5)
        #expect(journal?["after"]?["resources"]?.array?.count == 3)
    }

    @Test(arguments: [
        (
            "/a: {get: {x-amazon-apigateway-integration: {type: aws, httpMethod: POST, uri: nope}}}", "",
            "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/a': "
                + "Invalid ARN specified in the request"
        ),
        (
            "'/{a}': {}, '/{b}': {}", "",
            "Errors found during import:\n\tUnable to create resource at path '/{b}': "
                + "A sibling ({a}) of this resource already has a variable path part -- only one is allowed"
        ),
        (
            "", "components: {schemas: {a_b: {type: object}}}",
            "Errors found during import:\n\tUnable to create model for 'a_b': Model name must be alphanumeric: a_b"
        ),
        (
            "", "components: {schemas: {A: {properties: {b: {$ref: '#/components/schemas/Gone'}}}}}",
            "Errors found during import:\n\tUnable to create model for 'A': Invalid model specified: Validation "
                + "Result: warnings : [], errors : [Invalid model specified: Gone]"
        ),
    ])
    func errorsLeaveNothingBehind(paths: String, more: String, message: String) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let before = try await harness.contents()
        let document = Self.document(paths, more: more)
        for (verb, target) in [("POST", "/restapis?mode=import"), ("PUT", "/restapis/\(id)?mode=overwrite")] {
            let reply = try await harness.send(verb, target, document)
            #expect(reply.status == 400)
            #expect(reply.message == message)
        }
        #expect(try await harness.contents() == before)
    }

    @Test func authorizersAndDocumentationAreTheApisOwn() async throws {
        let harness = try ControlHarness()
        let uri =
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
            + "arn:aws:lambda:us-east-1:000000000000:function:who/invocations"
        let more = """
            components: {securitySchemes: {who: {type: apiKey, name: Authorization, in: header,
              x-amazon-apigateway-authtype: custom,
              x-amazon-apigateway-authorizer: {type: token, authorizerUri: '\(uri)'}}}}
            x-amazon-apigateway-documentation: {version: '1', documentationParts: [
              {location: {type: RESOURCE, path: /a}, properties: {description: All of a}}]}
            """
        let guarded = "/a: {get: {security: [{who: []}], \(Self.mock)}}"
        let id = try await harness.send("POST", "/restapis?mode=import", Self.document(guarded, more: more)).text("id")
        let authorizer = try await harness.call("GET", "/restapis/\(id)/authorizers")["item"]?[0]
        #expect(authorizer?["name"] == "who")
        #expect(authorizer?["type"] == "TOKEN")
        let resources = try await harness.call("GET", "/restapis/\(id)/resources?embed=methods")["item"]?.array
        let method = resources?.first { $0["path"] == "/a" }?["resourceMethods"]?["GET"]
        #expect(method?["authorizationType"] == "CUSTOM")
        #expect(method?["authorizerId"] == authorizer?["id"])
        let part = try await harness.call("GET", "/restapis/\(id)/documentation/parts")["item"]?[0]
        #expect(part?["location"] == ["type": "RESOURCE", "path": "/a"])
        #expect(part?["properties"] == #"{"description":"All of a"}"#)

        // What the next document does not have goes, and nothing of it is left in methods.
        let open = Self.document("/a: {get: {\(Self.mock)}}")
        try await harness.send("PUT", "/restapis/\(id)?mode=overwrite", open)
        #expect(try await harness.call("GET", "/restapis/\(id)/authorizers")["item"]?.array?.isEmpty == true)
        #expect(try await harness.call("GET", "/restapis/\(id)/documentation/parts")["item"]?.array?.isEmpty == true)
    }

    @Test func warningsAreToldOrRefused() async throws {
        let harness = try ControlHarness()
        let document = Self.document("/a: {get: {parameters: [{name: c, in: cookie}], \(Self.mock)}}")
        let warning = "Unsupported location 'cookie' of parameter 'c' of resource '/a' and method 'GET'. Ignoring."
        let before = try await harness.contents()
        let refused = try await harness.send("POST", "/restapis?mode=import&failonwarnings=true", document)
        #expect(refused.message == "Warnings found during import:\n\t\(warning)")
        #expect(try await harness.contents() == before)
        let taken = try await harness.send("POST", "/restapis?mode=import", document)
        #expect(taken["warnings"] == [.string(warning)])
    }

    @Test func faultsInTheFileSayWhere() async throws {
        let harness = try ControlHarness()
        let reply = try await harness.send("POST", "/restapis?mode=import", Array("openapi: 3.0.1\na: *gone".utf8))
        #expect(reply.message == "Invalid OpenAPI input.")
        #expect(reply.text("detail").contains("line 2, column 4"))
        let large = Array(repeating: UInt8(ascii: " "), count: 6 << 20) + [0x20]
        #expect(try await harness.send("POST", "/restapis?mode=import", large).status == 413)
    }

    /// The whole way: stored, deployed, exported, imported and exported again.
    @Test(arguments: ["oas30", "swagger"])
    func exportedApisImportAsTheSame(format: String) async throws {
        let harness = try ControlHarness()
        let text = Self.document(
            "'/pets/{id}': {get: {responses: {200: {description: x, content: {application/json: {schema: "
                + "{$ref: '#/components/schemas/Pet'}}}}}, \(Self.mock)}}",
            more: "x-amazon-apigateway-request-validators: {all: {validateRequestBody: true}}\n"
                + "x-amazon-apigateway-request-validator: all\n"
                + "components: {schemas: {Pet: {properties: {mate: {$ref: '#/components/schemas/Pet'}}}}}")
        let id = try await harness.send("POST", "/restapis?mode=import", text).text("id")
        let export = "/restapis/\(id)/stages/prod/exports/\(format)?extensions=apigateway"
        try await harness.done("POST", "/restapis/\(id)/deployments", ["stageName": "prod"])
        let first = try await harness.call("GET", export)
        #expect(first.headers["Content-Disposition"] == "attachment; filename=\"\(format)_1.json\"")
        #expect(first.body["paths"]?["/pets/{id}"]?["get"]?["x-amazon-apigateway-integration"]?["type"] == "mock")
        try await harness.send("PUT", "/restapis/\(id)?mode=overwrite", first.body.bytes())
        try await harness.done("POST", "/restapis/\(id)/deployments", ["stageName": "prod"])
        #expect(try await harness.call("GET", export).body == first.body)
    }
}
