import ControlAPI
import Testing

@testable import Console

@Suite("The request to the backend")
struct PreviewTests {
    private func previews(_ effects: [Effect]) -> [TestInvokeMethodRequest] {
        effects.compactMap {
            if case .fetch(.preview(_, _, let request)) = $0 { return request }
            return nil
        }
    }

    private func onPreview(width: Int = 120, _ engine: FakeEngine = FakeEngine()) -> App {
        var app = App(width: width, height: 34, engine: engine)
        app.press("enter", "j", "j", "j", "j", "enter", "p")
        return app
    }

    @Test func oneKeyShowsBothSides() {
        let app = onPreview()
        #expect(previews(app.effects).first?.pathWithQueryString == "/orders/1")
        #expect(app.line(with: "THE CLIENT SENDS")?.contains("THE BACKEND GETS   HTTP") == true, "\(app.screen)")
        #expect(app.line(with: "GET /orders/1")?.contains("GET http://10.0.3.7:9000/orders/1") == true)
        #expect(app.line(with: "+ Accept: application/json") != nil)
        #expect(app.line(with: "\"id\": \"1\"") != nil)
    }

    @Test func whereItIsNarrowOneStandsBelowTheOther() {
        let app = onPreview(width: 80)
        let client = app.screen.firstRange(of: "THE CLIENT SENDS")?.lowerBound
        let backend = app.screen.firstRange(of: "THE BACKEND GETS")?.lowerBound
        #expect(client != nil && backend != nil)
        #expect(app.line(with: "THE CLIENT SENDS")?.contains("BACKEND") == false)
    }

    @Test func itIsTheTestFormsRequest() {
        var app = onPreview()
        app.press("esc", "t", "enter", "ctrl-u", "4", "2", "enter", "a")
        app.type("X-Trace: yes")
        app.press("enter", "p")
        #expect(previews(app.effects).last?.pathWithQueryString == "/orders/42", "\(app.screen)")
        #expect(app.line(with: "− X-Trace: yes") != nil, "what does not go on is marked\n\(app.screen)")
    }

    @Test func changedHeadersAreMarked() {
        var app = onPreview()
        app.press("t", "a")
        app.type("Accept: text/html")
        app.press("enter", "p")
        #expect(app.line(with: "~ Accept: text/html") != nil, "\(app.screen)")
        #expect(app.line(with: "~ Accept: application/json") != nil)
    }

    @Test func whyNothingIsSentIsTold() {
        var engine = FakeEngine()
        engine.preview = IntegrationPreview(type: "HTTP")
        engine.preview.status = 415
        engine.preview.reason = "Unsupported Media Type"
        let app = onPreview(engine)
        #expect(app.line(with: "✗ nothing: the client gets 415") != nil, "\(app.screen)")
        #expect(app.line(with: "Unsupported Media Type") != nil)
    }

    @Test func aMockHasNoBackend() {
        var engine = FakeEngine()
        engine.preview = IntegrationPreview(type: "MOCK")
        engine.preview.body = "{\"statusCode\": 200}"
        let app = onPreview(engine)
        #expect(app.line(with: "the gateway answers itself") != nil, "\(app.screen)")
        #expect(app.line(with: "\"statusCode\": 200") != nil)
    }

    @Test func savingATemplateLooksAgain() {
        var engine = FakeEngine()
        engine.editor = { .text($0 + " ") }
        var app = onPreview(engine)
        app.press("e", "enter")
        #expect(previews(app.effects).count == 2)
    }

    @Test func itIsCopiedAsACommand() {
        var app = onPreview()
        app.press("c")
        let copied = app.effects.compactMap { effect -> String? in
            if case .copy(let text) = effect { return text }
            return nil
        }
        #expect(copied.first?.hasPrefix("curl -i -X GET 'http://10.0.3.7:9000/orders/1' \\\n") == true)
        #expect(copied.first?.contains("-H 'Accept: application/json'") == true)
        #expect(copied.first?.contains("Content-Length") == false)
        #expect(copied.first?.hasSuffix("--data-binary '{\"id\":\"1\"}'") == true)
    }

    @Test func aFunctionIsInvokedWithItsEvent() {
        var engine = FakeEngine()
        engine.resources = Fixtures.backendResources
        engine.preview = IntegrationPreview(type: "AWS_PROXY")
        engine.preview.uri = "arn:aws:lambda:us-east-1:000000000000:function:orders-create"
        engine.preview.body = "{\"resource\":\"/orders\"}"
        var app = App(width: 120, height: 34, engine: engine)
        app.press("enter", "j", "j", "enter", "p")
        #expect(app.line(with: "AWS_PROXY") != nil, "\(app.screen)")
        app.press("i", "r")
        #expect(
            app.effects.contains { effect in
                if case .invoke("orders-create", "{\"resource\":\"/orders\"}", _) = effect { return true }
                return false
            })
    }

    @Test func onlyTheLastOneIsKept() {
        var shelf = Shelf()
        let requests = ["/1", "/2"].map { path -> Request in
            var request = TestInvokeMethodRequest()
            request.pathWithQueryString = path
            return .preview(Fixtures.oneOrder, verb: "GET", request)
        }
        for request in requests {
            shelf.begin(request)
            shelf.take(.preview(Fixtures.preview), for: request)
        }
        #expect(shelf[requests[0]] == nil)
        #expect(shelf[requests[1]]?.value != nil)
    }
}
