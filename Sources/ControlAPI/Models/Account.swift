/// The account's limits as `GetAccount` returns them.
public struct Account: Codable, Sendable, Hashable {
    public var cloudwatchRoleArn: String?
    public var throttleSettings: ThrottleSettings?
    public var features: [String]?
    public var apiKeyVersion: String?

    public init() {}
}

public struct ThrottleSettings: Codable, Sendable, Hashable {
    public var burstLimit: Int?
    /// Requests a second.
    public var rateLimit: Double?

    public init(burstLimit: Int?, rateLimit: Double?) {
        self.burstLimit = burstLimit
        self.rateLimit = rateLimit
    }
}
