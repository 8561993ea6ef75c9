import ControlAPI
import Terminal
import Testing

@testable import Console

@Suite("Functions, VPC links and requests to backends")
struct BackendScreenTests {
    private func app(_ width: Int, _ height: Int, _ keys: [String]) -> App {
        var engine = FakeEngine()
        engine.resources = Fixtures.backendResources
        var app = App(width: width, height: height, engine: engine)
        for key in keys { app.press(key) }
        return app
    }

    @Test("functions, 80×24")
    func functions80() {
        let app = app(80, 24, ["f"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ functions                      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 NOW       ▲ price cannot run: there is no executable file bootstrap in the fo…

                 NAME             STATE    BUSY  WARM  INVOKED  ERRORS  P50 MS  P99 MS  GATEWAY
                 orders-create    Active      3     3   18,204      12      12   2,810  allowed
                 orders-list      Active      1     2      902       0     4.1      31  refused
                 price            Failed      0     0        0       0       –       –  allowed














                 ──────────────────────────────────────────────────────────────────────────────
                 i invoke  ⏎ open  o sort  l logs  m metrics  / filter  ? keys               :▏
                """#)
    }

    @Test("functions, 100×30")
    func functions100() {
        let app = app(100, 30, ["f"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ functions                                          ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────
                 NOW       ▲ price cannot run: there is no executable file bootstrap in the folder

                 NAME                 STATE    BUSY  WARM  INVOKED  ERRORS  TIMEOUT    429  P50 MS  P99 MS  GATEWAY
                 orders-create        Active      3     3   18,204      12        2     41      12   2,810  allowed
                 orders-list          Active      1     2      902       0        0      0     4.1      31  refused
                 price                Failed      0     0        0       0        0      0       –       –  allowed




















                 ──────────────────────────────────────────────────────────────────────────────────────────────────
                 i invoke   a allow API Gateway   ⏎ open   o sort   l logs   m metrics   / filter   ? keys       :▏
                """#)
    }

    @Test("functions, 120×40")
    func functions120() {
        let app = app(120, 40, ["f"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ functions                                                              ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 NOW       ▲ price cannot run: there is no executable file bootstrap in the folder

                 NAME                       STATE    BUSY  WARM  LIMIT  INVOKED   COLD  ERRORS  TIMEOUT    429  P50 MS  P99 MS  GATEWAY
                 orders-create              Active      3     3      3   18,204      7      12        2     41      12   2,810  allowed
                 orders-list                Active      1     2      –      902      2       0        0      0     4.1      31  refused
                 price                      Failed      0     0      –        0      0       0        0      0       –       –  allowed






























                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 i invoke   a allow API Gateway   ⏎ open   o sort   l logs   m metrics   / filter   ? keys                           :▏
                """#)
    }

    @Test("a function, 80×24")
    func function80() {
        let app = app(80, 24, ["f", "enter"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ functions ▸ orders-create      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 STATE      ● Active   python3.12   app.handler   128 MB   timeout 3 s
                 CODE       …tions/orders-create   a saved change runs at the next invocation
                 NOW        3 busy of 3 warm   limit 3   p50 12  p99 2,810 ms   cold 181 ms
                 SO FAR     18,204 invoked   7 cold   12 errors   2 timeouts   41 throttled
                 ALLOWED    apigateway.amazonaws.com arn:aws:execute-api:us-east-1:00000000000…
                 LAST ERROR KeyError: 'sku'

                 LOG  follow ●   since all                                   8 of 8   0 dropped
                 17:52:22  a91c77e0  START RequestId: a91c77e0-5a1f Version: $LATEST
                 17:52:22  a91c77e0  order 4711 for ada: 3 items, 42.50 EUR
                 17:52:22  a91c77e0  END RequestId: a91c77e0-5a1f
                 17:52:22  a91c77e0  REPORT RequestId: a91c77e0-5a1f Duration: 12.40 ms Billed…
                 17:52:26  77fe0b12  START RequestId: 77fe0b12-93c4 Version: $LATEST
                 17:52:26  77fe0b12  [ERROR] KeyError: 'sku'
                 17:52:26  77fe0b12  END RequestId: 77fe0b12-93c4
                 17:52:26  77fe0b12  REPORT RequestId: 77fe0b12-93c4 Duration: 3.10 ms Billed …




                 ──────────────────────────────────────────────────────────────────────────────
                 i invoke  f follow  tab log alone  e next error  t since  w wrap  ? keys    :▏
                """#)
    }

    @Test("a function that API Gateway may not invoke, 100×30")
    func refused100() {
        let app = app(100, 30, ["f", "j", "enter"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ functions ▸ orders-list                            ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────
                 STATE      ● Active   nodejs22.x   handler index.handler   memory 128 MB   timeout 3 s
                 CODE       /home/ada/shop/functions/orders-list
                 NOW        1 busy of 2 warm   p50 4.1  p99 31 ms   cold start 96 ms
                 SO FAR     902 invoked   2 cold   0 errors   0 timeouts   0 throttled
                 ALLOWED    ▲ API Gateway is not: its methods answer 500   a allows it

                 LOG  follow ●   since all                                                       0 of 0   0 dropped
                 it wrote nothing yet


















                 ──────────────────────────────────────────────────────────────────────────────────────────────────
                 i invoke   a allow API Gateway   f follow   tab log alone   e next error   t since   ? keys     :▏
                """#)
    }

    @Test("a function, 120×40")
    func function120() {
        let app = app(120, 40, ["f", "enter"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ functions ▸ orders-create                                              ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 STATE      ● Active   python3.12   handler app.handler   memory 128 MB   timeout 3 s
                 CODE       /home/ada/shop/functions/orders-create   a saved change runs at the next invocation
                 NOW        3 busy of 3 warm   limit 3   p50 12  p99 2,810 ms   cold start 181 ms
                 SO FAR     18,204 invoked   7 cold   12 errors   2 timeouts   41 throttled
                 ALLOWED    apigateway.amazonaws.com arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/*
                 LAST ERROR KeyError: 'sku'

                 LOG  follow ●   since all                                                                           8 of 8   0 dropped
                 17:52:22.000  a91c77e0  START RequestId: a91c77e0-5a1f Version: $LATEST
                 17:52:22.007  a91c77e0  order 4711 for ada: 3 items, 42.50 EUR
                 17:52:22.014  a91c77e0  END RequestId: a91c77e0-5a1f
                 17:52:22.021  a91c77e0  REPORT RequestId: a91c77e0-5a1f Duration: 12.40 ms Billed Duration: 13 ms Memory Size: 128 MB
                 17:52:26.000  77fe0b12  START RequestId: 77fe0b12-93c4 Version: $LATEST
                 17:52:26.007  77fe0b12  [ERROR] KeyError: 'sku'
                 17:52:26.014  77fe0b12  END RequestId: 77fe0b12-93c4
                 17:52:26.021  77fe0b12  REPORT RequestId: 77fe0b12-93c4 Duration: 3.10 ms Billed Duration: 4 ms Memory Size: 128 MB




















                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 i invoke   f follow   tab log alone   e next error   t since   w wrap   l logs   m metrics   / filter   ? keys      :▏
                """#)
    }

    @Test("invoking, 100×30")
    func invoke100() {
        let app = app(100, 30, ["f", "i", "r"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ functions ▸ orders-create ▸ invoke                 ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────
                 PAYLOAD   2 bytes   b edits it
                   {}

                 RESULT    answered   0 ms   41 bytes   run 1, 17:52:31
                   {
                     "statusCode": 201,
                     "body": "{\"id\":7}"
                   }


















                 ──────────────────────────────────────────────────────────────────────────────────────────────────
                 r invoke   b payload   S save   l logs   m metrics   / filter   ? keys                          :▏
                """#)
    }

    @Test("VPC links, 80×24")
    func links80() {
        let app = app(80, 24, ["V"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ VPC links                      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 NAME            STATUS     ALGORITHM       HEALTHY   OPEN   REQUESTS  FAILURES
                 shop            AVAILABLE  round robin      2 of 4     24    202,762       539
                 cold storage    AVAILABLE  –            no targets      –          –         –
                 broken          FAILED     –            no targets      –          –         –
















                 ──────────────────────────────────────────────────────────────────────────────
                 ⏎ open  o sort  l logs  m metrics  / filter  ? keys                         :▏
                """#)
    }

    @Test("VPC links, 120×40")
    func links120() {
        let app = app(120, 40, ["V"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ VPC links                                                              ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 NAME                                 ID      STATUS     ALGORITHM                  HEALTHY   OPEN   REQUESTS  FAILURES
                 shop                                 shop00  AVAILABLE  round robin                 2 of 4     24    202,762       539
                 cold storage                         cold00  AVAILABLE  –                       no targets      –          –         –
                 broken                               bad000  FAILED     –                       no targets      –          –         –
































                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 ⏎ open   o sort   l logs   m metrics   / filter   ? keys                                                            :▏
                """#)
    }

    @Test("a VPC link, 80×24")
    func link80() {
        let app = app(80, 24, ["V", "enter"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ VPC links ▸ shop               ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 STATUS     AVAILABLE   shop00
                 TARGETS    2 of 4 healthy   round robin   drain 30 s
                 CHECKS     GET /health every 10 s within 5 s is 200-399   up after 3, down af…
                 EJECTION   5 failures in a row leave a target out for 30 s

                 TARGET                HEALTH      OPEN   REQUESTS  FAILURES  WHY
                 10.0.3.7:9000         healthy       12     48,204         3
                 10.0.3.8:9000         unhealthy      0     20,117       511  connection refus…
                 shop.internal:9000    healthy        9     31,020         0
                 10.0.3.9:9000         ejected        1      4,410        25  5 failures in a …
                 10.0.3.6:9000         draining       2     99,011         0









                 ──────────────────────────────────────────────────────────────────────────────
                 a add target  x drain target  c algorithm  o sort  l logs  ? keys           :▏
                """#)
    }

    @Test("a VPC link, 100×30")
    func link100() {
        let app = app(100, 30, ["V", "enter"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ VPC links ▸ shop                                   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────
                 STATUS     AVAILABLE   shop00
                 TARGETS    2 of 4 healthy   round robin   drain 30 s
                 CHECKS     GET /health every 10 s within 5 s is 200-399   up after 3, down after 2
                 EJECTION   5 failures in a row leave a target out for 30 s

                 TARGET                HEALTH      OPEN   REQUESTS  FAILURES  WHY                ADDRESSES
                 10.0.3.7:9000         healthy       12     48,204         3
                 10.0.3.8:9000         unhealthy      0     20,117       511  connection refus…
                 shop.internal:9000    healthy        9     31,020         0                     10.0.4.1 10.0.4.2
                 10.0.3.9:9000         ejected        1      4,410        25  5 failures in a …
                 10.0.3.6:9000         draining       2     99,011         0















                 ──────────────────────────────────────────────────────────────────────────────────────────────────
                 a add target   x drain target   c algorithm   o sort   l logs   m metrics   / filter   ? keys   :▏
                """#)
    }

    @Test("draining a target, 120×40")
    func drain120() {
        let app = app(120, 40, ["V", "enter", "x"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ VPC links ▸ shop                                                       ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 STATUS     AVAILABLE   shop00
                 TARGETS    2 of 4 healthy   round robin   drain 30 s
                 CHECKS     GET /health every 10 s within 5 s is 200-399   up after 3, down after 2
                 EJECTION   5 failures in a row leave a target out for 30 s

                 TARGET                       HEALTH      OPEN   REQUESTS  FAILURES  WHY                          ADDRESSES
                 10.0.3.7:9000                healthy       12     48,204         3
                 10.0.3.8:9000                unhealthy      0     20,117       511  connection refused
                 shop.internal:9000           healthy        9     31,020         0                               10.0.4.1 10.0.4.2
                 10.0.3.9:9000                ejected        1      4,410        25  5 failures in a row
                 10.0.3.6:9000                draining       2     99,011         0


                                      ┌──────────────────────────────────────────────────────────────────────────┐
                                      │ Take the target 10.0.3.7:9000 away                                       │
                                      │ ──────────────────────────────────────────────────────────────────────── │
                                      │ at once      it gets no new requests                                     │
                                      │ under way    12 have 30 s to finish                                      │
                                      │ then         1 healthy left                                              │
                                      │                                                                          │
                                      │                                                    ▸ Cancel ◂    Drain   │
                                      └──────────────────────────────────────────────────────────────────────────┘














                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 tab other button   enter cancel   esc cancel
                """#)
    }

    @Test("the request to the backend, 80×24")
    func preview80() {
        let app = app(80, 24, ["enter", "j", "j", "j", "j", "enter", "p"])
        #expect(
            app.screen
                == #"""
                 sluice  request to the backend                 ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 THE CLIENT SENDS
                 GET /orders/1

                 no body

                 THE BACKEND GETS   HTTP
                 GET http://10.0.3.7:9000/orders/1
                 + Host: 10.0.3.7:9000
                 + X-Forwarded-For: 127.0.0.1
                 + Accept: application/json
                 + X-Amzn-Trace-Id: Root=1-6920b2df-0a1b2c3d4e5f60718293a4b5
                 + User-Agent: AmazonAPIGateway_a1b2c3d4e5
                 + Content-Type: application/json
                 + Content-Length: 10

                 10 bytes
                 {
                   "id": "1"
                 }

                 ──────────────────────────────────────────────────────────────────────────────
                 r again  t change  e edit template  c copy curl  s stages  ? keys           :▏
                """#)
    }

    @Test("the request to the backend, 100×30")
    func preview100() {
        let app = app(100, 30, ["enter", "j", "j", "j", "j", "enter", "p"])
        #expect(
            app.screen
                == #"""
                 sluice  GET /orders/{id} ▸ request to the backend                  ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────
                 THE CLIENT SENDS                                │ THE BACKEND GETS   HTTP
                 GET /orders/1                                   │ GET http://10.0.3.7:9000/orders/1
                                                                 │ + Host: 10.0.3.7:9000
                 no body                                         │ + X-Forwarded-For: 127.0.0.1
                                                                 │ + Accept: application/json
                                                                 │ + X-Amzn-Trace-Id: Root=1-6920b2df-0a1b2c3d4e5f
                                                                 │                    60718293a4b5
                                                                 │ + User-Agent: AmazonAPIGateway_a1b2c3d4e5
                                                                 │ + Content-Type: application/json
                                                                 │ + Content-Length: 10
                                                                 │
                                                                 │ 10 bytes
                                                                 │ {
                                                                 │   "id": "1"
                                                                 │ }











                 ──────────────────────────────────────────────────────────────────────────────────────────────────
                 r again   t change   e edit template   c copy curl   s stages   D deployments   ? keys          :▏
                """#)
    }

    @Test("the request to the backend, 120×40")
    func preview120() {
        let app = app(120, 40, ["enter", "j", "j", "j", "j", "enter", "p"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ GET /orders/{id} ▸ request to the backend      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 THE CLIENT SENDS                                          │ THE BACKEND GETS   HTTP
                 GET /orders/1                                             │ GET http://10.0.3.7:9000/orders/1
                                                                           │ + Host: 10.0.3.7:9000
                 no body                                                   │ + X-Forwarded-For: 127.0.0.1
                                                                           │ + Accept: application/json
                                                                           │ + X-Amzn-Trace-Id: Root=1-6920b2df-0a1b2c3d4e5f60718293a4
                                                                           │                    b5
                                                                           │ + User-Agent: AmazonAPIGateway_a1b2c3d4e5
                                                                           │ + Content-Type: application/json
                                                                           │ + Content-Length: 10
                                                                           │
                                                                           │ 10 bytes
                                                                           │ {
                                                                           │   "id": "1"
                                                                           │ }





















                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 r again   t change   e edit template   c copy curl   s stages   D deployments   l logs   m metrics   ? keys         :▏
                """#)
    }

    @Test("a method with a function behind it, 100×30")
    func method100() {
        let app = app(100, 30, ["enter", "j", "j", "enter"])
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ GET /orders                ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────
                 GET /orders

                 client ─▸ METHOD REQUEST             ─▸ INTEGRATION REQUEST        ─▸ AWS_PROXY POST
                           auth   NONE                   type      AWS_PROXY           function  orders-create
                           key    –                      template  –                   timeout   29 s
                           model  –

                 client ◂─ METHOD RESPONSE            ◂─ INTEGRATION RESPONSE
                           as the backend answers        handed through as it is

                 URI
                   arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:0000000
                   00000:function:orders-create/invocations













                 ──────────────────────────────────────────────────────────────────────────────────────────────────
                 e edit   t test   p request to the backend   f function   s stages   D deployments   ? keys     :▏
                """#)
    }

    /// The role of the first letter of a text in a row.
    private func style(_ app: App, _ row: Int, _ text: String) -> Character? {
        let canvas = view(app.state)
        let line = canvas.row(row)
        guard let start = line.firstRange(of: text)?.lowerBound else { return nil }
        return canvas.styleRow(row).dropFirst(line.distance(from: line.startIndex, to: start)).first
    }

    /// Red is what fails now, yellow what once did.
    @Test func whatIsWrongHasItsColour() {
        var app = app(120, 30, ["f", "G"])
        #expect(style(app, 2, "price") == "E")
        #expect(style(app, 5, "2,810") == "w", "nearly as long as it may take")
        #expect(style(app, 5, "41") == "w")
        #expect(style(app, 6, "refused") == "W")
        #expect(style(app, 6, "Active") == "g")
        app.engine?.functions[0].throttles = 42
        app.second(Fixtures.now + 1)
        #expect(style(app, 5, "42") == "E")
        app.press("esc", "V", "enter", "G")
        #expect(style(app, 9, "unhealthy") == "E")
        #expect(style(app, 8, "healthy") == "g")
        #expect(style(app, 11, "ejected") == "E")
    }
}
