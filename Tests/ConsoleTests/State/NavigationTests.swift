import ControlAPI
import Terminal
import Testing

@testable import Console

@Suite("Going from screen to screen")
struct NavigationTests {
    @Test func filterSortingAndCursorSurviveBackAndForward() {
        var app = App()
        app.press("/")
        app.type("o")
        app.press("enter", "o", "j", "enter")
        let inside = app.screen
        app.press("[")
        let before = app.screen
        #expect(app.state.top?.filter == "o")
        app.press("]")
        #expect(app.screen == inside)
        app.press("[")
        #expect(app.screen == before)
    }

    @Test func escapeDropsTheFilterBeforeItLeaves() {
        var app = App()
        app.press("s", "/")
        app.type("prod")
        app.press("enter", "esc")
        #expect(app.state.top is StagesScreen)
        #expect(app.state.top?.filter == "")
        app.press("esc")
        #expect(app.state.top is ApisScreen)
    }

    @Test func escapeInTheFilterBringsTheFormerBack() {
        var app = App()
        app.press("/")
        app.type("pet")
        app.press("enter", "/")
        app.type("xyz")
        #expect(app.line(with: "nothing matches petxyz") != nil)
        app.press("esc")
        #expect(app.state.top?.filter == "pet")
    }

    @Test(arguments: [
        (":apis", "apis"), (":resources petstore", "petstore (a1b2c3d4e5) ▸ resources"),
        (":stages orders", "orders (f6g7h8i9j0) ▸ stages"), (":stages petstore prod", "petstore (a1b2c3d4e5) ▸ prod"),
        (":deployments", "all APIs ▸ deployments"), (":metrics", "all APIs ▸ metrics"), (":logs", "all APIs ▸ logs"),
        (":logs petstore", "petstore (a1b2c3d4e5) ▸ logs"),
        (":logs petstore prod", "petstore (a1b2c3d4e5) ▸ prod ▸ logs"), (":changes", "local ▸ history"),
        (":help", "local ▸ keys"), (":st", "all APIs ▸ stages"), (":RES", "all APIs ▸ resources"),
    ])
    func thePaletteGoes(_ line: String, _ crumbs: String) {
        var app = App(width: 120, height: 30)
        app.type(line)
        app.press("enter")
        #expect(app.line(0).contains(crumbs), "\(app.line(0))")
        #expect(app.state.overlays.isEmpty)
    }

    @Test func insideAnApiThePaletteStaysThereAndAStarLeaves() {
        var app = App(width: 120, height: 30)
        app.press("enter")
        app.type(":stages")
        app.press("enter")
        #expect(app.line(0).contains("petstore (a1b2c3d4e5) ▸ stages"))
        app.type(":stages *")
        app.press("enter")
        #expect(app.line(0).contains("all APIs ▸ stages"))
    }

    @Test(arguments: [
        (":nonsense", "\"nonsense\" is no command here"), (":stages nowhere", "there is no API \"nowhere\""),
        (":theme nowhere", "there is no theme \"nowhere\""),
    ])
    func thePaletteSaysWhatIsWrong(_ line: String, _ message: String) {
        var app = App()
        app.type(line)
        app.press("enter")
        #expect(app.line(22).contains(message))
    }

    @Test func thePaletteCompletesAndRemembers() {
        var app = App()
        app.type(":sta")
        app.press("tab")
        app.type("pet")
        app.press("tab", "enter")
        #expect(app.line(0).contains("stages"))
        #expect(app.state.workspace.paletteHistory == ["stages petstore"])
        app.press(":", "up")
        #expect(app.line(22).contains(": stages petstore"))
    }

    @Test func aPaletteLineCanFilter() {
        var app = App()
        app.type(":apis /order")
        app.press("enter")
        #expect(app.state.top?.filter == "order")
        #expect(app.line(with: "petstore") == nil)
    }

    @Test func quitsFromEverywhere() {
        for keys in [["q"], ["ctrl-c"], ["p", "ctrl-c"], [":", "q", "enter"], ["?", "q"], ["/", "ctrl-c"]] {
            var app = App.onStage()
            for key in keys { app.press(key) }
            if keys != ["/", "ctrl-c"] { #expect(app.effects.last == .quit, "\(keys)") }
        }
    }

    @Test func themesAreTriedOnAndPutBack() {
        var app = App()
        app.press("T", "j")
        #expect(app.takeEffects().suffix(1) == [.useTheme("light")])
        app.press("esc")
        #expect(app.takeEffects() == [.useTheme("dark")])
        app.press("T", "k", "enter")
        #expect(
            app.takeEffects() == [.useTheme("colour-blind"), .useTheme("colour-blind"), .rememberTheme("colour-blind")])
    }

    @Test func copiesWhatHasTheFocus() {
        var app = App.onStage()
        _ = app.takeEffects()
        app.press("y", "u", "U")
        let copied = app.effects.compactMap { effect -> String? in
            if case .copy(let text) = effect { return text }
            return nil
        }
        let url = "http://127.0.0.1:8080/_aws/execute-api/\(Fixtures.petstore)/prod/"
        #expect(copied == ["prod", url, "curl -i '\(url)'"])
    }

    @Test func aCurlCommandOfARequestCallsItsPath() {
        var app = App.onStage()
        app.press("l", "E", "enter", "U")
        let url = "http://127.0.0.1:8080/_aws/execute-api/\(Fixtures.petstore)/prod/orders/47"
        #expect(app.effects.contains(.copy("curl -i '\(url)'")))
    }

    /// Requests by the path form of the invoke URL are shown, and called again, by what matters.
    @Test func thePathFormOfTheInvokeUrlIsNoPartOfThePath() {
        var record = Fixtures.records[0]
        record.path = "/_aws/execute-api/\(Fixtures.petstore)/prod/orders/7"
        #expect(record.shownPath == "/prod/orders/7")
        #expect(RequestScreen.focus(record).path == "/orders/7")
        record.path = "/prod"
        #expect(RequestScreen.focus(record).path == "/")
        record.path = "/orders"
        #expect(RequestScreen.focus(record).path == "/orders")
    }

    @Test func keysThatWereMovedWorkAndHelpShowsThem() {
        var app = App(keymap: Keymap([.promote: [.character("P")], .help: [.function(2)]]))
        app.type(":stages petstore prod")
        app.press("enter", "p")
        #expect(app.state.overlays.isEmpty)
        app.press("P")
        #expect(app.state.overlays.count == 1)
        app.press("esc", "f2")
        #expect(app.line(with: "Promote the canary")?.contains("  P  ") == true)
    }

    @Test func tooSmallAWindowSaysSoAndKeepsEverything() {
        var app = App.onStage()
        app.press("p")
        app.type("pr")
        let before = app.screen
        app.send(.terminal(.resize(width: 20, height: 5)))
        #expect(app.screen == "sluice: too small\n20×5 of 40×10\nnothing is lost\n\n")
        app.send(.terminal(.resize(width: 80, height: 24)))
        #expect(app.screen == before)
    }
}
