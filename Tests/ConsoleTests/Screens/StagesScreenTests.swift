import Testing

@testable import Console

@Suite("Stages")
struct StagesScreenTests {
    @Test("stages, 80×24")
    func stages80() {
        var app = App(width: 80, height: 24)
        app.press("s")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ stages         ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 STAGE       DEPLOYMENT  DESCRIPTI…    CANARY    REQ/S  5XX %  UPDATED
                 dev         e81a22      for the t…         –      0.0      –  2026-11-20 15:52
                 prod        d7f3a1      v42 check…      10 %    200.0    0.5  2026-11-20 17:42

















                 ──────────────────────────────────────────────────────────────────────────────
                 + − weight  b roll back  l logs  L limits  ⏎ open  s stages  ? keys         :▏
                """#)
    }

    @Test("stages, 120×40")
    func stages120() {
        var app = App(width: 120, height: 40)
        app.press("s")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ stages                                         ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 STAGE                  DEPLOYMENT  DESCRIPTION                         CANARY    REQ/S  4XX %  5XX %  UPDATED
                 dev                    e81a22      for the team                             –      0.0      –      –  2026-11-20 15:52
                 prod                   d7f3a1      v42 checkout                          10 %    200.0    0.2    0.5  2026-11-20 17:42

































                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 + − weight   b roll back   l logs   L limits   ⏎ open   s stages   D deployments   o sort   m metrics   ? keys      :▏
                """#)
    }

    @Test("stages of all APIs, 80×24")
    func stagesOfAllAPIs80() {
        var app = App(width: 80, height: 24)
        app.type(":stages *")
        app.press("enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ all APIs ▸ stages              ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 API                   STAGE               DEPLOYMENT    CANARY    REQ/S  5XX %
                 petstore              dev                 e81a22             –      0.0      –
                 petstore              prod                d7f3a1          10 %    200.0    0.5
                 orders                live                aa11bb             –      6.0    0.0
















                 ──────────────────────────────────────────────────────────────────────────────
                 + − weight  b roll back  l logs  L limits  ⏎ open  s stages  ? keys         :▏
                """#)
    }

    @Test("stages of all APIs, 120×40")
    func stagesOfAllAPIs120() {
        var app = App(width: 120, height: 40)
        app.type(":stages *")
        app.press("enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ all APIs ▸ stages                                                      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 API               STAGE            DEPLOYMENT  DESCRIPTION             CANARY    REQ/S  4XX %  5XX %  UPDATED
                 petstore          dev              e81a22      for the team                 –      0.0      –      –  2026-11-20 15:52
                 petstore          prod             d7f3a1      v42 checkout              10 %    200.0    0.2    0.5  2026-11-20 17:42
                 orders            live             aa11bb      first                        –      6.0    3.3    0.0  2026-11-19 17:52
































                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 + − weight   b roll back   l logs   L limits   ⏎ open   s stages   D deployments   o sort   m metrics   ? keys      :▏
                """#)
    }
}
