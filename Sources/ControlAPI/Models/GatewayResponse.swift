/// An answer that the gateway gives itself, as `GetGatewayResponse` returns it.
public struct GatewayResponse: Codable, Sendable, Hashable {
    /// For example `BAD_REQUEST_BODY` or `DEFAULT_4XX`.
    public var responseType: String?
    /// Three digits; `nil` keeps the type's own status.
    public var statusCode: String?
    /// `gatewayresponse.header.{name}` → mapping expression.
    public var responseParameters: [String: String]?
    /// Content type → template, in which `$context.…` and `$stageVariables.…` are replaced (no Velocity).
    public var responseTemplates: [String: String]?
    /// Whether it is the type's own and not one that was put.
    public var defaultResponse: Bool?

    public init(
        responseType: String?, statusCode: String? = nil, responseParameters: [String: String]? = nil,
        responseTemplates: [String: String]? = nil, defaultResponse: Bool? = nil
    ) {
        self.responseType = responseType
        self.statusCode = statusCode
        self.responseParameters = responseParameters
        self.responseTemplates = responseTemplates
        self.defaultResponse = defaultResponse
    }
}
