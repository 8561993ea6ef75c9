import JSON

extension ControlClient {
    /// Runs a method as it is now, deployed or not; `httpMethod` is a verb, not `ANY`. Waits as long as an integration
    /// may take.
    public func testInvokeMethod(
        apiId: String, resourceId: String, httpMethod: String, _ request: TestInvokeMethodRequest
    ) async throws -> TestInvokeMethodResponse {
        let patient = ControlClient(endpoint: endpoint, deadline: max(deadline, 45), retry: retry)
        return try await patient.call(
            ControlRequest(
                .post, ["restapis", apiId, "resources", resourceId, "methods", httpMethod],
                body: try JSON(encoding: request)))
    }

    /// What the engine wrote down of one request. Refused with 404 if it did not, or does not hold it any more.
    public func executionLog(requestId: String) async throws -> ExecutionLogRecord {
        try await call(ControlRequest(.get, ["sluice", "logs", "execution"], query: [("requestId", requestId)]))
    }

    /// The newest requests with an execution log, oldest first.
    public func executionLogs(
        apiId: String? = nil, stageName: String? = nil, limit: Int = 20
    ) async throws -> [ExecutionLogRecord] {
        var query = [(name: "limit", value: "\(limit)")]
        if let apiId { query.append(("apiId", apiId)) }
        if let stageName { query.append(("stageName", stageName)) }
        let page: Page<ExecutionLogRecord> = try await call(
            ControlRequest(.get, ["sluice", "logs", "execution"], query: query))
        return page.items
    }

    /// Samples of the last `seconds` of the methods whose metrics are detailed, oldest first.
    public func methodMetrics(
        apiId: String? = nil, stageName: String? = nil, seconds: Int = 300
    ) async throws -> [MetricsSample] {
        var query = [(name: "seconds", value: "\(seconds)"), (name: "methods", value: "true")]
        if let apiId { query.append(("apiId", apiId)) }
        if let stageName { query.append(("stage", stageName)) }
        let page: Page<MetricsSample> = try await call(ControlRequest(.get, ["sluice", "metrics"], query: query))
        return page.items
    }
}
