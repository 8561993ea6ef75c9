import ArgumentParser
import ControlAPI

struct Deploy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Snapshot an API and put it on a stage, or on the stage's canary.",
        discussion: """
            A stage that does not exist is made. A stage that has a canary gets the new deployment there; its own
            deployment stays until the canary is promoted.

            Examples:
              sluice deploy petstore prod --description "v42 checkout"
              sluice deploy petstore prod --canary 10 --override backend=http://127.0.0.1:9001
            """)

    @Argument(help: "Id or name of the API.")
    var api: String

    @Argument(help: "Stage to deploy to; without it the deployment is only stored.")
    var stage: String?

    @Option(help: "What this deployment is, for the people who will read the list.")
    var description: String?

    @Option(
        name: .customLong("variable"),
        help: ArgumentHelp("A stage variable, name=value; may be repeated.", valueName: "name=value"))
    var variables: [String] = []

    @Option(help: ArgumentHelp("Make a canary with this share of the stage's requests, 0–100.", valueName: "percent"))
    var canary: Double?

    @Option(
        name: .customLong("override"),
        help: ArgumentHelp("A stage variable for canary requests only; may be repeated.", valueName: "name=value"))
    var overrides: [String] = []

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let canary, !(0...100).contains(canary) {
            throw ValidationError("--canary takes a percentage from 0 to 100, not \(canary)")
        }
        if canary == nil, !overrides.isEmpty { throw ValidationError("--override goes with --canary") }
        if canary != nil, stage == nil { throw ValidationError("--canary wants the stage that it is a canary of") }
    }

    func run() async throws {
        let client = home.client
        let api = try await client.api(named: api)
        let settings = try canary.map {
            CanarySettings(
                percentTraffic: $0, stageVariableOverrides: try Self.pairs(overrides, flag: "--override"))
        }
        let deployment = try await client.createDeployment(
            apiId: api.id, stageName: stage, description: description,
            variables: try Self.pairs(variables, flag: "--variable"), canarySettings: settings)
        var place = "no stage points to it yet"
        if let stage {
            let now = try await client.stage(apiId: api.id, stageName: stage)
            if let canary = now.canarySettings, canary.deploymentId == deployment.id,
                now.deploymentId != deployment.id
            {
                place = "the canary of \(stage), at \(StageChange.text(percent: canary.percentTraffic)) %"
            } else {
                place = "live on \(stage)"
            }
        }
        try output.print(deployment, sentence: "deployment \(deployment.id) of \(api.name): \(place)")
    }

    private static func pairs(_ texts: [String], flag: String) throws -> [String: String]? {
        guard !texts.isEmpty else { return nil }
        var pairs: [String: String] = [:]
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw ValidationError("\(flag) takes name=value, not '\(text)'")
            }
            pairs[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return pairs
    }
}
