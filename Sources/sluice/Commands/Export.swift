import ArgumentParser
import ControlAPI
import JSON
import OpenAPI

enum DocumentFormat: String, ExpressibleByArgument, CaseIterable {
    case json, yaml
}

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what a stage serves as an OpenAPI document.",
        discussion: """
            Examples:
              sluice export petstore prod > petstore.yaml
              sluice export petstore prod --format swagger -o json
              sluice export petstore prod --extensions integrations,authorizers
            """)

    @Argument(help: "Id or name of the API.")
    var api: String

    @Argument(help: "Name of the stage.")
    var stage: String

    @Option(help: "oas30 or swagger.")
    var format: String = "oas30"

    @Option(
        help: ArgumentHelp(
            "API Gateway's extensions to write, separated by commas: apigateway (all), integrations, authorizers, "
                + "documentation, validators, postman, or none.", valueName: "list"))
    var extensions: String = "apigateway"

    @Option(name: .shortAndLong, help: "json or yaml.")
    var output: DocumentFormat = .yaml

    @OptionGroup var home: HomeOptions

    func validate() throws {
        guard ExportOptions.Format(rawValue: format) != nil else {
            throw ValidationError("--format takes oas30 or swagger, not '\(format)'")
        }
    }

    func run() async throws {
        let client = home.client
        let api = try await client.api(named: api)
        _ = try await client.stage(api, named: stage)
        let words = extensions.split(separator: ",").map(String.init).filter { $0 != "none" }
        let document = try await client.export(
            apiId: api.id, stageName: stage, format: format, extensions: words)
        switch output {
        case .json: StandardOutput.line(document.text(.pretty))
        case .yaml: StandardOutput.write(String(decoding: YAMLWriter.bytes(document), as: UTF8.self))
        }
    }
}
