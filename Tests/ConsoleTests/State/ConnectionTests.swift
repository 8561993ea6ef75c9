import ControlAPI
import Terminal
import Testing

@testable import Console

@Suite("Losing the engine and finding it again")
struct ConnectionTests {
    private static let gone = Fixtures.refusedConnection

    @Test func aLostEngineIsShownCountedDownAndAskedAgain() {
        var app = App.onStage()
        _ = app.takeEffects()
        app.send(.feedLost(Self.gone))
        #expect(app.effects == [.connect(afterMilliseconds: 500), .wake(afterMilliseconds: 500)])
        for _ in 0..<3 { app.send(.feedLost(Self.gone)) }
        #expect(app.line(1).contains("engine lost, reconnecting in 4 s"))
        app.send(.clock(Fixtures.now * 1000 + 2500))
        #expect(app.line(1).contains("reconnecting in 2 s"))
        #expect(app.line(0).contains("○ lost"))
    }

    @Test func numbersLookStaleWhileItIsAway() {
        var app = App.onStage()
        let row = 7
        #expect(!view(app.state).styleRow(row).contains("z"))
        app.send(.feedLost(Self.gone))
        #expect(view(app.state).styleRow(row).contains("z"))
    }

    @Test func theKeyboardWorksMeanwhileAndChangesAreOff() {
        var app = App.onStage()
        app.send(.feedLost(Self.gone))
        app.press("p")
        #expect(app.state.overlays.isEmpty)
        #expect(app.line(22).contains("the engine does not answer"))
        app.press("esc")
        #expect(app.state.top is ApisScreen)
    }

    @Test func aDialogThatWasOpenSendsNothing() {
        var app = App.onStage()
        app.press("x", "tab")
        app.send(.feedLost(Self.gone))
        app.press("enter")
        #expect(app.line(with: "nothing was sent") != nil)
        #expect(app.state.workspace.model.pending.isEmpty)
    }

    @Test func whenItIsBackEverythingIsAskedAnew() {
        var app = App.onStage()
        app.send(.feedLost(Self.gone))
        _ = app.takeEffects()
        app.send(.feed(.hello(Fixtures.engine)))
        #expect(app.state.workspace.connection == .live)
        for effect in [
            Effect.fetch(.metrics), .fetch(.stages(apiId: Fixtures.petstore)),
            .tail(.stage(apiId: Fixtures.petstore, stageName: "prod")),
        ] {
            #expect(app.effects.contains(effect), "\(effect)")
        }
        #expect(app.line(22).contains("the engine answers again"))
        #expect(!app.line(1).contains("lost"))
    }

    @Test func anotherEngineCountsFromZero() {
        var app = App.onStage()
        app.engine = nil
        var other = Fixtures.engine
        other.pid += 1
        app.send(.feed(.hello(other)))
        #expect(app.state.workspace.model.metrics.latest == nil)
    }

    @Test func waitingGrowsToTenSeconds() {
        #expect(
            (0...7).map { Backoff.milliseconds(attempts: $0) } == [500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000])
        #expect(Backoff.milliseconds(attempts: Int.max) == 10_000)
    }

    @Test func beforeTheFirstAnswerTheScreenSaysSo() {
        let app = App(engine: nil)
        #expect(app.line(0).contains("○ connecting"))
        #expect(app.line(4).contains("asking the engine"))
    }

    @Test func aListThatCannotBeHadSaysWhy() {
        var engine = FakeEngine()
        engine.failures[.apis] = .refused(status: 403, code: "AccessDeniedException", message: "no", requestId: nil)
        let app = App(width: 120, height: 24, engine: engine)
        #expect(app.line(with: "no (AccessDeniedException, 403). This key may not do that.") != nil)
    }

    /// Without traffic nothing on screen changes from second to second, so nothing is drawn.
    @Test func anIdleFeedChangesNothingOnScreen() {
        var app = App()
        app.second(Fixtures.now + 301)
        let before = view(app.state)
        for second in 302..<328 { app.second(Fixtures.now + second) }
        #expect(view(app.state) == before)
    }
}
