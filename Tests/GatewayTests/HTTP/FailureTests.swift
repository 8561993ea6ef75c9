import ControlAPI
import Foundation
import Testing

@testable import Gateway

/// Backends and clients that misbehave.
@Suite struct FailureTests {
    private func plane(timeout: Int? = nil, _ script: @escaping @Sendable (RawSocket, Int) throws -> Void) async throws
        -> (TestPlane, ScriptedBackend)
    {
        let backend = try ScriptedBackend(script)
        return (try await TestPlane(TestPlane.proxy(port: backend.port, timeout: timeout)), backend)
    }

    @Test func refusedConnectionIsANetworkError() async throws {
        let nobody = try RefusingPort()
        defer { nobody.close() }
        let plane = try await TestPlane(TestPlane.proxy(port: nobody.port))
        let answer = try await plane.call("/prod/x")
        #expect(answer.status == 504)
        #expect(answer.text == #"{"message": "Network error communicating with endpoint"}"#)
        #expect(answer["x-amzn-errortype"] == "InternalServerErrorException")
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        #expect(
            record?.errorMessage?.hasPrefix("Execution failed due to a network error communicating with endpoint")
                == true)
        await plane.stop()
    }

    @Test func resetIsANetworkError() async throws {
        let (plane, _) = try await plane { connection, _ in
            _ = try connection.message()
            connection.reset()
        }
        #expect(try await plane.call("/prod/x").status == 504)
        await plane.stop()
    }

    @Test func silenceIsATimeout() async throws {
        let (plane, _) = try await plane(timeout: 60) { connection, _ in
            _ = try connection.message()
            _ = connection.isAtEnd()
        }
        let answer = try await plane.call("/prod/x")
        #expect(answer.status == 504)
        #expect(answer.text == #"{"message": "Endpoint request timed out"}"#)
        await plane.stop()
    }

    @Test func stallBehindTheHeadIsATimeout() async throws {
        let (plane, _) = try await plane(timeout: 60) { connection, _ in
            _ = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            _ = connection.isAtEnd()
        }
        let answer = try await plane.call("/prod/x")
        #expect(answer.status == 504)
        await plane.stop()
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nnonsense",
    ])
    func bodyThatBreaksOffIsNotMadeWhole(_ response: String) async throws {
        let (plane, _) = try await plane { connection, _ in
            _ = try connection.message()
            try connection.send(response)
        }
        await #expect(throws: RawSocket.Failure.self) { _ = try await plane.call("/prod/x") }
        await plane.stop()
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: " + String(repeating: "b", count: 70_000) + "\r\n\r\n",
    ])
    func nonsenseIsAnIntegrationFailure(_ response: String) async throws {
        let (plane, _) = try await plane { connection, _ in
            _ = try connection.message()
            try connection.send(response)
            _ = connection.isAtEnd()
        }
        #expect(try await plane.call("/prod/x").status == 504)
        await plane.stop()
    }

    @Test func retriesWhatCanBeSentTwiceOnce() async throws {
        // Each connection serves one request, then closes when the next one comes.
        let (plane, backend) = try await plane { connection, _ in
            _ = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            _ = try connection.message()
            connection.reset()
        }
        #expect(try await plane.call("/prod/x").status == 200)
        #expect(try await plane.call("/prod/x").status == 200)
        #expect(backend.connections == 2)
        // A POST may have been carried out: it is not sent again.
        #expect(try await plane.call("/prod/x", verb: "POST").status == 504)
        #expect(backend.connections == 2)
        await plane.stop()
    }

    @Test func clientThatFinishedGetsTheAnswersToAllItsRequests() async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await TestPlane(
            TestPlane.proxy(port: backend.port) + [TestPlane.resource("/mock", TestPlane.mock("{}"))])
        for paths in [["/prod/a", "/prod/b", "/prod/c"], ["/prod/mock", "/prod/a", "/prod/mock"]] {
            let statuses = try await blocking { [port = plane.port] in
                let socket = try RawSocket(port: port)
                try socket.send(paths.map { TestPlane.request($0) }.joined())
                socket.shutdownOutput()
                let statuses = try paths.map { _ in try socket.message().status }
                #expect(socket.isAtEnd())
                return statuses
            }
            #expect(statuses == [200, 200, 200])
        }
        await plane.stop()
    }

    @Test func clientThatFinishedWithinARequestIsLetGoAfterTheAnswersBefore() async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        for rest in ["GET /prod/b HT", TestPlane.request("/prod/b", verb: "POST", headers: "Content-Length: 9\r\n")] {
            try await blocking { [port = plane.port] in
                let socket = try RawSocket(port: port)
                try socket.send(TestPlane.request("/prod/a") + rest)
                socket.shutdownOutput()
                #expect(try socket.message().status == 200)
                #expect(socket.isAtEnd())
            }
        }
        #expect(try await plane.call("/prod/x").status == 200)
        await plane.stop()
    }

    @Test func clientThatFinishedStillGetsALongAnswer() async throws {
        let plane = try await TestPlane([
            TestPlane.resource("/", TestPlane.mock(String(repeating: "x", count: 16_000_000)))
        ])
        let count = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port, receiveBuffer: 4096)
            try socket.send(TestPlane.request("/prod/"))
            _ = try socket.read(1)
            socket.shutdownOutput()
            return try socket.readToEnd().count
        }
        #expect(count > 16_000_000)
        await plane.stop()
    }

    @Test func earlyResponseEndsTheExchange() async throws {
        let (plane, backend) = try await plane { connection, _ in
            _ = try connection.read(until: "\r\n\r\n")
            try connection.send("HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\nno")
            _ = try connection.readToEnd()
        }
        let answers = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(TestPlane.request("/prod/x", verb: "POST", headers: "Content-Length: 1000\r\n"))
            let first = try socket.message()
            // The rest of the body is dropped, and the connection goes on.
            try socket.send(String(repeating: "x", count: 1000) + TestPlane.request("/prod/y"))
            return [first, try socket.message()]
        }
        #expect(answers.map(\.status) == [400, 400])
        #expect(backend.connections == 2, "a connection with half a request must not be used again")
        await plane.stop()
    }

    /// The trap: bytes of a response that nobody read may never reach another client.
    @Test func abortedResponseLeaksNothing() async throws {
        let (plane, backend) = try await plane { connection, _ in
            while true {
                let request = try connection.message()
                if request.startLine.contains("/large") {
                    try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
                    let piece = [UInt8](repeating: UInt8(ascii: "S"), count: 1 << 16)
                    for _ in 0..<763 { try connection.send(piece) }
                } else {
                    try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsmall")
                }
            }
        }
        for round in 0..<8 {
            try await blocking { [port = plane.port] in
                let socket = try RawSocket(port: port)
                try socket.send(TestPlane.request("/prod/large"))
                _ = try socket.read(100_000)
                if round % 2 == 0 { socket.reset() } else { socket.close() }
            }
            for _ in 0..<4 { #expect(try await plane.call("/prod/small").text == "small") }
        }
        #expect(backend.connections > 8)
        await plane.stop()
    }

    @Test(arguments: [
        "GET /prod/x HTTP/1.1\r\nHo",
        TestPlane.request("/prod/x", verb: "POST", headers: "Content-Length: 10\r\n") + "half",
    ])
    func clientThatLeavesEarlyHarmsNobody(_ start: String) async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        for round in 0..<6 {
            try await blocking { [port = plane.port] in
                let socket = try RawSocket(port: port)
                try socket.send(start)
                switch round % 3 {
                case 0: socket.reset()
                case 1: socket.close()
                default:
                    socket.shutdownOutput()
                    _ = socket.isAtEnd()
                }
            }
            #expect(try await plane.call("/prod/ok").status == 200)
        }
        await plane.stop()
    }

    @Test func answersAClientThatShutItsSide() async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        let answer = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(TestPlane.request("/prod/x"))
            socket.shutdownOutput()
            let answer = try socket.message()
            guard socket.isAtEnd() else { throw RawSocket.Failure(description: "not closed") }
            return answer
        }
        #expect(answer.status == 200)
        await plane.stop()
    }

    @Test func unaskedBytesCloseTheBackendsConnection() async throws {
        let (plane, backend) = try await plane { connection, _ in
            while true {
                _ = try connection.message()
                try connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
            }
        }
        for _ in 0..<5 { #expect(try await plane.call("/prod/x").text == "ok") }
        #expect(backend.connections == 5)
        await plane.stop()
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: x\n\n", 400), ("GET /" + String(repeating: "a", count: 11_000), 414),
        ("GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 11_000), 431),
    ])
    func hostileBytesAreAnsweredAndClosed(_ input: String, _ status: Int) async throws {
        let plane = try await TestPlane([])
        let answer = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(input)
            let answer = try socket.message()
            guard socket.isAtEnd() else { throw RawSocket.Failure(description: "not closed") }
            return answer
        }
        #expect(answer.status == status)
        #expect(answer["connection"] == "close")
        await plane.stop()
    }

    @Test func slowHeadTimesOut() async throws {
        let plane = try await TestPlane([]) { $0.headerTimeoutMilliseconds = 100 }
        let answer = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send("GET / HTTP/1.1\r\nHo")
            return try socket.message()
        }
        #expect(answer.status == 408)
        let silent = try await blocking { [port = plane.port] in try RawSocket(port: port).isAtEnd() }
        #expect(silent)
        await plane.stop()
    }

    @Test func idleConnectionIsClosed() async throws {
        let plane = try await TestPlane([TestPlane.resource("/", TestPlane.mock("{}"))]) {
            $0.headerTimeoutMilliseconds = 100
            $0.idleTimeoutMilliseconds = 100
        }
        let closed = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(TestPlane.request("/prod"))
            _ = try socket.message()
            return socket.isAtEnd()
        }
        #expect(closed)
        await plane.stop()
    }

    @Test func slowClientHoldsTheBackendBack() async throws {
        let sent = Counter()
        let (plane, _) = try await plane { connection, _ in
            _ = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
            let piece = [UInt8](repeating: 65, count: 1 << 20)
            for _ in 0..<100 {
                try connection.send(piece)
                sent.add(1)
            }
        }
        let socket = try plane.connect(receiveBuffer: 65_536)
        try socket.send(TestPlane.request("/prod/x"))
        _ = try await blocking { try socket.read(1) }
        // With nobody reading, what is under way is bounded by the kernel's buffers.
        var last = -1
        let settled = await eventually {
            let now = sent.value
            defer { last = now }
            try? await Task.sleep(for: .milliseconds(200))
            return now == last && now == sent.value
        }
        #expect(settled)
        #expect(sent.value < 40)
        let rest = try await blocking {
            var bytes = 1
            _ = try socket.read(until: "\r\n\r\n")
            bytes = 0
            while bytes < 104_857_600 { bytes += try socket.read(min(1 << 20, 104_857_600 - bytes)).count }
            return bytes
        }
        #expect(rest == 104_857_600)
        await plane.stop()
    }

    /// A slow client may hold the backend's reads just before a response's last bytes. The connection that goes back to
    /// the pool then has to be read again.
    @Test func responsesThatEndWhileReadsAreHeldLeaveAConnectionThatIsRead() async throws {
        let sent = Counter()
        let (plane, _) = try await plane { connection, _ in
            while true {
                _ = try connection.message()
                let size = 48_000 + sent.value * 16_000
                let head = Array("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n".utf8)
                try connection.send(head + [UInt8](repeating: 65, count: size))
                sent.add(1)
            }
        }
        let socket = try plane.connect(receiveBuffer: 4096)
        for round in 0..<30 {
            try socket.send(TestPlane.request("/prod/x"))
            #expect(await eventually { sent.value > round })
            let answer = try await blocking { try socket.message() }
            #expect(answer.status == 200)
        }
        await plane.stop()
    }

    @Test func slowBackendHoldsTheClientBack() async throws {
        let go = DispatchSemaphore(value: 0)
        let (plane, _) = try await plane { connection, _ in
            _ = try connection.read(until: "\r\n\r\n")
            go.wait()
            let body = try connection.read(10_000_000)
            try connection.send(
                "HTTP/1.1 200 OK\r\nContent-Length: \(String(body.count).utf8.count)\r\n\r\n\(body.count)")
        }
        let socket = try plane.connect()
        try socket.send(TestPlane.request("/prod/x", verb: "POST", headers: "Content-Length: 10000000\r\n"))
        let piece = [UInt8](repeating: 65, count: 100_000)
        var sent = 0
        var stuck = 0
        while sent < 10_000_000, stuck < 40 {
            let count = socket.sendSome(Array(piece.prefix(10_000_000 - sent)))
            if count > 0 {
                sent += count
                stuck = 0
            } else {
                stuck += 1
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        go.signal()
        let answer = try await blocking { [sent] in
            try socket.send([UInt8](repeating: 65, count: 10_000_000 - sent))
            return try socket.message()
        }
        #expect(answer.text == "10000000")
        await plane.stop()
    }
}

final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0
    func add(_ number: Int) { lock.withLock { count += number } }
    var value: Int { lock.withLock { count } }
}
