package import ControlAPI
package import JSON

/// An API as a document defines it: between the file and the store, knowing neither.
///
/// Things that the store knows by id stand here by name: `requestValidatorId` of a method is the validator's name, and
/// `authorizerId` the authorizer's.
package struct ApiDefinition: Sendable, Hashable {
    package var name: String?
    package var description: String?
    package var version: String?
    package var binaryMediaTypes: [String]?
    /// Bytes.
    package var minimumCompressionSize: Int?
    /// `HEADER` or `AUTHORIZER`.
    package var apiKeySource: String?
    package var disableExecuteApiEndpoint: Bool?
    package var vpcEndpointIds: [String]?
    /// JSON text.
    package var policy: String?
    package var tags: [String: String] = [:]
    /// Path, for example `/pets/{petId}`, with its methods by verb. Every path of the document, also those without
    /// methods, but not those that are only above another one.
    package var paths: [Path] = []
    package var models: [ModelDefinition] = []
    package var requestValidators: [RequestValidator] = []
    /// By type; only what the document says of each.
    package var gatewayResponses: [String: GatewayResponse] = [:]
    package var authorizers: [AuthorizerDefinition] = []
    package var documentation = Documentation()

    package init() {}

    package struct Path: Sendable, Hashable {
        package var path: String
        package var methods: [String: Method]

        package init(path: String, methods: [String: Method]) {
            self.path = path
            self.methods = methods
        }
    }
}

/// A schema of a document under its name.
package struct ModelDefinition: Sendable, Hashable {
    package var name: String
    package var description: String?
    /// References to other models stand as `#/definitions/{name}`, perhaps with more of a JSON pointer.
    package var schema: JSON

    package init(name: String, description: String? = nil, schema: JSON) {
        self.name = name
        self.description = description
        self.schema = schema
    }

    package static let referencePrefix = "#/definitions/"
}

/// A security scheme with `x-amazon-apigateway-authorizer`. Members are named as those of AWS's `Authorizer`.
package struct AuthorizerDefinition: Codable, Sendable, Hashable {
    package var name: String
    /// `TOKEN`, `REQUEST` or `COGNITO_USER_POOLS`.
    package var type: String
    package var authType: String?
    package var providerARNs: [String]?
    package var authorizerUri: String?
    package var authorizerCredentials: String?
    /// For example `method.request.header.Authorization`.
    package var identitySource: String?
    package var identityValidationExpression: String?
    package var authorizerResultTtlInSeconds: Int?

    package init(name: String, type: String) {
        self.name = name
        self.type = type
    }
}

/// What `x-amazon-apigateway-documentation` holds.
package struct Documentation: Sendable, Hashable {
    package var version: String?
    package var parts: [Part] = []

    package init(version: String? = nil, parts: [Part] = []) {
        self.version = version
        self.parts = parts
    }

    package struct Part: Codable, Sendable, Hashable {
        package var location: Location
        /// A JSON object.
        package var properties: JSON

        package init(location: Location, properties: JSON) {
            self.location = location
            self.properties = properties
        }
    }

    package struct Location: Codable, Sendable, Hashable {
        /// `API`, `AUTHORIZER`, `MODEL`, `RESOURCE`, `METHOD`, …
        package var type: String
        package var path: String?
        package var method: String?
        package var statusCode: String?
        package var name: String?

        package init(
            type: String, path: String? = nil, method: String? = nil, statusCode: String? = nil, name: String? = nil
        ) {
            self.type = type
            self.path = path
            self.method = method
            self.statusCode = statusCode
            self.name = name
        }
    }
}

/// Where an API is imported to, for `${AWS::AccountId}` and its like.
package struct ImportPlace: Sendable {
    package var account: String
    package var region: String
    package var partition: String

    package init(account: String, region: String, partition: String = "aws") {
        self.account = account
        self.region = region
        self.partition = partition
    }

    func filled(_ text: String) -> String {
        guard text.contains("${AWS::") else { return text }
        return text.replacing("${AWS::AccountId}", with: account).replacing("${AWS::Region}", with: region)
            .replacing("${AWS::Partition}", with: partition)
    }
}

/// What becomes of the document's base path.
package enum BasePathMode: String, Sendable {
    case ignore, prepend, split

    /// The base path that is put before every path, without a slash at its end: `/b/c` of `/a/b/c` when split.
    func prefix(of basePath: String) -> String {
        let parts = basePath.split(separator: "/")
        let kept =
            switch self {
            case .ignore: parts[0..<0]
            case .prepend: parts[...]
            case .split: parts.dropFirst()
            }
        return kept.map { "/" + $0 }.joined()
    }
}
