import ControlAPI
import JSON

/// Reads `x-amazon-apigateway-integration`. Members that only HTTP APIs have (`payloadFormatVersion`,
/// `integrationSubtype`) are left out.
struct IntegrationReader {
    let place: ImportPlace
    let path: String
    let verb: String
    var warnings: [String] = []

    static let largestTimeout = 29_000

    mutating func integration(_ object: JSONObject) -> Integration {
        let value = JSON.object(object)
        var integration = Integration(type: (value["type"]?.string ?? "").uppercased())
        integration.httpMethod = value["httpMethod"]?.nonEmptyString?.uppercased()
        integration.uri = value["uri"]?.nonEmptyString.map(place.filled)
        integration.credentials = value["credentials"]?.nonEmptyString.map(place.filled)
        integration.connectionType = value["connectionType"]?.nonEmptyString?.uppercased()
        integration.connectionId = value["connectionId"]?.nonEmptyString
        integration.requestParameters = strings(value["requestParameters"], "requestParameters")
        integration.requestTemplates = Self.templates(value["requestTemplates"])
        integration.passthroughBehavior =
            value["passthroughBehavior"]?.nonEmptyString?.uppercased() ?? "WHEN_NO_MATCH"
        integration.contentHandling = value["contentHandling"]?.nonEmptyString?.uppercased()
        integration.timeoutInMillis = value["timeoutInMillis"]?.integer ?? Self.largestTimeout
        integration.cacheNamespace = value["cacheNamespace"]?.nonEmptyString
        integration.cacheKeyParameters = value["cacheKeyParameters"]?.strings ?? []
        if integration.type == "HTTP" || integration.type == "HTTP_PROXY", integration.connectionType == nil {
            integration.connectionType = "INTERNET"
        }
        if let tls = value["tlsConfig"]?.object {
            integration.tlsConfig = TlsConfig(insecureSkipVerification: tls["insecureSkipVerification"]?.flag)
        }
        integration.integrationResponses = responses(value["responses"])
        integration.retry = retry(value["x-sluice-retry"])
        return integration
    }

    private mutating func retry(_ value: JSON?) -> IntegrationRetry? {
        guard let value, !value.isNull else { return nil }
        do {
            return try value.decode(IntegrationRetry.self)
        } catch {
            warnings.append("Invalid x-sluice-retry of resource '\(path)' and method '\(verb)' is left out: \(error)")
            return nil
        }
    }

    /// Pattern → response becomes status → response; `default` is the response without a pattern.
    private mutating func responses(_ value: JSON?) -> [String: IntegrationResponse]? {
        var responses: [String: IntegrationResponse] = [:]
        for (pattern, value) in value?.object?.members ?? [] {
            guard let status = value["statusCode"]?.scalarText else { continue }
            var response = IntegrationResponse(statusCode: status)
            response.selectionPattern = pattern == "default" ? nil : pattern
            response.responseParameters = strings(value["responseParameters"], "responseParameters")
            response.responseTemplates = Self.templates(value["responseTemplates"])
            response.contentHandling = value["contentHandling"]?.nonEmptyString?.uppercased()
            responses[status] = response
        }
        return responses.isEmpty ? nil : responses
    }

    /// Values that are no text are left out with AWS's warning.
    private mutating func strings(_ value: JSON?, _ member: String) -> [String: String]? {
        guard let members = value?.object?.members, !members.isEmpty else { return nil }
        var strings: [String: String] = [:]
        for (key, value) in members {
            if let text = value.string {
                strings[key] = text
            } else {
                warnings.append(
                    "Invalid format for '\(member)'. Expected type string for property '\(key)' of resource '\(path)' "
                        + "and method '\(verb)' but got '\(value.scalarText ?? value.text())'")
            }
        }
        return strings.isEmpty ? nil : strings
    }

    /// An empty template is kept as null.
    private static func templates(_ value: JSON?) -> [String: String?]? {
        guard let members = value?.object?.members, !members.isEmpty else { return nil }
        var templates: [String: String?] = [:]
        for (type, template) in members {
            let text = template.string ?? (template.isNull ? "" : template.text())
            templates.updateValue(text.isEmpty ? nil : text, forKey: type)
        }
        return templates
    }
}
