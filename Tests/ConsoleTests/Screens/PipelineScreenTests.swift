import Testing

@testable import Console

/// What stands around a stage's methods: limits, cache, keys, plans, models, gateway responses, tests.
@Suite("Around the pipeline")
struct PipelineScreenTests {
    @Test("limits, 80×24")
    func limits80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("L")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ prod ▸ limits  ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 NOW       ▲ method used up: GET /orders, and 1 more
                 CACHE     base    ▊░░░░░░░░░  38.2 MB of 512 MB   1,204 entries   hit 66.7 %
                           canary  ▏░░░░░░░░░  2.3 MB of 512 MB   104 entries   hit 66.7 %

                 LEVEL        WHAT                    LEFT NOW          LEFT    REFUSED   429/S
                 plan         gold, key mobile-app    ███████████▌        19          3     0.0
                 method       GET /orders             ░░░░░░░░░░░░         0      1,204     0.0
                 stage        every method without …  ███▋░░░░░░░░        61         12     0.0
                 account      all APIs                ███████████▉     4,987          0     0.0
                 quota        gold, key mobile-app    ▉░░░░░░░░░░░       770          –       –
                 quota        gold, key partner       ░░░░░░░░░░░░         0          –       –









                 ──────────────────────────────────────────────────────────────────────────────
                 ⏎ plan  F flush cache  o sort  + − weight  p promote  ? keys                :▏
                """#)
    }

    @Test("limits, 120×40")
    func limits120() {
        var app = App.onCachedStage(width: 120, height: 40)
        app.press("L")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ prod ▸ limits                                  ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 NOW       ▲ method used up: GET /orders, and 1 more
                 CACHE     base    █▌░░░░░░░░░░░░░░░░░░  38.2 MB of 512 MB   1,204 entries   hit 66.7 %  ▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆
                           canary  ▏░░░░░░░░░░░░░░░░░░░  2.3 MB of 512 MB   104 entries   hit 66.7 %  ▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆

                 LEVEL        WHAT                                                     LIMIT  LEFT NOW          LEFT    REFUSED   429/S
                 plan         gold, key mobile-app                            10/s, burst 20  ███████████▌        19          3     0.0
                 method       GET /orders                                     50/s, burst 10  ░░░░░░░░░░░░         0      1,204     0.0
                 stage        every method without its own                  500/s, burst 200  ███▋░░░░░░░░        61         12     0.0
                 account      all APIs                                  10,000/s, burst 5,0…  ███████████▉     4,987          0     0.0
                 quota        gold, key mobile-app                            10,000 a month  ▉░░░░░░░░░░░       770          –       –
                 quota        gold, key partner                               10,000 a month  ░░░░░░░░░░░░         0          –       –

























                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 ⏎ plan   F flush cache   o sort   + − weight   p promote   x disable canary   b roll back   l logs   ? keys         :▏
                """#)
    }

    @Test("flush dialog, 80×24")
    func flushDialog80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("F")
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
                 I│ Flush the cache of petstore / prod                                       │
                 4│ ──────────────────────────────────────────────────────────────────────── │
                 5│ entries      1,308 with 40.5 MB go at once                               │
                 C│              104 of them are the canary's                                │
                 C│ backend      gets up to 100.0 req/s more until the cache is warm again   │
                  │                                                                          │
                  │                                                    ▸ Cancel ◂    Flush   │
                  └──────────────────────────────────────────────────────────────────────────┘
                 VARIABLES    backend  http://10.0.3.7:9000  →  canary http://10.0.3.9:9000
                              region  eu
                 DEPLOYMENTS  e81a22      2026-11-20 16:52  v43 new pricing  ← canary
                              d7f3a1      2026-11-19 17:52  v42 checkout  ← base
                              c40099      2026-11-18 17:52  v41
                 LOG          17:52:30  200  base       13 ms  GET     /prod/orders/59
                 ──────────────────────────────────────────────────────────────────────────────
                 tab other button  enter cancel  esc cancel
                """#)
    }

    @Test("logging dialog, 80×24")
    func loggingDialog80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("l", "enter", "i")
        #expect(
            app.screen
                == #"""
                 sluice  request a91c0000-0000-4000-8000-0000…  ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 GET /prod/orders/59  200

                 time             2026-11-20 17:52:30.114   answered 17:52:30.127   by base
                 requestId        a91c0000-0000-4000-8000-000000000059
                 api              petstore (a1b2c3d4e5)   stage prod   resource /orders/{id}
                 sourceIp         127.0.0.1   protocol HTTP/1.1   responseLength 571 bytes
                 r┌──────────────────────────────────────────────────────────────────────────┐
                  │ Log the executions of petstore / prod                                    │
                 E│ ──────────────────────────────────────────────────────────────────────── │
                  │ */*          loggingLevel  OFF  →  INFO                                  │
                  │ from now on  each request writes a dozen lines; those before have none   │…
                  │                                                                          │
                  │                                                  ▸ Cancel ◂    Turn on   │
                  └──────────────────────────────────────────────────────────────────────────┘






                 ──────────────────────────────────────────────────────────────────────────────
                 tab other button  enter cancel  esc cancel
                """#)
    }

    @Test("gateway responses, 80×24")
    func gatewayResponses80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("W")
        #expect(
            app.screen
                == #"""
                 sluice  gateway responses                      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 TYPE                            STATUS  ANSWERED AS         TEMPLATE
                 DEFAULT_4XX                          –  customised          {"message":$conte…
                 THROTTLED                          420  customised          {   "calm": "down…
                 ACCESS_DENIED                      403  as DEFAULT_4XX      {"message":$conte…
                 BAD_REQUEST_BODY                   400  as DEFAULT_4XX      {"message":$conte…
                 DEFAULT_5XX                          –  built in            {"message":$conte…
                 INTEGRATION_TIMEOUT                504  built in            {"message":$conte…













                 ──────────────────────────────────────────────────────────────────────────────
                 e edit  x reset  ⏎ open  s stages  D deployments  o sort  l logs  ? keys    :▏
                """#)
    }

    @Test("gateway response, 80×24")
    func gatewayResponse80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("W", "j", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ THROTTLED      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 THROTTLED  420  customised

                 HEADERS
                   Retry-After                         '1'

                 TEMPLATE  application/json
                   {
                     "calm": "down"
                   }











                 ──────────────────────────────────────────────────────────────────────────────
                 e edit  x reset  s stages  D deployments  l logs  m metrics  ? keys         :▏
                """#)
    }

    @Test("models, 80×24")
    func models80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("M")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ models         ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 NAME               CONTENT TYPE        BYTES  USED BY            DESCRIPTION
                 Address            application/json       57  –
                 Empty              application/json        2  –
                 Order              application/json      267  POST /orders       what is orde…
















                 ──────────────────────────────────────────────────────────────────────────────
                 e edit  n new  ⏎ open  s stages  D deployments  o sort  l logs  ? keys      :▏
                """#)
    }

    @Test("model, 80×24")
    func model80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("M", "j", "j", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  petstore (a1b2c3d4e5) ▸ model Order    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 MODEL Order  application/json
                 what is ordered
                 used by  POST /orders

                 {
                   "type": "object",
                   "required": ["sku", "count"],
                   "properties": {
                     "sku": {"type": "string", "minLength": 3},
                     "count": {"type": "integer", "minimum": 1},
                     "address": {"$ref": "https://apigateway.amazonaws.com/restapis/a1b2c3d4e5…
                   }
                 }







                 ──────────────────────────────────────────────────────────────────────────────
                 e edit  s stages  D deployments  l logs  m metrics  / filter  ? keys        :▏
                """#)
    }

    @Test("usage plans, 80×24")
    func usagePlans80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("P")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ usage plans                    ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 NAME             RATE/S   BURST               QUOTA   KEYS  STAGES
                 gold               10.0      20      10,000 a month      2  petstore/prod
                 open                  –       –                   –      0  none

















                 ──────────────────────────────────────────────────────────────────────────────
                 ⏎ open  o sort  l logs  m metrics  / filter  ? keys                         :▏
                """#)
    }

    @Test("usage plan, 80×24")
    func usagePlan80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("P", "enter")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ usage plans ▸ gold             ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 THROTTLE   10/s, burst 20, each key
                 QUOTA      10,000 a month, each key
                 STAGES     petstore/prod
                 METHODS    /orders/POST 1/s, burst 2

                 KEY               ID          7 DAYS       TODAY  QUOTA LEFT         REMAINING
                 mobile-app        key001      ▂▂▃▄▇▃█      3,120  █▎░░░░░░░░░░░░░░         770
                 partner           key002      ▁▁▁▁▁▁█     10,000  ░░░░░░░░░░░░░░░░           0












                 ──────────────────────────────────────────────────────────────────────────────
                 o sort  l logs  m metrics  / filter  ? keys                                 :▏
                """#)
    }

    @Test("API keys, 80×24")
    func apiKeys80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("K")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ API keys                       ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 NAME                ID          STATE     VALUE         OPENS
                 mobile-app          key001      enabled   ******89abcd  petstore/prod
                 partner             key002      disabled  ******10zyxw  no stage: in no usage…

















                 ──────────────────────────────────────────────────────────────────────────────
                 space enable/disable  v show value  c copy value  n new  o sort  ? keys     :▏
                """#)
    }

    @Test("disabling a key, 80×24")
    func disablingAKey80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("K", "space")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ API keys                       ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 NAME                ID          STATE     VALUE         OPENS
                 mobile-app          key001      enabled   ******89abcd  petstore/prod
                 partner             key002      disabled  ******10zyxw  no stage: in no usage…



                  ┌──────────────────────────────────────────────────────────────────────────┐
                  │ Disable the key mobile-app                                               │
                  │ ──────────────────────────────────────────────────────────────────────── │
                  │ opens        petstore/prod                                               │
                  │ at once      its clients get 403 Forbidden                               │
                  │                                                                          │
                  │                                                  ▸ Cancel ◂    Disable   │
                  └──────────────────────────────────────────────────────────────────────────┘






                 ──────────────────────────────────────────────────────────────────────────────
                 tab other button  enter cancel  esc cancel
                """#)
    }

    @Test("test before it runs, 80×24")
    func testBeforeItRuns80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("R", "j", "j", "j", "j", "enter", "t")
        #expect(
            app.screen
                == #"""
                 sluice  GET /orders/{id} ▸ test                ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 PATH      id                    1
                 BODY      none
                 VARIABLES as in prod            backend=http://10.0.3.7:9000  region=eu

                 RESULT    not run yet
                 r sends this through the method as it is now, deployed or not














                 ──────────────────────────────────────────────────────────────────────────────
                 r run  ⏎ change  b body  e edit template  a add  tab answer  ? keys         :▏
                """#)
    }

    @Test("test with its answer, 80×24")
    func testWithItsAnswer80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("R", "j", "j", "j", "j", "enter", "t", "r")
        #expect(
            app.screen
                == #"""
                 sluice  GET /orders/{id} ▸ test                ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 PATH      id                    1
                 BODY      none
                 VARIABLES as in prod            backend=http://10.0.3.7:9000  region=eu

                 RESULT    200   14 ms   28 bytes   run 1, 17:52:31
                 HEADERS
                   Content-Type                    application/json
                   X-Amzn-Trace-Id                 Root=1-65a1-abc

                 BODY
                   {
                     "id": "1",
                     "state": "shipped"
                   }

                 EXECUTION LOG
                   Execution log for request 0a1b2c3d
                   17:52:31  Starting execution for request: 0a1b2c3d
                   17:52:31  HTTP Method: GET, Resource Path: /orders/1
                   17:52:31  Method request path: {id=1}                                       ▼
                 ──────────────────────────────────────────────────────────────────────────────
                 r run  ⏎ change  b body  e edit template  a add  tab answer  ? keys         :▏
                """#)
    }

    @Test("test with its answer, 120×40")
    func testWithItsAnswer120() {
        var app = App.onCachedStage(width: 120, height: 40)
        app.press("R", "j", "j", "j", "j", "enter", "t", "r")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ GET /orders/{id} ▸ test                        ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 PATH      id                    1
                 BODY      none
                 VARIABLES as in prod            backend=http://10.0.3.7:9000  region=eu

                 RESULT    200   14 ms   28 bytes   run 1, 17:52:31
                 HEADERS
                   Content-Type                    application/json
                   X-Amzn-Trace-Id                 Root=1-65a1-abc

                 BODY
                   {
                     "id": "1",
                     "state": "shipped"
                   }

                 EXECUTION LOG
                   Execution log for request 0a1b2c3d
                   17:52:31  Starting execution for request: 0a1b2c3d
                   17:52:31  HTTP Method: GET, Resource Path: /orders/1
                   17:52:31  Method request path: {id=1}
                   17:52:31  Endpoint request URI: http://10.0.3.7:9000/orders/1
                   17:52:31  Successfully completed execution
                   17:52:31  Method completed with status: 200













                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 r run   ⏎ change   b body   e edit template   a add   tab answer   p to the backend   s stages   ? keys             :▏
                """#)
    }

    @Test("choosing what to edit, 80×24")
    func choosingWhatToEdit80() {
        var app = App.onCachedStage(width: 80, height: 24)
        app.press("R", "j", "j", "j", "j", "enter", "e")
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
                           pa┌────────────────────────────────────────────────────┐
                             │ Edit which text of GET /orders/{id}?               │
                 client ◂─ ME│ ────────────────────────────────────────────────── │
                           20│  request template application/json       3 lines   │
                           40│  response template 200 application/json  new       │
                             │  response template 404 application/json  1 line    │
                 in prod  cac└────────────────────────────────────────────────────┘

                 URI
                   http://${stageVariables.backend}/orders/{id}

                 REQUEST TEMPLATE  application/json
                   {
                     "id": "$input.params('id')"                                               ▼
                 ──────────────────────────────────────────────────────────────────────────────
                 up down move  enter choose  esc cancel
                """#)
    }

    @Test("resources with marks, 120×40")
    func resourcesWithMarks120() {
        var app = App.onCachedStage(width: 120, height: 40)
        app.press("R")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ petstore (a1b2c3d4e5) ▸ resources                                      ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 STAGES    dev         e81a22      no canary            0.0 req/s      – % 5XX
                           prod        d7f3a1      canary 10 %        200.0 req/s    0.5 % 5XX

                 PATH                            METHOD   INTEGRATION  TARGET                                       DEMANDS
                 /
                 ├─ /health                      GET      MOCK                                                      cache 300 s
                 ├─ /orders                      GET      HTTP_PROXY   http://${stageVariables.backend}/orders      cache 300 s
                 │  │                            POST     HTTP         http://${stageVariables.backend}/orders      key  AWS_IAM  model
                 │  └─ /{id}                     GET      HTTP         …tp://${stageVariables.backend}/orders/{id}  cache 300 s
                 └─ /{proxy+}                    ANY      HTTP_PROXY   http://${stageVariables.backend}/{proxy}     cache 300 s


























                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 ⏎ open   space fold   t test   s stages   D deployments   l logs   m metrics   / filter   ? keys                    :▏
                """#)
    }
}
