import Testing

@testable import Console

@Suite("Metrics")
struct MetricsScreenTests {
    @Test("metrics, 80×24")
    func metrics80() {
        var app = App.onStage(width: 80, height: 24)
        app.press("m")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ metrics        ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 STAGE           VARIANT    REQ/S  P50 MS  P99 MS  4XX %  5XX %   HIT/S  MISS/S
                 dev             base         0.0       –       –      –      –     0.0     0.0
                 prod            base       180.0      12      48    0.1    0.0    90.0    45.0
                 prod            canary      20.0      14     130    0.2    2.5    10.0     5.0







                 Count, req/s   petstore / prod base   tab next
                 200 ┤   ⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
                     │
                     │
                 100 ┤
                     │
                     │
                   0 ┤
                      17:47                                                               17:52
                 ──────────────────────────────────────────────────────────────────────────────
                 tab graph  t window  + − weight  p promote  x disable canary  ? keys        :▏
                """#)
    }

    @Test("metrics, 120×40")
    func metrics120() {
        var app = App.onStage(width: 120, height: 40)
        app.press("m")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ metrics                                        ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 STAGE                                         VARIANT    REQ/S  P50 MS  P99 MS  INT P99  4XX %  5XX %   HIT/S  MISS/S
                 dev                                           base         0.0       –       –        –      –      –     0.0     0.0
                 prod                                          base       180.0      12      48       46    0.1    0.0    90.0    45.0
                 prod                                          canary      20.0      14     130      128    0.2    2.5    10.0     5.0





















                 Count, req/s   petstore / prod base   tab next
                 200 ┤   ⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
                     │
                 150 ┤
                     │
                 100 ┤
                     │
                  50 ┤
                     │
                   0 ┤
                      17:47                                                                                                       17:52
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 tab graph   t window   + − weight   p promote   x disable canary   b roll back   l logs   d difference   ? keys     :▏
                """#)
    }
}
