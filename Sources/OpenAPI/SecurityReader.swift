import ControlAPI
import JSON

/// Security schemes: what a method's `security` means by them.
struct SecurityReader {
    enum Scheme: Hashable {
        case apiKey
        case signature
        case authorizer(name: String, cognito: Bool)
    }

    let document: Document
    let place: ImportPlace
    private(set) var schemes: [String: Scheme] = [:]
    private(set) var warnings: [String] = []

    init(document: Document, place: ImportPlace) {
        self.document = document
        self.place = place
    }

    mutating func read() -> [AuthorizerDefinition] {
        var authorizers: [AuthorizerDefinition] = []
        for (name, scheme) in document.securitySchemes.members {
            let type = scheme["type"]?.string ?? ""
            let authtype = scheme[Extension.authtype]?.string
            if let extensionValue = scheme[Extension.authorizer]?.object {
                guard let authorizer = authorizer(name, scheme, .object(extensionValue), authtype) else {
                    let kind = extensionValue["type"]?.string ?? ""
                    warnings.append("Unsupported authorizer type '\(kind.prefix(80))' for '\(name)'. Ignoring.")
                    continue
                }
                authorizers.append(authorizer)
                schemes[name] = .authorizer(name: name, cognito: authorizer.type == "COGNITO_USER_POOLS")
            } else if authtype?.lowercased() == "awssigv4" {
                schemes[name] = .signature
            } else if type == "apiKey", authtype == nil {
                schemes[name] = .apiKey
            } else {
                warnings.append("Unsupported security definition type '\(type.prefix(80))' for '\(name)'. Ignoring.")
            }
        }
        return authorizers
    }

    private func authorizer(
        _ name: String, _ scheme: JSON, _ value: JSON, _ authtype: String?
    ) -> AuthorizerDefinition? {
        let type = (value["type"]?.string ?? "token").uppercased()
        guard ["TOKEN", "REQUEST", "COGNITO_USER_POOLS"].contains(type) else { return nil }
        var authorizer = AuthorizerDefinition(name: name, type: type)
        authorizer.authType = authtype
        authorizer.providerARNs = value["providerARNs"]?.strings?.map(place.filled)
        authorizer.authorizerUri = value["authorizerUri"]?.nonEmptyString.map(place.filled)
        authorizer.authorizerCredentials = value["authorizerCredentials"]?.nonEmptyString.map(place.filled)
        authorizer.identityValidationExpression = value["identityValidationExpression"]?.nonEmptyString
        authorizer.authorizerResultTtlInSeconds = value["authorizerResultTtlInSeconds"]?.integer
        authorizer.identitySource = value["identitySource"]?.nonEmptyString ?? source(scheme)
        return authorizer
    }

    /// The header or query parameter that an `apiKey` scheme names.
    private func source(_ scheme: JSON) -> String? {
        guard let name = scheme["name"]?.nonEmptyString, name != "Unused" else { return nil }
        return scheme["in"]?.string == "query" ? "method.request.querystring.\(name)" : "method.request.header.\(name)"
    }

    /// Sets what an operation asks for; `security` of the whole document counts for nothing, as on AWS.
    func apply(_ operation: JSONObject, to method: inout Method) {
        method.authorizationType = "NONE"
        method.apiKeyRequired = false
        for requirement in operation["security"]?.array ?? [] {
            for (name, scopes) in requirement.object?.members ?? [] {
                switch schemes[name] {
                case .apiKey?: method.apiKeyRequired = true
                case .signature?: method.authorizationType = "AWS_IAM"
                case .authorizer(let name, let cognito)?:
                    method.authorizationType = cognito ? "COGNITO_USER_POOLS" : "CUSTOM"
                    method.authorizerId = name
                    let scopes = scopes.strings ?? []
                    method.authorizationScopes = scopes.isEmpty ? nil : scopes
                case nil: break
                }
            }
        }
        if let type = operation[Extension.auth]?["type"]?.string, method.authorizerId == nil {
            method.authorizationType = type.uppercased()
        }
    }
}
