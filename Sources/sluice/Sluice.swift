import ArgumentParser

struct Sluice: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "A terminal console for API gateways, with the gateway inside.",
        discussion: """
            Without a subcommand: the console. It attaches to the engine of this home, or starts one inside itself.

            Examples:
              sluice demo                                   look around: sample APIs, a canary, live traffic
              sluice serve                                  the engine alone
              sluice                                        the console
              sluice canary set petstore prod 25            send a quarter of prod's requests to its canary
              sluice logs petstore prod --follow            requests as they come
            """,
        version: sluiceVersion,
        groupedSubcommands: [
            CommandGroup(name: "Run:", subcommands: [ConsoleCommand.self, Demo.self, Serve.self]),
            CommandGroup(
                name: "Script:",
                subcommands: [
                    Apis.self, Stages.self, Import.self, Export.self, Deploy.self, Canary.self, Rollback.self,
                    Diff.self, History.self, UndoCommand.self,
                    Invoke.self, Logs.self,
                    Metrics.self, Functions.self, Targets.self, Credentials.self,
                ]),
        ],
        defaultSubcommand: ConsoleCommand.self
    )
}

let sluiceVersion = "0.1.0"
