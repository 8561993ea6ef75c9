import ControlAPI
import JSON
import Testing

@testable import OpenAPI

/// What is exported and imported again is the same API.
@Suite struct RoundTripTests {
    @Test(arguments: 0..<120, ExportOptions.Format.allCases)
    func exportThenImportGivesTheSame(seed: Int, format: ExportOptions.Format) throws {
        var generator = DefinitionGenerator(seed: UInt64(seed), contentTypes: format == .oas30 ? 3 : 1)
        let definition = generator.definition()
        let options = ExportOptions(format: format, extensions: .apigateway, host: "h", basePath: "/prod")
        let document = DefinitionWriter.document(definition, options)
        for text in [document.bytes(), document.bytes(.pretty), YAMLWriter.bytes(document)] {
            let read = try DefinitionReader.read(
                text, place: ImportPlace(account: "000000000000", region: "us-east-1"))
            #expect(read.warnings == [])
            #expect(read.definition == definition)
        }
    }

    @Test(arguments: [
        "plain", "true", "No", "null", "1.0", "0x1F", "007", "a: b", "- a", "# c", "", " lead", "trail ", "two\nlines",
        "tab\t", "é", "\u{1F600}", "'q'", "\"q\"", "{}", "[]", "*a", "&a", "!t", "%d", "@x", "`x", "<<", "~",
        "2024-01-01",
        "\u{85}", "\u{2028}", "back\\slash", "\u{1}",
    ])
    func anyTextSurvivesYAML(text: String) throws {
        let value = JSON.object(JSONObject([(key: text, value: .array([.string(text)]))]))
        #expect(try DocumentText.parse(YAMLWriter.bytes(value)) == value)
    }
}

/// APIs as they can be, from a seed.
struct DefinitionGenerator {
    private var random: Random
    private let contentTypes: Int

    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    init(seed: UInt64, contentTypes: Int) {
        random = Random(state: seed)
        self.contentTypes = contentTypes
    }

    private mutating func chance(_ percent: Int = 50) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    mutating func definition() -> ApiDefinition {
        var definition = ApiDefinition()
        definition.name = pick(["pets", "An API: \"quoted\"", "no", "42"])
        definition.description = chance() ? pick(["two\nlines", "# not a comment", "é"]) : nil
        definition.version = pick(["1.0", "2026-11-21T00:00:00Z", "v2"])
        definition.binaryMediaTypes = chance() ? ["image/png", "*/*"] : nil
        definition.minimumCompressionSize = chance() ? 1024 : nil
        definition.apiKeySource = chance() ? "AUTHORIZER" : nil
        definition.disableExecuteApiEndpoint = chance() ? true : nil
        definition.policy = chance() ? #"{"Version":"2012-10-17","Statement":[]}"# : nil
        definition.models = (0..<Int.random(in: 0...4, using: &random)).map { model($0) }
        if chance() {
            definition.requestValidators = [
                RequestValidator(
                    id: "body only", name: "body only", validateRequestBody: true, validateRequestParameters: false)
            ]
        }
        if chance() {
            definition.gatewayResponses["DEFAULT_4XX"] = GatewayResponse(
                responseType: "DEFAULT_4XX", statusCode: chance() ? "418" : nil,
                responseParameters: ["gatewayresponse.header.X-A": "'a'"],
                responseTemplates: ["application/json": "{\"m\":$context.error.messageString}"])
        }
        if chance() { definition.authorizers = [authorizer()] }
        if chance(30) {
            definition.documentation = Documentation(
                version: "3",
                parts: [
                    .init(location: .init(type: "API"), properties: ["description": "d"]),
                    .init(
                        location: .init(type: "METHOD", path: "/pets", method: "GET"),
                        properties: ["summary": "s: t"]),
                ])
        }
        for path in ["/", "/pets", "/pets/{petId}", "/files/{proxy+}", "/a/b/c"] where chance(70) {
            var methods: [String: Method] = [:]
            for verb in ["GET", "POST", "ANY", "OPTIONS"] where chance() {
                methods[verb] = method(verb, path, definition)
            }
            definition.paths.append(ApiDefinition.Path(path: path, methods: methods))
        }
        return definition
    }

    private mutating func model(_ number: Int) -> ModelDefinition {
        var schema: JSON = ["type": "object", "properties": ["id": ["type": "integer", "minimum": 0]]]
        if number > 0, chance() {
            schema = ["type": "array", "items": ["$ref": .string("#/definitions/M\(number - 1)")]]
        }
        if chance(30) { schema = ["enum": ["$ref", 1, .null], "example": ["$ref": "#/definitions/M0"]] }
        return ModelDefinition(name: "M\(number)", schema: schema)
    }

    private mutating func authorizer() -> AuthorizerDefinition {
        var authorizer = AuthorizerDefinition(name: "auth-1", type: pick(["TOKEN", "REQUEST", "COGNITO_USER_POOLS"]))
        let isCognito = authorizer.type == "COGNITO_USER_POOLS"
        authorizer.authType = isCognito ? "cognito_user_pools" : "custom"
        authorizer.identitySource =
            authorizer.type == "REQUEST"
            ? pick(["method.request.querystring.auth", "method.request.header.A, stageVariables.b"])
            : "method.request.header.Authorization"
        if isCognito {
            authorizer.providerARNs = ["arn:aws:cognito-idp:us-east-1:000000000000:userpool/p"]
        } else {
            authorizer.authorizerUri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations"
            authorizer.authorizerResultTtlInSeconds = chance() ? 60 : nil
        }
        return authorizer
    }

    private mutating func method(_ verb: String, _ path: String, _ definition: ApiDefinition) -> Method {
        var method = Method()
        method.httpMethod = verb
        method.authorizationType = "NONE"
        method.apiKeyRequired = chance()
        method.operationName = chance(30) ? "op\(verb)" : nil
        method.requestValidatorId = chance() ? definition.requestValidators.first?.name : nil
        if let authorizer = definition.authorizers.first, chance() {
            let isCognito = authorizer.type == "COGNITO_USER_POOLS"
            method.authorizationType = isCognito ? "COGNITO_USER_POOLS" : "CUSTOM"
            method.authorizerId = authorizer.name
            method.authorizationScopes = isCognito && chance() ? ["a/read"] : nil
        } else if chance(30) {
            method.authorizationType = "AWS_IAM"
        }
        var parameters: [String: Bool] = [:]
        if path.contains("{petId}") { parameters["method.request.path.petId"] = true }
        if path.contains("{proxy+}") { parameters["method.request.path.proxy"] = true }
        if chance() { parameters["method.request.querystring.page.no"] = chance() }
        if chance() { parameters["method.request.header.X-A"] = chance() }
        method.requestParameters = parameters.isEmpty ? nil : parameters
        method.requestModels = models(definition)
        var responses: [String: MethodResponse] = [:]
        for status in ["200", "404"] where chance() {
            var response = MethodResponse(statusCode: status)
            response.responseParameters = chance() ? ["method.response.header.X-R": chance()] : nil
            response.responseModels = models(definition)
            responses[status] = response
        }
        method.methodResponses = responses.isEmpty ? nil : responses
        method.methodIntegration = chance(80) ? integration() : nil
        return method
    }

    private mutating func models(_ definition: ApiDefinition) -> [String: String]? {
        guard !definition.models.isEmpty, chance() else { return nil }
        var models: [String: String] = [:]
        for type in ["application/json", "application/xml", "$default"].prefix(contentTypes) where chance(80) {
            models[type] = pick(definition.models).name
        }
        return models.isEmpty ? nil : models
    }

    private mutating func integration() -> Integration {
        var integration = Integration(type: pick(["HTTP", "HTTP_PROXY", "MOCK", "AWS", "AWS_PROXY"]))
        if integration.type != "MOCK" {
            integration.httpMethod = "POST"
            integration.uri = "http://${stageVariables.host}/x?y=z"
        }
        if integration.type.hasPrefix("HTTP") {
            integration.connectionType = chance(20) ? "VPC_LINK" : "INTERNET"
            if integration.connectionType == "VPC_LINK" { integration.connectionId = "abc123" }
        }
        integration.credentials = chance(20) ? "arn:aws:iam::000000000000:role/r" : nil
        integration.requestParameters = chance(30) ? ["integration.request.header.a": "'b'"] : nil
        integration.requestTemplates =
            chance() ? ["application/json": chance(20) ? nil : "{\n  \"statusCode\": 200\n}\n"] : nil
        integration.passthroughBehavior = pick(["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"])
        integration.contentHandling = chance(20) ? "CONVERT_TO_TEXT" : nil
        integration.timeoutInMillis = chance() ? 29_000 : 1500
        integration.cacheNamespace = chance(20) ? "shared" : nil
        integration.cacheKeyParameters = chance(20) ? ["method.request.querystring.page"] : []
        if integration.type.hasPrefix("HTTP"), chance(20) {
            var retry = IntegrationRetry(maxAttempts: 3)
            retry.budgetPercent = chance() ? 10 : nil
            retry.retryOn = chance() ? ["connect-failure", "503"] : nil
            integration.retry = retry
        }
        integration.tlsConfig = chance(20) ? TlsConfig(insecureSkipVerification: true) : nil
        if chance() {
            var fallback = IntegrationResponse(statusCode: "200")
            fallback.responseParameters = chance() ? ["method.response.header.X-R": "'v'"] : nil
            fallback.responseTemplates = chance() ? ["application/json": "#set($a = 1)"] : nil
            var error = IntegrationResponse(statusCode: "404")
            error.selectionPattern = "4\\d{2}"
            integration.integrationResponses = ["200": fallback, "404": error]
        }
        return integration
    }
}
