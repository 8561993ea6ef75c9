import ControlAPI
import Foundation
import Testing

@testable import Gateway

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Backends that misbehave, over `HTTP` and `HTTP_PROXY`: AWS's status and log line for each, while requests beside it go
/// on as if nothing were.
@Suite(.serialized) struct BackendFaultTests {
    /// `/fault` is the faulty backend's, `/beside` that of one in order; both on one loop.
    private func plane(_ type: String, port: Int, timeout: Int? = nil) async throws -> TestPlane {
        let good = try ScriptedBackend.echo()
        func integration(_ port: Int, timeout: Int? = nil) -> Integration {
            var integration = Integration(type: type)
            integration.httpMethod = "POST"
            integration.uri = "http://127.0.0.1:\(port)/"
            integration.timeoutInMillis = timeout
            integration.integrationResponses = ["200": IntegrationResponse(statusCode: "200")]
            return integration
        }
        let plane = try await TestPlane([])
        var setting = MethodSetting()
        setting.loggingLevel = "ERROR"
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.methodSettings = ["*/*": setting]
        try await plane.publish(
            [
                TestPlane.resource("/fault", integration(port, timeout: timeout)),
                TestPlane.resource("/beside", integration(good.port)),
            ],
            stage: stage)
        return plane
    }

    /// Requests to the backend in order, as long as `work` takes and at least three: each has to succeed.
    private func beside<Value: Sendable>(_ plane: TestPlane, _ work: @Sendable () async throws -> Value) async throws
        -> Value
    {
        let isOver = Counter()
        async let others: Int = {
            var count = 0
            while isOver.value == 0 || count < 3 {
                let answer = try? await plane.call("/prod/beside", verb: "POST", body: "hello")
                #expect(answer?.status == 200)
                #expect(answer?.text.hasSuffix("hello") == true)
                count += 1
                try? await Task.sleep(for: .milliseconds(10))
            }
            return count
        }()
        let result: Result<Value, any Error>
        do { result = .success(try await work()) } catch { result = .failure(error) }
        isOver.add(1)
        #expect(await others >= 3)
        return try result.get()
    }

    struct FaultCase: Sendable, CustomTestStringConvertible {
        var name: String
        /// The line in the execution log.
        var line: String
        /// What a client of `HTTP_PROXY` gets whose answer had begun: nothing whole.
        var cutsStreams = false
        var script: @Sendable (RawSocket) throws -> Void
        var testDescription: String { name }
    }

    static let network = "Execution failed due to a network error communicating with endpoint"
    static let timeout = "Execution failed due to a timeout error"
    static let malformed = "Execution failed due to a malformed response of the endpoint: "
    static let faults = [
        FaultCase(name: "closes at once", line: network) { _ in },
        FaultCase(name: "closes behind the request", line: network) { _ = try $0.message() },
        FaultCase(name: "resets", line: network) { connection in
            _ = try connection.message()
            connection.reset()
        },
        FaultCase(name: "says nothing", line: timeout) { _ = try $0.readToEnd() },
        FaultCase(name: "stalls within the head", line: timeout) { connection in
            _ = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Le")
            _ = try connection.readToEnd()
        },
        FaultCase(name: "stalls behind the head", line: timeout) { connection in
            _ = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            _ = try connection.readToEnd()
        },
        FaultCase(name: "stalls within the body", line: timeout, cutsStreams: true) { connection in
            _ = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal")
            _ = try connection.readToEnd()
        },
        FaultCase(name: "closes within the head", line: network) { connection in
            _ = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Le")
        },
        FaultCase(name: "closes within a chunk", line: network, cutsStreams: true) { connection in
            _ = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nhalf")
        },
        FaultCase(name: "resets within a body that its end delimits", line: network, cutsStreams: true) { connection in
            _ = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\nX: y\r\n\r\nhalf")
            // The first bytes have to be read before the reset drops them.
            Thread.sleep(forTimeInterval: 0.05)
            connection.reset()
        },
        FaultCase(name: "sends garbage", line: malformed) { connection in
            _ = try connection.message()
            try connection.send([UInt8](repeating: 0xFF, count: 100) + Array("\r\n\r\n".utf8))
            _ = try connection.readToEnd()
        },
        FaultCase(name: "sends garbage without end", line: malformed) { connection in
            _ = try connection.message()
            while true { try connection.send([UInt8](repeating: UInt8(ascii: "x"), count: 65_536)) }
        },
        FaultCase(name: "answers 100 without end", line: timeout) { connection in
            _ = try connection.message()
            while true {
                try connection.send("HTTP/1.1 100 Continue\r\n\r\n")
                Thread.sleep(forTimeInterval: 0.001)
            }
        },
    ]

    @Test(arguments: faults, ["HTTP", "HTTP_PROXY"])
    func faultsHaveTheirStatusAndLineAndHarmNobody(_ row: FaultCase, _ type: String) async throws {
        let backend = try ScriptedBackend { connection, _ in try row.script(connection) }
        let plane = try await plane(type, port: backend.port, timeout: row.line == Self.timeout ? 500 : nil)
        let answer = try await beside(plane) { try? await plane.call("/prod/fault", verb: "POST") }
        let isCut = row.cutsStreams && type == "HTTP_PROXY"
        #expect(answer?.status == (isCut ? nil : 504))
        let logs = await plane.plane.executionLogs(apiId: nil, stageName: nil, limit: 10)
        #expect(logs.count == 1)
        let lines = logs.first?.lines.map(\.message) ?? []
        #expect(lines.contains { $0.hasPrefix(row.line) }, "\(lines)")
        await plane.stop()
    }

    // MARK: A gigabyte

    private static let gigabyte = 1 << 30

    /// Sends a body of 1 GiB, or so many bytes, and counts what went out.
    private static func large(_ sent: Counter, isChunked: Bool, count: Int = gigabyte) throws -> ScriptedBackend {
        try ScriptedBackend { connection, _ in
            _ = try connection.message()
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(count)"
            try connection.send("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n")
            let piece = [UInt8](repeating: 65, count: 1 << 20)
            let framed = isChunked ? Array("100000\r\n".utf8) + piece + Array("\r\n".utf8) : piece
            for _ in 0..<count >> 20 {
                try connection.send(framed)
                sent.add(piece.count)
            }
            if isChunked { try connection.send("0\r\n\r\n") }
        }
    }

    /// What is under way between backend and client stays within the buffers of two sockets and of the gateway.
    @Test(arguments: [false, true])
    func streamsAGigabyteInBoundedMemory(_ isChunked: Bool) async throws {
        let sent = Counter()
        let size = isChunked ? Self.gigabyte / 8 : Self.gigabyte
        let backend = try Self.large(sent, isChunked: isChunked, count: size)
        let plane = try await plane("HTTP_PROXY", port: backend.port)
        let (received, most) = try await beside(plane) {
            try await blocking { [port = plane.port] in
                let socket = try RawSocket(port: port)
                try socket.send(TestPlane.request("/prod/fault", verb: "POST", headers: "Connection: close\r\n"))
                var buffer = [UInt8](repeating: 0, count: 1 << 18)
                var received = 0
                var most = 0
                while true {
                    let count = recv(socket.descriptor, &buffer, buffer.count, 0)
                    guard count > 0 else { return (received, most) }
                    received += count
                    most = max(most, sent.value - received)
                }
            }
        }
        #expect(received > size)
        #expect(most < 64 << 20, "\(most) bytes were under way")
        await plane.stop()
    }

    @Test(arguments: [false, true])
    func refusesAGigabyteWhereItIsCollected(_ isChunked: Bool) async throws {
        let sent = Counter()
        let backend = try Self.large(sent, isChunked: isChunked)
        let plane = try await plane("HTTP", port: backend.port)
        let answer = try await beside(plane) { try await plane.call("/prod/fault", verb: "POST") }
        #expect(answer.status == 504)
        #expect(sent.value < 64 << 20)
        let record = await plane.plane.accessLog(AccessLogQuery()).last { $0.status == 504 }
        #expect(record?.errorMessage == "Execution failed: the endpoint's response is larger than 10485760 bytes")
        await plane.stop()
    }

    // MARK: Answers before the request is complete

    struct EarlyCase: Sendable, CustomTestStringConvertible {
        var name: String
        var response: String
        var status: Int
        var then: @Sendable (RawSocket) throws -> Void
        var testDescription: String { name }
    }

    static let early = [
        EarlyCase(
            name: "refuses and closes", response: "HTTP/1.1 413 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno",
            status: 413
        ) { _ in },
        EarlyCase(
            name: "refuses and goes on reading", response: "HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno", status: 413
        ) {
            _ = try $0.readToEnd()
        },
        EarlyCase(
            name: "accepts and never reads on", response: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", status: 200
        ) { _ in
            Thread.sleep(forTimeInterval: 5)
        },
    ]

    /// The client gets the early answer while it sends, and the backend's connection is not used again.
    @Test(arguments: early, ["HTTP", "HTTP_PROXY"])
    func earlyAnswersReachTheClient(_ row: EarlyCase, _ type: String) async throws {
        let backend = try ScriptedBackend { connection, number in
            guard number == 1 else {
                _ = try connection.message()
                return try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
            _ = try connection.read(until: "\r\n\r\n")
            try connection.send(row.response)
            try row.then(connection)
        }
        let plane = try await plane(type, port: backend.port)
        let body = [UInt8](repeating: 65, count: 10_000_000)
        let answer = try await beside(plane) {
            try await blocking { [port = plane.port] in
                let socket = try RawSocket(port: port)
                try socket.send(
                    TestPlane.request("/prod/fault", verb: "POST", headers: "Content-Length: \(body.count)\r\n"))
                try? socket.send(body)
                return try socket.message()
            }
        }
        // `HTTP` maps every status to 200 here.
        #expect(answer.status == (type == "HTTP" ? 200 : row.status))
        #expect(answer.text == "no")
        let next = try await plane.call("/prod/fault", verb: "POST", body: "x")
        #expect(next.text == "ok")
        #expect(backend.connections == 2)
        await plane.stop()
    }
}
