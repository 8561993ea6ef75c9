import Testing

@testable import Console

@Suite("One request")
struct RequestScreenTests {
    @Test("request, 80×24")
    func request80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("l", "E", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  request a91c0000-0000-4000-8000-0000…  ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 GET /prod/orders/47  502

                 Execution failed due to configuration error: the backend reset the
                 connection

                 time             2026-11-20 17:52:18.114   answered 17:52:18.145   by canary
                 requestId        a91c0000-0000-4000-8000-000000000047
                 api              petstore (a1b2c3d4e5)   stage prod   resource /orders/{id}
                 sourceIp         127.0.0.1   protocol HTTP/1.1   responseLength 559 bytes
                 responseLatency  31.3 ms   backend 29.0   own 2.3  ██████████████▉░

                 EXECUTION LOG  6 lines, ms since the first
                       +0  Extended Request Id: L0SM9cOFvHcCIhw=
                       +6  Starting execution for request:
                           a91c0000-0000-4000-8000-000000000047
                      +12  HTTP Method: GET, Resource Path: /orders/{id}
                      +18  Endpoint request URI: http://10.0.3.9:9000/orders/47
                      +24  Execution failed due to configuration error: the backend reset the
                           connection
                      +30  Method completed with status: 502
                 ──────────────────────────────────────────────────────────────────────────────
                 i log executions  S save  l logs  m metrics  / filter  ? keys               :▏
                """#)
    }

    @Test("request, 120×40")
    func request120() {
        var app = App.onCachedStage(width: 120, height: 40)
        app.press("l", "E", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ prod ▸ request a91c0000-0000-4000-8000-000000000047    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 GET /prod/orders/47  502

                 Execution failed due to configuration error: the backend reset the connection

                 time             2026-11-20 17:52:18.114   answered 17:52:18.145   by canary
                 requestId        a91c0000-0000-4000-8000-000000000047
                 api              petstore (a1b2c3d4e5)   stage prod   resource /orders/{id}
                 sourceIp         127.0.0.1   protocol HTTP/1.1   responseLength 559 bytes
                 responseLatency  31.3 ms   backend 29.0   own 2.3  ███████████████████████████▉░░

                 EXECUTION LOG  6 lines, ms since the first
                       +0  Extended Request Id: L0SM9cOFvHcCIhw=
                       +6  Starting execution for request: a91c0000-0000-4000-8000-000000000047
                      +12  HTTP Method: GET, Resource Path: /orders/{id}
                      +18  Endpoint request URI: http://10.0.3.9:9000/orders/47
                      +24  Execution failed due to configuration error: the backend reset the connection
                      +30  Method completed with status: 502



















                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 i log executions   S save   l logs   m metrics   / filter   ? keys                                                  :▏
                """#)
    }
}
