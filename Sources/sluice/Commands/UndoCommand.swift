import ArgumentParser
import ControlAPI
import Foundation

struct UndoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Take a change back, if nothing later depends on it.",
        discussion: """
            Shows what will change and asks first. An undo is a change as well: undo it, and you have it again.

            Examples:
              sluice history
              sluice undo 41 --dry-run
              sluice undo 41 --yes
            """)

    @Argument(help: "The number of the change, as `sluice history` shows it.")
    var sequence: Int

    @Flag(help: "Only show what would change.")
    var dryRun = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = home.client
        if dryRun || !yes {
            let tried = try await client.undo(sequence, dryRun: true)
            if dryRun { return try output.print(tried, sentence: Self.text(tried)) }
            guard isatty(STDIN_FILENO) == 1 else {
                throw ValidationError("undo asks first, and nobody is at the terminal: use --yes, or --dry-run to look")
            }
            StandardError.write(Self.text(tried) + "\nUndo? [y/N] ")
            guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
                StandardError.write("nothing was changed\n")
                throw ExitCode(1)
            }
        }
        let outcome = try await client.undo(sequence)
        let numbers = outcome.entries.map { "\($0.sequence)" }.joined(separator: ", ")
        try output.print(outcome, sentence: Self.text(outcome) + "\nundone, as entry \(numbers)")
    }

    private static func text(_ outcome: UndoOutcome) -> String {
        let subjects = outcome.undone.map { "\($0.sequence)  \($0.operation)  \($0.resource)  by \($0.actor)" }
        let changes = outcome.changes.map(\.summary)
        let more = outcome.more > 0 ? ["… and \(outcome.more) more"] : []
        return (subjects + (changes.isEmpty ? ["changes nothing that is shown"] : changes) + more)
            .joined(separator: "\n")
    }
}
