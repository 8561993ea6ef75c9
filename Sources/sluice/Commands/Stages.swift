import ArgumentParser
import ControlAPI

struct Stages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the stages of an API, or of all.",
        discussion: """
            Examples:
              sluice stages
              sluice stages petstore
              sluice stages petstore -o json | jq '.[] | {stageName, canarySettings}'
            """)

    @Argument(help: "Id or name of an API; all without it.")
    var api: String?

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    /// A stage with the API that it belongs to, which AWS's own shape leaves out.
    private struct Entry: Encodable {
        var apiId: String
        var apiName: String
        var stage: Stage

        enum CodingKeys: String, CodingKey { case apiId, apiName }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(apiId, forKey: .apiId)
            try container.encode(apiName, forKey: .apiName)
            try stage.encode(to: encoder)
        }
    }

    func run() async throws {
        let client = home.client
        let apis =
            if let api { [try await client.api(named: api)] } else { try await client.restApis() }
        var entries: [Entry] = []
        for api in apis.sorted(by: { ($0.name, $0.id) < ($1.name, $1.id) }) {
            let stages = try await client.stages(apiId: api.id).sorted { $0.stageName < $1.stageName }
            entries += stages.map { Entry(apiId: api.id, apiName: api.name, stage: $0) }
        }
        let columns = ["API", "STAGE", "DEPLOYMENT", "CANARY %", "CANARY DEPLOYMENT", "UPDATED", "DESCRIPTION"]
        try output.print(entries, columns: columns) { row in
            let entry = entries[row]
            let canary = entry.stage.canarySettings
            return [
                entry.apiName, entry.stage.stageName, entry.stage.deploymentId ?? "-",
                canary.map { StageChange.text(percent: $0.percentTraffic) } ?? "-", canary?.deploymentId ?? "-",
                Format.time(entry.stage.lastUpdatedDate), entry.stage.description ?? "",
            ]
        }
    }
}
