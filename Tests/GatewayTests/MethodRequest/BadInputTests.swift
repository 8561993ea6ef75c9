import ControlAPI
import Testing

@testable import Gateway

/// Templates, patterns, schemas and bodies that mean no good: each ends in AWS's error for it, soon, with a log line that
/// says why.
@Suite struct BadInputTests {
    private static let internalError = #"{"message": "Internal server error"}"#

    @Test(arguments: [
        ("grows", "#set($s = \"aaaaaaaaaa\")#foreach($i in [1..900])#set($s = \"$s$s\")#end$s", "bytes"),
        ("prints", "#foreach($i in [1..1000])#foreach($j in [1..1000])#foreach($k in [1..1000])x#end#end#end", "steps"),
        ("calls itself", "#macro(again)#again()#end#again()", ""),
        ("evaluates itself", "#set($t = '#evaluate($t)')#evaluate($t)", ""),
        (
            "backtracks", "#set($s = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\")$s.replaceAll('(a*)*(a*)*(a*)*b', '')",
            "steps"
        ),
        ("fails", "#set($s = 'abc')#set($i = $s.substring(9))$i", ""), ("includes", "#parse('other')", ""),
    ])
    func templatesEnd(_ name: String, _ template: String, _ reason: String) async throws {
        let backend = try ScriptedBackend.serving { _ in "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" }
        for inRequest in [true, false] {
            var integration = Integration(type: "HTTP")
            integration.uri = "http://127.0.0.1:\(backend.port)/"
            var response = IntegrationResponse(statusCode: "200")
            if inRequest {
                integration.requestTemplates = ["application/json": template]
            } else {
                response.responseTemplates = ["application/json": template]
            }
            integration.integrationResponses = ["200": response]
            let plane = try await TestPlane([TestPlane.resource("/", integration)]) {
                $0.templates = VelocityTemplates()
            }
            let answer = try await plane.call("/prod")
            let record = await plane.plane.accessLog(AccessLogQuery()).last
            // A macro that calls itself prints its call when it is deep enough, as Velocity does; all others fail.
            if answer.status == 500 {
                #expect(answer.text == Self.internalError)
                #expect(record?.errorMessage?.hasPrefix("Execution failed due to configuration error: ") == true)
                #expect(record?.errorMessage?.contains(reason) == true)
            } else {
                #expect(reason.isEmpty)
                #expect(answer.status == 200)
            }
            await plane.stop()
        }
    }

    /// Bodies that a request template reads as JSON.
    @Test(arguments: [
        Array("{".utf8), Array("{\"a\": 1".utf8), Array("nothing".utf8), [0x22, 0xFF, 0xFE, 0x22],
        [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000),
        Array(String(repeating: "{\"a\":", count: 200_000).utf8),
    ])
    func bodiesThatAreNoJSON(_ body: [UInt8]) async throws {
        var integration = TestPlane.mock("{}")
        integration.requestTemplates = ["application/json": "#set($a = $input.path('$.a')){\"statusCode\": 200}"]
        let plane = try await TestPlane([TestPlane.resource("/", integration)]) { $0.templates = VelocityTemplates() }
        let answer = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(TestPlane.request("/prod", verb: "POST", headers: "Content-Length: \(body.count)\r\n"))
            try socket.send(body)
            return try socket.message()
        }
        #expect(answer.status == 400)
        #expect(answer["x-amzn-errortype"] == "BadRequestException")
        #expect(answer.text.hasPrefix(#"{"message": "Could not parse request body into json: "#))
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        #expect(record?.errorMessage?.contains("the body is no JSON") == true)
        await plane.stop()
    }

    /// The same from a backend is not the client's fault.
    @Test func backendsBodyThatIsNoJSON() async throws {
        let backend = try ScriptedBackend.serving { _ in "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{" }
        var integration = Integration(type: "HTTP")
        integration.uri = "http://127.0.0.1:\(backend.port)/"
        var response = IntegrationResponse(statusCode: "200")
        response.responseTemplates = ["application/json": "$input.json('$.a')"]
        integration.integrationResponses = ["200": response]
        let plane = try await TestPlane([TestPlane.resource("/", integration)]) { $0.templates = VelocityTemplates() }
        let answer = try await plane.call("/prod")
        #expect(answer.status == 500)
        #expect(answer.text == Self.internalError)
        await plane.stop()
    }

    /// Deployed quickly, whatever the pattern.
    @Test(arguments: ["(.*)*(.*)*(.*)*x", "((((\\d?){40}){40}){40}){40}y", "(\\d|\\d\\d|\\d\\d\\d|.)*(.|..|...)*z"])
    func patternsThatBacktrack(_ source: String) {
        let pattern = try? SelectionPattern(source)
        #expect(pattern?.matches("200") != true)
    }

    /// A schema whose pattern backtracks, and a body that is all ties for it.
    @Test func schemasThatTakeTooLong() async throws {
        var method = TestPlane.method(TestPlane.mock("{}"))
        method.requestValidatorId = "v"
        method.requestModels = ["application/json": "Slow"]
        let plane = try await TestPlane([])
        let resource = Resource(id: "r", path: "/", resourceMethods: ["ANY": method])
        try await plane.publish([resource], stage: Stage(stageName: "prod", deploymentId: "base")) { snapshot in
            snapshot.models = [
                Model(
                    id: "1", name: "Slow", schema: #"{"type": "string", "pattern": "^(a*)*(a*)*(a*)*b$"}"#,
                    contentType: "application/json")
            ]
            snapshot.requestValidators = [
                RequestValidator(id: "v", name: nil, validateRequestBody: true, validateRequestParameters: nil)
            ]
        }
        // As long as its steps take, also where the machine is busy with other tests.
        let answer = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            let body = "\"\(String(repeating: "a", count: 5_000))\""
            try socket.send(TestPlane.request("/prod", verb: "POST", body: body))
            for _ in 0..<5 { if let answer = try? socket.message() { return answer } }
            return try socket.message()
        }
        #expect(answer.status == 400)
        #expect(answer.text == #"{"message": "Invalid request body"}"#)
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        #expect(record?.errorMessage?.contains("steps") == true)
        await plane.stop()
    }
}
