import Testing

@testable import Console

@Suite("Dialogs around a rollback")
struct RollbackDialogTests {
    @Test("rollback dialog, 80×24")
    func rollbackDialog80() {
        var app = App.onStage(width: 80, height: 24)
        app.press("b", "j", "j", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  prod ▸ roll back to …                  ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 DEPLOYMENT  DESCRIPTION                 CREATED           STAGES
                 e81a22      v43 new pricing             2026-11-20 16:52  dev, prod canary
                 d7f3a1      v42 checkout                2026-11-19 17:52  prod
                 c40099      v41                         2026-11-18 17:52  –
                        ┌──────────────────────────────────────────────────────────────┐
                        │ Roll back petstore / prod                                    │
                        │ ──────────────────────────────────────────────────────────── │
                        │ deployment   d7f3a1 "v42 checkout"  →  c40099 "v41"          │
                        │ variables    none change                                     │
                        │ traffic      canary 10 %  stays     180.0 req/s move at once │
                        │ difference   + none    ~ none    − POST /orders              │
                        │ warning      the canary stays as it is: x takes it away      │
                        │                                                              │
                        │                                    ▸ Cancel ◂    Roll back   │
                        └──────────────────────────────────────────────────────────────┘





                 ──────────────────────────────────────────────────────────────────────────────
                 tab other button  enter cancel  esc cancel
                """#)
    }

    @Test("rollback dialog, 120×40")
    func rollbackDialog120() {
        var app = App.onStage(width: 120, height: 40)
        app.press("b", "j", "j", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod ▸ roll back to …                          ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 DEPLOYMENT  DESCRIPTION                                   CREATED           STAGES
                 e81a22      v43 new pricing                               2026-11-20 16:52  dev, prod canary
                 d7f3a1      v42 checkout                                  2026-11-19 17:52  prod
                 c40099      v41                                           2026-11-18 17:52  –








                                            ┌──────────────────────────────────────────────────────────────┐
                                            │ Roll back petstore / prod                                    │
                                            │ ──────────────────────────────────────────────────────────── │
                                            │ deployment   d7f3a1 "v42 checkout"  →  c40099 "v41"          │
                                            │ variables    none change                                     │
                                            │ traffic      canary 10 %  stays     180.0 req/s move at once │
                                            │ difference   + none    ~ none    − POST /orders              │
                                            │ warning      the canary stays as it is: x takes it away      │
                                            │                                                              │
                                            │                                    ▸ Cancel ◂    Roll back   │
                                            └──────────────────────────────────────────────────────────────┘













                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 tab other button   enter cancel   esc cancel
                """#)
    }

    @Test("difference, 80×24")
    func difference80() {
        var app = App.onStage(width: 80, height: 24)
        app.press("d")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 TRAFFIC   base  d7f3a1 "v42 checkout"  90 %  █████████████████▏░  canary  10 %
                           200.0 req/s, 10.0 % to the canary, last 10 s  e81a22 "v43 new prici…

                 last 5 min               base           canary         difference
                 Count                   180.0 █████       20.0 ▂▂▂▂▂
                 Latency               12 / 48 ▄▄▄▄▄   14 / 130 █████   p99 × 2.7  worse
                 IntegrationLatency    10 / 46 ▃▃▃▃▃   12 / 128 █████   p99 × 2.8  worse
                 4XXError ┌──────────────────────────────────────────────────────────┐evidence
                 5XXError │ d7f3a1  →  e81a22                                        │se
                 Cache hit│ ──────────────────────────────────────────────────────── │evidence
                 CacheMiss│ + POST /quotes                                           │
                          │ ~ backend  http://10.0.3.7:9000  →  http://10.0.3.9:9000 │
                          └──────────────────────────────────────────────────────────┘

                 VARIABLES    backend  http://10.0.3.7:9000  →  canary http://10.0.3.9:9000
                              region  eu
                 DEPLOYMENTS  e81a22      2026-11-20 16:52  v43 new pricing  ← canary
                              d7f3a1      2026-11-19 17:52  v42 checkout  ← base
                              c40099      2026-11-18 17:52  v41
                 LOG          17:52:30  200  base       13 ms  GET     /prod/orders/59
                 ──────────────────────────────────────────────────────────────────────────────
                 esc close
                """#)
    }

    @Test("difference, 120×40")
    func difference120() {
        var app = App.onStage(width: 120, height: 40)
        app.press("d")
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
                 150 ┤
                     │
                     │                        ┌──────────────────────────────────────────────────────────┐⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉
                     │                        │ d7f3a1  →  e81a22                                        │
                     │                        │ ──────────────────────────────────────────────────────── │
                 100 ┤                        │ + POST /quotes                                           │
                     │                        │ ~ backend  http://10.0.3.7:9000  →  http://10.0.3.9:9000 │
                     │                        └──────────────────────────────────────────────────────────┘
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
                 esc close
                """#)
    }

    @Test("failure, 80×24")
    func failure80() {
        var app = App.onStage(width: 80, height: 24)
        app.engine?.refuses = Fixtures.conflict
        app.press("x", "tab", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 TRAFFIC   base  d7f3a1 "v42 checkout"  90 %  █████████████████▏░  canary  10 %
                           200.0 req/s, 10.0 % to the canary, last 10 s  e81a22 "v43 new prici…

                 last 5 min               base           canary         difference
                 Count                   180.0 █████       20.0 ▂▂▂▂▂
                 L┌──────────────────────────────────────────────────────────────────────────┐
                 I│ prod: could not take the canary away                                     │
                 4│ ──────────────────────────────────────────────────────────────────────── │
                 5│ Another change of this stage came first (ConflictException, 409)         │
                 C│                                                                          │
                 C│ Another change came first. Look at the stage, then try again.            │
                  │                                                                          │
                  │                                                                ▸ Close ◂ │
                  └──────────────────────────────────────────────────────────────────────────┘
                 VARIABLES    backend  http://10.0.3.7:9000  →  canary http://10.0.3.9:9000
                              region  eu
                 DEPLOYMENTS  e81a22      2026-11-20 16:52  v43 new pricing  ← canary
                              d7f3a1      2026-11-19 17:52  v42 checkout  ← base
                              c40099      2026-11-18 17:52  v41
                 LOG          17:52:30  200  base       13 ms  GET     /prod/orders/59
                 ──────────────────────────────────────────────────────────────────────────────
                 enter close
                """#)
    }

    @Test("failure, 120×40")
    func failure120() {
        var app = App.onStage(width: 120, height: 40)
        app.engine?.refuses = Fixtures.conflict
        app.press("x", "tab", "enter")
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
                 150 ┤                ┌──────────────────────────────────────────────────────────────────────────┐
                     │                │ prod: could not take the canary away                                     │
                     │                │ ──────────────────────────────────────────────────────────────────────── │ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉ ⠉⠉
                     │                │ Another change of this stage came first (ConflictException, 409)         │
                     │                │                                                                          │
                 100 ┤                │ Another change came first. Look at the stage, then try again.            │
                     │                │                                                                          │
                     │                │                                                                ▸ Close ◂ │
                     │                └──────────────────────────────────────────────────────────────────────────┘
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
                 enter close
                """#)
    }
}
