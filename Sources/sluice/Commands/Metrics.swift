import ArgumentParser
import ControlAPI
import Foundation

struct Metrics: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print CloudWatch's metrics of the last minutes, base and canary apart.",
        discussion: """
            Latencies are milliseconds, errors percent of the requests, as CloudWatch's Average has them.

            Examples:
              sluice metrics
              sluice metrics petstore prod --window 1m
              sluice metrics petstore prod --methods        of methods with detailed metrics, one by one
              sluice metrics petstore prod -o json | jq '.[] | select(.canary) | .["5XXError"]'
            """)

    @Argument(help: "Id or name of an API; all without it.")
    var api: String?

    @Argument(help: "Name of a stage; all of the API's without it.")
    var stage: String?

    @Option(help: ArgumentHelp("The last 30s, 5m … (15m at most are kept).", valueName: "duration"))
    var window = "5m"

    @Flag(help: "Each method with detailed metrics (metricsEnabled) by itself.")
    var methods = false

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        _ = try Duration.seconds(in: window)
    }

    /// One stage's base or canary over the whole window.
    private struct Row: Encodable {
        var apiId: String
        var apiName: String
        var stageName: String
        var resourcePath: String?
        var httpMethod: String?
        var canary: Bool
        var seconds: Int
        var count: Int
        var clientErrors: Int
        var serverErrors: Int
        var cacheHits: Int
        var cacheMisses: Int
        var latencyP50: Double?
        var latencyP99: Double?
        var integrationLatencyP50: Double?
        var integrationLatencyP99: Double?

        enum CodingKeys: String, CodingKey {
            case apiId, apiName, stageName, resourcePath, httpMethod, canary, seconds
            case count = "Count"
            case clientErrors = "4XXError"
            case serverErrors = "5XXError"
            case cacheHits = "CacheHitCount"
            case cacheMisses = "CacheMissCount"
            case latencyP50 = "Latency.p50"
            case latencyP99 = "Latency.p99"
            case integrationLatencyP50 = "IntegrationLatency.p50"
            case integrationLatencyP99 = "IntegrationLatency.p99"
        }
    }

    func run() async throws {
        let client = home.client
        let api = if let api { try await client.api(named: api) } else { RestApi?.none }
        if let api, let stage { _ = try await client.stage(api, named: stage) }
        let seconds = max(1, Int(try Duration.seconds(in: window).rounded()))
        let names = Dictionary(
            try await client.restApis().map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
        let samples =
            methods
            ? try await client.methodMetrics(apiId: api?.id, stageName: stage, seconds: seconds)
            : try await client.metrics(apiId: api?.id, stageName: stage, seconds: seconds)
        let groups = Dictionary(grouping: samples) { sample in
            "\(names[sample.apiId] ?? sample.apiId)/\(sample.stageName)\(sample.resourcePath ?? "") "
                + "\(sample.httpMethod ?? "")/\(sample.canary)"
        }
        let rows = groups.sorted { $0.key < $1.key }.compactMap { row($0.value, names: names, seconds: seconds) }
        let columns =
            ["API", "STAGE"] + (methods ? ["RESOURCE", "METHOD"] : []) + [
                "", "REQ/S", "COUNT", "4XX %", "5XX %", "P50 MS", "P99 MS", "INTEGRATION P50",
                "INTEGRATION P99", "CACHE HITS", "CACHE MISSES",
            ]
        try output.print(rows, columns: columns) { place in
            let row = rows[place]
            let percent = { (part: Int) in Format.number(Double(part) * 100 / Double(max(1, row.count))) }
            return [row.apiName, row.stageName] + (methods ? [row.resourcePath ?? "-", row.httpMethod ?? "-"] : []) + [
                row.canary ? "canary" : "base",
                Format.number(Double(row.count) / Double(seconds)), "\(row.count)", percent(row.clientErrors),
                percent(row.serverErrors), Format.number(row.latencyP50), Format.number(row.latencyP99),
                Format.number(row.integrationLatencyP50), Format.number(row.integrationLatencyP99),
                "\(row.cacheHits)", "\(row.cacheMisses)",
            ]
        }
    }

    private func row(_ samples: [MetricsSample], names: [String: String], seconds: Int) -> Row? {
        guard let first = samples.first else { return nil }
        var latency = LatencyHistogram()
        var integration = LatencyHistogram()
        for sample in samples {
            latency.merge(sample.latency)
            integration.merge(sample.integrationLatency)
        }
        return Row(
            apiId: first.apiId, apiName: names[first.apiId] ?? first.apiId, stageName: first.stageName,
            resourcePath: first.resourcePath, httpMethod: first.httpMethod, canary: first.canary, seconds: seconds,
            count: samples.map(\.count).reduce(0, +),
            clientErrors: samples.map(\.clientErrors).reduce(0, +),
            serverErrors: samples.map(\.serverErrors).reduce(0, +),
            cacheHits: samples.map(\.cacheHits).reduce(0, +), cacheMisses: samples.map(\.cacheMisses).reduce(0, +),
            latencyP50: latency.percentile(0.5), latencyP99: latency.percentile(0.99),
            integrationLatencyP50: integration.percentile(0.5), integrationLatencyP99: integration.percentile(0.99))
    }
}
