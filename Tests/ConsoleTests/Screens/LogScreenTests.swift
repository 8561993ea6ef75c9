import ControlAPI
import Terminal
import Testing

@testable import Console

@Suite("The log")
struct LogScreenTests {
    @Test("log, 80×24")
    func log80() {
        var app = App.onStage(width: 80, height: 24)
        app.press("l")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ prod ▸ logs    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 follow ●   since all                                      60 of 60   0 dropped
                 ANSWERED  METHOD   STATUS       MS  VARIANT  PATH
                 17:52:13  POST        200       13  base     /prod/orders
                 17:52:14  GET         200       13  base     /prod/orders/43
                 17:52:15  GET         200       13  base     /prod/orders/44
                 17:52:16  POST        200       13  base     /prod/orders
                 17:52:17  GET         200       13  base     /prod/orders/46
                 17:52:18  GET         502       31  canary   /prod/orders/47
                 17:52:19  POST        200       13  base     /prod/orders
                 17:52:20  GET         404       13  base     /prod/orders/49
                 17:52:21  GET         200       13  base     /prod/orders/50
                 17:52:22  POST        200       13  base     /prod/orders
                 17:52:23  GET         200       13  base     /prod/orders/52
                 17:52:24  GET         200       13  base     /prod/orders/53
                 17:52:25  POST        200       13  base     /prod/orders
                 17:52:26  GET         200       13  base     /prod/orders/55                  │
                 17:52:27  GET         200       13  base     /prod/orders/56                  │
                 17:52:28  POST        200       31  canary   /prod/orders                     │
                 17:52:29  GET         200       13  base     /prod/orders/58                  │
                 17:52:30  GET         200       13  base     /prod/orders/59                  │
                 ──────────────────────────────────────────────────────────────────────────────
                 ⏎ open  f follow  e next error  c canary  t since  w wrap  S save  ? keys   :▏
                """#)
    }

    @Test("log, 120×40")
    func log120() {
        var app = App.onStage(width: 120, height: 40)
        app.press("l")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod ▸ logs                                    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 follow ●   since all                                                                              60 of 60   0 dropped
                 ANSWERED      METHOD   STATUS       MS  VARIANT  PATH                         MESSAGE
                 17:51:57.127  GET         200       13  base     /prod/orders/26
                 17:51:58.145  POST        502       31  canary   /prod/orders                 Execution failed due to configuration e…
                 17:51:59.127  GET         200       13  base     /prod/orders/28
                 17:52:00.127  GET         200       13  base     /prod/orders/29
                 17:52:01.127  POST        200       13  base     /prod/orders
                 17:52:02.127  GET         200       13  base     /prod/orders/31
                 17:52:03.127  GET         200       13  base     /prod/orders/32
                 17:52:04.127  POST        200       13  base     /prod/orders
                 17:52:05.127  GET         404       13  base     /prod/orders/34
                 17:52:06.127  GET         200       13  base     /prod/orders/35
                 17:52:07.127  POST        200       13  base     /prod/orders
                 17:52:08.145  GET         200       31  canary   /prod/orders/37
                 17:52:09.127  GET         200       13  base     /prod/orders/38
                 17:52:10.127  POST        200       13  base     /prod/orders
                 17:52:11.127  GET         200       13  base     /prod/orders/40
                 17:52:12.127  GET         200       13  base     /prod/orders/41                                                      │
                 17:52:13.127  POST        200       13  base     /prod/orders                                                         │
                 17:52:14.127  GET         200       13  base     /prod/orders/43                                                      │
                 17:52:15.127  GET         200       13  base     /prod/orders/44                                                      │
                 17:52:16.127  POST        200       13  base     /prod/orders                                                         │
                 17:52:17.127  GET         200       13  base     /prod/orders/46                                                      │
                 17:52:18.145  GET         502       31  canary   /prod/orders/47              Execution failed due to configuration e…│
                 17:52:19.127  POST        200       13  base     /prod/orders                                                         │
                 17:52:20.127  GET         404       13  base     /prod/orders/49                                                      │
                 17:52:21.127  GET         200       13  base     /prod/orders/50                                                      │
                 17:52:22.127  POST        200       13  base     /prod/orders                                                         │
                 17:52:23.127  GET         200       13  base     /prod/orders/52                                                      │
                 17:52:24.127  GET         200       13  base     /prod/orders/53                                                      │
                 17:52:25.127  POST        200       13  base     /prod/orders                                                         │
                 17:52:26.127  GET         200       13  base     /prod/orders/55                                                      │
                 17:52:27.127  GET         200       13  base     /prod/orders/56                                                      │
                 17:52:28.145  POST        200       31  canary   /prod/orders                                                         │
                 17:52:29.127  GET         200       13  base     /prod/orders/58                                                      │
                 17:52:30.127  GET         200       13  base     /prod/orders/59                                                      │
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 ⏎ open   f follow   e next error   c canary   t since   w wrap   S save   l logs   m metrics   / filter   ? keys    :▏
                """#)
    }

    @Test("log with a filter, 80×24")
    func logWithAFilter80() {
        var app = App.onStage(width: 80, height: 24)
        app.press("l", "/")
        app.type("status>=400 prod")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ prod ▸ logs    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 follow ●   since all   / status>=400 prod                  7 of 60   0 dropped
                 ANSWERED  METHOD   STATUS       MS  VARIANT  PATH
                 17:51:35  GET         404       13  base     /prod/orders/4
                 17:51:38  GET         502       31  canary   /prod/orders/7
                 17:51:50  GET         404       13  base     /prod/orders/19
                 17:51:58  POST        502       31  canary   /prod/orders
                 17:52:05  GET         404       13  base     /prod/orders/34
                 17:52:18  GET         502       31  canary   /prod/orders/47
                 17:52:20  GET         404       13  base     /prod/orders/49











                  / status>=400 prod
                 enter keep  esc former  !word without  status>=500 column  a|b regex
                """#)
    }

    @Test("log with a filter, 120×40")
    func logWithAFilter120() {
        var app = App.onStage(width: 120, height: 40)
        app.press("l", "/")
        app.type("status>=400 prod")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod ▸ logs                                    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 follow ●   since all   / status>=400 prod                                                          7 of 60   0 dropped
                 ANSWERED      METHOD   STATUS       MS  VARIANT  PATH                         MESSAGE
                 17:51:35.127  GET         404       13  base     /prod/orders/4
                 17:51:38.145  GET         502       31  canary   /prod/orders/7               Execution failed due to configuration e…
                 17:51:50.127  GET         404       13  base     /prod/orders/19
                 17:51:58.145  POST        502       31  canary   /prod/orders                 Execution failed due to configuration e…
                 17:52:05.127  GET         404       13  base     /prod/orders/34
                 17:52:18.145  GET         502       31  canary   /prod/orders/47              Execution failed due to configuration e…
                 17:52:20.127  GET         404       13  base     /prod/orders/49



























                  / status>=400 prod
                 enter keep   esc former   !word without   status>=500 column   a|b regex
                """#)
    }

    @Test("log wrapped and paused, 80×24")
    func logWrappedAndPaused80() {
        var app = App.onStage(width: 80, height: 24)
        app.press("l", "w", "k")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ prod ▸ logs    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 paused ‖  1 below   since all                             60 of 60   0 dropped
                 ANSWERED  METHOD   STATUS       MS  VARIANT  PATH
                 17:52:14  GET         200       13  base     /prod/orders/43
                 17:52:15  GET         200       13  base     /prod/orders/44
                 17:52:16  POST        200       13  base     /prod/orders
                 17:52:17  GET         200       13  base     /prod/orders/46
                 17:52:18  GET         502       31  canary   /prod/orders/47  Execution failed
                                                              due to configuration error: the
                                                              backend reset the connection
                 17:52:19  POST        200       13  base     /prod/orders
                 17:52:20  GET         404       13  base     /prod/orders/49
                 17:52:21  GET         200       13  base     /prod/orders/50
                 17:52:22  POST        200       13  base     /prod/orders
                 17:52:23  GET         200       13  base     /prod/orders/52
                 17:52:24  GET         200       13  base     /prod/orders/53
                 17:52:25  POST        200       13  base     /prod/orders
                 17:52:26  GET         200       13  base     /prod/orders/55
                 17:52:27  GET         200       13  base     /prod/orders/56
                 17:52:28  POST        200       31  canary   /prod/orders
                 17:52:29  GET         200       13  base     /prod/orders/58
                 ──────────────────────────────────────────────────────────────────────────────
                 ⏎ open  f follow  e next error  c canary  t since  w wrap  S save  ? keys   :▏
                """#)
    }

    @Test("log wrapped and paused, 120×40")
    func logWrappedAndPaused120() {
        var app = App.onStage(width: 120, height: 40)
        app.press("l", "w", "k")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod ▸ logs                                    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 paused ‖  1 below   since all                                                                     60 of 60   0 dropped
                 ANSWERED      METHOD   STATUS       MS  VARIANT  PATH
                 17:51:58.145  POST        502       31  canary   /prod/orders  Execution failed due to configuration error: the
                                                                  backend reset the connection
                 17:51:59.127  GET         200       13  base     /prod/orders/28
                 17:52:00.127  GET         200       13  base     /prod/orders/29
                 17:52:01.127  POST        200       13  base     /prod/orders
                 17:52:02.127  GET         200       13  base     /prod/orders/31
                 17:52:03.127  GET         200       13  base     /prod/orders/32
                 17:52:04.127  POST        200       13  base     /prod/orders
                 17:52:05.127  GET         404       13  base     /prod/orders/34
                 17:52:06.127  GET         200       13  base     /prod/orders/35
                 17:52:07.127  POST        200       13  base     /prod/orders
                 17:52:08.145  GET         200       31  canary   /prod/orders/37
                 17:52:09.127  GET         200       13  base     /prod/orders/38
                 17:52:10.127  POST        200       13  base     /prod/orders
                 17:52:11.127  GET         200       13  base     /prod/orders/40
                 17:52:12.127  GET         200       13  base     /prod/orders/41
                 17:52:13.127  POST        200       13  base     /prod/orders
                 17:52:14.127  GET         200       13  base     /prod/orders/43
                 17:52:15.127  GET         200       13  base     /prod/orders/44
                 17:52:16.127  POST        200       13  base     /prod/orders
                 17:52:17.127  GET         200       13  base     /prod/orders/46
                 17:52:18.145  GET         502       31  canary   /prod/orders/47  Execution failed due to configuration error: the
                                                                  backend reset the connection
                 17:52:19.127  POST        200       13  base     /prod/orders
                 17:52:20.127  GET         404       13  base     /prod/orders/49
                 17:52:21.127  GET         200       13  base     /prod/orders/50
                 17:52:22.127  POST        200       13  base     /prod/orders
                 17:52:23.127  GET         200       13  base     /prod/orders/52
                 17:52:24.127  GET         200       13  base     /prod/orders/53
                 17:52:25.127  POST        200       13  base     /prod/orders
                 17:52:26.127  GET         200       13  base     /prod/orders/55
                 17:52:27.127  GET         200       13  base     /prod/orders/56
                 17:52:28.145  POST        200       31  canary   /prod/orders
                 17:52:29.127  GET         200       13  base     /prod/orders/58
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 ⏎ open   f follow   e next error   c canary   t since   w wrap   S save   l logs   m metrics   / filter   ? keys    :▏
                """#)
    }

    // MARK: Behaviour

    /// The feed hands requests over in the order of their answers; so they stand, and so does the time in front of them.
    @Test func requestsStandInTheOrderOfTheirAnswers() {
        var app = App.onStage(width: 120, height: 40)
        app.press("l")
        var slow = Fixtures.records[0]
        slow.requestId = "slow"
        slow.path = "/prod/slow"
        slow.requestTimeEpoch = (Fixtures.now - 3) * 1000
        slow.responseLatency = 2900
        app.send(.tail(.stage(apiId: Fixtures.petstore, stageName: "prod"), [slow], dropped: 0))
        #expect(app.line(37).hasPrefix(" 17:52:30.900"))
        #expect(app.line(37).contains("/prod/slow"))
    }

    @Test func aPathHasTheRoomOfAMessageThatIsNotThere() {
        var app = App.onStage(width: 120, height: 40)
        app.press("l")
        var long = Fixtures.records[0]
        long.requestId = "long"
        long.path = "/prod/orders/00000000-0000-4000-8000-000000000001/lines/7"
        var failed = long
        failed.requestId = "failed"
        failed.errorMessage = "Endpoint request timed out"
        app.send(.tail(.stage(apiId: Fixtures.petstore, stageName: "prod"), [long, failed], dropped: 0))
        #expect(app.line(36).contains(long.path))
        #expect(app.line(37).contains("Endpoint request timed out"))
        #expect(!app.line(37).contains(long.path))
    }

    /// On the way to what one wants to type stands what nothing passes: the place in the log is not lost by that.
    @Test func aFilterThatNothingPassesKeepsThePlace() {
        var app = App.onStage()
        app.press("l", "k", "/")
        app.type("zzz")
        #expect(app.line(2).contains("0 of 60"))
        app.press("ctrl-u")
        #expect(app.state.focus.id == Fixtures.records[58].requestId)
    }

    /// Over all APIs the path tells the stage, so the API is named beside it.
    @Test func overAllApisTheApiIsNamed() {
        var app = App(width: 80, height: 24)
        app.type(":logs all")
        app.press("enter")
        #expect(app.line(3).contains("VARIANT  API           PATH"))
        #expect(app.line(21).contains("petstore      /prod/orders/59"))
    }

    @Test func followingFilterAndTimeAreIndependent() {
        var app = App.onStage()
        app.press("l", "k", "k", "/")
        app.type("orders")
        app.press("enter", "t", "c")
        #expect(app.line(2).hasPrefix(" paused"))
        #expect(app.line(2).contains("since 1 m   canary only   / orders"))
        app.press("f")
        #expect(app.line(2).hasPrefix(" follow"))
        #expect(app.line(2).contains("since 1 m   canary only   / orders"))
    }

    @Test func whatCameWhilePausedIsCountedAndShownWhenFollowing() {
        var app = App.onStage()
        app.press("l", "k")
        let selected = app.line(20)
        app.send(.tail(.stage(apiId: Fixtures.petstore, stageName: "prod"), fresh(5), dropped: 0))
        #expect(app.line(2).contains("6 below"))
        #expect(app.line(2).contains("65 of 65"))
        #expect(app.line(20).prefix(58) == selected.prefix(58))
        app.press("f")
        #expect(app.line(21).contains("/prod/fresh/4"))
    }

    private func fresh(_ count: Int) -> [AccessLogRecord] {
        (0..<count).map {
            var record = Fixtures.records[0]
            record.requestId = "fresh-\($0)"
            record.path = "/prod/fresh/\($0)"
            return record
        }
    }

    @Test func whatWasLostIsCounted() {
        var app = App.onStage()
        app.press("l")
        app.send(.tail(.stage(apiId: Fixtures.petstore, stageName: "prod"), fresh(1), dropped: 1234))
        #expect(app.line(2).hasSuffix("1,234 dropped"))
    }

    @Test func recordsOfAStageThatIsNotFollowedAnyMoreAreLetGo() {
        var app = App.onStage()
        app.press("l")
        app.send(.tail(.api(apiId: Fixtures.orders), fresh(3), dropped: 0))
        #expect(app.line(2).contains("60 of 60"))
    }

    @Test func stepsFromErrorToError() {
        var app = App.onStage()
        app.press("l", "E")
        #expect(app.state.focus.id == Fixtures.records[47].requestId)
        app.press("E", "E")
        #expect(app.state.focus.id == Fixtures.records[7].requestId)
        app.press("E")
        #expect(app.line(22).contains("no earlier 5XX: e looks the other way"))
        app.press("e")
        #expect(app.state.focus.id == Fixtures.records[27].requestId)
    }

    /// A search goes through all lines; the filter it came from is dropped.
    @Test func searchIsNotFilter() {
        var app = App.onStage()
        app.press("l", "/")
        app.type("404")
        app.press("enter", "esc", "N")
        #expect(app.line(2).contains("60 of 60"))
        #expect(app.state.focus.id == Fixtures.records[49].requestId)
        app.press("N")
        #expect(app.state.focus.id == Fixtures.records[34].requestId)
        app.press("n")
        #expect(app.state.focus.id == Fixtures.records[49].requestId)
    }

    @Test func savesWhatIsShown() {
        var app = App.onStage()
        app.press("l", "/")
        app.type("status>=500")
        app.press("enter", "S")
        guard case .save(name: "access-log", let text)? = app.effects.last else {
            Issue.record("nothing was saved")
            return
        }
        #expect(text.split(separator: "\n").count == 3)
        #expect(
            text.hasPrefix(
                "2026-11-20 17:51:38.145 \(Fixtures.records[7].requestId) \(Fixtures.petstore)/prod canary GET"))
    }
}
