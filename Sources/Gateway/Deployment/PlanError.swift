/// Why a stage cannot be compiled. Shown to whoever deploys.
package enum PlanError: Error, Hashable, Sendable {
    case pattern(String)
    case template(source: String, reason: String)
    case mapping(target: String, expression: String, reason: String)
    case statusCode(String, method: String)
    case model(name: String, reason: String)
    indirect case gatewayResponse(type: String, cause: String)
    indirect case method(resource: String, verb: String, cause: String)
    case tls(reason: String)
    case missingCanary(apiId: String, stage: String)
    case foreignPlan
}

extension PlanError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .pattern(let source): "selection pattern \"\(source)\" is not a regular expression"
        case .template(let source, let reason): "template \"\(source)\": \(reason)"
        case .mapping(let target, let expression, let reason):
            "Invalid mapping expression specified: \(target) = \(expression): \(reason)"
        case .statusCode(let text, let method): "\"\(text)\" in \(method) is not a status code"
        case .model(let name, let reason): "model \(name): \(reason)"
        case .gatewayResponse(let type, let cause): "gateway response \(type): \(cause)"
        case .method(let resource, let verb, let cause): "\(verb) \(resource): \(cause)"
        case .tls(let reason): "TLS to backends: \(reason)"
        case .missingCanary(let apiId, let stage):
            "stage \(stage) of API \(apiId) has canary settings, but the deployment that they name was not given"
        case .foreignPlan: "the stage was prepared by another publisher"
        }
    }
}
