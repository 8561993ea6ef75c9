import ArgumentParser
import ControlAPI
import JSON

struct FunctionsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show all about a function: its settings, how it runs, and who may invoke it.",
        discussion: """
            Examples:
              sluice functions show hello
              sluice functions show hello -o json
            """)

    @Argument(help: "The function's name.")
    var name: String

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let state = try await home.client.functionState(name: name)
        switch output.output {
        case .json: StandardOutput.line(try JSON(encoding: state).text(.pretty))
        case .table: StandardOutput.write(TextTable(columns: ["MEMBER", "VALUE"], rows: Self.rows(state)).text)
        }
    }

    private static func rows(_ state: FunctionState) -> [[String]] {
        var rows = [
            ["arn", state.functionArn], ["runtime", state.runtime], ["handler", state.handler],
            ["code", state.codeDirectory + (state.watchesCode ? " (used in place, watched)" : "")],
            ["memory", "\(state.memorySize) MB"], ["timeout", "\(state.timeout) s"],
            ["concurrency", state.reservedConcurrency.map { "\($0) reserved" } ?? "the engine's own ceiling"],
            ["state", state.state + (state.stateReason.map { ": \($0)" } ?? "")],
            ["environments", "\(state.environments), \(state.busy) at work"],
            [
                "invocations",
                "\(state.invocations): \(state.errors) errors, \(state.timeouts) timeouts, \(state.throttles) throttles, "
                    + "\(state.coldStarts) cold starts",
            ],
            ["duration", "p50 \(Format.number(state.durationP50)) ms, p99 \(Format.number(state.durationP99)) ms"],
        ]
        if let start = state.initDuration { rows.append(["newest cold start", "\(Format.number(start)) ms"]) }
        if let error = state.lastError { rows.append(["last error", error]) }
        if state.permissions.isEmpty {
            rows.append([
                "may invoke it", "nobody; allow API Gateway with: sluice functions allow \(state.functionName)",
            ])
        }
        return rows + state.permissions.map { ["may invoke it", $0] }
    }
}
