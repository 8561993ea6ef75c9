/// How full a stage's cache is: an item of `GET /sluice/cache`.
public struct CacheState: Codable, Sendable, Hashable {
    public var apiId: String
    public var stageName: String
    /// Whether it is the canary's own.
    public var canary: Bool
    public var entries: Int
    public var bytes: Int
    /// Bytes it may hold; beyond them the least recently used entries go.
    public var capacityBytes: Int
    /// As `cacheClusterStatus`.
    public var status: String

    public init(
        apiId: String, stageName: String, canary: Bool, entries: Int, bytes: Int, capacityBytes: Int, status: String
    ) {
        self.apiId = apiId
        self.stageName = stageName
        self.canary = canary
        self.entries = entries
        self.bytes = bytes
        self.capacityBytes = capacityBytes
        self.status = status
    }
}
