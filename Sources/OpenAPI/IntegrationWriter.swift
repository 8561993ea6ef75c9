import ControlAPI
import JSON

/// Writes `x-amazon-apigateway-integration`. What is as it would be anyway is left out.
enum IntegrationWriter {
    static func json(_ integration: Integration) -> JSON {
        var value = JSONObject()
        value["type"] = .string(integration.type.lowercased())
        value["httpMethod"] = integration.httpMethod.map { .string($0) }
        value["uri"] = integration.uri.map { .string($0) }
        value["credentials"] = integration.credentials.map { .string($0) }
        if integration.connectionType == "VPC_LINK" {
            value["connectionType"] = "VPC_LINK"
            value["connectionId"] = integration.connectionId.map { .string($0) }
        }
        if let responses = integration.integrationResponses, !responses.isEmpty {
            value["responses"] = json(responses)
        }
        if let parameters = integration.requestParameters, !parameters.isEmpty {
            value["requestParameters"] = JSON(texts: parameters)
        }
        if let templates = integration.requestTemplates, !templates.isEmpty {
            value["requestTemplates"] = JSON(texts: templates)
        }
        value["passthroughBehavior"] = integration.passthroughBehavior.map { .string($0.lowercased()) }
        value["contentHandling"] = integration.contentHandling.map { .string($0) }
        if let timeout = integration.timeoutInMillis, timeout != IntegrationReader.largestTimeout {
            value["timeoutInMillis"] = .number(JSONNumber(timeout))
        }
        value["cacheNamespace"] = integration.cacheNamespace.map { .string($0) }
        if let keys = integration.cacheKeyParameters, !keys.isEmpty {
            value["cacheKeyParameters"] = .array(keys.map { .string($0) })
        }
        if let skips = integration.tlsConfig?.insecureSkipVerification {
            value["tlsConfig"] = ["insecureSkipVerification": .bool(skips)]
        }
        value["x-sluice-retry"] = integration.retry.map(json)
        return .object(value)
    }

    /// Not AWS's: there no integration is tried again.
    private static func json(_ retry: IntegrationRetry) -> JSON {
        var value = JSONObject()
        func put(_ name: String, _ number: Int?) { value[name] = number.map { .number(JSONNumber($0)) } }
        put("maxAttempts", retry.maxAttempts)
        put("baseDelayMillis", retry.baseDelayMillis)
        put("maxDelayMillis", retry.maxDelayMillis)
        put("attemptTimeoutMillis", retry.attemptTimeoutMillis)
        put("budgetPercent", retry.budgetPercent)
        value["retryOn"] = retry.retryOn.map { .array($0.map { .string($0) }) }
        return .object(value)
    }

    /// Status → response becomes pattern → response.
    private static func json(_ responses: [String: IntegrationResponse]) -> JSON {
        var value = JSONObject()
        for (status, response) in responses.sorted(by: { $0.key < $1.key }) {
            var one = JSONObject()
            one["statusCode"] = .string(status)
            if let parameters = response.responseParameters, !parameters.isEmpty {
                one["responseParameters"] = JSON(texts: parameters)
            }
            if let templates = response.responseTemplates, !templates.isEmpty {
                one["responseTemplates"] = JSON(texts: templates)
            }
            one["contentHandling"] = response.contentHandling.map { .string($0) }
            let pattern = response.selectionPattern.flatMap { $0.isEmpty ? nil : $0 } ?? "default"
            // A second response without a pattern can never be chosen; it is kept under the empty one.
            value[value[pattern] == nil ? pattern : ""] = .object(one)
        }
        return .object(value)
    }
}
