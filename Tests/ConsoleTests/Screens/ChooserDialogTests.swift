import Testing

@testable import Console

@Suite("Palette and choosers")
struct ChooserDialogTests {
    @Test("palette, 80×24")
    func palette80() {
        var app = App(width: 80, height: 24)
        app.type(":st")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ apis                           ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 NAME                        ID          STAGES, * CANARY         REQ/S   5XX %
                 petstore                    a1b2c3d4e5  dev prod*                200.0     0.5
                 orders                      f6g7h8i9j0  live                       6.0     0.0















                    stages                          Stages and their canaries
                    history                         Who changed what
                  : st
                 tab complete  up down suggestions  enter go  esc close
                """#)
    }

    @Test("palette, 120×40")
    func palette120() {
        var app = App(width: 120, height: 40)
        app.type(":st")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ apis                                                                   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 NAME                                ID          TYPE      STAGES, * CANARY          CREATED              REQ/S   5XX %
                 petstore                            a1b2c3d4e5  REGIONAL  dev prod*                 2026-10-21 17:52     200.0     0.5
                 orders                              f6g7h8i9j0  EDGE      live                      2026-11-17 17:52       6.0     0.0































                    stages                          Stages and their canaries
                    history                         Who changed what
                  : st
                 tab complete   up down suggestions   enter go   esc close
                """#)
    }

    @Test("theme chooser, 80×24")
    func themeChooser80() {
        var app = App(width: 80, height: 24)
        app.press("T")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ apis                           ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 NAME                        ID          STAGES, * CANARY         REQ/S   5XX %
                 petstore                    a1b2c3d4e5  dev prod*                200.0     0.5
                 orders                      f6g7h8i9j0  live                       6.0     0.0



                                  ┌──────────────────────────────────────────┐
                                  │ Theme                                    │
                                  │ ──────────────────────────────────────── │
                                  │  colour-blind                            │
                                  │  dark          now                       │
                                  │  light                                   │
                                  └──────────────────────────────────────────┘







                 ──────────────────────────────────────────────────────────────────────────────
                 up down move  enter choose  esc cancel
                """#)
    }

    @Test("theme chooser, 120×40")
    func themeChooser120() {
        var app = App(width: 120, height: 40)
        app.press("T")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ apis                                                                   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 NAME                                ID          TYPE      STAGES, * CANARY          CREATED              REQ/S   5XX %
                 petstore                            a1b2c3d4e5  REGIONAL  dev prod*                 2026-10-21 17:52     200.0     0.5
                 orders                              f6g7h8i9j0  EDGE      live                      2026-11-17 17:52       6.0     0.0











                                                      ┌──────────────────────────────────────────┐
                                                      │ Theme                                    │
                                                      │ ──────────────────────────────────────── │
                                                      │  colour-blind                            │
                                                      │  dark          now                       │
                                                      │  light                                   │
                                                      └──────────────────────────────────────────┘















                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 up down move   enter choose   esc cancel
                """#)
    }

    @Test("stage chooser, 80×24")
    func stageChooser80() {
        var app = App(width: 80, height: 24)
        app.press("D", "b")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ deployments    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 DEPLOYMENT  DESCRIPTION                 CREATED           STAGES
                 e81a22      v43 new pricing             2026-11-20 16:52  dev, prod canary
                 d7f3a1      v42 checkout                2026-11-19 17:52  prod
                 c40099      v41                         2026-11-18 17:52  –



                                  ┌──────────────────────────────────────────┐
                                  │ Roll which stage back to e81a22?         │
                                  │ ──────────────────────────────────────── │
                                  │  dev   at e81a22                         │
                                  │  prod  at d7f3a1                         │
                                  └──────────────────────────────────────────┘







                 ──────────────────────────────────────────────────────────────────────────────
                 up down move  enter choose  esc cancel
                """#)
    }

    @Test("stage chooser, 120×40")
    func stageChooser120() {
        var app = App(width: 120, height: 40)
        app.press("D", "b")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ deployments                                    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 DEPLOYMENT  DESCRIPTION                                   CREATED           STAGES
                 e81a22      v43 new pricing                               2026-11-20 16:52  dev, prod canary
                 d7f3a1      v42 checkout                                  2026-11-19 17:52  prod
                 c40099      v41                                           2026-11-18 17:52  –











                                                      ┌──────────────────────────────────────────┐
                                                      │ Roll which stage back to e81a22?         │
                                                      │ ──────────────────────────────────────── │
                                                      │  dev   at e81a22                         │
                                                      │  prod  at d7f3a1                         │
                                                      └──────────────────────────────────────────┘















                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 up down move   enter choose   esc cancel
                """#)
    }
}
