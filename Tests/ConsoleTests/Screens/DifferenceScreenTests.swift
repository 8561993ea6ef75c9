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
                 sluice  e81a22 → current  +2 ~3 −3             ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 api settings
                 └─ ~ settings
                      name  "pets" → "petstore"
                 /quotes
                 ├─ + resource
                 └─ + POST method
                 /pets
                 ├─ ~ GET integration
                 │    uri  "http://10.0.3.7/pets" → "http://10.0.3.9/pets"
                 │    requestTemplates["application/json"]
                 │      {
                 │    −   "a": 1
                 │    +   "a": 2
                 │      }
                 └─ − GET integration response 404
                 models
                 └─ − Pet
                 gateway responses
                 └─ − THROTTLED







                 ──────────────────────────────────────────────────────────────────────────────
                 tab against  s stages  D deployments  l logs  m metrics  / filter  ? keys   :▏
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
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 TRAFFIC   base  d7f3a1 "v42 checkout"  90 %  █████████████████▏░  canary  10 %
                 ┌────────────────────────────────────────────────────────────────────────────┐
                 │ Promote the canary of petstore / prod                                      │
                 │ ────────────────────────────────────────────────────────────────────────── │
                 │ deployment   d7f3a1 "v42 checkout"  →  e81a22 "v43 new pricing"            │
                 │ variables    backend  http://10.0.3.7:9000  →  http://10.0.3.9:9000        │
                 │ traffic      canary 10 %  →  0 %     180.0 req/s move at once              │
                 │ difference   +2 ~3 −3                                                      │
                 │              ~ api setting  name  "pets" → "petstore"                      │
                 │              + resource /quotes                                            │
                 │              + method POST /quotes                                         │
                 │              ~ integration GET /pets  uri  "http://10.0.3.7/pets" → "http… │
                 │              ~ integration GET /pets  requestTemplates["application/json"… │
                 │              … and 3 more                                                  │
                 │ warning      5XXError of the canary is 2.5 % (base 0.0 %)                  │
                 │              Latency p99 of the canary is 130 ms (base 48 ms)              │
                 │                                                                            │
                 │ type prod to promote:                              ▸ Cancel ◂    Promote   │
                 └────────────────────────────────────────────────────────────────────────────┘
                 LOG          17:52:30  200  base       13 ms  GET     /prod/orders/59
                 ──────────────────────────────────────────────────────────────────────────────
                 tab other button  enter cancel  esc cancel
                """#)
    }
}
