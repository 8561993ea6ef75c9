import ArgumentParser
import ControlAPI
import JSON

struct FunctionsLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print what a function wrote, and with --follow what it writes.",
        discussion: """
            Examples:
              sluice functions logs hello
              sluice functions logs hello --follow -o json     one JSON object a line
            """)

    @Argument(help: "The function's name.")
    var name: String

    @Flag(name: .shortAndLong, help: "Go on with lines as they come, until interrupted.")
    var follow = false

    @Option(name: [.customShort("n"), .long], help: "Past lines to print.")
    var limit = 100

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit takes 1 to 10000, not \(limit)") }
    }

    func run() async throws {
        let client = home.client
        // The feed is opened before the past is read, so that nothing falls between the two.
        let selection = EventSelection(metrics: false, changes: false, functions: .function(name: name))
        var feed = follow ? client.events(selection).makeAsyncIterator() : nil
        // Its first line says that it listens.
        _ = try await feed?.next()
        let past = try await client.functionLogs(name: name, limit: limit)
        for record in past { try show(record) }
        var seen = past
        while let event = try await feed?.next() {
            guard case .functions(let records, let dropped) = event else { continue }
            if dropped > 0 { StandardError.write("sluice: \(dropped) lines were not shown: the reader is slow\n") }
            for record in records {
                // What the feed and the past both have comes first in the feed.
                if let place = seen.firstIndex(of: record) {
                    seen.removeFirst(place + 1)
                } else {
                    seen = []
                    try show(record)
                }
            }
        }
    }

    private func show(_ record: FunctionLogRecord) throws {
        switch output.output {
        case .json: StandardOutput.line(try JSON(encoding: record).text())
        case .table:
            StandardOutput.line("\(Format.time(milliseconds: record.time, fraction: true))  \(record.message)")
        }
    }
}
