import ArgumentParser
import ControlAPI
import Foundation
import JSON

struct FunctionsInvoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke",
        abstract: "Invoke a function and print what it answers; what it logged goes to standard error.",
        discussion: """
            Ends with status 1 if the function fails.

            Examples:
              sluice functions invoke hello
              sluice functions invoke hello --payload '{"name": "Rex"}'
              sluice functions invoke hello --payload @event.json -o json
              jq -n '{a: 1}' | sluice functions invoke hello --payload -
            """)

    @Argument(help: "The function's name; name:alias or name:version for one of those.")
    var name: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The event; @file reads a file, - standard input. Default: {}.", valueName: "json"))
    var payload: String?

    @Flag(help: "Do not wait for the function (an Event).")
    var async = false

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let answer = try await home.client.invokeFunction(
            name: name, payload: try event(), invocationType: async ? "Event" : "RequestResponse", wantsLog: !async)
        switch output.output {
        case .json: StandardOutput.line(Self.document(answer).text(.pretty))
        case .table:
            if let log = answer.log { StandardError.write(log.hasSuffix("\n") ? log : log + "\n") }
            StandardOutput.line(
                answer.status == 202
                    ? "queued as \(answer.requestId ?? "-")" : String(decoding: answer.payload, as: UTF8.self))
        }
        if let error = answer.functionError {
            StandardError.write("sluice: \(name) failed (\(error))\n")
            throw ExitCode(1)
        }
    }

    /// With the names of the members of Lambda's own answer.
    private static func document(_ answer: FunctionInvocationAnswer) -> JSON {
        var document = JSONObject([(key: "StatusCode", value: .number(JSONNumber(answer.status)))])
        if let error = answer.functionError { document["FunctionError"] = .string(error) }
        if let version = answer.executedVersion { document["ExecutedVersion"] = .string(version) }
        if let id = answer.requestId { document["RequestId"] = .string(id) }
        if let log = answer.log { document["Log"] = .string(log) }
        if !answer.payload.isEmpty {
            document["Payload"] =
                (try? JSON(parsing: answer.payload)) ?? .string(String(decoding: answer.payload, as: UTF8.self))
        }
        return .object(document)
    }

    private func event() throws -> [UInt8] {
        guard let payload else { return Array("{}".utf8) }
        if payload == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
        guard payload.hasPrefix("@") else { return Array(payload.utf8) }
        let file = HomeOptions.absolute(String(payload.dropFirst()))
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ValidationError("--payload: \(file) cannot be read")
        }
        return Array(data)
    }
}
