import ControlAPI
import Terminal
import Testing

@testable import Console

@Suite("Limits, caches and logging")
struct LimitsTests {
    private func jobs(_ effects: [Effect]) -> [Call] {
        effects.compactMap {
            if case .perform(let job, _) = $0 { return job.call }
            return nil
        }
    }

    private func cached() -> App { App.onCachedStage(width: 120, height: 34) }

    @Test func whatIsUsedUpStandsFirst() {
        var app = cached()
        app.press("L")
        #expect(app.line(2).contains("method used up: GET /orders, and 1 more"), "\(app.screen)")
    }

    @Test func limitsStandInTheOrderInWhichTheyAnswer() {
        var app = cached()
        app.press("L")
        guard let screen = app.state.top as? LimitsScreen else { return }
        #expect(screen.table.rows.map(\.level) == ["plan", "method", "stage", "account", "quota", "quota"])
    }

    @Test func refusedRequestsAreCountedASecond() {
        var app = cached()
        app.press("L")
        var throttles = Fixtures.throttles
        throttles[1].throttled += 40
        app.send(.clock((Fixtures.now + 2) * 1000))
        app.send(.answered(.throttles(Fixtures.prod), .throttles(throttles)))
        #expect(app.line(with: "GET /orders")?.contains("20.0") == true, "\(app.screen)")
        #expect(app.line(2).contains("20.0 requests a second get 429"))
    }

    @Test func theScreenIsAskedAnewEachSecond() {
        var app = cached()
        app.press("L")
        _ = app.takeEffects()
        app.second(Fixtures.now + 1)
        #expect(app.effects.contains(.fetch(.throttles(Fixtures.prod))))
        #expect(app.effects.contains(.fetch(.caches(Fixtures.prod))))
        app.press("esc")
        _ = app.takeEffects()
        app.second(Fixtures.now + 2)
        #expect(!app.effects.contains(.fetch(.throttles(Fixtures.prod))), "only while it is shown")
    }

    @Test func flushingTellsHowMuchGoes() {
        var app = cached()
        app.press("F")
        #expect(app.line(with: "1,308 with 40.5 MB go at once") != nil, "\(app.screen)")
        #expect(app.line(with: "104 of them are the canary's") != nil)
        app.press("enter")
        #expect(jobs(app.effects).isEmpty)
        app.press("F", "tab", "enter")
        #expect(jobs(app.effects) == [.flushStageCache(Fixtures.prod)])
        #expect(app.line(32).contains("the cache of prod was flushed"))
    }

    @Test func withoutACacheTheKeySaysWhy() {
        var app = App.onStage()
        app.press("F")
        #expect(app.state.overlays.isEmpty)
        #expect(app.line(22).contains("prod has no cache"))
    }

    @Test(arguments: ["F", "i"])
    func aHeldKeyChangesNothing(_ key: String) {
        var app = cached()
        if key == "i" { app.press("l", "enter") }
        for _ in 0..<100 { app.press(key) }
        for _ in 0..<100 { app.press("enter") }
        #expect(jobs(app.effects).isEmpty)
    }

    @Test func aRequestShowsItsLines() {
        var app = App.onStage(width: 100, height: 34)
        let record = Fixtures.records[47]
        app.engine?.executions[record.requestId] = Fixtures.execution(record)
        app.press("l", "E", "enter")
        #expect(app.line(with: "EXECUTION LOG  6 lines") != nil, "\(app.screen)")
        #expect(app.line(with: "+24  Execution failed due to configuration error") != nil)
    }

    @Test func withoutLinesItSaysHowToHaveThem() {
        var app = App.onStage(width: 100, height: 34)
        app.press("l", "enter")
        #expect(app.line(with: "None: execution logging of prod is OFF.") != nil, "\(app.screen)")
        app.press("i")
        #expect(app.line(with: "loggingLevel  OFF  →  INFO") != nil)
        app.press("enter")
        #expect(jobs(app.effects).isEmpty)
        app.press("i", "tab", "enter")
        #expect(jobs(app.effects) == [.updateStage(Fixtures.prod, [.replace("/*/*/logging/loglevel", "INFO")])])
    }

    @Test(arguments: [
        (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (40_055_603, "38.2 MB"), (536_870_912, "512 MB"),
        (1_073_741_824, "1.0 GB"), (-5, "0 B"),
    ])
    func bytesAreWrittenShort(_ value: Int, _ text: String) {
        #expect(Format.bytes(value) == text)
    }

    @Test func whatASettingSaysForAMethod() {
        var stage = Stage(stageName: "prod", deploymentId: nil)
        var all = MethodSetting()
        all.cachingEnabled = true
        all.loggingLevel = "ERROR"
        var own = MethodSetting()
        own.cacheTtlInSeconds = 60
        own.throttlingRateLimit = 5
        own.loggingLevel = "INFO"
        stage.methodSettings = ["*/*": all, "pets/{id}/GET": own]
        #expect(SettingsInForce(stage, path: "/pets", verb: "GET").cacheTtl == nil, "without a cache nothing is kept")
        stage.cacheClusterEnabled = true
        #expect(SettingsInForce(stage, path: "/pets", verb: "GET").cacheTtl == 300)
        #expect(SettingsInForce(stage, path: "/pets", verb: "POST").cacheTtl == nil)
        let one = SettingsInForce(stage, path: "/pets/{id}", verb: "GET")
        #expect(one.cacheTtl == 60 && one.ownRate == 5 && one.loggingLevel == "INFO")
    }
}
