import ArgumentParser
import ControlAPI

struct ListTargets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the targets of a VPC link, or of all, with their health.",
        discussion: """
            Examples:
              sluice targets list
              sluice targets list service1
              sluice targets list service1 -o json | jq '.[].targets[] | select(.health != "healthy")'
            """)

    @Argument(help: "Id or name of a VPC link; all without it.")
    var link: String?

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = home.client
        let links = try await client.vpcLinks()
        var pools = try await client.targetPools()
        if let link {
            let id = try await client.vpcLink(named: link).id
            pools.removeAll { $0.vpcLinkId != id }
            guard !pools.isEmpty else { throw LinkLookupError.noPool(link: link) }
        }
        guard output.output == .table else { return try output.print(pools, columns: []) { _ in [] } }
        let names = Dictionary(links.map { ($0.id, $0.name) }) { first, _ in first }
        let rows = pools.flatMap { pool in
            pool.targets.map { target -> [String] in
                [
                    names[pool.vpcLinkId].flatMap(\.self) ?? pool.vpcLinkId ?? "", target.id,
                    target.health?.rawValue ?? "-", Self.text(target.outstanding), Self.text(target.requests),
                    Self.text(target.failures), target.addresses?.joined(separator: " ") ?? "", target.reason ?? "",
                ]
            }
        }
        let columns = ["LINK", "TARGET", "HEALTH", "OUTSTANDING", "REQUESTS", "FAILURES", "ADDRESSES", "REASON"]
        try output.print(rows, columns: columns) { rows[$0] }
    }

    private static func text(_ number: Int?) -> String { number.map(String.init) ?? "-" }
}
