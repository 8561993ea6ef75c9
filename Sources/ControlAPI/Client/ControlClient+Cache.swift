/// The caches of stages.
extension ControlClient {
    /// How full they are: one of each stage that has a cache, and one of each canary that has its own.
    public func caches(apiId: String? = nil, stageName: String? = nil) async throws -> [CacheState] {
        let page: Page<CacheState> = try await call(
            ControlRequest(.get, ["sluice", "cache"], query: .stage(apiId, stageName)))
        return page.items
    }

    /// Drops every entry of the stage's cache.
    public func flushStageCache(apiId: String, stageName: String) async throws {
        try await send(ControlRequest(.delete, ["restapis", apiId, "stages", stageName, "cache", "data"]))
    }
}

extension [(name: String, value: String)] {
    /// `?apiId=…&stageName=…`, as far as they are asked for.
    static func stage(_ apiId: String?, _ stageName: String?) -> [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if let apiId { query.append(("apiId", apiId)) }
        if let stageName { query.append(("stageName", stageName)) }
        return query
    }
}
