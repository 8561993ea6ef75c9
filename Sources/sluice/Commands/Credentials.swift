import ArgumentParser
import ControlAPI
import Foundation
import JSON

struct Credentials: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Access keys for the control plane over TCP; without a subcommand, list them or make the first.",
        discussion: """
            Examples:
              eval "$(sluice credentials -o env)" && aws apigateway get-rest-apis
              sluice credentials add --access-key-id test --secret-access-key test
              sluice credentials remove test
            """,
        subcommands: [List.self, Add.self, Remove.self],
        defaultSubcommand: List.self)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, env, json
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the access keys; makes one if there is none.",
            discussion: """
                Examples:
                  sluice credentials
                  eval "$(sluice credentials -o env)"
                  sluice credentials -o json
                """)

        @Option(name: .shortAndLong, help: "table, env (lines for a shell: the newest key, region, endpoint) or json.")
        var output: Format = .table

        @OptionGroup var home: HomeOptions

        func run() async throws {
            let client = home.client
            var keys = try await client.accessKeys()
            if keys.isEmpty { keys = [try await client.createAccessKey()] }
            switch output {
            case .table:
                StandardOutput.write(
                    TextTable(
                        columns: ["ACCESS KEY ID", "SECRET ACCESS KEY", "CREATED"],
                        rows: keys.map { key in
                            [key.accessKeyId, key.secretAccessKey, sluice.Format.time(key.createdDate)]
                        }
                    ).text)
            case .json:
                StandardOutput.line(JSON.array(try keys.map { try JSON(encoding: $0) }).text(.pretty))
            case .env:
                let engine = try await client.health()
                guard let key = keys.max(by: { $0.createdDate < $1.createdDate }) else { return }
                var lines = [
                    "export AWS_ACCESS_KEY_ID=\(Self.quoted(key.accessKeyId))",
                    "export AWS_SECRET_ACCESS_KEY=\(Self.quoted(key.secretAccessKey))",
                    "export AWS_DEFAULT_REGION=\(Self.quoted(engine.region))",
                    "unset AWS_SESSION_TOKEN AWS_PROFILE",
                ]
                if let control = engine.control {
                    lines.append("export AWS_ENDPOINT_URL_API_GATEWAY=\(Self.quoted(control))")
                    lines.append("export AWS_ENDPOINT_URL_LAMBDA=\(Self.quoted(control))")
                }
                StandardOutput.line(lines.joined(separator: "\n"))
            }
        }

        /// A word that a POSIX shell takes as it is.
        private static func quoted(_ text: String) -> String {
            "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Store an access key.",
            discussion: """
                Examples:
                  sluice credentials add --access-key-id test --secret-access-key test
                """)

        @Option(help: "The id that calls are signed with.")
        var accessKeyId: String

        @Option(help: "The secret that belongs to it.")
        var secretAccessKey: String

        @OptionGroup var home: HomeOptions

        func run() async throws {
            let key = try await home.client.addAccessKey(accessKeyId: accessKeyId, secretAccessKey: secretAccessKey)
            StandardOutput.line("stored access key \(key.accessKeyId)")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget an access key; calls that it signed are refused from then on.",
            discussion: """
                Examples:
                  sluice credentials remove test
                """)

        @Argument(help: "The key's id.")
        var accessKeyId: String

        @OptionGroup var home: HomeOptions

        func run() async throws {
            try await home.client.deleteAccessKey(accessKeyId: accessKeyId)
            StandardOutput.line("removed access key \(accessKeyId)")
        }
    }
}
