import ArgumentParser
import ControlAPI
import Foundation
import JSON

struct Invoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Test-invoke a method as it is now, deployed or not, and print its answer and its execution log.",
        discussion: """
            The method runs as TestInvokeMethod runs it: backends are called in earnest, keys, limits, cache and
            authorizers are not asked. Stage variables are those that are given here.

            Examples:
              sluice invoke petstore GET '/pets/7?verbose=true'
              sluice invoke petstore POST /pets --body '{"name": "Rex"}' --header 'Content-Type: application/json'
              sluice invoke petstore POST /pets --body @pet.json --variable backend=http://127.0.0.1:9001
              sluice invoke petstore GET /pets -o json | jq -r .log
            """)

    @Argument(help: "Id or name of the API.")
    var api: String

    @Argument(help: "The verb.")
    var method: String

    @Argument(help: "Path as a client would ask for it after the stage, with its query.")
    var path: String

    @Option(
        name: [.customShort("d"), .long],
        help: ArgumentHelp("The body; @file reads a file, - standard input.", valueName: "text"))
    var body: String?

    @Option(
        name: [.customShort("H"), .long],
        help: ArgumentHelp("A header; may be repeated.", valueName: "name: value"))
    var header: [String] = []

    @Option(
        name: .customLong("variable"),
        help: ArgumentHelp("A stage variable, name=value; may be repeated.", valueName: "name=value"))
    var variables: [String] = []

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard path.hasPrefix("/") else { throw ValidationError("the path begins with /, not '\(path)'") }
        _ = try headers()
        _ = try stageVariables()
    }

    func run() async throws {
        let client = home.client
        let api = try await client.api(named: api)
        let resource = try await client.resource(api, forPath: String(path.prefix { $0 != "?" }))
        let verb = method.uppercased()
        let known = (resource.resourceMethods ?? [:]).keys.sorted()
        guard known.contains(verb) || known.contains("ANY") else {
            throw LookupError.noSuchMethod(verb, path: resource.path, known: known)
        }
        var request = TestInvokeMethodRequest()
        // A resource's own path, with its braces, has no values for them.
        request.pathWithQueryString = path == resource.path && path.contains("{") ? nil : path
        request.body = try text(ofBody: body)
        request.multiValueHeaders = try headers()
        request.stageVariables = try stageVariables()
        let answer = try await client.testInvokeMethod(
            apiId: api.id, resourceId: resource.id, httpMethod: verb, request)
        try show(answer)
    }

    private func show(_ answer: TestInvokeMethodResponse) throws {
        switch output.output {
        case .json: StandardOutput.line(try JSON(encoding: answer).text(.pretty))
        case .table:
            StandardOutput.line("\(answer.status.map(String.init) ?? "-")  \(answer.latency ?? 0) ms")
            for (name, values) in (answer.multiValueHeaders ?? [:]).sorted(by: { $0.key < $1.key }) {
                for value in values { StandardOutput.line("\(name): \(value)") }
            }
            StandardOutput.line("")
            if let body = answer.body, !body.isEmpty { StandardOutput.line(body + "\n") }
            StandardOutput.write(answer.log ?? "")
        }
    }

    private func text(ofBody body: String?) throws -> String? {
        guard let body else { return nil }
        if body == "-" { return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self) }
        guard body.hasPrefix("@") else { return body }
        let file = HomeOptions.absolute(String(body.dropFirst()))
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ValidationError("--body: \(file) cannot be read")
        }
        return String(decoding: data, as: UTF8.self)
    }

    private func headers() throws -> [String: [String]]? {
        var headers: [String: [String]] = [:]
        for text in header {
            guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else {
                throw ValidationError("--header takes 'name: value', not '\(text)'")
            }
            let value = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[String(text[..<colon]), default: []].append(value)
        }
        return headers.isEmpty ? nil : headers
    }

    private func stageVariables() throws -> [String: String]? {
        guard !variables.isEmpty else { return nil }
        var pairs: [String: String] = [:]
        for text in variables {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw ValidationError("--variable takes name=value, not '\(text)'")
            }
            pairs[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return pairs
    }
}
