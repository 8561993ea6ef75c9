import Testing

@testable import Console

@Suite("One request")
struct RequestScreenTests {
    @Test("request, 80×24")
    func request80() {
        var app = App.onStage(width: 80, height: 24)
        app.press("l", "E", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  request a91c0000-0000-4000-8000-0000…  ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 GET /prod/orders/47  502

                 Execution failed due to configuration error: the backend reset the
                 connection

                 time                  2026-11-20 17:52:18.114
                 answered              17:52:18.145
                 requestId             a91c0000-0000-4000-8000-000000000047
                 api                   petstore (a1b2c3d4e5)
                 stage                 prod
                 answered by           canary
                 resource              /orders/{id}
                 protocol              HTTP/1.1
                 sourceIp              127.0.0.1
                 responseLength        559 bytes

                 responseLatency       31.3 ms
                 integrationLatency    29.0 ms
                 own                   2.3 ms
                 backend / own         █████████████████████████████████████▏░░
                 ──────────────────────────────────────────────────────────────────────────────
                 l logs  m metrics  / filter  ? keys                                         :▏
                """#)
    }

    @Test("request, 120×40")
    func request120() {
        var app = App.onStage(width: 120, height: 40)
        app.press("l", "E", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ prod ▸ request a91c0000-0000-4000-8000-000000000047    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 GET /prod/orders/47  502

                 Execution failed due to configuration error: the backend reset the connection

                 time                  2026-11-20 17:52:18.114
                 answered              17:52:18.145
                 requestId             a91c0000-0000-4000-8000-000000000047
                 api                   petstore (a1b2c3d4e5)
                 stage                 prod
                 answered by           canary
                 resource              /orders/{id}
                 protocol              HTTP/1.1
                 sourceIp              127.0.0.1
                 responseLength        559 bytes

                 responseLatency       31.3 ms
                 integrationLatency    29.0 ms
                 own                   2.3 ms
                 backend / own         █████████████████████████████████████▏░░

















                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 l logs   m metrics   / filter   ? keys                                                                              :▏
                """#)
    }
}
