import ArgumentParser
import ControlAPI

struct AddTargets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add targets to a VPC link; the first ones make its pool.",
        discussion: """
            Examples:
              sluice targets add service1 10.0.0.7:8080 10.0.0.8:8080
              sluice targets add service1 backend.internal:80
              sluice targets add service1 '[::1]:8080'
            """)

    @OptionGroup var link: LinkArguments

    @Argument(help: "Address or DNS name with a port.")
    var targets: [TargetArgument]

    func run() async throws {
        let client = link.home.client
        let found = try await client.vpcLink(named: link.link)
        let pool = try await client.registerTargets(vpcLinkId: found.id ?? "", targets.map(\.target))
        let ids = targets.map(\.target.id).joined(separator: ", ")
        try link.output.print(
            pool, sentence: "added to \(found.name ?? link.link): \(ids); it has \(pool.targets.count) targets now")
    }
}

struct RemoveTargets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take targets away from a VPC link; their requests under way may finish.",
        discussion: """
            Examples:
              sluice targets remove service1 10.0.0.7:8080
            """)

    @OptionGroup var link: LinkArguments

    @Argument(help: "Address or DNS name with a port, as it was added.")
    var targets: [TargetArgument]

    func run() async throws {
        let client = link.home.client
        let found = try await client.vpcLink(named: link.link)
        for target in targets {
            try await client.deregisterTarget(vpcLinkId: found.id ?? "", target: target.target.id)
        }
        let pool = try await client.targetPool(vpcLinkId: found.id ?? "")
        let ids = targets.map(\.target.id).joined(separator: ", ")
        try link.output.print(pool, sentence: "taken away from \(found.name ?? link.link): \(ids)")
    }
}
