import ControlAPI
import Testing

@testable import Gateway

/// The lines of API Gateway's execution log and their order (specification 19.3).
@Suite struct ExecutionLogTests {
    /// What one request is, and the lines that its log has. `{rid}`, `{port}` and `{any}` stand for what differs.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var level = "INFO"
        var traces = true
        var path = "/prod/mock"
        var verb = "GET"
        var body = ""
        var headers = ""
        var lines: [String]
        var testDescription: String { name }
    }

    /// The lines before the execution, of a method that needs no key.
    static func head(_ verb: String, _ path: String, key: String = "", id: [String] = []) -> [String] {
        let stage = "\(TestPlane.apiId)/prod"
        return ["Extended Request Id: {any}"] + id + [
            "Verifying Usage Plan for request: {rid}. API Key: \(key) API Stage: \(stage)",
            "API Key \(key) authorized because method '\(verb) \(path)' does not require API Key. "
                + "Request will not contribute to throttle or quota limits",
            "Usage Plan check succeeded for API Key \(key) and API Stage \(stage)",
            "Starting execution for request: {rid}",
            "HTTP Method: \(verb), Resource Path: \(path)",
        ]
    }

    /// Those and what data trace adds of the request.
    static func request(
        _ verb: String, _ path: String, parameters: String = "{}", headers: String, body: String = "", key: String = ""
    ) -> [String] {
        head(verb, path, key: key) + [
            "Method request path: \(parameters)",
            "Method request query string: {}",
            "Method request headers: {Host=\(TestPlane.apiId).execute-api.us-east-1.localhost\(headers)}",
            "Method request body before transformations: \(body)",
        ]
    }

    static let cases = [
        Case(
            name: "MOCK has no endpoint",
            lines: request("GET", "/mock", headers: "") + [
                #"Method response body after transformations: {"a":1}"#,
                "Method response headers: {Content-Type=application/json}",
                "Successfully completed execution",
                "Method completed with status: 200",
            ]),
        Case(
            name: "without data trace", traces: false,
            lines: head("GET", "/mock") + [
                "Successfully completed execution",
                "Method completed with status: 200",
            ]),
        Case(
            name: "an id of the client's that is no UUID", traces: false, headers: "x-amzn-RequestId: mine\r\n",
            lines: head("GET", "/mock", id: ["UUID_REPLACED_INVALID_REQUEST_ID"]) + [
                "Successfully completed execution", "Method completed with status: 200",
            ]),
        Case(name: "ERROR keeps failures only", level: "ERROR", lines: []),
        Case(
            name: "HTTP_PROXY streams", path: "/prod/proxy/7", verb: "POST", body: "hello",
            lines: request(
                "POST", "/proxy/{id}", parameters: "{id=7}", headers: "", body: "hello")
                + [
                    "Endpoint request URI: http://127.0.0.1:{port}/7",
                    "Endpoint request headers: {Host=127.0.0.1:{port}{any}}",
                    "Endpoint request body after transformations: hello",
                    "Sending request to http://127.0.0.1:{port}/7",
                    "Received response. Status: 201, Integration latency: {any} ms",
                    "Endpoint response headers: {Content-Length=4, X-From=backend}",
                    "Endpoint response body before transformations: done",
                    "Method response body after transformations: done",
                    "Method response headers: {x-amzn-Remapped-Content-Length=4, X-From=backend}",
                    "Successfully completed execution",
                    "Method completed with status: 201",
                ]),
        Case(
            name: "HTTP transforms", path: "/prod/http", verb: "POST", body: "hello",
            lines: request("POST", "/http", headers: "", body: "hello") + [
                "Endpoint request URI: http://127.0.0.1:{port}/h",
                "Endpoint request headers: {Host=127.0.0.1:{port}{any}}",
                "Endpoint request body after transformations: to the backend",
                "Sending request to http://127.0.0.1:{port}/h",
                "Received response. Status: 201, Integration latency: {any} ms",
                "Endpoint response headers: {Content-Length=4, X-From=backend}",
                "Endpoint response body before transformations: done",
                "Method response body after transformations: to the client",
                "Method response headers: {Content-Type=application/json, X-Amzn-Trace-Id=Root=1-{any}}",
                "Successfully completed execution",
                "Method completed with status: 201",
            ]),
        Case(
            name: "no match for output mapping", path: "/prod/nomatch", verb: "POST", body: "x",
            lines: request("POST", "/nomatch", headers: "", body: "x") + [
                "Endpoint request URI: http://127.0.0.1:{port}/h",
                "Endpoint request headers: {Host=127.0.0.1:{port}{any}}",
                "Endpoint request body after transformations: x",
                "Sending request to http://127.0.0.1:{port}/h",
                "Received response. Status: 201, Integration latency: {any} ms",
                "Endpoint response headers: {Content-Length=4, X-From=backend}",
                "Endpoint response body before transformations: done",
                "Execution failed due to configuration error: No match for output mapping and no default output mapping "
                    + "configured. Endpoint Response Status Code: 201",
                "Method completed with status: 500",
            ]),
        Case(
            name: "nobody answers", traces: false, path: "/prod/dead",
            lines: head("GET", "/dead") + [
                "Sending the request again over a new connection: Connection refused",
                "Sending request to http://127.0.0.1:{dead}/",
                "Execution failed due to a network error communicating with endpoint",
                "Method completed with status: 504",
            ]),
        Case(
            name: "a failure at ERROR", level: "ERROR", path: "/prod/dead",
            lines: ["Execution failed due to a network error communicating with endpoint"]),
        Case(
            name: "an address that is none", level: "ERROR", path: "/prod/nowhere",
            lines: ["Execution failed due to configuration error: Invalid endpoint address"]),
        Case(
            name: "a mock without a status", level: "ERROR", path: "/prod/nostatus",
            lines: [
                "Execution failed due to configuration error: Unable to parse statusCode. It should be an integer that is "
                    + "defined in the request template."
            ]),
        Case(
            name: "secrets are masked", traces: true, path: "/prod/mock",
            headers: "Authorization: Bearer abcdefghijkl\r\nX-API-Key: 0123456789abcdef\r\n",
            lines: request(
                "GET", "/mock", headers: ", Authorization=*************ghijkl, X-API-Key=**********abcdef",
                key: "****abcdef")
                + [
                    #"Method response body after transformations: {"a":1}"#,
                    "Method response headers: {Content-Type=application/json}",
                    "Successfully completed execution", "Method completed with status: 200",
                ]),
    ]

    @Test("lines and their order", arguments: cases) func order(_ one: Case) async throws {
        let backend = try ScriptedBackend.serving { _ in
            "HTTP/1.1 201 Created\r\nContent-Length: 4\r\nX-From: backend\r\n\r\ndone"
        }
        let dead = try RefusingPort()
        let plane = try await TestPlane([])
        try await plane.publish(Self.resources(backend: backend.port, dead: dead.port), stage: Self.stage(one))
        let answer = try await plane.call(one.path, verb: one.verb, headers: one.headers, body: one.body)
        let id = try #require(answer["x-amzn-requestid"])
        let record = await plane.plane.executionLog(requestId: id)
        let messages = (record?.lines ?? []).map(\.message)
        #expect(messages.count == one.lines.count, "\(messages)")
        for (message, wanted) in zip(messages, one.lines) {
            let line = wanted.replacing("{rid}", with: id).replacing("{port}", with: "\(backend.port)")
                .replacing("{dead}", with: "\(dead.port)")
            #expect(Self.matches(message, line), "\(message) is not \(line)")
        }
        let newest = await plane.plane.executionLogs(apiId: TestPlane.apiId, stageName: "prod", limit: 5)
        #expect(newest.map(\.requestId) == (one.lines.isEmpty ? [] : [id]))
        #expect(await plane.plane.executionLogs(apiId: "other", stageName: nil, limit: 5).isEmpty)
        await plane.stop()
        dead.close()
    }

    private static func matches(_ text: String, _ wanted: String) -> Bool {
        let parts = wanted.split(separator: "{any}", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return text == wanted }
        return text.hasPrefix(first) && text.hasSuffix(last) && text.utf8.count > first.utf8.count + last.utf8.count
    }

    private static func stage(_ one: Case) -> Stage {
        var setting = MethodSetting()
        setting.loggingLevel = one.level
        setting.dataTraceEnabled = one.traces
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.methodSettings = ["*/*": setting]
        return stage
    }

    private static func resources(backend: Int, dead: Int) -> [Resource] {
        func http(_ type: String, _ uri: String) -> Integration {
            var integration = Integration(type: type)
            integration.uri = uri
            return integration
        }
        var proxy = http("HTTP_PROXY", "http://127.0.0.1:\(backend)/{id}")
        proxy.requestParameters = ["integration.request.path.id": "method.request.path.id"]
        var transforming = http("HTTP", "http://127.0.0.1:\(backend)/h")
        transforming.requestTemplates = ["application/json": "to the backend"]
        var response = IntegrationResponse(statusCode: "201")
        response.responseTemplates = ["application/json": "to the client"]
        transforming.integrationResponses = ["201": response]
        var unmatched = http("HTTP", "http://127.0.0.1:\(backend)/h")
        var other = IntegrationResponse(statusCode: "404")
        other.selectionPattern = "404"
        unmatched.integrationResponses = ["404": other]
        var statusless = TestPlane.mock("{}")
        statusless.requestTemplates = ["application/json": "{}"]
        return [
            TestPlane.resource("/mock", TestPlane.mock(#"{"a":1}"#)), TestPlane.resource("/proxy/{id}", proxy),
            TestPlane.resource("/http", transforming), TestPlane.resource("/nomatch", unmatched),
            TestPlane.resource("/dead", http("HTTP_PROXY", "http://127.0.0.1:\(dead)/")),
            TestPlane.resource("/nowhere", http("HTTP_PROXY", "https://${stageVariables.none}")),
            TestPlane.resource("/nostatus", statusless),
        ]
    }

    @Test(
        "what the method request refuses",
        arguments: [
            ("", "{}", 400, ["Missing required request parameters: [q]"]),
            (
                "?q=1", "[]", 400,
                ["Request body does not match model schema for content type application/json: {any}"]
            ),
            (
                "?q=1", "{}", 200,
                [
                    "Request validation succeeded for content type application/json",
                    "Successfully completed execution",
                ]
            ),
        ])
    func validation(_ query: String, _ body: String, _ status: Int, _ wanted: [String]) async throws {
        var resource = TestPlane.resource("/", TestPlane.mock("{}"), verb: "POST")
        resource.resourceMethods?["POST"]?.requestParameters = ["method.request.querystring.q": true]
        resource.resourceMethods?["POST"]?.requestModels = ["application/json": "Thing"]
        resource.resourceMethods?["POST"]?.requestValidatorId = "v"
        let model = Model(id: "m", name: "Thing", schema: #"{"type": "object"}"#, contentType: "application/json")
        let validator = RequestValidator(
            id: "v", name: "all", validateRequestBody: true, validateRequestParameters: true)
        var snapshot = TestPlane.snapshot([resource], id: "base")
        snapshot.models = [model]
        snapshot.requestValidators = [validator]
        let plane = try await TestPlane([])
        let stage = Self.stage(Case(name: "", traces: false, lines: []))
        let publication = StagePublication(apiId: TestPlane.apiId, stage: stage, base: snapshot, canary: nil)
        await plane.plane.publish(try plane.plane.prepare(publication))
        let answer = try await plane.call("/prod" + query, verb: "POST", body: body)
        #expect(answer.status == status)
        let record = await plane.plane.executionLog(requestId: answer["x-amzn-requestid"] ?? "")
        let messages = (record?.lines ?? []).map(\.message)
        let all = Self.head("POST", "/") + wanted + ["Method completed with status: \(status)"]
        #expect(messages.count == all.count, "\(messages)")
        for (message, line) in zip(messages, all) {
            #expect(Self.matches(message, line.replacing("{rid}", with: answer["x-amzn-requestid"] ?? "")))
        }
        await plane.stop()
    }

    @Test func nothingIsSaidOfTooLargeBodiesAndUnknownPaths() async throws {
        let plane = try await TestPlane([]) { $0.maximumPayload = 4 }
        let one = Case(name: "", lines: [])
        try await plane.publish(Self.resources(backend: 1025, dead: 1025), stage: Self.stage(one))
        #expect(try await plane.call("/prod/mock", verb: "POST", body: "hello").status == 413)
        #expect(try await plane.call("/prod/nothing").status == 403)
        #expect(await plane.plane.executionLogs(apiId: nil, stageName: nil, limit: 5).isEmpty)
        await plane.stop()
    }

    // MARK: Lines

    @Test(
        "cut at 1024 bytes",
        arguments: [
            (String(repeating: "a", count: 1024), String(repeating: "a", count: 1024)),
            (String(repeating: "a", count: 1025), String(repeating: "a", count: 1024) + " [TRUNCATED]"),
            (String(repeating: "é", count: 600), String(repeating: "é", count: 512) + " [TRUNCATED]"),
            ("a" + String(repeating: "é", count: 600), "a" + String(repeating: "é", count: 511) + " [TRUNCATED]"),
        ])
    func cuts(_ text: String, _ line: String) {
        #expect(ExecutionLog.cut(text) == line)
        #expect(ExecutionLog.cut(line) == line)
        let log = ExecutionLog(level: .info, traces: true)
        log.append(text, wall: 0)
        #expect(log.lines.map(\.text) == [line])
    }

    @Test(arguments: [
        ("Authorization", "secret-token", "******-token"), ("x-api-key", "abc", "***"), ("X-Api-Key", "", ""),
        ("Proxy-Authorization", "Basic abcdef", "******abcdef"),
        ("X-Amz-Security-Token", "0123456789", "****456789"), ("Accept", "text/html", "text/html"),
    ])
    func masks(_ name: String, _ value: String, _ shown: String) {
        #expect(LogText.map([(Array(name.utf8), Array(value.utf8))]) == "{\(name)=\(shown)}")
    }

    @Test(arguments: [
        ("http://h/p", "http://h/p"), ("http://h/p?a=b", "http://h/p?a=b"),
        ("http://h/p?a=b&X-Amz-Signature=0123456789&c", "http://h/p?a=b&X-Amz-Signature=****456789&c"),
    ])
    func masksAddresses(_ uri: String, _ shown: String) {
        #expect(LogText.masked(uri: uri) == shown)
    }

    @Test func namesThatRepeatShowTheirLastValue() {
        let fields = [("a", "1"), ("b", "2"), ("a", "3")].map { (name: Array($0.0.utf8), value: Array($0.1.utf8)) }
        #expect(LogText.map(fields) == "{a=3, b=2}")
    }

    @Test(
        arguments: [
            ([], ""), (Array("text".utf8), "text"), ([0xFF, 0xFE], "[Binary Data]"),
            (Array("é".utf8.dropLast()), "[Binary Data]"),
        ] as [([UInt8], String)])
    func bodies(_ bytes: [UInt8], _ text: String) {
        #expect(ExecutionLog.text(ofBody: bytes) == text)
    }

    @Test func aBodyThatIsCutWithinACharacterIsText() {
        let log = ExecutionLog(level: .info, traces: true)
        log.append(beforeRequestBody: "", wall: 0)
        log.take(requestBody: Array(("a" + String(repeating: "é", count: 1000)).utf8))
        #expect(log.lines.first?.text == "a" + String(repeating: "é", count: 511) + " [TRUNCATED]")
    }

    @Test func linesHaveABound() {
        let log = ExecutionLog(level: .info, traces: false)
        for number in 0..<1000 { log.append("\(number)", wall: 0) }
        #expect(log.lines.count == ExecutionLog.maximumLines)
    }

    @Test func oneEventIsOneLineOfTheFile() {
        var text: [UInt8] = []
        LogText.write((wall: 971_186_136_114_000_000, text: "a\r\nb\u{1}c"), of: "id", to: &text)
        #expect(String(decoding: text, as: UTF8.self) == "2000-10-10T13:55:36.114Z (id) a\\r\\nb c\n")
    }

    // MARK: Store

    private func record(_ number: UInt64, stage: Int = 0, bytes: Int = 0) -> ExecutionLogStore.Record {
        ExecutionLogStore.Record(
            requestId: RequestIdentity(high: number, low: 0), identity: stage, isCanary: false,
            lines: [(wall: Int64(number), text: String(repeating: "a", count: bytes))])
    }

    @Test func storeKeepsTheNewestRequests() {
        let store = ExecutionLogStore(maximumRecords: 3)
        for number in 0..<5000 { store.append(record(UInt64(number), stage: number % 2)) }
        #expect(store.newest(10) { _ in true }.map(\.requestId.high) == [4997, 4998, 4999])
        #expect(store.newest(10) { $0 == 1 }.map(\.requestId.high) == [4997, 4999])
        #expect(store.newest(1) { _ in true }.map(\.requestId.high) == [4999])
        #expect(store.find(RequestIdentity(high: 4996, low: 0)) == nil)
        #expect(store.find(RequestIdentity(high: 4998, low: 0))?.identity == 0)
    }

    @Test func storeIsBoundedInBytes() {
        let store = ExecutionLogStore(maximumBytes: 10_000)
        for number in 0..<100 { store.append(record(UInt64(number), bytes: 3000)) }
        #expect(store.newest(10) { _ in true }.map(\.requestId.high) == [97, 98, 99])
        store.append(record(100, bytes: 1_000_000))
        #expect(store.newest(10) { _ in true }.map(\.requestId.high) == [100])
    }
}
