import ControlAPI
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import Gateway

/// A backend that counts its calls and says which one it answers.
private final class CountingBackend: Sendable {
    private let backend: ScriptedBackend
    private let counter: Counter
    var port: Int { backend.port }
    var count: Int { counter.current }

    /// `answer` makes the response of a request and the number of the call, from 1.
    init(_ answer: @escaping @Sendable (Message, Int) throws -> String = CountingBackend.numbered) throws {
        let counter = Counter()
        backend = try ScriptedBackend { connection, _ in
            while true {
                let request = try connection.message()
                try connection.send(answer(request, counter.next()))
            }
        }
        self.counter = counter
    }

    final class Counter: Sendable {
        private let value = Mutex(0)
        func next() -> Int {
            value.withLock { value in
                value += 1
                return value
            }
        }
        var current: Int { value.withLock { $0 } }
    }

    static func numbered(_ request: Message, _ call: Int) -> String { response("call \(call)") }

    static func response(_ body: String, status: Int = 200, headers: String = "") -> String {
        "HTTP/1.1 \(status) X\r\nContent-Type: text/plain\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

/// A stage whose cache is on.
private enum Caching {
    static func setting(_ change: (inout MethodSetting) -> Void = { _ in }) -> MethodSetting {
        var setting = MethodSetting()
        setting.cachingEnabled = true
        change(&setting)
        return setting
    }

    static func stage(
        _ settings: [String: MethodSetting] = ["*/*": setting()], size: String? = "0.5",
        canary: CanarySettings? = nil
    ) -> Stage {
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.cacheClusterEnabled = size != nil
        stage.cacheClusterSize = size
        stage.methodSettings = settings
        stage.canarySettings = canary
        return stage
    }

    static func integration(
        port: Int, keys: [String] = [], type: String = "HTTP_PROXY", parameters: [String: String] = [:],
        timeout: Int? = nil, namespace: String? = nil
    ) -> Integration {
        var integration = Integration(type: type)
        integration.httpMethod = type == "HTTP_PROXY" ? "ANY" : "GET"
        integration.uri = "http://127.0.0.1:\(port)/"
        integration.cacheKeyParameters = keys
        integration.requestParameters = parameters
        integration.timeoutInMillis = timeout
        integration.cacheNamespace = namespace
        if type == "HTTP" { integration.integrationResponses = ["200": IntegrationResponse(statusCode: "200")] }
        return integration
    }

    static func plane(
        _ resources: [Resource], stage: Stage = stage(), loops: Int = 1,
        configure: (inout DataPlaneConfiguration) -> Void = { _ in }
    ) async throws -> TestPlane {
        let plane = try await TestPlane(resources, loops: loops, configure: configure)
        try await plane.publish(resources, stage: stage)
        return plane
    }
}

/// Two requests, and whether the second gets the first one's answer.
private struct KeyCase: Sendable, CustomTestStringConvertible {
    let keys: [String]
    let first: (path: String, headers: String)
    let second: (path: String, headers: String)
    let isShared: Bool
    var testDescription: String { "\(keys): \(first) \(second)" }

    init(_ keys: [String], _ first: String, _ second: String, _ isShared: Bool) {
        self.init(keys, (first, ""), (second, ""), isShared)
    }

    init(_ keys: [String], _ first: (String, String), _ second: (String, String), _ isShared: Bool) {
        self.keys = keys
        self.first = first
        self.second = second
        self.isShared = isShared
    }
}

@Suite struct CachingTests {
    // MARK: What makes a key

    @Test(
        arguments: [
            // Without chosen parameters neither query nor path nor headers split entries.
            KeyCase([], "/pets/1?x=1", "/pets/1?x=2", true),
            KeyCase([], "/pets/1", "/pets/2", true),
            KeyCase([], ("/pets/1", "X-A: 1\r\n"), ("/pets/1", "X-A: 2\r\n"), true),
            // Path.
            KeyCase(["method.request.path.id"], "/pets/1", "/pets/2", false),
            KeyCase(["method.request.path.id"], "/pets/1?x=1", "/pets/1?x=2", true),
            // Path parameters are not decoded.
            KeyCase(["method.request.path.id"], "/pets/a", "/pets/%61", false),
            // Query: the last value, decoded.
            KeyCase(["method.request.querystring.x"], "/pets/1?x=1", "/pets/1?x=2", false),
            KeyCase(["method.request.querystring.x"], "/pets/1?x=1", "/pets/2?y=3&x=1", true),
            KeyCase(["method.request.querystring.x"], "/pets/1?x=0&x=1", "/pets/1?x=1", true),
            KeyCase(["method.request.querystring.x"], "/pets/1?x=a%20b", "/pets/1?%78=a+b", true),
            KeyCase(["method.request.querystring.x"], "/pets/1?x=", "/pets/1", false),
            KeyCase(["method.request.querystring.x"], "/pets/1?x", "/pets/1?x=", true),
            KeyCase(["method.request.querystring.x"], "/pets/1?X=1", "/pets/1", true),
            KeyCase(["method.request.querystring.x"], "/pets/1?xx=1", "/pets/1?y=1", true),
            KeyCase(["method.request.querystring.x"], "/pets/1?a=1;x=2", "/pets/1?x=2", true),
            KeyCase(["method.request.querystring.x"], "/pets/1?x=%", "/pets/1?x=%2", false),
            KeyCase(
                ["method.request.querystring.x", "method.request.querystring.y"], "/pets/1?x=1", "/pets/1?y=1", false),
            KeyCase(
                ["method.request.querystring.x", "method.request.querystring.y"], "/pets/1?x=1&y=2", "/pets/1?y=2&x=1",
                true),
            KeyCase(["method.request.multivaluequerystring.x"], "/pets/1?x=0&x=1", "/pets/1?x=1", false),
            KeyCase(["method.request.multivaluequerystring.x"], "/pets/1?x=1&y=0&x=2", "/pets/1?x=1&x=2", true),
            KeyCase(["method.request.multivaluequerystring.x"], "/pets/1?x=1&x=2", "/pets/1?x=2&x=1", false),
            // Headers: the name without regard to case, the last value.
            KeyCase(["method.request.header.X-A"], ("/pets/1", "X-A: 1\r\n"), ("/pets/1", "X-A: 2\r\n"), false),
            KeyCase(["method.request.header.X-A"], ("/pets/1", "X-A: 1\r\n"), ("/pets/1", "x-a:  1\r\n"), true),
            KeyCase(
                ["method.request.header.X-A"], ("/pets/1", "X-A: 0\r\nX-A: 1\r\n"), ("/pets/1", "X-A: 1\r\n"), true),
            KeyCase(["method.request.header.X-A"], ("/pets/1", "X-A: \r\n"), ("/pets/1", ""), false),
            KeyCase(
                ["method.request.multivalueheader.X-A"], ("/pets/1", "X-A: 0\r\nX-A: 1\r\n"), ("/pets/1", "X-A: 1\r\n"),
                false),
            KeyCase(
                ["method.request.header.Authorization"], ("/pets/1", "Authorization: a\r\n"),
                ("/pets/1", "Authorization: b\r\n"), false),
            // A value that looks like two.
            KeyCase(
                ["method.request.header.A", "method.request.header.B"], ("/pets/1", "A: 1B\r\n"),
                ("/pets/1", "A: 1\r\nB: \r\n"), false),
            // What goes to the backend: mapped, and as it came.
            KeyCase(
                ["integration.request.querystring.q"], ("/pets/1", "X-Q: 1\r\n"), ("/pets/1", "X-Q: 2\r\n"), false),
            KeyCase(["integration.request.querystring.q"], "/pets/1?q=1", "/pets/1?q=2", true),
            KeyCase(["integration.request.path.p"], "/pets/1", "/pets/2", false),
            KeyCase(["integration.request.header.X-A"], ("/pets/1", "X-A: 1\r\n"), ("/pets/1", "X-A: 2\r\n"), false),
            KeyCase(["integration.request.querystring.z"], "/pets/1?z=1", "/pets/1?z=2", false),
            KeyCase(["integration.request.header.X-Path"], "/pets/1", "/pets/2", false),
            KeyCase(["integration.request.header.X-Constant"], "/pets/1", "/pets/2", true),
        ]) private func `requests share an entry`(_ row: KeyCase) async throws
    {
        let backend = try CountingBackend()
        let integration = Caching.integration(
            port: backend.port, keys: row.keys,
            parameters: [
                "integration.request.querystring.q": "method.request.header.X-Q",
                "integration.request.path.p": "method.request.path.id",
                "integration.request.header.X-Path": "context.path",
                "integration.request.header.X-Constant": "'always'",
            ])
        let plane = try await Caching.plane([TestPlane.resource("/pets/{id}", integration, verb: "GET")])
        let first = try await plane.call("/prod" + row.first.path, headers: row.first.headers)
        #expect(first.text == "call 1")
        let second = try await plane.call("/prod" + row.second.path, headers: row.second.headers)
        #expect(second.text == (row.isShared ? "call 1" : "call 2"))
        // Each finds its own again.
        #expect(try await plane.call("/prod" + row.first.path, headers: row.first.headers).text == first.text)
        #expect(try await plane.call("/prod" + row.second.path, headers: row.second.headers).text == second.text)
        #expect(backend.count == (row.isShared ? 1 : 2))
        await plane.stop()
    }

    @Test func `methods have entries of their own unless they share a namespace`() async throws {
        let backend = try CountingBackend()
        func resource(_ path: String, _ namespace: String?) -> Resource {
            TestPlane.resource(path, Caching.integration(port: backend.port, namespace: namespace), verb: "GET")
        }
        let plane = try await Caching.plane([
            resource("/a", nil), resource("/b", nil), resource("/c", "shared"), resource("/d", "shared"),
        ])
        var bodies: [String] = []
        for path in ["/a", "/b", "/c", "/d", "/a", "/b"] { bodies.append(try await plane.call("/prod" + path).text) }
        #expect(bodies == ["call 1", "call 2", "call 3", "call 3", "call 1", "call 2"])
        await plane.stop()
    }

    @Test(arguments: [
        "method.request.body.x", "method.request.path.nothing", "x", "integration.request.body", "context.path",
        "method.request.querystring",
    ])
    func `a parameter that is none cannot be deployed where caching is on`(_ parameter: String) async throws {
        let resources = [TestPlane.resource("/", Caching.integration(port: 1, keys: [parameter]), verb: "GET")]
        let plane = try await TestPlane(resources)
        await #expect(throws: PlanError.self) { try await plane.publish(resources, stage: Caching.stage()) }
        await plane.stop()
    }

    // MARK: What is cached

    /// Settings, verb of the method, verb of the request, and how many calls two equal requests make.
    @Test(
        arguments: [
            (["*/*": Caching.setting()], "GET", "GET", 1),
            (["*/*": Caching.setting()], "POST", "POST", 2),
            (["*/*": Caching.setting(), "r/POST": Caching.setting()], "POST", "POST", 1),
            (["r/POST": Caching.setting()], "POST", "POST", 1),
            (["r/GET": Caching.setting()], "GET", "GET", 1),
            (["*/*": Caching.setting(), "r/GET": Caching.setting { $0.cachingEnabled = false }], "GET", "GET", 2),
            (["*/*": Caching.setting()], "ANY", "GET", 1),
            (["*/*": Caching.setting()], "ANY", "POST", 2),
            (["*/*": Caching.setting(), "r/ANY": Caching.setting()], "ANY", "POST", 1),
            (["*/*": Caching.setting(), "r/ANY": Caching.setting()], "ANY", "GET", 1),
            (["*/*": Caching.setting { $0.cacheTtlInSeconds = 0 }], "GET", "GET", 2),
            (["*/*": Caching.setting { $0.cacheTtlInSeconds = 3600 }], "GET", "GET", 1),
            (["*/*": Caching.setting { $0.cachingEnabled = false }], "GET", "GET", 2),
            ([:], "GET", "GET", 2),
            (["*/*": Caching.setting { $0.cacheDataEncrypted = true }], "GET", "GET", 1),
        ] as [([String: MethodSetting], String, String, Int)])
    func `settings decide`(_ settings: [String: MethodSetting], _ method: String, _ verb: String, _ calls: Int)
        async throws
    {
        let backend = try CountingBackend()
        let resource = TestPlane.resource("/r", Caching.integration(port: backend.port), verb: method)
        let plane = try await Caching.plane([resource], stage: Caching.stage(settings))
        let body = verb == "POST" ? "body" : ""
        for _ in 0..<2 { #expect(try await plane.call("/prod/r", verb: verb, body: body).status == 200) }
        #expect(backend.count == calls)
        // With the stage's cache off nothing is cached.
        try await plane.publish([resource], stage: Caching.stage(settings, size: nil))
        for _ in 0..<2 { #expect(try await plane.call("/prod/r", verb: verb, body: body).status == 200) }
        #expect(backend.count == calls + 2)
        await plane.stop()
    }

    @Test func `verbs of one method have entries of their own`() async throws {
        let backend = try CountingBackend { request, call in
            request.startLine.hasPrefix("HEAD")
                ? "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 77\r\n\r\n"
                : CountingBackend.response("call \(call)")
        }
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", Caching.integration(port: backend.port))],
            stage: Caching.stage(["r/ANY": Caching.setting()]))
        #expect(try await plane.call("/prod/r").text == "call 1")
        #expect(try await plane.call("/prod/r", verb: "PUT", body: "x").text == "call 2")
        for _ in 0..<2 {
            let head = try await plane.call("/prod/r", verb: "HEAD")
            #expect(head["content-length"] == "77")
            #expect(head.body.isEmpty)
        }
        #expect(try await plane.call("/prod/r").text == "call 1")
        #expect(backend.count == 3)
        await plane.stop()
    }

    @Test(arguments: ["HTTP_PROXY", "HTTP"], [false, true])
    func `a hit is the answer with what belongs to its own request`(_ type: String, _ encrypted: Bool) async throws {
        let backend = try CountingBackend { _, call in
            CountingBackend.response(
                "call \(call)", status: 200, headers: "Cache-Control: no-store\r\nX-Own: a\r\nDate: then\r\n")
        }
        var integration = Caching.integration(port: backend.port, type: type)
        integration.integrationResponses?["200"]?.responseParameters = [
            "method.response.header.X-Own": "integration.response.header.X-Own"
        ]
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", integration, verb: "GET")],
            stage: Caching.stage(["*/*": Caching.setting { $0.cacheDataEncrypted = encrypted }]))
        let miss = try await plane.call("/prod/r")
        let hit = try await plane.call("/prod/r")
        #expect(backend.count == 1)
        #expect(hit.status == 200)
        #expect(hit.text == "call 1")
        // The same headers in the same order, once each, but the trace of a call that was not made.
        #expect(hit.headers.map(\.name) == miss.headers.map(\.name).filter { $0 != "X-Amzn-Trace-Id" })
        #expect(hit["content-type"] == "text/plain")
        #expect(hit["x-own"] == "a")
        #expect(hit["content-length"] == "6")
        #expect(hit.all("date").count == 1)
        #expect(hit["x-amzn-requestid"] != miss["x-amzn-requestid"])
        #expect(hit["x-amz-apigw-id"] != miss["x-amz-apigw-id"])
        // A hit calls no backend, and its record says so.
        let records = await plane.plane.accessLog(AccessLogQuery(apiId: TestPlane.apiId))
        #expect(records.map { $0.integrationLatency != nil } == [true, false])
        #expect(records.map(\.responseLength) == [6, 6])
        #expect(records.map(\.status) == [200, 200])
        // Old clients get their framing.
        let old = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send("GET /_aws/execute-api/\(TestPlane.apiId)/prod/r HTTP/1.0\r\n\r\n")
            return String(decoding: try socket.readToEnd(), as: UTF8.self)
        }
        #expect(old.contains("Connection: close\r\n"))
        #expect(old.hasSuffix("\r\n\r\ncall 1"))
        await plane.stop()
    }

    @Test func `metrics count hits and misses where caching is on`() async throws {
        let backend = try CountingBackend()
        let plane = try await Caching.plane([
            TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET"),
            TestPlane.resource("/off", TestPlane.mock("{}"), verb: "POST"),
        ])
        for _ in 0..<5 { _ = try await plane.call("/prod/r") }
        for _ in 0..<3 { _ = try await plane.call("/prod/off", verb: "POST", body: "x") }
        var samples: [MetricsSample] = []
        _ = await eventually {
            samples = await plane.plane.metrics(apiId: TestPlane.apiId, stageName: "prod", since: 0)
            return samples.map(\.count).reduce(0, +) == 8
        }
        #expect(samples.map(\.cacheHits).reduce(0, +) == 4)
        #expect(samples.map(\.cacheMisses).reduce(0, +) == 1)
        #expect(samples.map(\.integrationLatency.count).reduce(0, +) == 1)
        await plane.stop()
    }

    /// AWS stores what an integration answers, errors too.
    @Test(arguments: [200, 204, 301, 304, 404, 429, 500])
    func `answers of every status are stored`(_ status: Int) async throws {
        let backend = try CountingBackend { _, call in
            status == 204 || status == 304
                ? "HTTP/1.1 \(status) X\r\nX-Call: \(call)\r\n\r\n"
                : CountingBackend.response("x", status: status, headers: "X-Call: \(call)\r\n")
        }
        let plane = try await Caching.plane([
            TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")
        ])
        for _ in 0..<3 {
            let answer = try await plane.call("/prod/r")
            #expect(answer.status == status)
            #expect(answer["x-call"] == "1")
        }
        #expect(backend.count == 1)
        await plane.stop()
    }

    @Test func `the gateway's own answers are not stored`() async throws {
        let backend = try ScriptedBackend { connection, number in
            _ = try connection.message()
            // The first is cut off; the client gets 504.
            if number > 1 { try connection.send(CountingBackend.response("fine")) }
        }
        let plane = try await Caching.plane([
            TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")
        ])
        #expect(try await plane.call("/prod/r").status == 504)
        #expect(try await plane.call("/prod/r").text == "fine")
        #expect(try await plane.call("/prod/r").text == "fine")
        #expect(backend.connections == 2)
        await plane.stop()
    }

    /// A part, a 304 or a coded body would go to others that asked for none.
    @Test func `what is stored is whole, whoever asks first`() async throws {
        let backend = try CountingBackend { request, _ in
            for name in ["Range", "If-None-Match", "If-Modified-Since", "Accept-Encoding"] {
                if let value = request[name] { return CountingBackend.response("\(name) \(value)") }
            }
            return CountingBackend.response("whole")
        }
        func resource(_ path: String, keys: [String]) -> Resource {
            TestPlane.resource(path, Caching.integration(port: backend.port, keys: keys), verb: "GET")
        }
        let plane = try await Caching.plane([
            resource("/r", keys: ["method.request.querystring.n"]),
            resource("/ranges", keys: ["method.request.header.Range"]),
            TestPlane.resource("/off", Caching.integration(port: backend.port), verb: "POST"),
        ])
        for (place, header) in [
            "Range: bytes=0-1", "If-None-Match: \"a\"", "if-modified-since: x", "Accept-Encoding: gzip",
        ]
        .enumerated() {
            let answer = try await plane.call("/prod/r?n=\(place)", headers: header + "\r\n")
            #expect(answer.text == "whole")
        }
        #expect(try await plane.call("/prod/ranges", headers: "Range: bytes=0-1\r\n").text == "Range bytes=0-1")
        #expect(try await plane.call("/prod/ranges").text == "whole")
        let off = try await plane.call("/prod/off", verb: "POST", headers: "Range: bytes=0-1\r\n", body: "x")
        #expect(off.text == "Range bytes=0-1")
        await plane.stop()
    }

    @Test func `a hit is compressed for who takes it`() async throws {
        let body = String(repeating: "hello ", count: 100)
        let backend = try CountingBackend { _, _ in CountingBackend.response(body) }
        let resources = [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")]
        let plane = try await TestPlane(resources)
        var snapshot = TestPlane.snapshot(resources, id: "base")
        snapshot.restApi.minimumCompressionSize = 0
        let publication = StagePublication(
            apiId: TestPlane.apiId, stage: Caching.stage(), base: snapshot, canary: nil)
        await plane.plane.publish(try plane.plane.prepare(publication))
        for _ in 0..<2 {
            let coded = try await plane.call("/prod/r", headers: "Accept-Encoding: gzip\r\n")
            #expect(coded["content-encoding"] == "gzip")
            #expect(coded.body.count < body.utf8.count / 2)
            let plain = try await plane.call("/prod/r")
            #expect(plain["content-encoding"] == nil)
            #expect(plain.text == body)
        }
        #expect(backend.count == 1)
        await plane.stop()
    }

    /// The answer's form goes by `Accept` where there are several templates or binary media types.
    @Test func `Accept splits entries where it chooses`() async throws {
        let backend = try CountingBackend()
        var several = Caching.integration(port: backend.port, type: "HTTP")
        several.integrationResponses?["200"]?.responseTemplates = [
            "application/json": "{}", "text/xml": "<a/>",
        ]
        let resources = [
            TestPlane.resource("/several", several, verb: "GET"),
            TestPlane.resource("/one", Caching.integration(port: backend.port, type: "HTTP"), verb: "GET"),
        ]
        let plane = try await Caching.plane(resources)
        for _ in 0..<2 {
            #expect(try await plane.call("/prod/several").text == "{}")
            #expect(try await plane.call("/prod/several", headers: "Accept: text/xml\r\n").text == "<a/>")
            #expect(try await plane.call("/prod/one").text == "call 3")
            #expect(try await plane.call("/prod/one", headers: "Accept: text/xml\r\n").text == "call 3")
        }
        #expect(backend.count == 3)
        await plane.stop()
    }

    @Test func `a hit's execution log names no endpoint`() async throws {
        let backend = try CountingBackend()
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")],
            stage: Caching.stage([
                "*/*": Caching.setting {
                    $0.loggingLevel = "INFO"; $0.dataTraceEnabled = true
                }
            ]))
        for _ in 0..<2 { #expect(try await plane.call("/prod/r").text == "call 1") }
        let logs = await plane.plane.executionLogs(apiId: TestPlane.apiId, stageName: "prod", limit: 10)
        let texts = logs.map { $0.lines.map(\.message).joined(separator: "\n") }
        #expect(texts.count == 2)
        let hits = texts.filter { !$0.contains("Endpoint") && !$0.contains("Sending request") }
        #expect(hits.count == 1)
        #expect(hits.first?.contains("Method response body after transformations: call 1") == true)
        #expect(hits.first?.contains("Method completed with status: 200") == true)
        await plane.stop()
    }

    /// Bytes of the body, encrypted or not, and how many calls two requests make.
    @Test(
        arguments: [
            (1_048_576, false, 1), (1_048_577, false, 2), (1_048_548, true, 1), (1_048_549, true, 2),
            (16_384, false, 1),
            (16_385, false, 1), (0, false, 1), (0, true, 1), (3_000_000, false, 2),
        ] as [(Int, Bool, Int)])
    func `entries of up to a mebibyte are stored, others answered all the same`(
        _ size: Int, _ encrypted: Bool, _ calls: Int
    ) async throws {
        let backend = try CountingBackend { _, _ in
            CountingBackend.response(String(repeating: "x", count: size))
        }
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")],
            stage: Caching.stage(["*/*": Caching.setting { $0.cacheDataEncrypted = encrypted }]))
        for _ in 0..<2 {
            let answer = try await plane.call("/prod/r")
            #expect(answer.body.count == size)
            #expect(answer.body.allSatisfy { $0 == UInt8(ascii: "x") })
        }
        #expect(backend.count == calls)
        await plane.stop()
    }

    @Test func `keys are bounded`() async throws {
        let backend = try CountingBackend()
        let integration = Caching.integration(
            port: backend.port, keys: ["integration.request.header.X-Body"],
            parameters: ["integration.request.header.X-Body": "method.request.body.a"])
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", integration, verb: "POST")],
            stage: Caching.stage(["r/POST": Caching.setting()]))
        func call(_ count: Int) async throws -> Message {
            let body = #"{"a": ""# + String(repeating: "x", count: count) + #""}"#
            return try await plane.call("/prod/r", verb: "POST", body: body)
        }
        for _ in 0..<2 { #expect(try await call(8_000).text == "call 1") }
        for number in 2...3 { #expect(try await call(20_000).text == "call \(number)") }
        // As many different keys as anybody likes: the oldest go.
        #expect(plane.plane.cacheStates(apiId: nil, stageName: nil).map(\.entries) == [1])
        await plane.stop()
    }

    @Test func `memory is bounded by the engine's setting`() async throws {
        let backend = try CountingBackend { _, _ in CountingBackend.response(String(repeating: "x", count: 1_000)) }
        let integration = Caching.integration(port: backend.port, keys: ["method.request.querystring.n"])
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", integration, verb: "GET")], configure: { $0.cacheMemory = 50_000 })
        for number in 0..<200 { #expect(try await plane.call("/prod/r?n=\(number)").status == 200) }
        let state = try #require(plane.plane.cacheStates(apiId: nil, stageName: nil).first)
        #expect(state.capacityBytes == 50_000)
        #expect(state.bytes <= 50_000)
        #expect(state.entries > 10)
        #expect(backend.count == 200)
        await plane.stop()
    }

    // MARK: Invalidation

    struct Invalidation: Sendable, CustomTestStringConvertible {
        var header: String
        var requiresAuthorization: Bool?
        var strategy: String?
        var status = 200
        var body = "call 1"
        var warns = false
        var testDescription: String {
            "\(header), required: \(String(describing: requiresAuthorization)), \(strategy ?? "-")"
        }
    }

    static let warning = "199 Cache-control headers were ignored because the caller was unauthorized."

    @Test(
        arguments: [
            // By default it needs a permission, and is ignored with a warning.
            Invalidation(header: "max-age=0", warns: true),
            Invalidation(header: "max-age=0", requiresAuthorization: false, body: "call 2"),
            Invalidation(
                header: "max-age=0", requiresAuthorization: true, strategy: "SUCCEED_WITH_RESPONSE_HEADER", warns: true),
            Invalidation(
                header: "max-age=0", requiresAuthorization: true, strategy: "SUCCEED_WITHOUT_RESPONSE_HEADER"),
            Invalidation(
                header: "max-age=0", requiresAuthorization: true, strategy: "FAIL_WITH_403", status: 403,
                body: #"{"Message":"User is not authorized to access this resource"}"#),
            Invalidation(header: "no-transform , Max-Age=0", requiresAuthorization: false, body: "call 2"),
            // No other directive means anything.
            Invalidation(header: "no-cache", requiresAuthorization: false),
            Invalidation(header: "no-store", requiresAuthorization: false),
            Invalidation(header: "max-age=00", requiresAuthorization: false),
            Invalidation(header: "max-age=1", requiresAuthorization: true, strategy: "FAIL_WITH_403"),
        ])
    func `a client asks for a fresh answer`(_ row: Invalidation) async throws {
        let backend = try CountingBackend()
        let setting = Caching.setting {
            $0.requireAuthorizationForCacheControl = row.requiresAuthorization
            $0.unauthorizedCacheControlHeaderStrategy = row.strategy
        }
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")],
            stage: Caching.stage(["*/*": setting]))
        _ = try await plane.call("/prod/r")
        let answer = try await plane.call("/prod/r", headers: "Cache-Control: \(row.header)\r\n")
        #expect(answer.status == row.status)
        #expect(answer.text == row.body)
        #expect(answer.all("warning") == (row.warns ? [Self.warning] : []))
        // The entry was replaced, or is as it was; the warning is in no entry.
        let after = try await plane.call("/prod/r")
        #expect(after.text == (row.status == 403 ? "call 1" : row.body))
        #expect(after.all("warning").isEmpty)
        #expect(answer["x-amzn-errortype"] == (row.status == 403 ? "AccessDeniedException" : nil))
        await plane.stop()
    }

    @Test func `the warning is on misses and on encrypted hits too`() async throws {
        let backend = try CountingBackend()
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")],
            stage: Caching.stage(["*/*": Caching.setting { $0.cacheDataEncrypted = true }]))
        for _ in 0..<2 {
            let answer = try await plane.call("/prod/r", headers: "Cache-Control: max-age=0\r\n")
            #expect(answer.text == "call 1")
            #expect(answer.all("warning") == [Self.warning])
        }
        #expect(try await plane.call("/prod/r").all("warning").isEmpty)
        await plane.stop()
    }

    // MARK: Stages, canaries and deployments

    @Test func `a flush empties the cache at once`() async throws {
        let backend = try CountingBackend()
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")], loops: 2)
        for number in 1...3 {
            for _ in 0..<4 { #expect(try await plane.call("/prod/r").text == "call \(number)") }
            plane.plane.flushCache(apiId: TestPlane.apiId, stageName: "prod")
            #expect(plane.plane.cacheStates(apiId: nil, stageName: nil).map(\.bytes) == [0])
        }
        plane.plane.flushCache(apiId: "nobody", stageName: "prod")
        await plane.stop()
    }

    @Test func `deployments keep entries, other sizes drop them`() async throws {
        let backend = try CountingBackend()
        let resources = [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")]
        let plane = try await Caching.plane(resources)
        #expect(try await plane.call("/prod/r").text == "call 1")
        try await plane.publish(
            resources + [TestPlane.resource("/new", TestPlane.mock("{}"))], stage: Caching.stage())
        #expect(try await plane.call("/prod/r").text == "call 1")
        try await plane.publish(resources, stage: Caching.stage(size: "1.6"))
        #expect(try await plane.call("/prod/r").text == "call 2")
        try await plane.publish(resources, stage: Caching.stage(size: nil))
        try await plane.publish(resources, stage: Caching.stage())
        #expect(try await plane.call("/prod/r").text == "call 3")
        await plane.plane.withdraw(apiId: TestPlane.apiId, stageName: "prod")
        #expect(plane.plane.cacheStates(apiId: nil, stageName: nil).isEmpty)
        await plane.stop()
    }

    @Test func `a canary has its own cache unless it uses the stage's`() async throws {
        let backend = try CountingBackend()
        let resources = [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")]
        let plane = try await Caching.plane(resources)
        func publish(_ percent: Double, shares: Bool) async throws {
            let canary = CanarySettings(percentTraffic: percent, deploymentId: "canary", useStageCache: shares)
            try await plane.publish(resources, stage: Caching.stage(canary: canary), canary: resources)
        }
        #expect(try await plane.call("/prod/r").text == "call 1")
        try await publish(100, shares: false)
        for _ in 0..<2 { #expect(try await plane.call("/prod/r").text == "call 2") }
        try await publish(0, shares: false)
        #expect(try await plane.call("/prod/r").text == "call 1")
        try await publish(100, shares: true)
        #expect(try await plane.call("/prod/r").text == "call 1")
        // Promoted: the stage's entries stay.
        try await plane.publish(resources, stage: Caching.stage())
        #expect(try await plane.call("/prod/r").text == "call 1")
        await plane.stop()
    }

    // MARK: One call for all who miss

    /// Lets a backend's answers out one by one.
    private final class Gate: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        func open(_ count: Int = 1) { for _ in 0..<count { semaphore.signal() } }
        func pass() throws {
            guard semaphore.wait(timeout: .now() + 10) == .success else {
                throw RawSocket.Failure(description: "the gate stayed shut")
            }
        }
    }

    private func clients(_ count: Int, of plane: TestPlane, _ path: String = "/prod/r") async throws -> [RawSocket] {
        try await blocking { [port = plane.port] in
            try (0..<count).map { _ in
                let socket = try RawSocket(port: port)
                try socket.send(TestPlane.request(path))
                return socket
            }
        }
    }

    private func answers(_ sockets: [RawSocket]) async throws -> [Message] {
        try await blocking { try sockets.map { try $0.message() } }
    }

    @Test func `many who miss at once make one call`() async throws {
        let gate = Gate()
        let backend = try CountingBackend { _, call in
            try gate.pass()
            return CountingBackend.response("call \(call)")
        }
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")], loops: 2)
        let sockets = try await clients(40, of: plane)
        #expect(await eventually { backend.count == 1 })
        gate.open()
        let answers = try await answers(sockets)
        #expect(answers.allSatisfy { $0.status == 200 && $0.text == "call 1" })
        #expect(backend.count == 1)
        await plane.stop()
    }

    @Test func `the leader's client may go without harm to the others`() async throws {
        let gate = Gate()
        let backend = try CountingBackend { _, call in
            try gate.pass()
            return CountingBackend.response("call \(call)")
        }
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")], loops: 2)
        let leader = try await clients(1, of: plane)
        #expect(await eventually { backend.count == 1 })
        let others = try await clients(10, of: plane)
        let gone = try await clients(3, of: plane)
        for socket in gone { socket.reset() }
        leader.first?.reset()
        #expect(await eventually { backend.count == 2 })
        gate.open(2)
        let answers = try await answers(others)
        #expect(answers.allSatisfy { $0.status == 200 && $0.text == "call 2" })
        #expect(try await plane.call("/prod/r").text == "call 2")
        #expect(backend.count == 2)
        await plane.stop()
    }

    @Test func `when the leader's call fails another tries`() async throws {
        let gate = Gate()
        let backend = try ScriptedBackend { connection, number in
            _ = try connection.message()
            if number == 1 { return try gate.pass() }
            try connection.send(CountingBackend.response("fine"))
        }
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")], loops: 2)
        let leader = try await clients(1, of: plane)
        #expect(await eventually { backend.connections == 1 })
        let others = try await clients(10, of: plane)
        gate.open()
        #expect(try await answers(leader).map(\.status) == [504])
        #expect(try await answers(others).allSatisfy { $0.text == "fine" })
        #expect(backend.connections == 2)
        await plane.stop()
    }

    @Test func `who waited for an answer that is too large gets one of their own`() async throws {
        let gate = Gate()
        let backend = try CountingBackend { _, call in
            if call == 1 { try gate.pass() }
            return CountingBackend.response(String(repeating: "\(call % 10)", count: 1_100_000))
        }
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "GET")], loops: 2)
        let leader = try await clients(1, of: plane)
        #expect(await eventually { backend.count == 1 })
        let others = try await clients(5, of: plane)
        gate.open()
        #expect(try await answers(leader).allSatisfy { $0.body.count == 1_100_000 })
        #expect(try await answers(others).allSatisfy { $0.body.count == 1_100_000 })
        #expect(backend.count == 6)
        await plane.stop()
    }

    @Test func `nobody waits longer than the own integration may take`() async throws {
        let gate = Gate()
        let backend = try CountingBackend { _, call in
            try gate.pass()
            return CountingBackend.response("call \(call)")
        }
        func resource(_ path: String, timeout: Int?) -> Resource {
            TestPlane.resource(
                path, Caching.integration(port: backend.port, timeout: timeout, namespace: "shared"), verb: "GET")
        }
        let plane = try await Caching.plane([resource("/r", timeout: nil), resource("/hasty", timeout: 50)])
        let leader = try await clients(1, of: plane)
        #expect(await eventually { backend.count == 1 })
        let hasty = try await plane.call("/prod/hasty")
        #expect(hasty.status == 504)
        #expect(backend.count == 1)
        gate.open()
        #expect(try await answers(leader).map(\.text) == ["call 1"])
        #expect(try await plane.call("/prod/hasty").text == "call 1")
        await plane.stop()
    }

    @Test func `requests with bodies wait and hit like others`() async throws {
        let gate = Gate()
        let backend = try CountingBackend { request, call in
            try gate.pass()
            return CountingBackend.response("call \(call): \(request.text)")
        }
        let plane = try await Caching.plane(
            [TestPlane.resource("/r", Caching.integration(port: backend.port), verb: "POST")],
            stage: Caching.stage(["r/POST": Caching.setting()]))
        let request = TestPlane.request("/prod/r", verb: "POST", body: "one")
        let answers = try await blocking { [port = plane.port] in
            let sockets = try (0..<3).map { _ in try RawSocket(port: port) }
            for socket in sockets { try socket.send(request) }
            gate.open()
            var answers = try sockets.map { try $0.message() }
            // The connections are in order: the next requests on them are hits.
            for socket in sockets { try socket.send(request + request) }
            for socket in sockets { for _ in 0..<2 { answers.append(try socket.message()) } }
            return answers
        }
        #expect(answers.count == 9)
        #expect(answers.allSatisfy { $0.text == "call 1: one" })
        #expect(backend.count == 1)
        await plane.stop()
    }
}
