import ControlAPI
import JSON
import Testing

@testable import OpenAPI

@Suite struct ReaderTests {
    private func read(_ text: String, basePath: BasePathMode = .ignore) throws -> DefinitionReader.Output {
        try DefinitionReader.read(
            Array(text.utf8), basePath: basePath, place: ImportPlace(account: "111122223333", region: "eu-west-1"))
    }

    private func method(_ operation: String, path: String = "/p", top: String = "") throws -> Method {
        let output = try read(
            "openapi: 3.0.1\ninfo: {title: t, version: '1'}\npaths: {'\(path)': {get: \(operation)}}\n\(top)")
        return try #require(output.definition.paths.first?.methods["GET"])
    }

    @Test(arguments: [
        ("swagger: '2.0'\nbasePath: /a/b/c", BasePathMode.ignore, "/e"),
        ("swagger: '2.0'\nbasePath: /a/b/c", .prepend, "/a/b/c/e"),
        ("swagger: '2.0'\nbasePath: /a/b/c", .split, "/b/c/e"),
        ("swagger: '2.0'\nbasePath: /a", .split, "/e"),
        ("openapi: 3.0.0\nservers: [{url: 'https://x.y/a/b/c/'}]", .prepend, "/a/b/c/e"),
        ("openapi: 3.0.0\nservers: [{url: 'https://x.y/a/b/c'}]", .split, "/b/c/e"),
        ("openapi: 3.0.0\nservers: [{url: /a/b}]", .prepend, "/a/b/e"),
        (
            "openapi: 3.0.0\nservers: [{url: 'https://x.y/other', variables: {basePath: {default: v}}}]", .prepend,
            "/v/e"
        ),
    ])
    func basePaths(head: String, mode: BasePathMode, path: String) throws {
        let output = try read("\(head)\ninfo: {title: t}\npaths: {/e: {}}", basePath: mode)
        #expect(output.definition.paths.map(\.path) == [path])
    }

    @Test(arguments: [
        ("{}", "Unable to build importer with provided input."),
        ("", "Unable to build importer with provided input."),
        ("[1]", "Unable to build importer with provided input."),
        ("openapi: 3.1.0", "Unable to build importer with provided input."),
        ("swagger: '1.2'", "Unable to build importer with provided input."),
        ("{\"swagger\": \"2.0\"", "Invalid OpenAPI input."),
        ("a: [", "Invalid OpenAPI input."),
        (
            "openapi: 3.0.0\npaaths: {}",
            "Failed to parse the uploaded OpenAPI document due to: 'paths' is a required property"
        ),
    ])
    func whatIsNoDocumentIsRefused(text: String, message: String) {
        let error = #expect(throws: OpenAPIError.self) { try read(text) }
        #expect(error?.message == message)
    }

    @Test func circularReferencesSayWhere() {
        let error = #expect(throws: OpenAPIError.self) {
            try method(
                "{parameters: [{$ref: '#/components/parameters/A'}]}",
                top: """
                    components:
                      parameters:
                        A: {$ref: '#/components/parameters/B'}
                        B: {$ref: '#/components/parameters/A'}
                    """)
        }
        #expect(error?.detail?.contains("#/paths/~1p/get/parameters/0 (line 3") == true, "\(error?.detail ?? "")")
        let schemas = #expect(throws: OpenAPIError.self) {
            try read(
                "swagger: '2.0'\ndefinitions:\n  A: {$ref: '#/definitions/B'}\n  B: {$ref: '#/definitions/A'}\npaths: {}"
            )
        }
        #expect(schemas?.detail?.contains("line 3") == true)
    }

    @Test func modelsMayReferToThemselves() throws {
        let output = try read(
            "openapi: 3.0.0\npaths: {}\ncomponents: {schemas: {N: {properties: {next: {$ref: '#/components/schemas/N'}}}}}"
        )
        #expect(output.definition.models.first?.schema["properties"]?["next"]?["$ref"] == "#/definitions/N")
    }

    @Test func pathVariablesAreDeclaredByThePath() throws {
        #expect(
            try method("{}", path: "/a/{id}/{rest+}").requestParameters == [
                "method.request.path.id": true, "method.request.path.rest": true,
            ])
    }

    @Test func variablesOfAwsAreFilledIn() throws {
        let found = try method(
            "{x-amazon-apigateway-integration: {type: aws_proxy, "
                + "uri: 'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:x/${AWS::AccountId}'}}")
        #expect(found.methodIntegration?.uri == "arn:aws:apigateway:eu-west-1:lambda:x/111122223333")
    }

    @Test func integrationsOfComponentsAreFollowed() throws {
        let found = try method(
            "{x-amazon-apigateway-integration: "
                + "{$ref: '#/components/x-amazon-apigateway-integrations/one'}}",
            top: "components: {x-amazon-apigateway-integrations: {one: {type: mock}}}")
        #expect(found.methodIntegration?.type == "MOCK")
    }

    @Test func inlineSchemasBecomeModelsThatKeepTheirName() throws {
        let text = "{requestBody: {content: {application/json: {schema: {type: object}}}}}"
        let first = try method(text).requestModels?["application/json"]
        #expect(first?.hasPrefix("MODEL") == true)
        #expect(try method(text).requestModels?["application/json"] == first)
    }

    @Test(arguments: [
        ("{security: [{k: []}]}", "NONE", true),
        ("{security: [{s: []}]}", "AWS_IAM", false),
        ("{security: [{a: []}]}", "CUSTOM", false),
        ("{security: [{c: [scope]}, {k: []}]}", "COGNITO_USER_POOLS", true),
        ("{x-amazon-apigateway-auth: {type: AWS_IAM}}", "AWS_IAM", false),
        ("{}", "NONE", false),
    ])
    func securityBecomesAuthorization(operation: String, type: String, key: Bool) throws {
        let found = try method(
            operation,
            top: """
                security: [{k: []}]
                components:
                  securitySchemes:
                    k: {type: apiKey, name: x-api-key, in: header}
                    s: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}
                    a: {type: apiKey, name: A, in: header, x-amazon-apigateway-authorizer: {type: token}}
                    c: {type: apiKey, name: A, in: header, x-amazon-apigateway-authorizer: {type: cognito_user_pools}}
                """)
        #expect(found.authorizationType == type)
        #expect(found.apiKeyRequired == key)
    }

    @Test func whatIsLeftOutIsWarnedOf() throws {
        let output = try read(
            """
            swagger: '2.0'
            paths:
              /p:
                get:
                  parameters: [{name: f, in: formData}]
                  responses:
                    default: {description: passed over}
                    200: {schema: {$ref: '#/definitions/Gone'}}
                  x-amazon-apigateway-integration:
                    type: mock
                    requestParameters: {integration.request.header.nothing: true}
            securityDefinitions: {o: {type: oauth2}}
            """)
        #expect(
            output.warnings == [
                "Unsupported security definition type 'oauth2' for 'o'. Ignoring.",
                "Unsupported location 'formData' of parameter 'f' of resource '/p' and method 'GET'. Ignoring.",
                "Reference to model 'Gone' not found. Ignoring.",
                "Invalid format for 'requestParameters'. Expected type string for property "
                    + "'integration.request.header.nothing' of resource '/p' and method 'GET' but got 'true'",
            ])
    }
}
