import ArgumentParser
import ControlAPI

struct Targets: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show and change the backends behind a VPC link.",
        discussion: """
            A link with targets balances the requests of its integrations over them; the integration's own address then
            gives the Host header and the path alone. A link is made with: aws apigateway create-vpc-link

            Examples:
              sluice targets list
              sluice targets add service1 10.0.0.7:8080 10.0.0.8:8080
              sluice targets set service1 --algorithm least_outstanding_requests --health-path /ping
              sluice targets remove service1 10.0.0.7:8080
            """,
        subcommands: [ListTargets.self, AddTargets.self, RemoveTargets.self, SetTargets.self])
}

/// The link that a command works on.
struct LinkArguments: ParsableArguments {
    @Argument(help: "Id or name of the VPC link.")
    var link: String

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions
}

extension ControlClient {
    /// The link with this id, else the one with this name.
    func vpcLink(named text: String) async throws -> VpcLink {
        let links = try await vpcLinks()
        if let exact = links.first(where: { $0.id == text }) { return exact }
        let named = links.filter { $0.name == text }
        switch named.count {
        case 1: return named[0]
        case 0: throw LinkLookupError.noSuchLink(text, known: links.compactMap(\.name).sorted())
        default: throw LinkLookupError.ambiguousLink(text, ids: named.compactMap(\.id).sorted())
        }
    }
}

enum LinkLookupError: Error, CustomStringConvertible {
    case noSuchLink(String, known: [String])
    case ambiguousLink(String, ids: [String])
    case noPool(link: String)

    var description: String {
        switch self {
        case .noSuchLink(let name, let known):
            known.isEmpty
                ? "there is no VPC link '\(name)': this engine has none yet; make one with: aws apigateway create-vpc-link"
                : "there is no VPC link '\(name)'; there are: \(known.joined(separator: ", "))"
        case .ambiguousLink(let name, let ids):
            "\(ids.count) VPC links are called '\(name)'; use an id: \(ids.joined(separator: ", "))"
        case .noPool(let link):
            "VPC link \(link) has no targets; add some with: sluice targets add \(link) HOST:PORT"
        }
    }
}

/// `host:port` on the command line.
struct TargetArgument: ExpressibleByArgument {
    let target: TargetPool.Target

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = Int(argument[argument.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        var host = String(argument[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { return nil }
        target = TargetPool.Target(host: host, port: port)
    }
}
