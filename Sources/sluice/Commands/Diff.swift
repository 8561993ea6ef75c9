import ArgumentParser
import ControlAPI

struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what differs between two deployments of an API, or a deployment and the API as it is now.",
        discussion: """
            FROM and TO are ids of deployments, or `current` for the API as it is now. Without them: from the newest
            deployment (with --stage: from the stage's) to the current API.

            Ends with status 0 where nothing differs, 1 where something does, 2 in trouble.

            Examples:
              sluice diff petstore                        what a deployment would change
              sluice diff petstore --stage prod           what would change on prod
              sluice diff petstore --stage prod --canary  what prod's canary has of its own
              sluice diff petstore d7f3a1 e0c922 -o json
            """)

    @Argument(help: "Id or name of the API.")
    var api: String

    @Argument(help: "A deployment's id, or current.")
    var from: String?

    @Argument(help: "A deployment's id, or current.")
    var to: String?

    @Option(help: "Compare with the deployment of this stage.")
    var stage: String?

    @Flag(help: "Compare the stage's deployment with its canary's.")
    var canary = false

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    static let current = "current"

    func validate() throws {
        if stage != nil, from != nil { throw ValidationError("give either --stage or FROM, not both") }
        if canary, stage == nil { throw ValidationError("--canary wants the --stage whose canary it is") }
    }

    func run() async throws {
        let difference: ApiDifference
        do {
            difference = try await self.difference()
        } catch {
            StandardError.write("sluice: \(Main.line(for: error))\n")
            throw ExitCode(2)
        }
        switch output.output {
        case .json: try output.print(difference, sentence: "")
        case .table:
            for item in difference.items { StandardOutput.line(item.summary) }
            if difference.items.isEmpty {
                StandardOutput.line("\(difference.from) and \(difference.to) do not differ")
            }
        }
        if !difference.items.isEmpty { throw ExitCode(1) }
    }

    private func difference() async throws -> ApiDifference {
        let client = home.client
        let api = try await client.api(named: api)
        var (from, to) = (from, to)
        if let stage {
            let found = canary ? try await client.canaryStage(api, stage) : try await client.stage(api, named: stage)
            from = found.deploymentId
            if canary { to = found.canarySettings?.deploymentId }
        }
        if from == nil {
            from = try await client.deployments(apiId: api.id).max { $0.createdDate < $1.createdDate }?.id
        }
        guard let from else {
            throw ValidationError("\(api.name) has no deployment yet; make one with: sluice deploy \(api.name)")
        }
        return try await client.difference(apiId: api.id, from: from, to: to ?? Self.current)
    }
}
