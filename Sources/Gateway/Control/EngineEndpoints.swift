import ControlAPI
import JSON

/// What AWS has no call for: the engine itself, its live feed, its metrics and its log.
enum EngineEndpoints {
    static let operations: [Operation] = [
        .engine("GetHealth", "GET", "/sluice/health", health),
        .feed("GetEvents", "GET", "/sluice/events"),
        .engine("GetMetrics", "GET", "/sluice/metrics", metrics),
        .engine("GetLogs", "GET", "/sluice/logs", logs),
        .engine("GetExecutionLogs", "GET", "/sluice/logs/execution", ExecutionLogEndpoint.get),
    ]

    static func health(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        try OperationOutput(200, encoding: plane.info)
    }

    static func metrics(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let seconds = try number(input, "seconds", in: 1...900) ?? 300
        let (api, stage) = (given(input, "apiId"), given(input, "stage"))
        let since = Timestamp.now.seconds - seconds
        let samples =
            try flag(input, "methods") ?? false
            ? await plane.reports.methodMetrics(apiId: api, stageName: stage, since: since)
            : await plane.reports.metrics(apiId: api, stageName: stage, since: since)
        return try OperationOutput(200, encoding: Page(items: samples))
    }

    static func logs(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let query = AccessLogQuery(
            apiId: given(input, "apiId"), stageName: given(input, "stage"),
            since: try number(input, "since", in: 0...Int.max),
            limit: try number(input, "limit", in: 1...100_000) ?? 1000)
        return try OperationOutput(200, encoding: Page(items: await plane.reports.accessLog(query)))
    }

    /// `metrics`, `changes`, `access` and `functions` of the feed's query.
    static func selection(_ input: OperationInput) throws -> EventSelection {
        EventSelection(
            metrics: try flag(input, "metrics") ?? true, changes: try flag(input, "changes") ?? true,
            access: try access(input.query("access") ?? "none"),
            functions: functions(input.query("functions") ?? "none"))
    }

    private static func functions(_ text: String) -> EventSelection.FunctionSelection {
        switch text {
        case "", "none": .none
        case "all": .all
        default: .function(name: text)
        }
    }

    private static func access(_ text: String) throws -> EventSelection.AccessSelection {
        switch text {
        case "", "none": return .none
        case "all": return .all
        default:
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            switch (parts.count, parts.allSatisfy { !$0.isEmpty }) {
            case (1, true): return .api(apiId: parts[0])
            case (2, true): return .stage(apiId: parts[0], stageName: parts[1])
            default:
                throw ApiError.badRequest(
                    "Invalid access specified: \(text). It must be all, none, {apiId} or {apiId}/{stage}")
            }
        }
    }

    static func given(_ input: OperationInput, _ name: String) -> String? {
        input.query(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    static func number(_ input: OperationInput, _ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = given(input, name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw ApiError.badRequest(
                "Invalid \(name) specified: \(text). It must be a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    static func flag(_ input: OperationInput, _ name: String) throws -> Bool? {
        guard let text = given(input, name) else { return nil }
        switch text {
        case "true", "1": return true
        case "false", "0": return false
        default: throw ApiError.badRequest("Invalid \(name) specified: \(text). It must be true or false")
        }
    }
}
