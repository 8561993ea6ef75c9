/// What a method checks before its integration is called, as `GetRequestValidator` returns it.
public struct RequestValidator: Codable, Sendable, Hashable {
    public var id: String
    public var name: String?
    /// The body against the model of its content type.
    public var validateRequestBody: Bool?
    /// Whether the required path, query and header parameters are there and not blank.
    public var validateRequestParameters: Bool?

    public init(id: String, name: String?, validateRequestBody: Bool?, validateRequestParameters: Bool?) {
        self.id = id
        self.name = name
        self.validateRequestBody = validateRequestBody
        self.validateRequestParameters = validateRequestParameters
    }
}
