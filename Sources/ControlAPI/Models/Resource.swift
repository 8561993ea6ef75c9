/// A node of an API's tree as `GetResource` returns it.
public struct Resource: Codable, Sendable, Hashable {
    public var id: String
    /// `nil` for the root.
    public var parentId: String?
    /// The last segment, for example `pets`, `{petId}`, `{proxy+}`; `nil` for the root.
    public var pathPart: String?
    /// The whole path, for example `/pets/{petId}`.
    public var path: String
    /// Methods by verb; their contents are there only where they were asked for with `embed=methods`.
    public var resourceMethods: [String: Method]?

    public init(
        id: String, parentId: String? = nil, pathPart: String? = nil, path: String,
        resourceMethods: [String: Method]? = nil
    ) {
        self.id = id
        self.parentId = parentId
        self.pathPart = pathPart
        self.path = path
        self.resourceMethods = resourceMethods
    }
}

/// A verb of a resource as `GetMethod` returns it. All members are optional, because `GetResources` without `embed`
/// lists methods as empty objects.
public struct Method: Codable, Sendable, Hashable {
    /// `GET`, `POST`, … or `ANY`.
    public var httpMethod: String?
    /// `NONE`, `AWS_IAM`, `CUSTOM` or `COGNITO_USER_POOLS`.
    public var authorizationType: String?
    public var authorizerId: String?
    public var apiKeyRequired: Bool?
    public var requestValidatorId: String?
    public var operationName: String?
    /// `method.request.{path|querystring|header}.{name}` → required.
    public var requestParameters: [String: Bool]?
    /// Content type → model name.
    public var requestModels: [String: String]?
    /// Status code → response.
    public var methodResponses: [String: MethodResponse]?
    public var methodIntegration: Integration?
    public var authorizationScopes: [String]?

    public init() {}
}

public struct MethodResponse: Codable, Sendable, Hashable {
    public var statusCode: String
    /// `method.response.header.{name}` → required.
    public var responseParameters: [String: Bool]?
    /// Content type → model name.
    public var responseModels: [String: String]?

    public init(statusCode: String) {
        self.statusCode = statusCode
    }
}

/// What stands behind a method as `GetIntegration` returns it.
public struct Integration: Codable, Sendable, Hashable {
    /// `HTTP`, `HTTP_PROXY`, `MOCK`, `AWS` or `AWS_PROXY`.
    public var type: String
    /// The verb towards the backend.
    public var httpMethod: String?
    public var uri: String?
    /// `INTERNET` or `VPC_LINK`.
    public var connectionType: String?
    public var connectionId: String?
    public var credentials: String?
    /// `integration.request.{path|querystring|header}.{name}` → mapping expression.
    public var requestParameters: [String: String]?
    /// Content type → VTL template.
    public var requestTemplates: [String: String?]?
    /// `WHEN_NO_MATCH`, `WHEN_NO_TEMPLATES` or `NEVER`.
    public var passthroughBehavior: String?
    /// `CONVERT_TO_BINARY` or `CONVERT_TO_TEXT`.
    public var contentHandling: String?
    /// Milliseconds, 50–29,000.
    public var timeoutInMillis: Int?
    public var cacheNamespace: String?
    public var cacheKeyParameters: [String]?
    /// Status code → response.
    public var integrationResponses: [String: IntegrationResponse]?
    public var tlsConfig: TlsConfig?
    /// Sluice's own: AWS never tries an integration again.
    public var retry: IntegrationRetry?

    public init(type: String) {
        self.type = type
    }
}

public struct TlsConfig: Codable, Sendable, Hashable {
    public var insecureSkipVerification: Bool?

    public init(insecureSkipVerification: Bool? = nil) {
        self.insecureSkipVerification = insecureSkipVerification
    }
}

public struct IntegrationResponse: Codable, Sendable, Hashable {
    public var statusCode: String
    /// A Java regular expression that has to match the whole of the backend's status; empty or absent is the default.
    public var selectionPattern: String?
    /// `method.response.header.{name}` → mapping expression.
    public var responseParameters: [String: String]?
    /// Content type → VTL template; a template may be null.
    public var responseTemplates: [String: String?]?
    public var contentHandling: String?

    public init(statusCode: String) {
        self.statusCode = statusCode
    }
}
