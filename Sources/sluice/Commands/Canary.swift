import ArgumentParser
import ControlAPI

struct Canary: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change, promote or disable the canary of a stage.",
        discussion: """
            A canary is made with: sluice deploy <api> <stage> --canary <percent>

            Examples:
              sluice canary set petstore prod 25
              sluice canary promote petstore prod
              sluice canary disable petstore prod
            """,
        subcommands: [Set.self, Promote.self, Disable.self])

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set the share of requests that the canary answers.",
            discussion: """
                Examples:
                  sluice canary set petstore prod 25
                  sluice canary set petstore prod 0.5 -o json
                """)

        @OptionGroup var target: StageArguments

        @Argument(help: "Percent of the stage's requests, 0–100.")
        var percent: Double

        func validate() throws {
            guard (0...100).contains(percent) else {
                throw ValidationError("a canary takes 0 to 100 percent, not \(percent)")
            }
        }

        func run() async throws {
            try await target.apply { api, stage in
                (
                    .canaryWeight(percent),
                    "canary of \(api.name)/\(stage.stageName): "
                        + "\(StageChange.text(percent: stage.canarySettings?.percentTraffic ?? 0)) % → "
                        + "\(StageChange.text(percent: percent)) %"
                )
            }
        }
    }

    struct Promote: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the canary's deployment and variables the stage's own; the canary goes to 0 %.",
            discussion: """
                Examples:
                  sluice canary promote petstore prod
                  sluice canary promote petstore prod -o json
                """)

        @OptionGroup var target: StageArguments

        func run() async throws {
            try await target.apply { api, stage in
                let canary = stage.canarySettings
                return (
                    .promoteCanary(hasOverrides: canary?.stageVariableOverrides?.isEmpty == false),
                    "promoted on \(api.name)/\(stage.stageName): "
                        + "\(stage.deploymentId ?? "-") → \(canary?.deploymentId ?? "-"), canary at 0.0 %"
                )
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the canary away; the stage's own deployment answers everything.",
            discussion: """
                Examples:
                  sluice canary disable petstore prod
                """)

        @OptionGroup var target: StageArguments

        func run() async throws {
            try await target.apply { api, stage in
                (
                    .disableCanary,
                    "canary of \(api.name)/\(stage.stageName) disabled; "
                        + "\(stage.deploymentId ?? "-") answers all requests"
                )
            }
        }
    }
}

/// The stage that a canary command works on, and how it prints what it did.
struct StageArguments: ParsableArguments {
    @Argument(help: "Id or name of the API.")
    var api: String

    @Argument(help: "Name of the stage.")
    var stage: String

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func apply(_ change: (RestApi, Stage) -> (StageChange, sentence: String)) async throws {
        let client = home.client
        let api = try await client.api(named: api)
        let stage = try await client.canaryStage(api, stage)
        let (change, sentence) = change(api, stage)
        let changed = try await client.updateStage(
            apiId: api.id, stageName: stage.stageName, patchOperations: change.patchOperations)
        try output.print(changed, sentence: sentence)
    }
}
