/// A key that clients send in `x-api-key`, as `GetApiKey` returns it.
public struct ApiKey: Codable, Sendable, Hashable {
    public var id: String?
    /// 20–128 characters, unique in the account; left out unless it was asked for.
    public var value: String?
    public var name: String?
    public var customerId: String?
    public var description: String?
    public var enabled: Bool?
    public var createdDate: Timestamp?
    public var lastUpdatedDate: Timestamp?
    /// `{apiId}/{stage}` of the stages that the key's usage plans cover.
    public var stageKeys: [String]?
    public var tags: [String: String]?

    public init() {}
}
