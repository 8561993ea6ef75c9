/// The names of API Gateway's extensions of OpenAPI.
enum Extension {
    static let anyMethod = "x-amazon-apigateway-any-method"
    static let apiKeySource = "x-amazon-apigateway-api-key-source"
    static let auth = "x-amazon-apigateway-auth"
    static let authorizer = "x-amazon-apigateway-authorizer"
    static let authtype = "x-amazon-apigateway-authtype"
    static let binaryMediaTypes = "x-amazon-apigateway-binary-media-types"
    static let documentation = "x-amazon-apigateway-documentation"
    static let endpointConfiguration = "x-amazon-apigateway-endpoint-configuration"
    static let gatewayResponses = "x-amazon-apigateway-gateway-responses"
    static let integration = "x-amazon-apigateway-integration"
    static let minimumCompressionSize = "x-amazon-apigateway-minimum-compression-size"
    static let policy = "x-amazon-apigateway-policy"
    static let requestValidator = "x-amazon-apigateway-request-validator"
    static let requestValidators = "x-amazon-apigateway-request-validators"
    static let tagValue = "x-amazon-apigateway-tag-value"
    /// Whether a response header is required, which OpenAPI 2.0 has no word for.
    static let requiredHeader = "x-required"
}
