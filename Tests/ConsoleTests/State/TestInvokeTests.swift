import ControlAPI
import Terminal
import Testing

@testable import Console

@Suite("Testing a method")
struct TestInvokeTests {
    private func tests(_ effects: [Effect]) -> [TestInvokeMethodRequest] {
        effects.compactMap {
            if case .test(_, _, let request, _) = $0 { return request }
            return nil
        }
    }

    private func onTest(_ editor: (@Sendable (String) -> EditOutcome)? = nil) -> App {
        var engine = FakeEngine()
        engine.editor = editor
        var app = App(width: 100, height: 34, engine: engine)
        app.press("enter", "j", "j", "j", "j", "enter", "t")
        return app
    }

    @Test func oneKeyRunsItAndTheAnswerIsShown() {
        var app = onTest()
        app.press("r")
        #expect(tests(app.effects).map(\.pathWithQueryString) == ["/orders/1"])
        #expect(tests(app.effects).first?.stageVariables?["backend"] == "http://10.0.3.7:9000")
        for text in ["200   14 ms", "\"state\": \"shipped\"", "EXECUTION LOG", "Method completed with status: 200"] {
            #expect(app.line(with: text) != nil, "\(text)\n\(app.screen)")
        }
    }

    @Test func valuesAreChangedInPlace() {
        var app = onTest()
        app.press("enter", "ctrl-u")
        app.type("a b")
        app.press("enter", "a")
        app.type("page=2")
        app.press("enter", "a")
        app.type("X-Trace: yes")
        app.press("enter", "r")
        let sent = tests(app.effects).first
        #expect(sent?.pathWithQueryString == "/orders/a%20b?page=2")
        #expect(sent?.headers == ["X-Trace": "yes"])
    }

    @Test func aPathParameterCannotBeEmptyOrTakenAway() {
        var app = onTest()
        app.press("enter", "ctrl-u", "enter")
        #expect(app.line(with: "the path needs a value") != nil)
        app.press("esc", "x", "r")
        #expect(tests(app.effects).map(\.pathWithQueryString) == ["/orders/1"])
    }

    @Test func theBodyComesFromTheModelAndIsEdited() {
        var engine = FakeEngine()
        engine.editor = { _ in .text("{\"sku\":\"abc\"}") }
        var app = App(width: 100, height: 34, engine: engine)
        app.press("enter", "j", "j", "j", "t")
        #expect(app.line(with: "BODY")?.contains("\"sku\": \"xxx\"") == true, "\(app.screen)")
        app.press("b", "r")
        #expect(tests(app.effects).first?.body == "{\"sku\":\"abc\"}")
        #expect(tests(app.effects).first?.headers == ["Content-Type": "application/json"])
    }

    @Test func savingATemplateRunsTheTestAgain() {
        var app = onTest { .text($0 + " ") }
        app.press("r")
        #expect(tests(app.effects).count == 1)
        app.press("e", "enter")
        #expect(tests(app.effects).count == 2)
        #expect(app.line(with: "run 2") != nil)
    }

    @Test func aRefusedTemplateDoesNotRunIt() {
        var app = onTest { _ in .text("#if(") }
        app.engine?.refuses = Fixtures.badTemplate
        app.press("e", "enter")
        #expect(tests(app.effects).isEmpty)
        #expect(app.state.overlays.count == 1)
    }

    @Test func whileItRunsItIsNotSentTwice() {
        var app = onTest()
        app.engine?.acknowledges = false
        app.press("r", "r", "r")
        #expect(tests(app.effects).count == 1)
        #expect(app.line(with: "waiting for the answer") != nil)
    }

    @Test func anAnswerThatNeverCameIsExplained() {
        var app = onTest()
        app.engine?.refuses = Fixtures.refusedConnection
        app.press("r")
        #expect(app.line(with: "could not be run") != nil)
        #expect(app.line(with: "connection refused") != nil)
    }

    @Test func whatWasTypedIsStillThereLater() {
        var app = onTest()
        app.press("enter", "ctrl-u", "4", "2", "enter", "r", "esc", "esc")
        app.press("enter", "t")
        #expect(app.line(with: "PATH")?.contains("42") == true)
        #expect(app.line(with: "run 1") != nil)
    }

    @Test func aMethodForAnyVerbIsSentWithOne() {
        var app = App(width: 100, height: 34)
        app.press("enter", "G", "t")
        #expect(app.line(with: "VERB")?.contains("GET") == true, "\(app.screen)")
        app.press("enter", "r")
        let verbs = app.effects.compactMap { effect -> String? in
            if case .test(_, let verb, _, _) = effect { return verb }
            return nil
        }
        #expect(verbs == ["POST"])
    }

    @Test func theAnswerIsScrolledAndSaved() {
        var app = onTest()
        app.press("S")
        #expect(app.line(32).contains("there is no answer to save"))
        app.press("r", "tab", "G", "S")
        guard
            case .save(name: "test-invoke", let text)? = app.effects.last(where: {
                if case .save = $0 { return true }
                return false
            })
        else {
            Issue.record("\(app.effects)")
            return
        }
        #expect(text.hasPrefix("GET /orders/1\n"))
        #expect(text.contains("Starting execution"))
    }

    @Test(arguments: [
        ("Fri Nov 20 17:52:31 UTC 2026 : Method completed", "17:52:31", "Method completed"),
        ("Execution log for request a", "", "Execution log for request a"),
        ("a : b", "", "a : b"),
    ])
    func aLineOfTheLogHasATimeAndAMessage(_ line: String, _ time: String, _ message: String) {
        let parts = TestResult.parts(line)
        #expect(parts.time == time && parts.message == message)
    }
}
