/// An immutable snapshot of an API as `GetDeployment` returns it.
public struct Deployment: Codable, Sendable, Hashable {
    public var id: String
    public var description: String?
    public var createdDate: Timestamp
    /// Resource path → verb → summary; there only where it was asked for with `embed=apisummary`.
    public var apiSummary: [String: [String: MethodSnapshot]]?

    public init(id: String, description: String? = nil, createdDate: Timestamp) {
        self.id = id
        self.description = description
        self.createdDate = createdDate
    }
}

public struct MethodSnapshot: Codable, Sendable, Hashable {
    public var authorizationType: String?
    public var apiKeyRequired: Bool?

    public init(authorizationType: String?, apiKeyRequired: Bool?) {
        self.authorizationType = authorizationType
        self.apiKeyRequired = apiKeyRequired
    }
}
