import ArgumentParser
import ControlAPI

struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Point a stage at an earlier deployment.",
        discussion: """
            Without --to: the deployment that was made before the stage's present one.

            Examples:
              sluice rollback petstore prod
              sluice rollback petstore prod --to d7f3a1
            """)

    @Argument(help: "Id or name of the API.")
    var api: String

    @Argument(help: "Name of the stage.")
    var stage: String

    @Option(help: ArgumentHelp("The deployment to go to.", valueName: "deployment"))
    var to: String?

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = home.client
        let api = try await client.api(named: api)
        let current = try await client.stage(api, named: stage)
        let deployments = try await client.deployments(apiId: api.id)
            .sorted { $0.createdDate > $1.createdDate }
        let target: String
        if let to {
            guard deployments.contains(where: { $0.id == to }) else {
                throw LookupError.noSuchDeployment(to, api: api.name, known: deployments.map(\.id))
            }
            target = to
        } else {
            guard let present = deployments.firstIndex(where: { $0.id == current.deploymentId }),
                present + 1 < deployments.count
            else {
                throw ValidationError(
                    "\(api.name) has no deployment before \(current.deploymentId ?? "-"); choose one with --to")
            }
            target = deployments[present + 1].id
        }
        let changed = try await client.updateStage(
            apiId: api.id, stageName: stage, patchOperations: StageChange.rollback(deploymentId: target).patchOperations
        )
        try output.print(
            changed, sentence: "\(api.name)/\(stage): \(current.deploymentId ?? "-") → \(changed.deploymentId ?? "-")")
    }
}
