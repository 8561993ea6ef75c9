import ControlAPI
import Terminal
import Testing

@testable import Console

@Suite("Functions")
struct FunctionActionTests {
    private func jobs(_ effects: [Effect]) -> [Call] {
        effects.compactMap {
            if case .perform(let job, _) = $0 { return job.call }
            return nil
        }
    }

    private func payloads(_ effects: [Effect]) -> [String] {
        effects.compactMap {
            if case .invoke(_, let payload, _) = $0 { return payload }
            return nil
        }
    }

    private func onFunctions(width: Int = 120, _ engine: FakeEngine = FakeEngine()) -> App {
        var app = App(width: width, height: 30, engine: engine)
        app.press("f")
        return app
    }

    /// On a method whose integration is a function.
    private func onMethod() -> App {
        var engine = FakeEngine()
        engine.resources = Fixtures.backendResources
        var app = App(width: 120, height: 30, engine: engine)
        app.press("enter", "j", "j", "enter")
        return app
    }

    @Test func whatGoesWrongStandsFirst() {
        var app = onFunctions()
        #expect(app.line(2).contains("price cannot run: there is no executable file bootstrap"), "\(app.screen)")
        app.engine?.functions[2].state = "Active"
        app.second(Fixtures.now + 1)
        #expect(app.line(2).contains("nothing fails"))
        app.engine?.functions[0].errors += 1
        app.second(Fixtures.now + 2)
        #expect(app.line(2).contains("orders-create fails: KeyError: 'sku'"), "\(app.screen)")
        app.second(Fixtures.now + 13)
        #expect(app.line(2).contains("nothing fails"))
        app.engine?.functions[0].throttles += 1
        app.second(Fixtures.now + 14)
        #expect(app.line(2).contains("orders-create is throttled: 3 are at work already"))
    }

    @Test func theListIsAskedAnewEachSecondWhileItIsShown() {
        var app = onFunctions()
        _ = app.takeEffects()
        app.second(Fixtures.now + 1)
        #expect(app.effects.contains(.fetch(.functions)))
        app.press("esc")
        _ = app.takeEffects()
        app.second(Fixtures.now + 2)
        #expect(!app.effects.contains(.fetch(.functions)))
    }

    @Test func itIsFilteredBySeveralColumns() {
        var app = onFunctions()
        app.press("/")
        app.type("errors>0")
        #expect((app.state.top as? FunctionsScreen)?.table.count == 1)
        app.press("ctrl-u")
        app.type("gateway:refused")
        #expect((app.state.top as? FunctionsScreen)?.table.selected?.id == "orders-list")
    }

    @Test func itsLogIsFollowed() {
        var app = onFunctions()
        app.press("enter")
        let selection = EventSelection.FunctionSelection.function(name: "orders-create")
        #expect(app.effects.contains(.tailFunctions(selection)))
        #expect(app.line(with: "[ERROR] KeyError: 'sku'") != nil, "\(app.screen)")
        let fresh = FunctionLogRecord(
            time: Fixtures.now * 1000, functionName: "orders-create", requestId: "0c0c0c0c-1", message: "brand new")
        // The feed begins a little before the past ends.
        app.send(.functionTail(selection, Fixtures.functionLog.suffix(2) + [fresh], dropped: 3))
        #expect(app.line(with: "brand new") != nil)
        #expect(app.line(with: "9 of 9   3 dropped") != nil, "\(app.screen)")
        app.press("k")
        #expect(app.line(with: "paused") != nil)
        app.press("f")
        #expect(app.line(with: "follow ●") != nil)
        app.press("esc")
        #expect(app.effects.contains(.tailFunctions(.none)))
        app.send(.functionTail(selection, [fresh], dropped: 0))
        #expect(app.state.workspace.model.functionLog.count == 0)
    }

    @Test func linesOfOthersAreNotTaken() {
        var app = onFunctions()
        app.press("j", "enter")
        app.send(.functionTail(.function(name: "price"), Fixtures.functionLog, dropped: 0))
        app.send(.answered(.functionLogs(name: "price"), .functionLogs(Fixtures.functionLog)))
        #expect(app.line(with: "it wrote nothing yet") != nil, "\(app.screen)")
    }

    @Test func theLogIsFilteredAndSearched() {
        var app = onFunctions()
        app.press("enter", "/")
        app.type("REPORT")
        #expect(app.line(with: "2 of 8") != nil, "\(app.screen)")
        app.press("enter", "esc", "N")
        #expect(app.line(with: "paused") != nil)
        app.press("g", "e")
        let row = view(app.state).cursor?.y ?? 0
        #expect(app.line(row).contains("[ERROR]"), "\(app.screen)")
        app.press("e")
        #expect(app.line(28).contains("no later error: E looks the other way"))
    }

    @Test func whoMayNotInvokeIsToldWhatToDo() {
        var app = onFunctions()
        app.press("j", "enter")
        #expect(app.line(with: "API Gateway is not: its methods answer 500   a allows it") != nil, "\(app.screen)")
        app.press("a", "enter")
        #expect(jobs(app.effects).isEmpty)
        app.press("a", "tab", "enter")
        #expect(jobs(app.effects) == [.addPermission(functionName: "orders-list")])
        #expect(app.line(28).contains("API Gateway may invoke orders-list"))
    }

    @Test func whoMayInvokeAlreadyIsNotAskedAgain() {
        var app = onFunctions()
        app.press("a")
        #expect(app.state.overlays.isEmpty)
        #expect(app.line(28).contains("API Gateway may invoke orders-create already"))
    }

    @Test func deletingTellsWhoUsesIt() {
        var engine = FakeEngine()
        engine.resources = Fixtures.backendResources
        var app = App(width: 120, height: 30, engine: engine)
        app.press("R", "esc", "f", "enter", "x")
        #expect(app.line(with: "petstore GET /orders") != nil, "\(app.screen)")
        app.press("tab", "enter")
        #expect(jobs(app.effects) == [.deleteFunction(functionName: "orders-create")])
        #expect(app.state.top is FunctionsScreen, "what is gone is not shown")
    }

    @Test(arguments: ["a", "x", "i"])
    func aHeldKeyChangesNothing(_ key: String) {
        var app = onFunctions()
        app.press("j")
        for _ in 0..<100 { app.press(key) }
        for _ in 0..<100 { app.press("enter") }
        #expect(jobs(app.effects).isEmpty)
        #expect(payloads(app.effects).isEmpty)
    }

    @Test func aPayloadIsEditedAndSent() {
        var engine = FakeEngine()
        engine.editor = { _ in .text("{\"sku\": \"abc\"}\n") }
        var app = onFunctions(engine)
        app.press("i")
        #expect(app.line(with: "PAYLOAD   2 bytes") != nil, "\(app.screen)")
        app.press("b")
        #expect(app.line(with: "\"sku\": \"abc\"") != nil, "\(app.screen)")
        app.press("r")
        #expect(payloads(app.effects) == ["{\"sku\": \"abc\"}"])
        #expect(app.line(with: "answered") != nil)
        #expect(app.line(with: "\"statusCode\": 201") != nil)
        app.press("esc", "i")
        #expect(app.line(with: "\"sku\": \"abc\"") != nil, "what was typed is still there")
    }

    @Test func whatIsNoJSONIsNotSent() {
        var engine = FakeEngine()
        engine.editor = { _ in .text("{") }
        var app = onFunctions(engine)
        app.press("i", "b", "r")
        #expect(payloads(app.effects).isEmpty)
        #expect(app.line(28).contains("the payload is no JSON"), "\(app.screen)")
    }

    @Test func aFailedFunctionLooksFailed() {
        var app = onFunctions()
        app.press("i")
        app.engine?.acknowledges = false
        app.press("r", "r")
        #expect(payloads(app.effects).count == 1)
        #expect(app.line(with: "waiting for the answer") != nil)
        guard let token = app.state.workspace.invocations["orders-create"]?.token else { return }
        app.send(
            .invoked(
                functionName: "orders-create", token: token,
                InvocationAnswer(
                    #"{"errorMessage": "'sku'", "errorType": "KeyError"}"#, functionError: "Unhandled")))
        #expect(app.line(with: "RESULT    failed") != nil, "\(app.screen)")
    }

    @Test func aMethodLeadsToItsFunction() {
        var app = onMethod()
        app.press("f")
        #expect((app.state.top as? FunctionScreen)?.name == "orders-create", "\(app.screen)")
        app.press("esc", "V")
        #expect(app.line(28).contains("GET /orders goes through no VPC link"))
    }

    @Test func aMethodWithoutOneSaysSo() {
        var app = App(width: 120, height: 30)
        app.press("enter", "j", "j", "enter", "f")
        #expect(app.line(28).contains("GET /orders invokes no function"), "\(app.screen)")
    }

    @Test func changesOfOthersAreSeen() {
        var app = onFunctions()
        _ = app.takeEffects()
        app.send(
            .feed(
                .change(
                    JournalEntry(
                        sequence: 50, time: Timestamp(seconds: Fixtures.now), actor: "AKIDBOB",
                        operation: "CreateFunction", resource: "/functions/new", before: nil, after: nil))))
        #expect(app.effects.contains(.fetch(.functions)))
    }
}
