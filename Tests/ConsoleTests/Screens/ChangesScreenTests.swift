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
                 sluice  local ▸ history                        ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 #      TIME              OPERATION           WHAT               WHO
                 41     2026-11-20 17:42  UpdateStage         petstore prod      unix:uid=1000
                 40     2026-11-20 16:52  CreateDeployment    petstore deploym…  AKIDEXAMPLE

















                 ──────────────────────────────────────────────────────────────────────────────
                 u undo  ⏎ open  o sort  l logs  m metrics  / filter  ? keys                 :▏
                """#)
    }

    @Test("changes, 120×40")
    func changes120() {
        var app = App(width: 120, height: 40)
        app.press("H")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ history                                                                ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 #      TIME              OPERATION           WHAT                  CHANGE                              WHO
                 41     2026-11-20 17:42  UpdateStage         petstore prod         canarySettings.percentTraffic: 5 …  unix:uid=1000
                 40     2026-11-20 16:52  CreateDeployment    petstore deployment…  created                             AKIDEXAMPLE

































                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 u undo   ⏎ open   o sort   l logs   m metrics   / filter   ? keys                                                   :▏
                """#)
    }

    @Test("change, 80×24")
    func change80() {
        var app = App(width: 80, height: 24)
        app.press("H", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ history ▸ UpdateStage #41      ● live  17:52:31  12.4k req/min
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
                 u undo  l logs  m metrics  / filter  ? keys                                 :▏
                """#)
    }

    @Test("change, 120×40")
    func change120() {
        var app = App(width: 120, height: 40)
        app.press("H", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ history ▸ UpdateStage #41                                              ● live  17:52:31  12.4k req/min
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
                 u undo   l logs   m metrics   / filter   ? keys                                                                     :▏
                """#)
    }
}
