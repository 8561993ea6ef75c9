import Testing

@testable import Console

@Suite("The list of APIs")
struct ApisScreenTests {
    @Test("apis, 80×24")
    func apis80() {
        let app = App(width: 80, height: 24)
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ apis                           ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 NAME                        ID          STAGES, * CANARY         REQ/S   5XX %
                 petstore                    a1b2c3d4e5  dev prod*                200.0     0.5
                 orders                      f6g7h8i9j0  live                       6.0     0.0

















                 ──────────────────────────────────────────────────────────────────────────────
                 s stages  D deployments  ⏎ open  o sort  l logs  m metrics  ? keys          :▏
                """#)
    }

    @Test("apis, 120×40")
    func apis120() {
        let app = App(width: 120, height: 40)
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ apis                                                                   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 NAME                                ID          TYPE      STAGES, * CANARY          CREATED              REQ/S   5XX %
                 petstore                            a1b2c3d4e5  REGIONAL  dev prod*                 2026-10-21 17:52     200.0     0.5
                 orders                              f6g7h8i9j0  EDGE      live                      2026-11-17 17:52       6.0     0.0

































                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 s stages   D deployments   ⏎ open   o sort   l logs   m metrics   / filter   ? keys                                 :▏
                """#)
    }
}
