import ControlAPI
import JSON
import Testing

@testable import Console

@Suite("Differences")
struct DifferenceScreenTests {
    private func app(width: Int = 80, height: Int = 30) -> App {
        var engine = FakeEngine()
        engine.difference = Fixtures.differences
        var app = App(width: width, height: height, engine: engine)
        app.type(":deployments petstore")
        app.press("enter")
        return app
    }

    @Test("difference from a deployment to the API as it is now, 80×30")
    func current80() {
        var app = app()
        app.press("d")
        #expect(
            app.screen
                == #"""
                """#)
    }

    @Test("a mark and another deployment: the older one first")
    func marked() {
        var app = app()
        app.press("space", "j", "d")
        #expect(
            app.effects.contains(
                .fetch(.difference(apiId: Fixtures.petstore, from: "d7f3a1", to: "e81a22"))))
        #expect(app.line(with: "d7f3a1 → e81a22") != nil)
    }

    @Test("tab goes through what the stages run")
    func against() {
        var app = app()
        app.press("j", "j", "d")
        #expect(app.line(with: "c40099 → current") != nil)
        app.press("tab")
        #expect(app.line(with: "c40099 → current") == nil)
        #expect(app.line(with: "c40099 → ") != nil)
    }

    @Test("promotion tells what the canary's deployment changes, 80×24")
    func promotion80() {
        var engine = FakeEngine()
        engine.difference = Fixtures.differences
        var app = App(width: 80, height: 24, engine: engine)
        app.type(":stages petstore prod")
        app.press("enter", "p")
        #expect(
            app.screen
                == #"""
                """#)
    }
}
