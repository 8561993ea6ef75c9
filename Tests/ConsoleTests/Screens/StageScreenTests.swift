import ControlAPI
import Terminal
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
                 + − weight   p promote   x disable canary   b roll back   l logs   d difference   L limits   tab graph   ? keys     :▏
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
                 TRAFFIC   base  e81a22 "v43 new pricing"  100 %  ██████████████████  no canary
                           no traffic in the last 10 s

                 last 5 min               base
                 Count                     0.0 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
                 Latency                     –
                 IntegrationLatency          –
                 4XXError                    –
                 5XXError                    –
                 Cache hits                  –
                 CacheMissCount              0 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁

                 Latency p99, ms   base ─   tab next
                 0.5 ┤
                   0 ┤
                      17:47                             17:50                             17:52

                 DEPLOYMENTS  e81a22      2026-11-20 16:52  v43 new pricing  ← base
                              d7f3a1      2026-11-19 17:52  v42 checkout   and 1 older
                 LOG          no requests yet
                 ──────────────────────────────────────────────────────────────────────────────
                 + − weight  b roll back  l logs  L limits  tab graph  s stages  ? keys      :▏
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
                 Cache hits          %                     –
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
                 + − weight   b roll back   l logs   L limits   tab graph   s stages   D deployments   ⏎ open   m metrics   ? keys   :▏
                """#)
    }

    // MARK: Behaviour

    /// The graph goes first, then the difference column, then the log line; bar, error rate and keys stay.
    @Test(arguments: [
        (120, 40, true, true, true), (120, 24, false, true, true), (80, 24, false, true, true),
        (70, 24, false, false, true), (60, 15, false, false, false), (40, 10, false, false, false),
    ])
    func whatDoesNotFitGoesInOrder(_ width: Int, _ height: Int, _ graph: Bool, _ difference: Bool, _ log: Bool) {
        let screen = App.onStage(width: width, height: height).screen
        #expect(screen.contains("tab next") == graph)
        #expect(screen.contains("difference\n") == difference)
        #expect(screen.contains(" LOG ") == log)
        #expect(screen.contains("TRAFFIC"))
        #expect(screen.contains("5XXError"))
        #expect(screen.contains("promote"))
    }

    @Test func whatChangedInTheLastSecondIsBrighter() {
        var app = App.onStage()
        let row = 6
        #expect(!view(app.state).styleRow(row).contains("n"))
        app.second(
            Fixtures.now + 1,
            [
                Fixtures.sample(
                    Fixtures.now + 1, Fixtures.petstore, "prod", canary: false, count: 900, errors: 0, p50: 1, p99: 2)
            ])
        #expect(view(app.state).styleRow(row).contains("n"))
        // A key press does not make it old news.
        app.press("tab")
        #expect(view(app.state).styleRow(row).contains("n"))
        app.second(Fixtures.now + 2)
        app.second(Fixtures.now + 3)
    }

    @Test func theGraphStepsThroughTheMetrics() {
        var app = App.onStage(width: 120, height: 40)
        var titles: [String] = []
        for _ in Metric.allCases {
            titles.append(app.line(with: "tab next") ?? "")
            app.press("tab")
        }
        #expect(Set(titles).count == Metric.allCases.count)
        #expect(app.line(with: "tab next") == titles[0])
    }

    @Test func theWindowIsAMinuteOrFive() {
        var app = App.onStage()
        app.press("t")
        #expect(app.line(5).hasPrefix(" last minute"))
        app.press("t")
        #expect(app.line(5).hasPrefix(" last 5 min"))
    }

    /// Two seconds after the start there is something to see.
    @Test func aYoungEnginesTrafficFillsTheGraph() {
        var app = App(width: 120, height: 40, engine: nil)
        var engine = Fixtures.engine
        engine.startedDate = Timestamp(seconds: Fixtures.now - 12)
        app.send(.feed(.hello(engine)))
        app.send(.answered(.apis, .apis(Fixtures.apis)))
        app.type(":stages petstore prod")
        app.press("enter")
        app.send(.answered(.stages(apiId: Fixtures.petstore), .stages(Fixtures.stages)))
        let samples = Fixtures.samples.filter { $0.time > Fixtures.now - 12 }
        app.send(.answered(.metrics, .metrics(samples, time: Fixtures.now)))
        #expect(app.line(5).hasPrefix(" last 30 s"))
        #expect(app.line(6).contains("180.0"))
        let trend = app.line(6).filter { "▁▂▃▄▅▆▇█".contains($0) }
        #expect(trend.count > 8)
    }

    @Test func theLogLineIsTheLastSecondsError() {
        var app = App.onStage()
        app.engine = nil
        let tail = TailSelection.stage(apiId: Fixtures.petstore, stageName: "prod")
        var bad = Fixtures.records[59]
        bad.status = 503
        bad.requestId = "bad"
        var good = Fixtures.records[59]
        good.requestId = "good"
        app.send(.tail(tail, [bad, good], dropped: 0))
        app.second(Fixtures.now + 1)
        #expect(app.line(with: " LOG ")?.contains("503") == true)
    }

    /// Numbers of log lines begin anew when the log is read again: an old one must not pick another request.
    @Test func theLogLineIsTheNewestAlsoWhenTheLogIsReadAnew() {
        var app = App.onStage()
        let newest = app.line(with: "LOG  ")
        #expect(newest?.contains("/prod/orders/59") == true)
        app.press("s")
        var more = Fixtures.records[0]
        more.requestId = "more"
        more.path = "/prod/more"
        more.requestTimeEpoch = Fixtures.now * 1000 + 500
        app.press("esc")
        app.send(.tail(.stage(apiId: Fixtures.petstore, stageName: "prod"), [more], dropped: 0))
        app.send(
            .answered(
                .log(.stage(apiId: Fixtures.petstore, stageName: "prod")), .log(Fixtures.older + Fixtures.records)))
        #expect(app.line(with: "LOG  ")?.contains("/prod/more") == true)
    }

}
