import ControlAPI
import Testing

@testable import Gateway

/// Bodies that are shorter or longer than their head says, from both sides: each ends as it has to, and the log says why.
@Suite struct HostileBodyTests {
    static let types = ["MOCK", "HTTP", "HTTP_PROXY"]

    private func plane(_ type: String, response: RecordingBackend.Response = .init()) async throws -> PayloadPlane {
        var integration = type == "MOCK" ? TestPlane.mock("{}") : Integration(type: type)
        integration.httpMethod = "POST"
        return try await PayloadPlane(integration, response: response)
    }

    // MARK: Clients

    struct ClientCase: Sendable, CustomTestStringConvertible {
        var name: String
        var framing: String
        var body: String
        /// What the client reads before the connection ends.
        var statuses: [Int]
        /// Status and reason in the log; `nil` where the request itself is fine.
        var record: (status: Int, reason: String)?

        var testDescription: String { name }

        init(
            _ name: String, _ framing: String, _ body: String, _ statuses: [Int],
            _ record: (status: Int, reason: String)? = nil
        ) {
            self.name = name
            self.framing = framing
            self.body = body
            self.statuses = statuses
            self.record = record
        }
    }

    static let leaves = (499, "the client closed the connection within the request's body")
    static let malformed = (400, "the chunked body is malformed")
    static let clients = [
        ClientCase("shorter", "Content-Length: 10", "half", [], leaves),
        ClientCase("nothing", "Content-Length: 10", "", [], leaves),
        ClientCase("longer", "Content-Length: 4", "halfmore\r\n\r\n", [200, 400]),
        ClientCase("none announced", "X: y", "more\r\n\r\n", [200, 400]),
        ClientCase("a chunk cut off", "Transfer-Encoding: chunked", "A\r\nhalf", [], leaves),
        ClientCase("a last chunk missing", "Transfer-Encoding: chunked", "4\r\nhalf\r\n", [], leaves),
        ClientCase("a size cut off", "Transfer-Encoding: chunked", "4\r\nhalf\r\n1", [], leaves),
        ClientCase("a chunk too long", "Transfer-Encoding: chunked", "4\r\nhalfmore\r\n0\r\n\r\n", [400], malformed),
        ClientCase("no size", "Transfer-Encoding: chunked", "nonsense\r\n", [400], malformed),
        ClientCase(
            "a size beyond all bounds", "Transfer-Encoding: chunked", "FFFFFFFFFFFFFFFFF\r\nx", [400], malformed),
        ClientCase(
            "behind the last chunk", "Transfer-Encoding: chunked", "4\r\nhalf\r\n0\r\n\r\nmore\r\n\r\n", [200, 400]),
    ]

    @Test(arguments: clients, types)
    func endsBodiesOfClients(_ row: ClientCase, _ type: String) async throws {
        let plane = try await plane(type)
        let request =
            "POST /prod HTTP/1.1\r\nHost: \(TestPlane.apiId).execute-api.us-east-1.localhost\r\n\(row.framing)\r\n\r\n"
            + row.body
        let statuses = try await blocking { [port = plane.plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(request)
            var statuses: [Int] = []
            if row.statuses.isEmpty { socket.shutdownOutput() }
            for _ in row.statuses { statuses.append(try socket.message().status) }
            #expect(socket.isAtEnd())
            return statuses
        }
        #expect(statuses == row.statuses)
        let isRecorded = await eventually { await plane.plane.plane.accessLog(AccessLogQuery()).count == 1 }
        #expect(isRecorded)
        let record = await plane.plane.plane.accessLog(AccessLogQuery()).last
        #expect(record?.status == row.record?.status ?? 200)
        if let reason = row.record?.reason {
            #expect(record?.errorMessage?.contains(reason) == true)
            #expect(plane.backend.count == 0, "the backend must not take half a request for a whole one")
        } else {
            #expect(record?.errorMessage == nil)
            #expect(plane.backend.count == (type == "MOCK" ? 0 : 1))
        }
        // Nobody else is harmed.
        #expect(try await plane.call("POST", body: [1]).status == 200)
        await plane.stop()
    }

    @Test(arguments: types)
    func stalledBodiesTimeOut(_ type: String) async throws {
        let backend = try ScriptedBackend.echo()
        var integration = type == "MOCK" ? TestPlane.mock("{}") : Integration(type: type)
        integration.uri = "http://127.0.0.1:\(backend.port)/"
        let plane = try await TestPlane([TestPlane.resource("/", integration)]) {
            $0.stallTimeoutMilliseconds = 100
            $0.headerTimeoutMilliseconds = 100
        }
        let answer = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(TestPlane.request("/prod", verb: "POST", headers: "Content-Length: 10\r\n") + "half")
            let answer = try socket.message()
            #expect(socket.isAtEnd())
            return answer
        }
        #expect(answer.status == 408)
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        #expect(record?.status == 408)
        #expect(record?.errorMessage == "the client stalled within the request's body")
        await plane.stop()
    }

    // MARK: Backends

    struct BackendCase: Sendable, CustomTestStringConvertible {
        var name: String
        var response: String
        /// What a client of `HTTP` gets.
        var collected: Int
        /// What a client of `HTTP_PROXY` gets, to whom the head may have gone out already; `nil` where the connection is
        /// cut within the body.
        var streamed: Int?
        var reason: String?

        var testDescription: String { name }
    }

    static let backends = [
        BackendCase(
            name: "shorter", response: "Content-Length: 10\r\n\r\nhalf", collected: 504, streamed: nil,
            reason: "connection closed within its response"),
        BackendCase(
            name: "nothing", response: "Content-Length: 10\r\n\r\n", collected: 504, streamed: 504,
            reason: "connection closed within its response"),
        BackendCase(
            name: "a chunk cut off", response: "Transfer-Encoding: chunked\r\n\r\nA\r\nhalf", collected: 504,
            streamed: nil, reason: "connection closed within its response"),
        BackendCase(
            name: "a last chunk missing", response: "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", collected: 504,
            streamed: nil, reason: "connection closed within its response"),
        BackendCase(
            name: "a chunk too long", response: "Transfer-Encoding: chunked\r\n\r\n4\r\nhalfmore\r\n0\r\n\r\n",
            collected: 504, streamed: nil, reason: "malformed response of the endpoint"),
        BackendCase(
            name: "no size", response: "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n", collected: 504, streamed: 504,
            reason: "malformed response of the endpoint"),
        BackendCase(name: "longer", response: "Content-Length: 4\r\n\r\nhalfmore", collected: 200, streamed: 200),
        BackendCase(
            name: "behind the last chunk", response: "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n\r\nmore",
            collected: 200, streamed: 200),
        BackendCase(name: "until the end", response: "X: y\r\n\r\nhalf", collected: 200, streamed: 200),
    ]

    /// `true`: the proxied response is collected, because the API compresses.
    @Test(arguments: backends, [("HTTP", false), ("HTTP_PROXY", false), ("HTTP_PROXY", true)])
    func endsBodiesOfBackends(_ row: BackendCase, _ way: (type: String, compresses: Bool)) async throws {
        let backend = try ScriptedBackend { connection, _ in
            _ = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\n" + row.response)
        }
        var integration = Integration(type: way.type)
        integration.httpMethod = "POST"
        integration.uri = "http://127.0.0.1:\(backend.port)/"
        integration.integrationResponses = ["200": IntegrationResponse(statusCode: "200")]
        var api = RestApi(id: TestPlane.apiId, name: "test", createdDate: Timestamp(seconds: 0))
        api.minimumCompressionSize = way.compresses ? 1 : nil
        let plane = try await TestPlane([])
        let snapshot = DeploymentSnapshot(
            deploymentId: "base", restApi: api, resources: [TestPlane.resource("/", integration)])
        await plane.plane.publish(
            try plane.plane.prepare(
                StagePublication(
                    apiId: TestPlane.apiId, stage: Stage(stageName: "prod", deploymentId: "base"), base: snapshot,
                    canary: nil)))
        let isCollected = way.type == "HTTP" || way.compresses
        let expected = isCollected ? row.collected : row.streamed
        // A POST, which is not sent a second time.
        let answer = try? await plane.call("/prod", verb: "POST", headers: "Accept-Encoding: gzip\r\n")
        #expect(answer?.status == expected)
        if answer?.status == 200 {
            if way.compresses {
                #expect(answer?["content-encoding"] == "gzip")
            } else {
                #expect(answer?.text == "half")
            }
        }
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        if let reason = row.reason {
            #expect(record?.errorMessage?.contains(reason) == true)
        } else {
            #expect(record?.errorMessage == nil)
        }
        #expect(backend.connections == 1)
        await plane.stop()
    }

    @Test(arguments: ["HTTP", "HTTP_PROXY"], [false, true])
    func responsesBeyondTheLimitAreFailuresWhereTheyAreCollected(_ type: String, _ isChunked: Bool) async throws {
        let plane = try await plane(
            type, response: .init(body: [UInt8](repeating: 65, count: 10_485_761), isChunked: isChunked))
        let answer = try await plane.call("POST")
        if type == "HTTP" {
            #expect(answer.status == 504)
            #expect(await plane.lastError()?.contains("response is larger than 10485760 bytes") == true)
        } else {
            #expect(answer.status == 200)
            #expect(answer.body.count == 10_485_761)
        }
        await plane.stop()
    }

    @Test(arguments: types)
    func requestsBeyondTheLimitAreRefused(_ type: String) async throws {
        let plane = try await plane(type)
        let body = [UInt8](repeating: 65, count: 10_485_761)
        for chunks in [nil, 1_000_000] {
            let answer = try await plane.call("POST", body: body, chunks: chunks)
            #expect(answer.status == 413)
            #expect(answer["x-amzn-errortype"] == "RequestEntityTooLargeException")
            #expect(answer.text == #"{"message":"HTTP content length exceeded 10485760 bytes."}"#)
            #expect(await plane.lastError() == "HTTP content length exceeded 10485760 bytes.")
        }
        #expect(plane.backend.count == 0)
        #expect(try await plane.call("POST", body: Array(body.dropLast())).status == 200)
        await plane.stop()
    }
}
