import ControlAPI
import Testing

@testable import Console

@Suite("A lost engine")
struct LostEngineScreenTests {
    @Test("lost engine, 80×24")
    func lostEngine80() {
        var app = App.onStage(width: 80, height: 24)
        app.send(.feedLost(Fixtures.refusedConnection))
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod   ○ lost  17:52:31  12.4k req/min
                  ▲ engine lost, reconnecting in 1 s · ctrl-r now · no engine answers at /tmp/…
                 TRAFFIC   base  d7f3a1 "v42 checkout"  90 %  █████████████████▏░  canary  10 %
                           200.0 req/s, 10.0 % to the canary, last 10 s  e81a22 "v43 new prici…

                 last 5 min               base           canary         difference
                 Count                   180.0 █████       20.0 ▂▂▂▂▂
                 Latency               12 / 48 ▄▄▄▄▄   14 / 130 █████   p99 × 2.7  worse
                 IntegrationLatency    10 / 46 ▃▃▃▃▃   12 / 128 █████   p99 × 2.8  worse
                 4XXError                  0.1 ▂▂▂▂▁        0.2 ▂▁▂▁█   ±          no evidence
                 5XXError                  0.0 ▁▁▁▁▁        2.5 █████   + 2.5      worse
                 Cache hits               66.7 █████       66.7 █████   ±          no evidence
                 CacheMissCount         13,500 █████      1,500 ▂▂▂▂▂



                 VARIABLES    backend  http://10.0.3.7:9000  →  canary http://10.0.3.9:9000
                              region  eu
                 DEPLOYMENTS  e81a22      2026-11-20 16:52  v43 new pricing  ← canary
                              d7f3a1      2026-11-19 17:52  v42 checkout  ← base
                              c40099      2026-11-18 17:52  v41
                 LOG          17:52:30  200  base       13 ms  GET     /prod/orders/59
                 ──────────────────────────────────────────────────────────────────────────────
                 + − weight  l logs  tab graph  s stages  D deployments  ⏎ open  ? keys      :▏
                """#)
    }

    @Test("lost engine, 120×40")
    func lostEngine120() {
        var app = App.onStage(width: 120, height: 40)
        app.send(.feedLost(Fixtures.refusedConnection))
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod                                           ○ lost  17:52:31  12.4k req/min
                  ▲ engine lost, reconnecting in 1 s · ctrl-r now · no engine answers at /tmp/sluice/control.sock: connection refused ─
                 TRAFFIC   base  d7f3a1 "v42 checkout"  90 %  █████████████████████████████████████████████████████▏░░░░░  canary  10 %
                           200.0 req/s, 10.0 % to the canary, last 10 s                                        e81a22 "v43 new pricing"

                 last 5 min                             base                        canary                      difference
                 Count               req/s             180.0 ██████████████████       20.0 ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
                 Latency             p50 / p99 ms    12 / 48 ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄   14 / 130 ▄▄▄▄▄▄▄███████████   p99 × 2.7  worse
                 IntegrationLatency  p50 / p99 ms    10 / 46 ▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃   12 / 128 ▄▄▄▄▄▄▄███████████   p99 × 2.8  worse
                 4XXError            %                   0.1 ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▁        0.2 ▁▂▁▂▁▂▁▂▁▂▁▂▁▂▁▂▁█   ±          no evidence
                 5XXError            %                   0.0 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁        2.5 ▁▁▁▁▁▁▁▇██████████   + 2.5      worse
                 Cache hits          %                  66.7 ██████████████████       66.7 ██████████████████   ±          no evidence
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
                 LOG          17:52:30  200  base       13 ms  GET     /prod/orders/59
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 + − weight   p promote   l logs   tab graph   s stages   D deployments   ⏎ open   m metrics   ? keys                :▏
                """#)
    }
}
