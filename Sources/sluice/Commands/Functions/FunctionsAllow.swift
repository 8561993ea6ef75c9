import ArgumentParser
import ControlAPI

struct FunctionsAllow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow",
        abstract: "Let API Gateway invoke a function.",
        discussion: """
            Adds a statement to the function's policy, as aws lambda add-permission does. Without it, integrations of
            the types AWS_PROXY and AWS answer 500.

            Examples:
              sluice functions allow hello
              sluice functions allow hello --source-arn 'arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/*/GET/pets'
            """)

    @Argument(help: "The function's name; name:alias for an alias.")
    var name: String

    @Option(
        help: ArgumentHelp(
            "From where: an ARN in which * and ? stand for any text. Default: from everywhere.", valueName: "arn"))
    var sourceArn: String?

    @Option(help: ArgumentHelp("Name of the statement.", valueName: "id"))
    var statementId: String?

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = home.client
        let added = try await FunctionPermission.allowApiGateway(
            client, function: name, sourceArn: sourceArn, statementId: statementId)
        let state = try await client.functionState(name: name)
        let place = sourceArn.map { " from \($0)" } ?? " from every API"
        try output.print(
            state,
            sentence: added
                ? "API Gateway may invoke \(name)\(place)" : "API Gateway may invoke \(name)\(place) already")
    }
}

/// The statement of a function's policy that lets API Gateway in.
enum FunctionPermission {
    static let principal = "apigateway.amazonaws.com"

    /// `false` if a statement of that name is there already.
    static func allowApiGateway(
        _ client: ControlClient, function: String, sourceArn: String? = nil, statementId: String? = nil
    ) async throws -> Bool {
        do {
            try await client.addPermission(
                function: function, statementId: statementId ?? standardId(sourceArn), principal: principal,
                sourceArn: sourceArn)
            return true
        } catch ControlError.refused(_, "ResourceConflictException", _, _) where statementId == nil {
            return false
        }
    }

    /// The same for the same source, so that allowing twice adds one statement.
    private static func standardId(_ sourceArn: String?) -> String {
        guard let sourceArn else { return "apigateway" }
        // FNV-1a, 64 bit.
        let hash = sourceArn.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "apigateway-" + String(hash, radix: 16)
    }
}
