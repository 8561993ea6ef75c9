import ArgumentParser
import ControlAPI

struct FunctionsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the functions, and how they run.",
        discussion: """
            Examples:
              sluice functions
              sluice functions list -o json | jq '.[] | {functionName, errors, lastError}'
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let functions = try await home.client.functions()
        let columns = [
            "NAME", "RUNTIME", "HANDLER", "STATE", "INVOCATIONS", "ERRORS", "THROTTLES", "COLD STARTS", "P50 MS",
            "P99 MS", "CODE",
        ]
        try output.print(functions, columns: columns) { row in
            let function = functions[row]
            return [
                function.functionName, function.runtime, function.handler, function.state,
                "\(function.invocations)", "\(function.errors)", "\(function.throttles)", "\(function.coldStarts)",
                Format.number(function.durationP50), Format.number(function.durationP99),
                function.codeDirectory + (function.watchesCode ? " (watched)" : ""),
            ]
        }
    }
}
