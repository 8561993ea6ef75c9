import ArgumentParser
import ControlAPI
import Foundation
import JSON

struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the access log: past requests, and with --follow those that come; or all about one request.",
        discussion: """
            Examples:
              sluice logs petstore prod
              sluice logs petstore prod --follow --status 5xx
              sluice logs --follow --canary -o json        one JSON object a line
              sluice logs --request 5f0c8f4e-…             the execution log of one request

            A request has an execution log if its method's loggingLevel is INFO or ERROR; dataTraceEnabled adds headers
            and bodies.
            """)

    @Argument(help: "Id or name of an API; all without it.")
    var api: String?

    @Argument(help: "Name of a stage; all of the API's without it.")
    var stage: String?

    @Flag(name: .shortAndLong, help: "Go on with requests as they come, until interrupted.")
    var follow = false

    @Option(name: [.customShort("n"), .long], help: "Past requests to print.")
    var limit = 100

    @Option(help: ArgumentHelp("Only requests of the last 30s, 5m, 1h …", valueName: "duration"))
    var since: String?

    @Option(help: ArgumentHelp("Only these statuses: 404, 5xx or a list of both.", valueName: "status"))
    var status: String?

    @Flag(help: "Only requests that the canary answered.")
    var canary = false

    @Flag(help: "Only requests that the stage's own deployment answered.")
    var base = false

    @Option(help: ArgumentHelp("Print the execution log of this request.", valueName: "id"))
    var request: String?

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if request != nil, api != nil || stage != nil || follow || since != nil || status != nil || canary || base {
            throw ValidationError("--request goes alone: an id names one request")
        }
        if canary, base { throw ValidationError("--canary and --base exclude each other") }
        guard (0...100_000).contains(limit) else { throw ValidationError("--limit takes 0 to 100000, not \(limit)") }
        _ = try StatusFilter(status)
        if let since { _ = try Duration.seconds(in: since) }
    }

    func run() async throws {
        let client = home.client
        if let request { return try showExecution(try await client.executionLog(requestId: request)) }
        let api = if let api { try await client.api(named: api) } else { RestApi?.none }
        if let api, let stage { _ = try await client.stage(api, named: stage) }
        let filter = try StatusFilter(status)
        let wanted = { (record: AccessLogRecord) in
            filter.contains(record.status) && (!canary || record.isCanaryRequest) && (!base || !record.isCanaryRequest)
        }
        // The feed is opened before the past is read, so that nothing falls between the two.
        let selection: EventSelection.AccessSelection =
            if let api, let stage { .stage(apiId: api.id, stageName: stage) } else if let api {
                .api(apiId: api.id)
            } else { .all }
        let feed = follow ? client.events(EventSelection(metrics: false, changes: false, access: selection)) : nil
        let from = try since.map {
            Int((Date().timeIntervalSince1970 - (try Duration.seconds(in: $0))) * 1000)
        }
        let filtered = status != nil || canary || base
        let past = try await client.accessLog(
            AccessLogQuery(
                apiId: api?.id, stageName: stage, since: from, limit: filtered ? 100_000 : limit)
        ).filter(wanted).suffix(limit)
        // The feed begins a little before the past ends.
        let seen = Set(past.suffix(2000).map(\.requestId))
        for record in past { try show(record) }
        guard let feed else { return }
        for try await event in feed {
            guard case .access(let records, let dropped) = event else { continue }
            if dropped > 0 { StandardError.write("sluice: \(dropped) requests were not shown: the reader is slow\n") }
            for record in records where wanted(record) && !seen.contains(record.requestId) { try show(record) }
        }
    }

    /// As CloudWatch shows it, each line behind its time.
    private func showExecution(_ record: ExecutionLogRecord) throws {
        switch output.output {
        case .json: StandardOutput.line(try JSON(encoding: record).text(.pretty))
        case .table:
            for line in record.lines {
                let time = Format.time(milliseconds: line.time, fraction: true)
                StandardOutput.line("\(time)  (\(record.requestId)) \(line.message)")
            }
        }
    }

    private func show(_ record: AccessLogRecord) throws {
        switch output.output {
        case .json: StandardOutput.line(try JSON(encoding: record).text())
        case .table:
            let latency = Format.number(record.responseLatency)
            let fields = [
                Format.time(milliseconds: record.requestTimeEpoch, fraction: true),
                record.httpMethod.padded(7), "\(record.status)", latency.leftPadded(7) + " ms",
                record.isCanaryRequest ? "canary" : "base  ", record.path, record.requestId,
            ]
            StandardOutput.line(fields.joined(separator: "  ") + (record.errorMessage.map { "  " + $0 } ?? ""))
        }
    }
}

/// Statuses as people write them: `404`, `5xx`, `4xx,502`.
struct StatusFilter {
    private var ranges: [ClosedRange<Int>] = []

    init(_ text: String?) throws {
        guard let text else { return }
        for part in text.lowercased().split(separator: ",") {
            if part.count == 3, part.hasSuffix("xx"), let first = part.first?.wholeNumberValue, (1...5).contains(first)
            {
                ranges.append(first * 100...first * 100 + 99)
            } else if let status = Int(part), (100...599).contains(status) {
                ranges.append(status...status)
            } else {
                throw ValidationError("--status takes statuses such as 404, 5xx or 4xx,502, not '\(text)'")
            }
        }
    }

    func contains(_ status: Int) -> Bool {
        ranges.isEmpty || ranges.contains { $0.contains(status) }
    }
}

enum Duration {
    /// Reads `30s`, `5m`, `1h`, `2d`.
    static func seconds(in text: String) throws -> Double {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()), number > 0,
            number.isFinite
        else {
            throw ValidationError("a duration is a number with s, m, h or d, for example 5m, not '\(text)'")
        }
        return number * unit
    }
}

extension String {
    func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    func leftPadded(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
