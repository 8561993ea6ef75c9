import ControlAPI
import NIOCore
import Testing

@testable import Gateway

/// `minimumCompressionSize`.
@Suite struct CompressionTests {
    static let text = String(repeating: "All work and no play. ", count: 50)

    private func integration(_ type: String, body: String = text, status: Int = 200) -> Integration {
        if type == "MOCK" { return TestPlane.mock(body, status: status) }
        var integration = Integration(type: type)
        integration.httpMethod = "ANY"
        return integration
    }

    private func plane(
        _ type: String, least: Int?, body: String = text, headers: [String] = [], isChunked: Bool = false
    )
        async throws -> PayloadPlane
    {
        try await PayloadPlane(
            integration(type, body: body), minimumCompressionSize: least,
            response: .init(
                headers: ["Content-Type: text/plain", "ETag: \"1\""] + headers, body: Array(body.utf8),
                isChunked: isChunked))
    }

    private func inflate(_ answer: Message) throws -> String {
        let coding = try #require(answer["content-encoding"].flatMap(ContentCoding.init))
        let body = try Inflater.inflate(ByteBuffer(bytes: answer.body), coding, limit: 50_000_000)
        return String(buffer: body)
    }

    static let types = ["MOCK", "HTTP", "HTTP_PROXY"]

    @Test(
        arguments: types, [("gzip", "gzip"), ("deflate;q=0.5", "deflate"), ("*", "gzip"), ("br, gzip;q=0.1", "gzip")])
    func codesWhatTheClientTakes(_ type: String, _ row: (accept: String, coding: String)) async throws {
        for isChunked in [false, true] {
            let plane = try await plane(type, least: 0, isChunked: isChunked)
            let answer = try await plane.call("GET", ["Accept-Encoding: \(row.accept)"])
            #expect(answer.status == 200)
            #expect(answer["content-encoding"] == row.coding)
            #expect(answer["content-length"] == "\(answer.body.count)")
            #expect(answer.body.count < 200)
            #expect(try inflate(answer) == Self.text)
            #expect(answer["vary"] == nil)
            if type == "HTTP_PROXY" { #expect(answer["etag"] == "\"1\"") }
            await plane.stop()
        }
    }

    @Test(
        arguments: types,
        [nil, "", "identity", "br", "gzip;q=0", "gzip;q=0, deflate;q=0, *;q=1", "identity;q=1, gzip;q=0.5"] as [String?]
    )
    func leavesWhatTheClientDoesNotTake(_ type: String, _ accept: String?) async throws {
        let plane = try await plane(type, least: 0)
        let answer = try await plane.call("GET", accept.map { ["Accept-Encoding: \($0)"] } ?? [])
        #expect(answer.text == Self.text)
        #expect(answer["content-encoding"] == nil)
        await plane.stop()
    }

    /// Bytes of the body against `minimumCompressionSize`; `nil` turns compression off.
    @Test(
        arguments: types,
        [
            (100, nil, false), (100, 101, false), (100, 100, true), (100, 99, true), (1, 0, true), (0, 0, false),
            (100, 10_485_760, false),
        ] as [(Int, Int?, Bool)])
    func codesFromTheMinimumOn(_ type: String, _ row: (size: Int, least: Int?, isCoded: Bool)) async throws {
        let body = String(repeating: "x", count: row.size)
        for isChunked in [false, true] where !(isChunked && row.size == 0) {
            let plane = try await plane(type, least: row.least, body: body, isChunked: isChunked)
            let answer = try await plane.call("GET", ["Accept-Encoding: gzip"])
            #expect((answer["content-encoding"] == "gzip") == row.isCoded)
            #expect(row.isCoded ? try inflate(answer) == body : answer.text == body)
            await plane.stop()
        }
    }

    @Test func leavesWhatIsCodedAlready() async throws {
        let gzip = try InflaterTests.compress(ByteBuffer(string: Self.text), .gzip)
        for (encoding, body) in [("gzip", Array(gzip.readableBytesView)), ("br", [1, 2, 3])] {
            let proxy = try await PayloadPlane(
                integration("HTTP_PROXY"), minimumCompressionSize: 0,
                response: .init(headers: ["Content-Encoding: \(encoding)"], body: body))
            let answer = try await proxy.call("GET", ["Accept-Encoding: gzip, deflate"])
            #expect(answer.all("content-encoding") == [encoding])
            #expect(answer.body == body)
            await proxy.stop()
        }
        // A header that a template or a mapping sets counts too.
        var mock = TestPlane.mock(Self.text)
        mock.integrationResponses?["200"]?.responseParameters = ["method.response.header.content-encoding": "'own'"]
        let plane = try await PayloadPlane(mock, minimumCompressionSize: 0)
        let answer = try await plane.call("GET", ["Accept-Encoding: gzip"])
        #expect(answer.all("content-encoding") == ["own"])
        #expect(answer.text == Self.text)
        await plane.stop()
    }

    @Test func headSaysWhatGetWouldHave() async throws {
        let plane = try await plane("MOCK", least: 0)
        let get = try await plane.call("GET", ["Accept-Encoding: gzip"])
        let head = try await plane.call("HEAD", ["Accept-Encoding: gzip"])
        #expect(head["content-encoding"] == "gzip")
        #expect(head["content-length"] == get["content-length"])
        #expect(head.body.isEmpty)
        await plane.stop()
    }

    @Test(arguments: [204, 304], types)
    func answersWithoutABodyAreNotCoded(_ status: Int, _ type: String) async throws {
        var integration = integration(type, body: type == "MOCK" ? Self.text : "", status: status)
        if type == "HTTP" {
            integration.integrationResponses = ["\(status)": IntegrationResponse(statusCode: "\(status)")]
        }
        let plane = try await PayloadPlane(
            integration, minimumCompressionSize: 0, response: .init(status: status, headers: [], body: []))
        for verb in ["GET", "HEAD"] {
            let answer = try await plane.call(verb, ["Accept-Encoding: gzip"])
            #expect(answer.status == status)
            #expect(answer["content-encoding"] == nil)
        }
        await plane.stop()
    }

    @Test func partsAreNotCoded() async throws {
        let plane = try await PayloadPlane(
            integration("HTTP_PROXY"), minimumCompressionSize: 0,
            response: .init(
                status: 206, headers: ["Content-Range: bytes 0-\(Self.text.utf8.count - 1)/5000"],
                body: Array(Self.text.utf8)))
        let answer = try await plane.call("GET", ["Accept-Encoding: gzip", "Range: bytes=0-"])
        #expect(answer.status == 206)
        #expect(answer["content-encoding"] == nil)
        #expect(answer.text == Self.text)
        await plane.stop()
    }

    @Test func gatewayResponsesAreNotCoded() async throws {
        var integration = integration("HTTP")
        integration.integrationResponses = [:]
        let plane = try await PayloadPlane(integration, minimumCompressionSize: 0)
        let answer = try await plane.call("GET", ["Accept-Encoding: gzip"])
        #expect(answer.status == 500)
        #expect(answer["content-encoding"] == nil)
        #expect(answer.text == #"{"message": "Internal server error"}"#)
        await plane.stop()
    }

    @Test(arguments: types)
    func largeBodiesAreCodedInPieces(_ type: String) async throws {
        let body = (0..<60_000).map { "line \($0)\n" }.joined()
        let plane = try await plane(type, least: 1000, body: body)
        let answers = try await withThrowingTaskGroup(of: Message.self) { group in
            for _ in 0..<4 { group.addTask { try await plane.call("GET", ["Accept-Encoding: gzip"]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for answer in answers { #expect(try inflate(answer) == body) }
        await plane.stop()
    }

    @Test func clientsThatLeaveWhileTheirAnswerIsCodedHarmNobody() async throws {
        let body = (0..<300_000).map { "line \($0)\n" }.joined()
        let plane = try await plane("MOCK", least: 0, body: body)
        for _ in 0..<5 {
            let socket = try plane.plane.connect()
            try socket.send(TestPlane.request("/prod", headers: "Accept-Encoding: gzip\r\n"))
            socket.reset()
        }
        #expect(try inflate(try await plane.call("GET", ["Accept-Encoding: gzip"])) == body)
        await plane.stop()
    }

    /// What cannot be collected is streamed as it is.
    @Test func responsesBeyondTheLimitAreStreamed() async throws {
        let body = String(repeating: "x", count: 10_485_761)
        let plane = try await plane("HTTP_PROXY", least: 0, body: body)
        let answer = try await plane.call("GET", ["Accept-Encoding: gzip"])
        #expect(answer["content-encoding"] == nil)
        #expect(answer.body.count == 10_485_761)
        await plane.stop()
    }

    @Test func convertsBeforeItCodes() async throws {
        let plane = try await PayloadPlane(
            integration("HTTP_PROXY"), binaryTypes: ["image/png"], minimumCompressionSize: 0,
            response: .init(headers: ["Content-Type: image/png"], body: PayloadPlane.png))
        let text = try await plane.call("GET", ["Accept-Encoding: gzip", "Accept: text/plain"])
        #expect(try inflate(text) == String(decoding: PayloadPlane.pngBase64, as: UTF8.self))
        await plane.stop()
    }
}
