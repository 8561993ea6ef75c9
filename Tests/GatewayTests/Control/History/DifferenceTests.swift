import ControlAPI
import JSON
import Testing

@testable import Gateway

@Suite struct DifferenceTests {
    struct Change: Sendable, CustomTestStringConvertible {
        let call: HistoryCall
        let lines: [String]
        var testDescription: String { call.testDescription }

        init(_ call: HistoryCall, _ lines: String...) {
            self.call = call
            self.lines = lines
        }
    }

    private func difference(_ home: HistoryHome, _ query: String) async throws -> [String] {
        let reply = try await home.call(HistoryCall("GET", "/sluice/restapis/{api}/difference?\(query)"))
        return try reply.body.decode(ApiDifference.self).items.map(\.summary)
    }

    @Test(arguments: [
        Change(.patch("/restapis/{api}", "replace", "/name", "x"), #"~ api setting  name: "shop" → "x""#),
        Change(
            .patch("/restapis/{api}", "replace", "/minimumCompressionSize", "1"),
            "~ api setting  minimumCompressionSize: none → 1"),
        Change(
            HistoryCall(
                "PUT", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F{api}", #"{"tags":{"a":"b"}}"#)),
        Change(HistoryCall("POST", "/restapis/{api}/resources/{pets}", #"{"pathPart":"new"}"#), "+ resource /pets/new"),
        Change(
            HistoryCall("DELETE", "/restapis/{api}/resources/{pets}"), "- resource /pets", "- method GET /pets",
            "- resource /pets/{petId}"),
        Change(
            HistoryCall("PUT", "/restapis/{api}/resources/{pets}/methods/POST", #"{"authorizationType":"NONE"}"#),
            "+ method POST /pets"),
        Change(
            .patch("{get}", "replace", "/apiKeyRequired", "true"), "~ method GET /pets  apiKeyRequired: false → true"),
        Change(
            .patch("{get}/integration", "add", "/requestTemplates/text~1plain", "x"),
            #"~ integration GET /pets  requestTemplates: none → {"text/plain":"x"}"#),
        Change(HistoryCall("DELETE", "{get}/integration"), "- integration GET /pets"),
        Change(HistoryCall("PUT", "{get}/responses/404", "{}"), "+ method response GET /pets 404"),
        Change(
            .patch("{get}/integration/responses/200", "replace", "/selectionPattern", "2.."),
            #"~ integration response GET /pets 200  selectionPattern: none → "2..""#),
        Change(
            .patch("/restapis/{api}/models/Pet", "replace", "/description", "d"),
            #"~ model Pet  description: none → "d""#),
        Change(HistoryCall("DELETE", "/restapis/{api}/models/Error"), "- model Error"),
        Change(
            .patch("/restapis/{api}/requestvalidators/{validator}", "replace", "/validateRequestBody", "true"),
            "~ request validator v  validateRequestBody: false → true"),
        Change(
            HistoryCall("PUT", "/restapis/{api}/gatewayresponses/THROTTLED", #"{"statusCode":"420"}"#),
            "+ gateway response THROTTLED"),
        Change(HistoryCall("DELETE", "/restapis/{api}/authorizers/{authorizer}"), "- authorizer a"),
    ])
    func `from a deployment to the API as it is now`(_ change: Change) async throws {
        let home = try await HistoryHome()
        let deployment = home.ids["third"] ?? ""
        #expect(try await difference(home, "from=\(deployment)").isEmpty)
        let reply = try await home.call(change.call)
        #expect(reply.status < 300, "\(reply.body.text())")
        #expect(try await difference(home, "from=\(deployment)&to=current") == change.lines)
    }

    @Test func `between two deployments, either way`() async throws {
        let home = try await HistoryHome()
        try await home.call(.patch("{get}", "replace", "/operationName", "list"))
        try await home.call(HistoryCall("POST", "/restapis/{api}/resources/{root}", #"{"pathPart":"a"}"#))
        let made = try await home.call(HistoryCall("POST", "/restapis/{api}/deployments", "{}")).text("id")
        let third = home.ids["third"] ?? ""
        #expect(
            try await difference(home, "from=\(third)&to=\(made)")
                == ["+ resource /a", #"~ method GET /pets  operationName: none → "list""#])
        #expect(
            try await difference(home, "from=\(made)&to=\(third)")
                == ["- resource /a", #"~ method GET /pets  operationName: "list" → none"#])
        #expect(try await difference(home, "from=\(made)&to=\(made)").isEmpty)
        #expect(try await difference(home, "from=current").isEmpty)
    }

    @Test(arguments: [
        ("/sluice/restapis/none/difference?from=current", 404), ("/sluice/restapis/{api}/difference?from=none", 404),
        ("/sluice/restapis/{api}/difference?from=none&to=none", 404),
        ("/sluice/restapis/{api}/difference?from=current&to=none", 404), ("/sluice/restapis/{api}/difference", 400),
    ])
    func `what does not exist`(_ target: String, _ status: Int) async throws {
        let home = try await HistoryHome()
        #expect(try await home.call(HistoryCall("GET", target)).status == status)
    }
}
