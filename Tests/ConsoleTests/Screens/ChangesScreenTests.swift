import Testing

@testable import Console

@Suite("The journal")
struct ChangesScreenTests {
    @Test("changes, 80×24")
    func changes80() {
        var app = App(width: 80, height: 24)
        app.press("H")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ changes                        ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 TIME              OPERATION           WHAT                       WHO
                 2026-11-20 17:42  UpdateStage         petstore prod              unix:uid=1000
                 2026-11-20 16:52  CreateDeployment    petstore deployments e81…  AKIDEXAMPLE

















                 ──────────────────────────────────────────────────────────────────────────────
                 ⏎ open  o sort  l logs  m metrics  / filter  ? keys                         :▏
                """#)
    }

    @Test("changes, 120×40")
    func changes120() {
        var app = App(width: 120, height: 40)
        app.press("H")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ changes                                                                ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 TIME              OPERATION           WHAT                                          WHO
                 2026-11-20 17:42  UpdateStage         petstore prod                                 unix:uid=1000
                 2026-11-20 16:52  CreateDeployment    petstore deployments e81a22                   AKIDEXAMPLE

































                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 ⏎ open   o sort   l logs   m metrics   / filter   ? keys                                                            :▏
                """#)
    }

    @Test("change, 80×24")
    func change80() {
        var app = App(width: 80, height: 24)
        app.press("H", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ changes ▸ UpdateStage #41      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 operation             UpdateStage
                 resource              /restapis/a1b2c3d4e5/stages/prod
                 who                   unix:uid=1000
                 time                  2026-11-20 17:42

                   {
                     "stageName": "prod",
                     "canarySettings": {
                 −     "percentTraffic": 5
                 +     "percentTraffic": 10
                     }
                   }








                 ──────────────────────────────────────────────────────────────────────────────
                 l logs  m metrics  / filter  ? keys                                         :▏
                """#)
    }

    @Test("change, 120×40")
    func change120() {
        var app = App(width: 120, height: 40)
        app.press("H", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ changes ▸ UpdateStage #41                                              ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 operation             UpdateStage
                 resource              /restapis/a1b2c3d4e5/stages/prod
                 who                   unix:uid=1000
                 time                  2026-11-20 17:42

                   {
                     "stageName": "prod",
                     "canarySettings": {
                 −     "percentTraffic": 5
                 +     "percentTraffic": 10
                     }
                   }
























                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 l logs   m metrics   / filter   ? keys                                                                              :▏
                """#)
    }
}
