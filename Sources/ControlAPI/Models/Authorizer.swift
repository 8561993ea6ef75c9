/// Who decides whether a request may reach a method, as `GetAuthorizer` returns it.
public struct Authorizer: Codable, Sendable, Hashable {
    public var id: String
    public var name: String
    /// `TOKEN`, `REQUEST` or `COGNITO_USER_POOLS`.
    public var type: String
    /// The Cognito user pools.
    public var providerARNs: [String]?
    /// Free text that only OpenAPI files use; `custom` or `cognito_user_pools` unless set.
    public var authType: String?
    /// `arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function ARN}/invocations`
    public var authorizerUri: String?
    /// The role's ARN with which the function is invoked.
    public var authorizerCredentials: String?
    /// `method.request.header.{name}`, or for `REQUEST` a comma list of such sources.
    public var identitySource: String?
    /// A regular expression that a token has to match.
    public var identityValidationExpression: String?
    /// Seconds, 0–3600; 300 if it is not set.
    public var authorizerResultTtlInSeconds: Int?

    public init(id: String, name: String, type: String) {
        self.id = id
        self.name = name
        self.type = type
    }
}
