import Testing

@testable import Console

@Suite("Deployments")
struct DeploymentsScreenTests {
    @Test("deployments, 80×24")
    func deployments80() {
        var app = App(width: 80, height: 24)
        app.press("D")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ deployments    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 DEPLOYMENT  DESCRIPTION                 CREATED           STAGES
                 e81a22      v43 new pricing             2026-11-20 16:52  dev, prod canary
                 d7f3a1      v42 checkout                2026-11-19 17:52  prod
                 c40099      v41                         2026-11-18 17:52  –
















                 ──────────────────────────────────────────────────────────────────────────────
                 b roll back  d difference  space mark  ⏎ open  s stages  ? keys             :▏
                """#)
    }

    @Test("deployments, 120×40")
    func deployments120() {
        var app = App(width: 120, height: 40)
        app.press("D")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ deployments                                    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 DEPLOYMENT  DESCRIPTION                                   CREATED           STAGES
                 e81a22      v43 new pricing                               2026-11-20 16:52  dev, prod canary
                 d7f3a1      v42 checkout                                  2026-11-19 17:52  prod
                 c40099      v41                                           2026-11-18 17:52  –
































                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 b roll back   d difference   space mark   ⏎ open   s stages   D deployments   o sort   l logs   m metrics   ? keys  :▏
                """#)
    }

    @Test("deployments to roll back to, 80×24")
    func deploymentsToRollBackTo80() {
        var app = App.onStage(width: 80, height: 24)
        app.press("b")
        #expect(
            app.screen
                == #"""
                 sluice  prod ▸ roll back to …                  ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 DEPLOYMENT  DESCRIPTION                 CREATED           STAGES
                 e81a22      v43 new pricing             2026-11-20 16:52  dev, prod canary
                 d7f3a1      v42 checkout                2026-11-19 17:52  prod
                 c40099      v41                         2026-11-18 17:52  –
















                 ──────────────────────────────────────────────────────────────────────────────
                 b roll back  d difference  space mark  ⏎ open  s stages  ? keys             :▏
                """#)
    }

    @Test("deployments to roll back to, 120×40")
    func deploymentsToRollBackTo120() {
        var app = App.onStage(width: 120, height: 40)
        app.press("b")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod ▸ roll back to …                          ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 DEPLOYMENT  DESCRIPTION                                   CREATED           STAGES
                 e81a22      v43 new pricing                               2026-11-20 16:52  dev, prod canary
                 d7f3a1      v42 checkout                                  2026-11-19 17:52  prod
                 c40099      v41                                           2026-11-18 17:52  –
































                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 b roll back   d difference   space mark   ⏎ open   s stages   D deployments   o sort   l logs   m metrics   ? keys  :▏
                """#)
    }
}
