import JSON

/// What AWS has no call for.
extension ControlClient {
    public func health() async throws -> EngineInfo {
        try await call(ControlRequest(.get, ["sluice", "health"]))
    }

    /// Samples of the last `seconds`, oldest first.
    public func metrics(
        apiId: String? = nil, stageName: String? = nil, seconds: Int = 300
    ) async throws -> [MetricsSample] {
        var query = [(name: "seconds", value: "\(seconds)")]
        if let apiId { query.append(("apiId", apiId)) }
        if let stageName { query.append(("stage", stageName)) }
        let page: Page<MetricsSample> = try await call(ControlRequest(.get, ["sluice", "metrics"], query: query))
        return page.items
    }

    /// Past requests, oldest first, as far back as the engine's ring goes.
    public func accessLog(_ query: AccessLogQuery) async throws -> [AccessLogRecord] {
        var items = [(name: "limit", value: "\(query.limit)")]
        if let apiId = query.apiId { items.append(("apiId", apiId)) }
        if let stageName = query.stageName { items.append(("stage", stageName)) }
        if let since = query.since { items.append(("since", "\(since)")) }
        let page: Page<AccessLogRecord> = try await call(ControlRequest(.get, ["sluice", "logs"], query: items))
        return page.items
    }

    public func accessKeys() async throws -> [AccessKey] {
        let page: Page<AccessKey> = try await call(ControlRequest(.get, ["sluice", "credentials"]))
        return page.items
    }

    /// Makes a key.
    public func createAccessKey() async throws -> AccessKey {
        try await call(ControlRequest(.post, ["sluice", "credentials"], body: [:]))
    }

    /// Stores a key that exists elsewhere.
    public func addAccessKey(accessKeyId: String, secretAccessKey: String) async throws -> AccessKey {
        try await call(
            ControlRequest(
                .post, ["sluice", "credentials"],
                body: ["accessKeyId": .string(accessKeyId), "secretAccessKey": .string(secretAccessKey)]))
    }

    public func deleteAccessKey(accessKeyId: String) async throws {
        try await send(ControlRequest(.delete, ["sluice", "credentials", accessKeyId]))
    }
}
