import Testing

@testable import Console

@Suite("A stage")
struct StageScreenTests {
    @Test("stage with a canary, 80×24")
    func stageWithACanary80() {
        let app = App.onStage(width: 80, height: 24)
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 TRAFFIC   base  d7f3a1  90 %  ██████████████████████████████▋░░░  canary  10 %
                           200.0 req/s, 10.0 % to the canary, last 10 s  e81a22 "v43 new prici…

                 last 5 min               base           canary         difference
                 Count                   180.0 █████       20.0 ▂▂▂▂▂
                 Latency               12 / 48 ▄▄▄▄▄   14 / 130 █████   p99 × 2.7  worse
                 IntegrationLatency    10 / 46 ▃▃▃▃▃   12 / 128 █████   p99 × 2.8  worse
                 4XXError                  0.1 ▂▂▂▂▁        0.2 ▂▁▂▁█   ±          no evidence
                 5XXError                  0.0 ▁▁▁▁▁        2.5 █████   + 2.5      worse
                 CacheHitCount          27,000 █████      3,000 ▂▂▂▂▂   ±          no evidence
                 CacheMissCount         13,500 █████      1,500 ▂▂▂▂▂



                 VARIABLES    backend  http://10.0.3.7:9000  →  canary http://10.0.3.9:9000
                              region  eu
                 DEPLOYMENTS  e81a22      2026-11-20 16:52  v43 new pricing  ← canary
                              d7f3a1      2026-11-19 17:52  v42 checkout  ← base
                              c40099      2026-11-18 17:52  v41
                 LOG          17:52:30 GET /prod/orders/59 200 base 13 ms
                 ──────────────────────────────────────────────────────────────────────────────
                 + − weight  p promote  x disable canary  b roll back  l logs  ? keys        :▏
                """#)
    }

    @Test("stage with a canary, 120×40")
    func stageWithACanary120() {
        let app = App.onStage(width: 120, height: 40)
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod                                           ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 TRAFFIC   base  d7f3a1 "v42 checkout"  90 %  █████████████████████████████████████████████████████▏░░░░░  canary  10 %
                           200.0 req/s, 10.0 % to the canary, last 10 s                                        e81a22 "v43 new pricing"

                 last 5 min                             base                        canary                      difference
                 Count               req/s             180.0 ██████████████████       20.0 ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
                 Latency             p50 / p99 ms    12 / 48 ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄   14 / 130 ▄▄▄▄▄▄▄███████████   p99 × 2.7  worse
                 IntegrationLatency  p50 / p99 ms    10 / 46 ▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃   12 / 128 ▄▄▄▄▄▄▄███████████   p99 × 2.8  worse
                 4XXError            %                   0.1 ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▁        0.2 ▁▂▁▂▁▂▁▂▁▂▁▂▁▂▁▂▁█   ±          no evidence
                 5XXError            %                   0.0 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁        2.5 ▁▁▁▁▁▁▁▇██████████   + 2.5      worse
                 CacheHitCount                        27,000 ██████████████████      3,000 ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂   ±          no evidence
                 CacheMissCount                       13,500 ██████████████████      1,500 ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂

                 Latency p99, ms   base ─  canary ┄   tab next
                 150 ┤
                     │
                     │                                                         ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉
                     │
                     │
                 100 ┤
                     │
                     │
                     │
                  50 ┤   ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀
                     │   ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
                     │
                     │
                     │
                   0 ┤
                      17:47                                                 17:50                                                 17:52

                 VARIABLES    backend  http://10.0.3.7:9000  →  canary http://10.0.3.9:9000
                              region  eu
                 DEPLOYMENTS  e81a22      2026-11-20 16:52  v43 new pricing  ← canary
                              d7f3a1      2026-11-19 17:52  v42 checkout  ← base
                              c40099      2026-11-18 17:52  v41
                 LOG          17:52:30 GET /prod/orders/59 200 base 13 ms
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 + − weight   p promote   x disable canary   b roll back   l logs   d difference   tab graph   s stages   ? keys     :▏
                """#)
    }

    @Test("stage without a canary, 80×24")
    func stageWithoutACanary80() {
        var app = App(width: 80, height: 24)
        app.type(":stages petstore dev")
        app.press("enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ dev    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 TRAFFIC   base  e81a22  100 %  ████████████████████████████████████  no canary
                           no traffic in the last 10 s

                 last 5 min               base
                 Count                     0.0 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
                 Latency                     –
                 IntegrationLatency          –
                 4XXError                    –
                 5XXError                    –
                 CacheHitCount               0 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
                 CacheMissCount              0 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁

                 Latency p99, ms   base ─   tab next
                 0.5 ┤
                   0 ┤
                      17:47                             17:50                             17:52

                 DEPLOYMENTS  e81a22      2026-11-20 16:52  v43 new pricing  ← base
                              d7f3a1      2026-11-19 17:52  v42 checkout   and 1 older
                 LOG          no requests yet
                 ──────────────────────────────────────────────────────────────────────────────
                 b roll back  l logs  tab graph  s stages  D deployments  ⏎ open  ? keys     :▏
                """#)
    }

    @Test("stage without a canary, 120×40")
    func stageWithoutACanary120() {
        var app = App(width: 120, height: 40)
        app.type(":stages petstore dev")
        app.press("enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ dev                                            ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 TRAFFIC   base  e81a22 "v43 new pricing"  100 %  ██████████████████████████████████████████████████████████  no canary
                           no traffic in the last 10 s

                 last 5 min                             base
                 Count               req/s               0.0 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
                 Latency             p50 / p99 ms          –
                 IntegrationLatency  p50 / p99 ms          –
                 4XXError            %                     –
                 5XXError            %                     –
                 CacheHitCount                             0 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
                 CacheMissCount                            0 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁

                 Latency p99, ms   base ─   tab next
                   1 ┤
                     │
                     │
                 0.8 ┤
                     │
                     │
                 0.6 ┤
                     │
                     │
                     │
                 0.4 ┤
                     │
                     │
                 0.2 ┤
                     │
                     │
                   0 ┤
                      17:47                                                 17:50                                                 17:52

                 DEPLOYMENTS  e81a22      2026-11-20 16:52  v43 new pricing  ← base
                              d7f3a1      2026-11-19 17:52  v42 checkout
                              c40099      2026-11-18 17:52  v41
                 LOG          no requests yet
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 + − weight   p promote   b roll back   l logs   tab graph   s stages   D deployments   ⏎ open   m metrics   ? keys  :▏
                """#)
    }
}
