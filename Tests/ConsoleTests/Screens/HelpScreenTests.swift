import Testing

@testable import Console

@Suite("Help")
struct HelpScreenTests {
    @Test("help, 80×24")
    func help80() {
        var app = App.onStage(width: 80, height: 24)
        app.press("?")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ keys                           ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────
                 STAGE
                   +                 Give the canary more traffic                      weight-…
                   -                 Give the canary less traffic                      weight-…
                   w                 Type the canary's weight                          weight
                   p                 Promote the canary                                promote
                   x                 Take the canary away                              disable
                   b                 Roll back to an earlier deployment                rollback
                   l                 Follow the stage's access log                     logs
                   d                 What the canary's deployment changes              differe…
                   L                 The stage's throttles, quotas and cache, live     limits
                   F                 Drop everything that the stage's cache holds      off: pr…

                 THIS STAGE
                   tab               Show the next metric in the graph                 graph
                   t                 Look at the last minute or the last 5 minutes     window

                 API
                   R                 The API's resources and methods                   resourc…
                   s                 The API's stages                                  stages
                   D                 The API's deployments                             deploym…▼
                 ──────────────────────────────────────────────────────────────────────────────
                 l logs  m metrics  / filter  ? keys                                         :▏
                """#)
    }

    @Test("help, 120×40")
    func help120() {
        var app = App.onStage(width: 120, height: 40)
        app.press("?")
        #expect(
            app.screen
                == #"""
                 sluice  local ▸ keys                                                                   ● live  17:52:31  12.4k req/min
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 STAGE
                   +                 Give the canary more traffic                      weight-up
                   -                 Give the canary less traffic                      weight-down
                   w                 Type the canary's weight                          weight
                   p                 Promote the canary                                promote
                   x                 Take the canary away                              disable
                   b                 Roll back to an earlier deployment                rollback
                   l                 Follow the stage's access log                     logs
                   d                 What the canary's deployment changes              difference
                   L                 The stage's throttles, quotas and cache, live     limits
                   F                 Drop everything that the stage's cache holds      off: prod has no cache: `aws apigateway update-…

                 THIS STAGE
                   tab               Show the next metric in the graph                 graph
                   t                 Look at the last minute or the last 5 minutes     window

                 API
                   R                 The API's resources and methods                   resources
                   s                 The API's stages                                  stages
                   D                 The API's deployments                             deployments
                   M                 The API's models                                  models
                   W                 The answers that the API's gateway gives itself   gateway-responses

                 ROWS
                   enter             Open what is selected                             open

                 MOVING
                   k  up             One row up                                        up
                   j  down           One row down                                      down
                   ctrl-b  pgup      One page up                                       page-up
                   ctrl-f  pgdn      One page down                                     page-down
                   g  home           To the first row                                  top
                   G  end            To the last row                                   bottom
                   left              Scroll or step left                               left
                   right             Scroll or step right                              right
                                                                                                                                       ▼
                 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                 l logs   m metrics   / filter   ? keys                                                                              :▏
                """#)
    }
}
