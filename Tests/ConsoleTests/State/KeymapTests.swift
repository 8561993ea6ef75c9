import Terminal
import Testing

@testable import Console

@Suite("The command table")
struct KeymapTests {
    @Test func everyRowHasKeysAndWords() {
        for row in CommandTable.rows {
            #expect(!row.keys.isEmpty, "\(row.id)")
            #expect(!row.title.isEmpty, "\(row.id)")
            #expect(row.title.count <= 48, "help has no more room: \(row.title)")
        }
    }

    @Test func everyCommandHasARow() {
        let rows = Set(CommandTable.rows.map(\.id))
        #expect(CommandID.allCases.filter { !rows.contains($0) } == [])
    }

    @Test func noContextHasAKeyTwice() {
        for context in CommandContext.allCases {
            var taken: [Key: CommandID] = [:]
            for row in CommandTable.rows where row.context == context {
                for key in row.keys {
                    #expect(taken[key] == nil, "\(key) in \(context)")
                    taken[key] = row.id
                }
            }
        }
    }

    @Test func theNearerContextTakesTheKey() {
        let keymap = Keymap()
        #expect(keymap.command(for: .character("t"), in: [.log, .everywhere])?.id == .since)
        #expect(keymap.command(for: .character("t"), in: [.stageScreen, .everywhere])?.id == .window)
        #expect(keymap.command(for: .character("t"), in: [.everywhere]) == nil)
    }

    /// What is on a screen's hints is on its keys.
    @Test func hintsAreWhatKeysDo() {
        let app = App.onStage(width: 120, height: 30)
        let hints = app.line(29)
        for (key, word) in [("+ −", "weight"), ("p", "promote"), ("x", "disable canary"), ("b", "roll back")] {
            #expect(hints.contains("\(key) \(word)"))
        }
    }
}
