import Testing

@testable import Console

@Suite("A method as a pipeline")
struct MethodScreenTests {
    @Test("method, 80×24")
    func method80() {
        var app = App(width: 80, height: 24)
        app.press("enter", "j", "j", "j", "j", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  GET /orders/{id}                       ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 GET /orders/{id}

                 client ─▸ METHOD REQUEST      ─▸ INTEGRATION REQUEST ─▸ HTTP GET
                           auth     NONE          type      HTTP         …ckend}/orders/{id}
                           key      –             path.id   ← path.id    timeout  29 s
                           model    –             template  applicat…
                           path.id  required      else      WHEN_NO_…

                 client ◂─ METHOD RESPONSE     ◂─ INTEGRATION RESPON…
                           200  –                 200  default
                           404  –                 404  /404/

                 URI
                   http://${stageVariables.backend}/orders/{id}

                 REQUEST TEMPLATE  application/json
                   {
                     "id": "$input.params('id')"
                   }
                                                                                               ▼
                 ──────────────────────────────────────────────────────────────────────────────
                 e edit  t test  p request to the backend  s stages  D deployments  ? keys   :▏
                """#)
    }

    @Test("method, 120×40")
    func method120() {
        var app = App(width: 120, height: 40)
        app.press("enter", "j", "j", "j", "j", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ GET /orders/{id}                               ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 GET /orders/{id}

                 client ─▸ METHOD REQUEST                    ─▸ INTEGRATION REQUEST               ─▸ HTTP GET
                           auth     NONE                        type      HTTP                       …geVariables.backend}/orders/{id}
                           key      –                           path.id   ← path.id                  timeout  29 s
                           model    –                           template  application/json
                           path.id  required                    else      WHEN_NO_MATCH

                 client ◂─ METHOD RESPONSE                   ◂─ INTEGRATION RESPONSE
                           200  –                               200  default
                           404  –                               404  /404/

                 URI
                   http://${stageVariables.backend}/orders/{id}

                 REQUEST TEMPLATE  application/json
                   {
                     "id": "$input.params('id')"
                   }

                 RESPONSE TEMPLATE  404  application/json
                   {"message": "no such order"}














                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 e edit   t test   p request to the backend   f function   s stages   D deployments   l logs   m metrics   ? keys    :▏
                """#)
    }
}
