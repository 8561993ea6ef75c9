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
                 TIME      METHOD   STATUS       MS  VARIANT  PATH
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
                 TIME          METHOD   STATUS       MS  VARIANT  PATH                         MESSAGE
                 17:51:57.114  GET         200       13  base     /prod/orders/26
                 17:51:58.114  POST        502       31  canary   /prod/orders                 Execution failed due to configuration e…
                 17:51:59.114  GET         200       13  base     /prod/orders/28
                 17:52:00.114  GET         200       13  base     /prod/orders/29
                 17:52:01.114  POST        200       13  base     /prod/orders
                 17:52:02.114  GET         200       13  base     /prod/orders/31
                 17:52:03.114  GET         200       13  base     /prod/orders/32
                 17:52:04.114  POST        200       13  base     /prod/orders
                 17:52:05.114  GET         404       13  base     /prod/orders/34
                 17:52:06.114  GET         200       13  base     /prod/orders/35
                 17:52:07.114  POST        200       13  base     /prod/orders
                 17:52:08.114  GET         200       31  canary   /prod/orders/37
                 17:52:09.114  GET         200       13  base     /prod/orders/38
                 17:52:10.114  POST        200       13  base     /prod/orders
                 17:52:11.114  GET         200       13  base     /prod/orders/40
                 17:52:12.114  GET         200       13  base     /prod/orders/41                                                      │
                 17:52:13.114  POST        200       13  base     /prod/orders                                                         │
                 17:52:14.114  GET         200       13  base     /prod/orders/43                                                      │
                 17:52:15.114  GET         200       13  base     /prod/orders/44                                                      │
                 17:52:16.114  POST        200       13  base     /prod/orders                                                         │
                 17:52:17.114  GET         200       13  base     /prod/orders/46                                                      │
                 17:52:18.114  GET         502       31  canary   /prod/orders/47              Execution failed due to configuration e…│
                 17:52:19.114  POST        200       13  base     /prod/orders                                                         │
                 17:52:20.114  GET         404       13  base     /prod/orders/49                                                      │
                 17:52:21.114  GET         200       13  base     /prod/orders/50                                                      │
                 17:52:22.114  POST        200       13  base     /prod/orders                                                         │
                 17:52:23.114  GET         200       13  base     /prod/orders/52                                                      │
                 17:52:24.114  GET         200       13  base     /prod/orders/53                                                      │
                 17:52:25.114  POST        200       13  base     /prod/orders                                                         │
                 17:52:26.114  GET         200       13  base     /prod/orders/55                                                      │
                 17:52:27.114  GET         200       13  base     /prod/orders/56                                                      │
                 17:52:28.114  POST        200       31  canary   /prod/orders                                                         │
                 17:52:29.114  GET         200       13  base     /prod/orders/58                                                      │
                 17:52:30.114  GET         200       13  base     /prod/orders/59                                                      │
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
                 TIME      METHOD   STATUS       MS  VARIANT  PATH
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
                 TIME          METHOD   STATUS       MS  VARIANT  PATH                         MESSAGE
                 17:51:35.114  GET         404       13  base     /prod/orders/4
                 17:51:38.114  GET         502       31  canary   /prod/orders/7               Execution failed due to configuration e…
                 17:51:50.114  GET         404       13  base     /prod/orders/19
                 17:51:58.114  POST        502       31  canary   /prod/orders                 Execution failed due to configuration e…
                 17:52:05.114  GET         404       13  base     /prod/orders/34
                 17:52:18.114  GET         502       31  canary   /prod/orders/47              Execution failed due to configuration e…
                 17:52:20.114  GET         404       13  base     /prod/orders/49



























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
                 TIME      METHOD   STATUS       MS  VARIANT  PATH
                 17:52:21 GET /prod/orders/50 200 base 13 ms
                   a91c0000-0000-4000-8000-000000000050
                 17:52:22 POST /prod/orders 200 base 13 ms
                   a91c0000-0000-4000-8000-000000000051
                 17:52:23 GET /prod/orders/52 200 base 13 ms
                   a91c0000-0000-4000-8000-000000000052
                 17:52:24 GET /prod/orders/53 200 base 13 ms
                   a91c0000-0000-4000-8000-000000000053
                 17:52:25 POST /prod/orders 200 base 13 ms
                   a91c0000-0000-4000-8000-000000000054
                 17:52:26 GET /prod/orders/55 200 base 13 ms
                   a91c0000-0000-4000-8000-000000000055
                 17:52:27 GET /prod/orders/56 200 base 13 ms
                   a91c0000-0000-4000-8000-000000000056
                 17:52:28 POST /prod/orders 200 canary 31 ms
                   a91c0000-0000-4000-8000-000000000057
                 17:52:29 GET /prod/orders/58 200 base 13 ms
                   a91c0000-0000-4000-8000-000000000058
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
                 TIME          METHOD   STATUS       MS  VARIANT  PATH                         MESSAGE
                 17:51:58 POST /prod/orders 502 canary 31 ms  Execution failed due to configuration error: the backend reset the
                   connection  a91c0000-0000-4000-8000-000000000027
                 17:51:59 GET /prod/orders/28 200 base 13 ms  a91c0000-0000-4000-8000-000000000028
                 17:52:00 GET /prod/orders/29 200 base 13 ms  a91c0000-0000-4000-8000-000000000029
                 17:52:01 POST /prod/orders 200 base 13 ms  a91c0000-0000-4000-8000-000000000030
                 17:52:02 GET /prod/orders/31 200 base 13 ms  a91c0000-0000-4000-8000-000000000031
                 17:52:03 GET /prod/orders/32 200 base 13 ms  a91c0000-0000-4000-8000-000000000032
                 17:52:04 POST /prod/orders 200 base 13 ms  a91c0000-0000-4000-8000-000000000033
                 17:52:05 GET /prod/orders/34 404 base 13 ms  a91c0000-0000-4000-8000-000000000034
                 17:52:06 GET /prod/orders/35 200 base 13 ms  a91c0000-0000-4000-8000-000000000035
                 17:52:07 POST /prod/orders 200 base 13 ms  a91c0000-0000-4000-8000-000000000036
                 17:52:08 GET /prod/orders/37 200 canary 31 ms  a91c0000-0000-4000-8000-000000000037
                 17:52:09 GET /prod/orders/38 200 base 13 ms  a91c0000-0000-4000-8000-000000000038
                 17:52:10 POST /prod/orders 200 base 13 ms  a91c0000-0000-4000-8000-000000000039
                 17:52:11 GET /prod/orders/40 200 base 13 ms  a91c0000-0000-4000-8000-000000000040
                 17:52:12 GET /prod/orders/41 200 base 13 ms  a91c0000-0000-4000-8000-000000000041
                 17:52:13 POST /prod/orders 200 base 13 ms  a91c0000-0000-4000-8000-000000000042
                 17:52:14 GET /prod/orders/43 200 base 13 ms  a91c0000-0000-4000-8000-000000000043
                 17:52:15 GET /prod/orders/44 200 base 13 ms  a91c0000-0000-4000-8000-000000000044
                 17:52:16 POST /prod/orders 200 base 13 ms  a91c0000-0000-4000-8000-000000000045
                 17:52:17 GET /prod/orders/46 200 base 13 ms  a91c0000-0000-4000-8000-000000000046
                 17:52:18 GET /prod/orders/47 502 canary 31 ms  Execution failed due to configuration error: the backend reset the
                   connection  a91c0000-0000-4000-8000-000000000047
                 17:52:19 POST /prod/orders 200 base 13 ms  a91c0000-0000-4000-8000-000000000048
                 17:52:20 GET /prod/orders/49 404 base 13 ms  a91c0000-0000-4000-8000-000000000049
                 17:52:21 GET /prod/orders/50 200 base 13 ms  a91c0000-0000-4000-8000-000000000050
                 17:52:22 POST /prod/orders 200 base 13 ms  a91c0000-0000-4000-8000-000000000051
                 17:52:23 GET /prod/orders/52 200 base 13 ms  a91c0000-0000-4000-8000-000000000052
                 17:52:24 GET /prod/orders/53 200 base 13 ms  a91c0000-0000-4000-8000-000000000053
                 17:52:25 POST /prod/orders 200 base 13 ms  a91c0000-0000-4000-8000-000000000054
                 17:52:26 GET /prod/orders/55 200 base 13 ms  a91c0000-0000-4000-8000-000000000055
                 17:52:27 GET /prod/orders/56 200 base 13 ms  a91c0000-0000-4000-8000-000000000056
                 17:52:28 POST /prod/orders 200 canary 31 ms  a91c0000-0000-4000-8000-000000000057
                 17:52:29 GET /prod/orders/58 200 base 13 ms  a91c0000-0000-4000-8000-000000000058
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 ⏎ open   f follow   e next error   c canary   t since   w wrap   S save   l logs   m metrics   / filter   ? keys    :▏
                """#)
    }
}
