import ArgumentParser
import ControlAPI

struct FunctionsRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract:
            "Remove a function with its versions, aliases and permissions. A folder that was used in place stays.",
        discussion: """
            Examples:
              sluice functions remove hello
            """)

    @Argument(help: "The function's name.")
    var name: String

    @OptionGroup var home: HomeOptions

    func run() async throws {
        try await home.client.deleteFunction(name: name)
        StandardOutput.line("removed \(name)")
    }
}
