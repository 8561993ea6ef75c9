import Testing

@testable import Console

@Suite("Dialogs before a change")
struct ChangeDialogTests {
    @Test("promote dialog, 80×24")
    func promoteDialog80() {
        var app = App.onStage(width: 80, height: 24)
        app.press("p")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 TRAFFIC   base  d7f3a1 "v42 checkout"  90 %  █████████████████▏░  canary  10 %
                           200.0 req/s, 10.0 % to the canary, last 10 s  e81a22 "v43 new prici…

                 last 5 min               base           canary         difference
                 Cou┌─────────────────────────────────────────────────────────────────────┐
                 Lat│ Promote the canary of petstore / prod                               │
                 Int│ ─────────────────────────────────────────────────────────────────── │
                 4XX│ deployment   d7f3a1 "v42 checkout"  →  e81a22 "v43 new pricing"     │nce
                 5XX│ variables    backend  http://10.0.3.7:9000  →  http://10.0.3.9:9000 │
                 Cac│ traffic      canary 10 %  →  0 %     180.0 req/s move at once       │nce
                 Cac│ difference   + POST /quotes    ~ none    − none                     │
                    │ warning      5XXError of the canary is 2.5 % (base 0.0 %)           │
                    │              Latency p99 of the canary is 130 ms (base 48 ms)       │
                    │                                                                     │
                 VAR│ type prod to promote:                       ▸ Cancel ◂    Promote   │
                    └─────────────────────────────────────────────────────────────────────┘
                 DEPLOYMENTS  e81a22      2026-11-20 16:52  v43 new pricing  ← canary
                              d7f3a1      2026-11-19 17:52  v42 checkout  ← base
                              c40099      2026-11-18 17:52  v41
                 LOG          17:52:30  200  base       13 ms  GET     /prod/orders/59
                 ──────────────────────────────────────────────────────────────────────────────
                 tab other button  enter cancel  esc cancel
                """#)
    }

    @Test("promote dialog, 120×40")
    func promoteDialog120() {
        var app = App.onStage(width: 120, height: 40)
        app.press("p")
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
                 Cache hits          %                  66.7 ██████████████████       66.7 ██████████████████   ±          no evidence
                 CacheMissCount                       13,500 ██████████████████      1,500 ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂

                 Latency p99, ms   base ┌─────────────────────────────────────────────────────────────────────┐
                 150 ┤                  │ Promote the canary of petstore / prod                               │
                     │                  │ ─────────────────────────────────────────────────────────────────── │
                     │                  │ deployment   d7f3a1 "v42 checkout"  →  e81a22 "v43 new pricing"     │ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉
                     │                  │ variables    backend  http://10.0.3.7:9000  →  http://10.0.3.9:9000 │
                     │                  │ traffic      canary 10 %  →  0 %     180.0 req/s move at once       │
                 100 ┤                  │ difference   + POST /quotes    ~ none    − none                     │
                     │                  │ warning      5XXError of the canary is 2.5 % (base 0.0 %)           │
                     │                  │              Latency p99 of the canary is 130 ms (base 48 ms)       │
                     │                  │                                                                     │
                  50 ┤   ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ │ type prod to promote:                       ▸ Cancel ◂    Promote   │
                     │   ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉└─────────────────────────────────────────────────────────────────────┘⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
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
                 tab other button   enter cancel   esc cancel
                """#)
    }

    @Test("weight dialog, 80×24")
    func weightDialog80() {
        var app = App.onStage(width: 80, height: 24)
        app.press("+")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 TRAFFIC   base  d7f3a1 "v42 checkout"  90 %  █████████████████▏░  canary  10 %
                           200.0 req/s, 10.0 % to the canary, last 10 s  e81a22 "v43 new prici…

                 last 5 min               base           canary         difference
                 Count ┌───────────────────────────────────────────────────────────────┐
                 Latenc│ Canary weight of petstore / prod                              │
                 Integr│ ───────────────────────────────────────────────────────────── │
                 4XXErr│ deployment   d7f3a1 "v42 checkout"  stays                     │idence
                 5XXErr│ variables    none change                                      │
                 Cache │ traffic      canary 10 %  →  15 %     10.0 req/s move at once │idence
                 CacheM│ warning      5XXError of the canary is 2.5 % (base 0.0 %)     │
                       │              Latency p99 of the canary is 130 ms (base 48 ms) │
                       │                                                               │
                       │ type a weight, or + −:                  ▸ Cancel ◂    Apply   │
                 VARIAB└───────────────────────────────────────────────────────────────┘000
                              region  eu
                 DEPLOYMENTS  e81a22      2026-11-20 16:52  v43 new pricing  ← canary
                              d7f3a1      2026-11-19 17:52  v42 checkout  ← base
                              c40099      2026-11-18 17:52  v41
                 LOG          17:52:30  200  base       13 ms  GET     /prod/orders/59
                 ──────────────────────────────────────────────────────────────────────────────
                 + - 5 %  tab other button  enter cancel  esc cancel
                """#)
    }

    @Test("weight dialog, 120×40")
    func weightDialog120() {
        var app = App.onStage(width: 120, height: 40)
        app.press("+")
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
                 Cache hits          %                  66.7 ██████████████████       66.7 ██████████████████   ±          no evidence
                 CacheMissCount                       13,500 ██████████████████      1,500 ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂

                 Latency p99, ms   base ─  ┌───────────────────────────────────────────────────────────────┐
                 150 ┤                     │ Canary weight of petstore / prod                              │
                     │                     │ ───────────────────────────────────────────────────────────── │
                     │                     │ deployment   d7f3a1 "v42 checkout"  stays                     │ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉
                     │                     │ variables    none change                                      │
                     │                     │ traffic      canary 10 %  →  15 %     10.0 req/s move at once │
                 100 ┤                     │ warning      5XXError of the canary is 2.5 % (base 0.0 %)     │
                     │                     │              Latency p99 of the canary is 130 ms (base 48 ms) │
                     │                     │                                                               │
                     │                     │ type a weight, or + −:                  ▸ Cancel ◂    Apply   │
                  50 ┤   ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ ⣀⣀ └───────────────────────────────────────────────────────────────┘
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
                 + - 5 %   tab other button   enter cancel   esc cancel
                """#)
    }

    @Test("disable dialog, 80×24")
    func disableDialog80() {
        var app = App.onStage(width: 80, height: 24)
        app.press("x")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 TRAFFIC   base  d7f3a1 "v42 checkout"  90 %  █████████████████▏░  canary  10 %
                           200.0 req/s, 10.0 % to the canary, last 10 s  e81a22 "v43 new prici…

                 last 5 min               base           canary         difference
                 Count                   180.0 █████       20.0 ▂▂▂▂▂
                 ┌────────────────────────────────────────────────────────────────────────────┐
                 │ Take away the canary of petstore / prod                                    │
                 │ ────────────────────────────────────────────────────────────────────────── │
                 │ deployment   d7f3a1 "v42 checkout"  stays   loses  e81a22 "v43 new pricin… │
                 │ variables    backend  http://10.0.3.9:9000  →  http://10.0.3.7:9000        │
                 │ traffic      canary 10 %  →  no canary     20.0 req/s move at once         │
                 │                                                                            │
                 │                                                    ▸ Cancel ◂    Disable   │
                 └────────────────────────────────────────────────────────────────────────────┘
                 VARIABLES    backend  http://10.0.3.7:9000  →  canary http://10.0.3.9:9000
                              region  eu
                 DEPLOYMENTS  e81a22      2026-11-20 16:52  v43 new pricing  ← canary
                              d7f3a1      2026-11-19 17:52  v42 checkout  ← base
                              c40099      2026-11-18 17:52  v41
                 LOG          17:52:30  200  base       13 ms  GET     /prod/orders/59
                 ──────────────────────────────────────────────────────────────────────────────
                 tab other button  enter cancel  esc cancel
                """#)
    }

    @Test("disable dialog, 120×40")
    func disableDialog120() {
        var app = App.onStage(width: 120, height: 40)
        app.press("x")
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
                 Cache hits          %                  66.7 ██████████████████       66.7 ██████████████████   ±          no evidence
                 CacheMissCount                       13,500 ██████████████████      1,500 ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂

                 Latency p99, ms   base ─  canary ┄   tab next
                 150 ┤              ┌─────────────────────────────────────────────────────────────────────────────┐
                     │              │ Take away the canary of petstore / prod                                     │
                     │              │ ─────────────────────────────────────────────────────────────────────────── │⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉
                     │              │ deployment   d7f3a1 "v42 checkout"  stays   loses  e81a22 "v43 new pricing" │
                     │              │ variables    backend  http://10.0.3.9:9000  →  http://10.0.3.7:9000         │
                 100 ┤              │ traffic      canary 10 %  →  no canary     20.0 req/s move at once          │
                     │              │                                                                             │
                     │              │                                                     ▸ Cancel ◂    Disable   │
                     │              └─────────────────────────────────────────────────────────────────────────────┘
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
                 tab other button   enter cancel   esc cancel
                """#)
    }
}
