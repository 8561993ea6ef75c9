import ArgumentParser
import ControlAPI

struct Apis: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the REST APIs.",
        discussion: """
            Examples:
              sluice apis
              sluice apis -o json | jq -r '.[].id'
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = home.client
        let apis = try await client.restApis().sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        try output.print(apis, columns: ["ID", "NAME", "ENDPOINT", "CREATED", "DESCRIPTION"]) { row in
            let api = apis[row]
            return [
                api.id, api.name, api.endpointConfiguration?.types?.joined(separator: ",") ?? "-",
                Format.time(api.createdDate), api.description ?? "",
            ]
        }
    }
}
