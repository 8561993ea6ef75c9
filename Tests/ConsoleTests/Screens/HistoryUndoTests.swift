import ControlAPI
import JSON
import Testing

@testable import Console

@Suite("Undo")
struct HistoryUndoTests {
    @Test("undo dialog, 80×24")
    func undoDialog80() {
        var app = App(width: 80, height: 24)
        app.press("H", "u")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ history                        ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 #      TIME              OPERATION           WHAT               WHO
                 41     2026-11-20 17:42  UpdateStage         petstore prod      unix:uid=1000
                 40     2026-11-20 16:52  CreateDeployment    petstore deploym…  AKIDEXAMPLE



                 ┌────────────────────────────────────────────────────────────────────────────┐
                 │ Undo #41 UpdateStage                                                       │
                 │ ────────────────────────────────────────────────────────────────────────── │
                 │ change    petstore prod, by unix:uid=1000 at 2026-11-20 17:42              │
                 │ changes   ~ stage prod  canarySettings.percentTraffic  10 → 5              │
                 │                                                                            │
                 │                                                       ▸ Cancel ◂    Undo   │
                 └────────────────────────────────────────────────────────────────────────────┘






                 ──────────────────────────────────────────────────────────────────────────────
                 tab other button  enter cancel  esc cancel
                """#)
    }

    @Test("enter on Cancel changes nothing, on Undo it is sent and told")
    func sends() {
        var app = App()
        app.press("H", "u", "enter")
        #expect(app.state.overlays.isEmpty)
        #expect(!app.effects.contains { if case .perform = $0 { true } else { false } })
        app.press("u", "tab", "enter")
        #expect(
            app.effects.contains { effect in
                guard case .perform(let job, _) = effect else { return false }
                return job.call == .undo(sequence: 41, resource: "/restapis/\(Fixtures.petstore)/stages/prod")
            })
        #expect(app.line(with: "#41 UpdateStage is undone") != nil)
    }

    @Test("what stands in the way is told, and nothing is sent")
    func blocked() {
        var engine = FakeEngine()
        engine.failures[.undoPreview(sequence: 41)] = .refused(
            status: 409, code: "ConflictException",
            message: "Journal entry 41 cannot be undone: what it changed was changed again. Entry 42 stands in the way",
            requestId: nil)
        var app = App(engine: engine)
        app.press("H", "u", "tab", "enter")
        #expect(app.line(with: "Journal entry 41 cannot be undone") != nil)
        #expect(app.line(with: "this cannot be undone") != nil)
        #expect(!app.effects.contains { if case .perform = $0 { true } else { false } })
    }

    @Test("an entry that was undone is marked, until its undo is undone")
    func marks() {
        var app = App()
        app.press("H")
        func undo(_ sequence: Int, of undone: Int) -> JournalEntry {
            var entry = JournalEntry(
                sequence: sequence, time: Timestamp(seconds: Fixtures.now), actor: "unix:uid=1000", operation: "Undo",
                resource: "/restapis/\(Fixtures.petstore)/stages/prod", before: nil, after: nil)
            entry.undoes = undone
            return entry
        }
        app.send(.feed(.change(undo(42, of: 41))))
        #expect(app.line(with: "UpdateStage")?.contains("undone by #42") == true)
        app.send(.feed(.change(undo(43, of: 42))))
        #expect(app.line(with: "UpdateStage")?.contains("undone") == false)
        #expect(app.line(with: "Undo #41")?.contains("undone by #43") == true)
    }

    @Test("what cannot be undone says why without a dialog")
    func refusals() {
        var app = App()
        app.press("H")
        var entry = Fixtures.journal[0]
        (entry.sequence, entry.undoRefusal) = (50, "what was flushed comes back with the next requests")
        app.send(.feed(.change(entry)))
        app.press("g", "u")
        #expect(app.state.overlays.isEmpty)
        #expect(app.line(with: "#50 cannot be undone") != nil)
    }
}
