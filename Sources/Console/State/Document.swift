import ControlAPI
import JSON

/// A text that is edited in the user's editor.
package enum Document: Sendable, Hashable {
    case requestTemplate(MethodKey, contentType: String)
    case responseTemplate(MethodKey, statusCode: String, contentType: String)
    case schema(apiId: String, model: String)
    case newSchema(apiId: String, model: String)
    case gatewayTemplate(apiId: String, responseType: String, contentType: String)
    /// Status and headers of a gateway response, as JSON.
    case gatewaySettings(apiId: String, responseType: String)
    /// The body that a test sends; it stays in the console.
    case testBody(MethodKey)
    /// What a function is invoked with; it stays in the console.
    case functionPayload(String)

    /// `request template application/json`
    package var title: String {
        switch self {
        case .requestTemplate(_, let type): "request template \(type)"
        case .responseTemplate(_, let status, let type): "response template \(status) \(type)"
        case .schema(_, let name): "model \(name)"
        case .newSchema(_, let name): "new model \(name)"
        case .gatewayTemplate(_, let response, let type): "\(response) template \(type)"
        case .gatewaySettings(_, let response): "\(response) status and headers"
        case .testBody: "body of the test"
        case .functionPayload(let name): "payload for \(name)"
        }
    }

    /// What the file is called, so that the editor knows the language.
    package var fileName: String {
        switch self {
        case .requestTemplate(let key, _): Self.safe("request-\(key.verb)-\(key.path)") + ".vtl"
        case .responseTemplate(let key, let status, _): Self.safe("response-\(status)-\(key.verb)-\(key.path)") + ".vtl"
        case .schema(_, let name), .newSchema(_, let name): Self.safe("model-\(name)") + ".json"
        case .gatewayTemplate(_, let response, let type):
            Self.safe(response) + (type.contains("xml") ? ".xml" : ".json")
        case .gatewaySettings(_, let response): Self.safe("\(response)-settings") + ".json"
        case .testBody(let key): Self.safe("body-\(key.verb)-\(key.path)") + ".json"
        case .functionPayload(let name): Self.safe("payload-\(name)") + ".json"
        }
    }

    /// Letters, digits and hyphens, 60 at most.
    private static func safe(_ name: String) -> String {
        var text = ""
        for character in name.prefix(60) {
            if character.isASCII, character.isLetter || character.isNumber || character == "_" {
                text.append(character)
            } else if text.last != "-" {
                text.append("-")
            }
        }
        while text.last == "-" { text.removeLast() }
        return text.isEmpty ? "text" : text
    }

    /// The text as it is now; `nil` where there is none yet.
    package func text(_ workspace: Workspace) -> String? {
        let model = workspace.model
        switch self {
        case .requestTemplate(let key, let type):
            return model.integration(key)?.requestTemplates?[type].flatMap { $0 ?? "" }
        case .responseTemplate(let key, let status, let type):
            return model.integration(key)?.integrationResponses?[status]?.responseTemplates?[type].flatMap { $0 ?? "" }
        case .schema(let api, let name): return model.models(api)?.value?.first { $0.name == name }?.schema
        case .newSchema: return nil
        case .gatewayTemplate(let api, let response, let type):
            return model.gatewayResponse(api, response)?.responseTemplates?[type]
        case .gatewaySettings(let api, let response):
            return model.gatewayResponse(api, response).map { GatewayResponseSettings($0).text }
        case .testBody(let key): return workspace.tests[key]?.form.body
        case .functionPayload(let name): return workspace.invocations[name]?.payload
        }
    }

    /// What a text that does not exist yet begins with.
    package func skeleton(_ workspace: Workspace) -> String {
        switch self {
        case .requestTemplate(let key, _):
            return workspace.model.integration(key)?.type == "MOCK" ? "{\"statusCode\": 200}\n" : "$input.json('$')\n"
        case .responseTemplate: return "$input.json('$')\n"
        case .newSchema(_, let name):
            return """
                {
                  "$schema": "http://json-schema.org/draft-04/schema#",
                  "title": "\(name)",
                  "type": "object",
                  "properties": {
                  }
                }

                """
        case .gatewayTemplate: return "{\"message\":$context.error.messageString}\n"
        case .schema, .gatewaySettings, .testBody, .functionPayload: return ""
        }
    }

    /// The call that sends the text.
    ///
    /// - Throws: ``JSONError`` and the like, where the text cannot be sent as it is.
    func job(_ text: String, _ workspace: Workspace) throws -> Job? {
        let existing = self.text(workspace)
        func set(_ path: String) -> PatchOperation { existing == nil ? .add(path, text) : .replace(path, text) }
        func job(_ call: Call, _ what: String) -> Job {
            let lines = LineDifference.summary(existing ?? "", text, workspace.glyphs)
            return Job(call, doing: "save the \(title)", done: "\(title) saved, \(lines)\(what)", document: self)
        }
        let later = ": live after the next deployment"
        switch self {
        case .requestTemplate(let key, let type):
            return job(.updateIntegration(key, [set("/requestTemplates/\(PatchOperation.segment(type))")]), later)
        case .responseTemplate(let key, let status, let type):
            let step = set("/responseTemplates/\(PatchOperation.segment(type))")
            return job(.updateIntegrationResponse(key, statusCode: status, [step]), later)
        case .schema(let api, let name):
            return job(.updateModel(apiId: api, name: name, [.replace("/schema", text)]), later)
        case .newSchema(let api, let name): return job(.createModel(apiId: api, name: name, schema: text), "")
        case .gatewayTemplate(let api, let response, let type):
            guard var known = workspace.model.gatewayResponse(api, response) else { return nil }
            if known.defaultResponse == true {
                known.responseTemplates = (known.responseTemplates ?? [:]).merging([type: text]) { $1 }
                known.statusCode = nil
                return job(.putGatewayResponse(apiId: api, responseType: response, known), later)
            }
            let step = set("/responseTemplates/\(PatchOperation.segment(type))")
            return job(.updateGatewayResponse(apiId: api, responseType: response, [step]), later)
        case .gatewaySettings(let api, let response):
            guard let known = workspace.model.gatewayResponse(api, response) else { return nil }
            let changed = try GatewayResponseSettings(parsing: text).applied(to: known)
            return job(.putGatewayResponse(apiId: api, responseType: response, changed), later)
        case .testBody, .functionPayload: return nil
        }
    }
}

/// Status and headers of a gateway response as an editable text.
struct GatewayResponseSettings: Equatable {
    var statusCode: String?
    var responseParameters: [String: String]

    init(_ response: GatewayResponse) {
        statusCode = response.statusCode
        responseParameters = response.responseParameters ?? [:]
    }

    var text: String {
        var parameters = JSONObject()
        for (name, value) in responseParameters.sorted(by: { $0.key < $1.key }) { parameters[name] = .string(value) }
        let object = JSONObject([
            (key: "statusCode", value: statusCode.map { .string($0) } ?? .null),
            (key: "responseParameters", value: .object(parameters)),
        ])
        return JSON.object(object).text(.pretty) + "\n"
    }

    init(parsing text: String) throws {
        let json = try JSON(parsing: text)
        guard let object = json.object else { throw EditError("the text has to be a JSON object") }
        switch object["statusCode"] {
        case nil, .null?: statusCode = nil
        case .string(let code)?: statusCode = code
        case .number(let code)?: statusCode = code.text
        default: throw EditError("\"statusCode\" has to be three digits, or null for the type's own")
        }
        responseParameters = [:]
        for (name, value) in object["responseParameters"]?.object?.members ?? [] {
            guard let expression = value.string else {
                throw EditError("\"\(name)\" has to be a text, such as \"'*'\" or \"context.requestId\"")
            }
            responseParameters[name] = expression
        }
        if let other = object.keys.first(where: { $0 != "statusCode" && $0 != "responseParameters" }) {
            throw EditError("\"\(other)\" is none of statusCode and responseParameters")
        }
    }

    func applied(to response: GatewayResponse) -> GatewayResponse {
        var response = response
        response.statusCode = statusCode
        response.responseParameters = responseParameters
        return response
    }
}

/// Why an edited text cannot be sent.
struct EditError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension Model {
    func method(_ key: MethodKey) -> Method? {
        resources[key.apiId]?.value?.first { $0.id == key.resourceId }?.resourceMethods?[key.verb]
    }

    func integration(_ key: MethodKey) -> Integration? { method(key)?.methodIntegration }

    func gatewayResponse(_ apiId: String, _ type: String) -> GatewayResponse? {
        gatewayResponses(apiId)?.value?.first { $0.responseType == type }
    }
}
