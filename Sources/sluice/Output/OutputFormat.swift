import ArgumentParser
import ControlAPI
import JSON

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json
}

struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "How to print: table or json.")
    var output: OutputFormat = .table

    /// Prints a list: a table for people, a JSON list for programs.
    func print(_ items: [some Encodable], columns: [String], row: (Int) -> [String]) throws {
        switch output {
        case .json:
            StandardOutput.line(JSON.array(try items.map { try JSON(encoding: $0) }).text(.pretty))
        case .table:
            StandardOutput.write(TextTable(columns: columns, rows: items.indices.map(row)).text)
        }
    }

    /// Prints what a change made of a thing: a sentence for people, the thing for programs.
    func print(_ item: some Encodable, sentence: String) throws {
        switch output {
        case .json: StandardOutput.line(try JSON(encoding: item).text(.pretty))
        case .table: StandardOutput.line(sentence)
        }
    }
}
