import ControlAPI
import Terminal
import Testing

@testable import Console

@Suite("Editing templates, models and gateway responses")
struct EditingTests {
    private func jobs(_ effects: [Effect]) -> [Call] {
        effects.compactMap {
            if case .perform(let job, _) = $0 { return job.call }
            return nil
        }
    }

    private func edits(_ effects: [Effect]) -> [String] {
        effects.compactMap {
            if case .edit(_, let text) = $0 { return text }
            return nil
        }
    }

    /// On the method `GET /orders/{id}`, with a user who does this in the editor.
    private func onMethod(_ editor: @escaping @Sendable (String) -> EditOutcome) -> App {
        var engine = FakeEngine()
        engine.editor = editor
        var app = App(width: 100, height: 34, engine: engine)
        app.press("enter", "j", "j", "j", "j", "enter")
        return app
    }

    private static let template = "{\n  \"id\": \"$input.params('id')\"\n}"

    @Test func aChangedTemplateIsSentAsAPatch() {
        var app = onMethod { .text($0 + "\n## new") }
        app.press("e", "enter")
        #expect(edits(app.effects) == [Self.template])
        #expect(
            jobs(app.effects) == [
                .updateIntegration(
                    Fixtures.oneOrder,
                    [.replace("/requestTemplates/application~1json", Self.template + "\n## new")])
            ])
        #expect(app.line(32).contains("request template application/json saved, +1 −0 lines: live after the next"))
        #expect(app.state.workspace.drafts.isEmpty)
    }

    @Test func aResponseTemplateIsSentToItsStatus() {
        var app = onMethod { _ in .text("{}") }
        app.press("e", "j", "j", "enter")
        #expect(
            jobs(app.effects) == [
                .updateIntegrationResponse(
                    Fixtures.oneOrder, statusCode: "404", [.replace("/responseTemplates/application~1json", "{}")])
            ])
    }

    @Test func aTemplateThatWasNotThereIsAdded() {
        var app = onMethod { _ in .text("{}") }
        app.press("e", "j", "enter")
        #expect(
            jobs(app.effects) == [
                .updateIntegrationResponse(
                    Fixtures.oneOrder, statusCode: "200", [.add("/responseTemplates/application~1json", "{}")])
            ])
    }

    @Test func whatWasNotChangedIsNotSent() {
        var app = onMethod { .text($0) }
        app.press("e", "enter")
        #expect(jobs(app.effects).isEmpty)
        #expect(app.line(32).contains("nothing was changed"))
    }

    @Test func anEditorThatFailedChangesNothing() {
        var app = onMethod { _ in .failed("the editor \"ed\" was not found: set VISUAL or EDITOR") }
        app.press("e", "enter")
        #expect(jobs(app.effects).isEmpty)
        #expect(app.line(32).contains("was not found"))
    }

    @Test func aRefusedTextIsShownWithItsReasonAndEditedAgain() {
        var app = onMethod { .text($0.contains("#if") ? "{\"fixed\":true}" : "#if(") }
        app.engine?.refuses = Fixtures.badTemplate
        app.press("e", "enter")
        #expect(app.line(with: "The request template application/json was not taken") != nil)
        #expect(app.line(with: "unclosed #if at line 1, column 1") != nil)
        _ = app.takeEffects()
        app.engine?.refuses = nil
        app.press("enter")
        #expect(edits(app.effects) == ["#if("], "the editor opens what was typed, not what the engine has")
        #expect(jobs(app.effects).count == 1)
        #expect(app.state.overlays.isEmpty)
        #expect(app.state.workspace.drafts.isEmpty)
    }

    @Test func aRefusedTextIsKeptForLater() {
        var app = onMethod { _ in .text("#if(") }
        app.engine?.refuses = Fixtures.badTemplate
        app.press("e", "enter", "esc")
        #expect(app.line(with: "edited, not sent: request template application/json") != nil)
        app.press("e")
        #expect(app.line(with: "│  request template application/json")?.contains("edited, not sent") == true)
        _ = app.takeEffects()
        app.press("enter")
        #expect(edits(app.effects) == ["#if("])
        #expect(jobs(app.effects).isEmpty, "leaving the editor without a change sends nothing")
    }

    @Test func aKeptTextIsSentAgain() {
        var app = onMethod { _ in .text("{\"a\":1}") }
        app.engine?.refuses = Fixtures.refusedConnection
        app.press("e", "enter")
        app.engine?.refuses = nil
        _ = app.takeEffects()
        app.press("tab", "enter")
        #expect(jobs(app.effects).count == 1)
        #expect(edits(app.effects).isEmpty)
        #expect(app.state.workspace.drafts.isEmpty)
    }

    /// Text that becomes what the engine has takes the unsent edit away.
    @Test func anEditIsTakenBackByHand() {
        var app = onMethod { $0 == "#if(" ? .text(Self.template) : .text("#if(") }
        app.engine?.refuses = Fixtures.badTemplate
        app.press("e", "enter", "esc", "e", "enter")
        #expect(app.state.workspace.drafts.isEmpty)
    }

    @Test func aModelIsEdited() {
        var engine = FakeEngine()
        engine.editor = { .text($0 + " ") }
        var app = App(engine: engine)
        app.press("M", "j", "j", "e")
        guard case .updateModel(Fixtures.petstore, name: "Order", let operations)? = jobs(app.effects).first else {
            Issue.record("\(app.effects)")
            return
        }
        #expect(operations.map(\.path) == ["/schema"])
    }

    @Test func aModelIsMade() {
        var engine = FakeEngine()
        engine.editor = { .text($0.replacing("Toy", with: "toy")) }
        var app = App(engine: engine)
        app.press("M", "n")
        app.type("Order")
        app.press("enter")
        #expect(app.line(with: "there is one already") != nil)
        app.press("ctrl-u")
        app.type("a b")
        app.press("enter")
        #expect(app.line(with: "letters and digits alone") != nil)
        app.press("ctrl-u")
        app.type("Toy")
        app.press("enter")
        guard case .createModel(Fixtures.petstore, name: "Toy", let schema)? = jobs(app.effects).first else {
            Issue.record("\(app.effects)")
            return
        }
        #expect(schema.contains("draft-04"))
    }

    @Test func aModelWhoseSkeletonWasLeftIsNotMade() {
        var engine = FakeEngine()
        engine.editor = { .text($0) }
        var app = App(engine: engine)
        app.press("M", "n")
        app.type("Toy")
        app.press("enter")
        #expect(jobs(app.effects).isEmpty)
    }

    @Test func aBuiltInGatewayResponseIsPutAndACustomisedOnePatched() {
        var engine = FakeEngine()
        engine.editor = { _ in .text("{\"m\":1}") }
        var app = App(engine: engine)
        app.press("W")
        app.type("/THROTTLED")
        app.press("enter", "e", "enter")
        #expect(
            jobs(app.effects) == [
                .updateGatewayResponse(
                    apiId: Fixtures.petstore, responseType: "THROTTLED",
                    [.replace("/responseTemplates/application~1json", "{\"m\":1}")])
            ])
        _ = app.takeEffects()
        app.press("esc")
        app.type("/TIMEOUT")
        app.press("enter", "e", "enter")
        var put = GatewayResponse(responseType: "INTEGRATION_TIMEOUT")
        put.responseParameters = [:]
        put.responseTemplates = ["application/json": "{\"m\":1}"]
        put.defaultResponse = true
        #expect(
            jobs(app.effects) == [
                .putGatewayResponse(apiId: Fixtures.petstore, responseType: "INTEGRATION_TIMEOUT", put)
            ])
    }

    @Test(arguments: [
        (#"{"statusCode": "418", "responseParameters": {"gatewayresponse.header.A": "'b'"}}"#, "418", nil),
        (#"{"statusCode": 418}"#, "418", nil), (#"{}"#, nil, nil),
        (#"{"status": 1}"#, nil, "\"status\" is none of statusCode and responseParameters"),
        (#"{"statusCode": true}"#, nil, "three digits"),
        (#"{"responseParameters": {"a": 1}}"#, nil, "has to be a text"),
        ("[1]", nil, "has to be a JSON object"), ("{", nil, "line 1"),
    ])
    func statusAndHeadersAreEditedAsJson(_ text: String, _ status: String?, _ problem: String?) {
        var engine = FakeEngine()
        engine.editor = { _ in .text(text) }
        var app = App(engine: engine)
        app.press("W")
        app.type("/THROTTLED")
        app.press("enter", "e", "j", "enter")
        if let problem {
            #expect(jobs(app.effects).isEmpty)
            #expect(app.screen.contains(problem), "\(app.screen)")
            return
        }
        guard case .putGatewayResponse(_, _, let response)? = jobs(app.effects).first else {
            Issue.record("\(app.effects)")
            return
        }
        #expect(response.statusCode == status)
        #expect(response.responseTemplates?.isEmpty == false)
    }

    @Test func aGatewayResponseIsReset() {
        var app = App()
        app.press("W")
        app.type("/THROTTLED")
        app.press("enter", "x", "enter")
        #expect(jobs(app.effects).isEmpty, "Cancel has the focus")
        app.press("x", "tab", "enter")
        #expect(
            jobs(app.effects) == [
                .deleteGatewayResponse(apiId: Fixtures.petstore, responseType: "THROTTLED")
            ])
    }

    @Test(arguments: [
        (Document.requestTemplate(Fixtures.oneOrder, contentType: "application/json"), "request-GET-orders-id.vtl"),
        (.schema(apiId: "a", model: "Order"), "model-Order.json"),
        (.gatewayTemplate(apiId: "a", responseType: "THROTTLED", contentType: "text/xml"), "THROTTLED.xml"),
        (.schema(apiId: "a", model: "../../etc/passwd"), "model-etc-passwd.json"),
    ])
    func filesAreNamedAfterWhatTheyHold(_ document: Document, _ name: String) {
        #expect(document.fileName == name)
    }
}
