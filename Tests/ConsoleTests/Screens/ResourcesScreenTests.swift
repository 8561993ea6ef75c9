import Testing

@testable import Console

@Suite("An API's tree")
struct ResourcesScreenTests {
    @Test("resources, 80×24")
    func resources80() {
        var app = App(width: 80, height: 24)
        app.press("enter")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ resources      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 STAGES    dev         e81a22      no canary            0.0 req/s      – % 5XX
                           prod        d7f3a1      canary 10 %        200.0 req/s    0.5 % 5XX

                 PATH                    METHOD   INTEGRATION  TARGET               DEMANDS
                 /
                 ├─ /health              GET      MOCK
                 ├─ /orders              GET      HTTP_PROXY   …es.backend}/orders
                 │  │                    POST     HTTP         …es.backend}/orders  key  AWS_I…
                 │  └─ /{id}             GET      HTTP         …ckend}/orders/{id}
                 └─ /{proxy+}            ANY      HTTP_PROXY   …s.backend}/{proxy}










                 ──────────────────────────────────────────────────────────────────────────────
                 ⏎ open  space fold  s stages  D deployments  l logs  m metrics  ? keys      :▏
                """#)
    }

    @Test("resources, 120×40")
    func resources120() {
        var app = App(width: 120, height: 40)
        app.press("enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ resources                                      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 STAGES    dev         e81a22      no canary            0.0 req/s      – % 5XX
                           prod        d7f3a1      canary 10 %        200.0 req/s    0.5 % 5XX

                 PATH                            METHOD   INTEGRATION  TARGET                                       DEMANDS
                 /
                 ├─ /health                      GET      MOCK
                 ├─ /orders                      GET      HTTP_PROXY   http://${stageVariables.backend}/orders
                 │  │                            POST     HTTP         http://${stageVariables.backend}/orders      key  AWS_IAM  model
                 │  └─ /{id}                     GET      HTTP         …tp://${stageVariables.backend}/orders/{id}
                 └─ /{proxy+}                    ANY      HTTP_PROXY   http://${stageVariables.backend}/{proxy}


























                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 ⏎ open   space fold   t test   s stages   D deployments   l logs   m metrics   / filter   ? keys                    :▏
                """#)
    }

    @Test("resources of all APIs, 80×24")
    func resourcesOfAllAPIs80() {
        var app = App(width: 80, height: 24)
        app.type(":resources *")
        app.press("enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ all APIs ▸ resources           ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 PATH                    METHOD   INTEGRATION  TARGET               DEMANDS
                 petstore
                 /
                 ├─ /health              GET      MOCK
                 ├─ /orders              GET      HTTP_PROXY   …es.backend}/orders
                 │  │                    POST     HTTP         …es.backend}/orders  key  AWS_I…
                 │  └─ /{id}             GET      HTTP         …ckend}/orders/{id}
                 └─ /{proxy+}            ANY      HTTP_PROXY   …s.backend}/{proxy}
                 orders











                 ──────────────────────────────────────────────────────────────────────────────
                 ⏎ open  space fold  s stages  D deployments  l logs  m metrics  ? keys      :▏
                """#)
    }

    @Test("resources of all APIs, 120×40")
    func resourcesOfAllAPIs120() {
        var app = App(width: 120, height: 40)
        app.type(":resources *")
        app.press("enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ all APIs ▸ resources                                                   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 PATH                            METHOD   INTEGRATION  TARGET                                       DEMANDS
                 petstore
                 /
                 ├─ /health                      GET      MOCK
                 ├─ /orders                      GET      HTTP_PROXY   http://${stageVariables.backend}/orders
                 │  │                            POST     HTTP         http://${stageVariables.backend}/orders      key  AWS_IAM  model
                 │  └─ /{id}                     GET      HTTP         …tp://${stageVariables.backend}/orders/{id}
                 └─ /{proxy+}                    ANY      HTTP_PROXY   http://${stageVariables.backend}/{proxy}
                 orders



























                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 ⏎ open   space fold   t test   s stages   D deployments   l logs   m metrics   / filter   ? keys                    :▏
                """#)
    }

    @Test("a folded and filtered tree, 80×24")
    func aFoldedAndFilteredTree80() {
        var app = App(width: 80, height: 24)
        app.press("enter", "j", "j", "space", "/")
        app.type("get")
        app.press("enter")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ resources      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 STAGES    dev         e81a22      no canary            0.0 req/s      – % 5XX
                           prod        d7f3a1      canary 10 %        200.0 req/s    0.5 % 5XX

                 PATH                    METHOD   INTEGRATION  TARGET               DEMANDS
                 /health                 GET      MOCK
                 /orders                 GET      HTTP_PROXY   …es.backend}/orders
                 /orders/{id}            GET      HTTP         …ckend}/orders/{id}













                 ──────────────────────────────────────────────────────────────────────────────
                 ⏎ open  space fold  t test  s stages  D deployments  l logs  ? keys         :▏
                """#)
    }

    @Test("a folded and filtered tree, 120×40")
    func aFoldedAndFilteredTree120() {
        var app = App(width: 120, height: 40)
        app.press("enter", "j", "j", "space", "/")
        app.type("get")
        app.press("enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ resources                                      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 STAGES    dev         e81a22      no canary            0.0 req/s      – % 5XX
                           prod        d7f3a1      canary 10 %        200.0 req/s    0.5 % 5XX

                 PATH                            METHOD   INTEGRATION  TARGET                                       DEMANDS
                 /health                         GET      MOCK
                 /orders                         GET      HTTP_PROXY   http://${stageVariables.backend}/orders
                 /orders/{id}                    GET      HTTP         …tp://${stageVariables.backend}/orders/{id}





























                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 ⏎ open   space fold   t test   s stages   D deployments   l logs   m metrics   / filter   ? keys                    :▏
                """#)
    }
}
