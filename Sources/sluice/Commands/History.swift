import ArgumentParser
import ControlAPI
import Foundation
import JSON

struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show who changed what, newest first.",
        discussion: """
            Examples:
              sluice history
              sluice history petstore --since 2h
              sluice history show 41
            """,
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List changes, newest first.",
            discussion: """
                Examples:
                  sluice history
                  sluice history petstore --limit 20
                  sluice history --since 30m -o json
                """)

        @Argument(help: "Id or name of an API; all without it.")
        var api: String?

        @Option(help: ArgumentHelp("How many at most.", valueName: "number"))
        var limit = 50

        @Option(help: ArgumentHelp("Only those of the last while: 90s, 30m, 2h, 1d.", valueName: "duration"))
        var since: String?

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit takes a number from 1, not \(limit)") }
            if let since { _ = try Duration.seconds(in: since) }
        }

        func run() async throws {
            let client = home.client
            var id: String?
            if let api {
                // Of an API that was deleted the journal still tells, by its id.
                do { id = try await client.api(named: api).id } catch is LookupError { id = api }
            }
            let from = try since.map {
                Int(max(0, Date().timeIntervalSince1970 - (try Duration.seconds(in: $0))))
            }
            let entries = try await client.journal(apiId: id, limit: limit, since: from)
            if entries.isEmpty, let api, id == api { _ = try await client.api(named: api) }
            try output.print(entries, columns: ["#", "TIME", "WHO", "OPERATION", "RESOURCE", "CHANGE"]) { row in
                let entry = entries[row]
                let undone = entry.undoneBy.map { " (undone by \($0))" } ?? ""
                return [
                    "\(entry.sequence)", Format.time(entry.time), entry.actor, entry.operation, entry.resource,
                    entry.summary + undone,
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one change, before and after.",
            discussion: """
                Examples:
                  sluice history show 41
                  sluice history show 41 -o json
                """)

        @Argument(help: "The number of the change.")
        var sequence: Int

        @OptionGroup var home: HomeOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let entry = try await home.client.journalEntry(sequence)
            try output.print(entry, sentence: Self.text(entry))
        }

        private static func text(_ entry: JournalEntry) -> String {
            var lines = [
                "\(entry.sequence)  \(entry.operation)  \(entry.resource)",
                "by \(entry.actor) at \(Format.time(entry.time))",
            ]
            if let undoes = entry.undoes { lines.append("undoes \(undoes)") }
            if let by = entry.undoneBy { lines.append("undone by \(by)") }
            if let refused = entry.refused { lines.append("refused: \(refused)") }
            if let refusal = entry.undoRefusal { lines.append("cannot be undone: \(refusal)") }
            let before = Self.lines(entry.before)
            let after = Self.lines(entry.after)
            return (lines + [""] + difference(before, after)).joined(separator: "\n")
        }

        private static func lines(_ value: JSON?) -> [String] {
            (value?.text(.pretty).split(separator: "\n") ?? []).map(String.init)
        }

        private static func difference(_ before: [String], _ after: [String]) -> [String] {
            // Beyond this the exact difference takes longer than anyone waits for it.
            guard before.count + after.count < 20_000 else {
                return ["\(before.count) lines before, \(after.count) after: -o json has them"]
            }
            let changes = after.difference(from: before)
            var removed = Set<Int>()
            var inserted = Set<Int>()
            for change in changes {
                switch change {
                case .remove(let offset, _, _): removed.insert(offset)
                case .insert(let offset, _, _): inserted.insert(offset)
                }
            }
            var result: [String] = []
            var old = 0
            for (new, line) in after.enumerated() {
                while old < before.count, removed.contains(old) {
                    result.append("- " + before[old])
                    old += 1
                }
                if inserted.contains(new) {
                    result.append("+ " + line)
                } else {
                    result.append("  " + line)
                    old += 1
                }
            }
            return result + before.dropFirst(old).map { "- " + $0 }
        }
    }
}
