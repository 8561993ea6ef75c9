import ControlAPI
import Foundation
import JSON
import Synchronization
import Testing

@testable import Gateway
import SigV4

/// A server over a real socket and a real port, gone at the end.
private func withServer(
    _ body: (ControlHarness, ControlServer, ControlServer.Addresses) async throws -> Void
) async throws {
    let harness = try ControlHarness()
    let server = ControlServer(controlPlane: harness.plane)
    let addresses = try await server.start(
        socketPath: harness.plane.info.socket, tcp: .init(host: "127.0.0.1", port: 0))
    do {
        try await body(harness, server, addresses)
    } catch {
        await server.shutdown(grace: .zero)
        throw error
    }
    await server.shutdown(grace: .zero)
}

/// A blocking client on a plain socket, so that a test sends exactly the bytes that it means.
private final class RawClient {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(unix path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try setUp(result)
    }

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try setUp(result)
    }

    private func setUp(_ result: Int32) throws {
        try #require(result == 0, "\(String(cString: strerror(errno)))")
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    /// More bytes; `false` at the end of the stream. Waits on a thread of its own: the tasks' own threads are few,
    /// and the server needs them to answer.
    private func fill() async -> Bool {
        let descriptor = self.descriptor
        let chunk = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var chunk = [UInt8](repeating: 0, count: 65_536)
                let count = recv(descriptor, &chunk, chunk.count, 0)
                continuation.resume(returning: Array(chunk.prefix(max(0, count))))
            }
        }
        buffer += chunk
        return !chunk.isEmpty
    }

    /// Up to and without `mark`; `nil` if the stream ends before it.
    func text(until mark: String) async -> String? {
        let wanted = Array(mark.utf8)
        while true {
            if let range = buffer.firstRange(of: wanted) {
                let text = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<range.upperBound)
                return text
            }
            guard await fill() else { return nil }
        }
    }

    struct Answer {
        let status: Int
        let head: String
        let body: JSON

        func header(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
                .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }

    func answer() async throws -> Answer {
        let head = try #require(await text(until: "\r\n\r\n"), "the connection was closed")
        let status = try #require(Int(head.split(separator: " ")[1]))
        let answer = Answer(status: status, head: head, body: .null)
        guard let length = answer.header("content-length").flatMap({ Int($0) }) else { return answer }
        while buffer.count < length { guard await fill() else { break } }
        let body = buffer.prefix(length)
        buffer.removeFirst(body.count)
        return Answer(status: status, head: head, body: body.isEmpty ? .null : try JSON(parsing: body))
    }

    /// Whether the server closed the connection.
    func isClosed() async -> Bool {
        guard buffer.isEmpty else { return false }
        return await !fill()
    }
}

/// Waits for what another task does, with a generous end.
private func eventually(_ what: String, _ condition: () -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(20)
    while !condition() {
        try #require(ContinuousClock.now < end, "\(what)")
        try await Task.sleep(for: .milliseconds(2))
    }
}

@Suite struct ControlServerTests {
    @Test func `calls over the Unix socket, several on one connection`() async throws {
        try await withServer { harness, _, addresses in
            let client = try RawClient(unix: addresses.socketPath)
            let body = #"{"name":"shop"}"#
            client.send("POST /restapis HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            let created = try await client.answer()
            #expect(created.status == 201)
            #expect(created.header("x-amzn-RequestId")?.count == 36)
            #expect(created.header("content-type") == "application/json")
            // Two at once: answered in order.
            client.send("GET /restapis/\(created.body["id"]?.string ?? "") HTTP/1.1\r\nHost: x\r\n\r\n")
            client.send("GET /restapis/nothere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await client.answer().body["name"] == "shop")
            let lost = try await client.answer()
            #expect(lost.status == 404)
            #expect(lost.header("x-amzn-ErrorType") == "NotFoundException")
            #expect(await client.isClosed())
            let journal = try await harness.done("GET", "/sluice/journal")
            #expect(journal["item"]?[0]?["actor"]?.string == "unix:uid=\(geteuid())")
        }
    }

    private static func signed(
        _ verb: String, _ target: String, _ body: String = "", port: Int, key: String = "test",
        secret: String = "secret",
        time: Int = Timestamp.now.seconds
    ) -> String {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let host = "127.0.0.1:\(port)"
        let request = SignableRequest(
            method: verb, path: parts[0], query: parts.count > 1 ? parts[1] : "",
            headers: [(name: "Host", value: host)],
            body: Array(body.utf8))
        let signer = Signer(
            credentials: Credentials(accessKeyId: key, secretAccessKey: secret), region: "us-east-1",
            service: "apigateway")
        let headers = signer.headers(for: request, time: time).map { "\($0.name): \($0.value)\r\n" }.joined()
        return
            "\(verb) \(target) HTTP/1.1\r\nHost: \(host)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }

    @Test func `over TCP a call has to be signed`() async throws {
        try await withServer { harness, _, addresses in
            try await harness.plane.storeCredential(accessKeyId: "test", secretAccessKey: "secret")
            let port = try #require(addresses.tcp?.port)
            let client = try RawClient(port: port)
            func refused(_ text: String, _ code: String, _ message: String) async throws {
                client.send(text)
                let answer = try await client.answer()
                #expect(answer.status == 403)
                #expect(answer.header("x-amzn-ErrorType") == code)
                #expect(answer.body["message"]?.string?.hasPrefix(message) == true, "\(answer.body.text())")
            }
            client.send(Self.signed("POST", "/restapis", #"{"name":"a b"}"#, port: port))
            #expect(try await client.answer().status == 201)
            client.send(Self.signed("GET", "/restapis?limit=1&position=", port: port))
            #expect(try await client.answer().status == 200)
            try await refused(
                "GET /restapis HTTP/1.1\r\nHost: x\r\n\r\n", "MissingAuthenticationTokenException",
                "Missing Authentication Token")
            try await refused(
                Self.signed("GET", "/restapis", port: port, key: "other"), "UnrecognizedClientException",
                "The security token included in the request is invalid.")
            try await refused(
                Self.signed("GET", "/restapis", port: port, secret: "wrong"), "InvalidSignatureException",
                "The request signature we calculated does not match")
            try await refused(
                Self.signed("GET", "/restapis", port: port, time: Timestamp.now.seconds - 400),
                "InvalidSignatureException", "Signature expired: ")
            try await refused(
                "GET /restapis HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n",
                "IncompleteSignatureException", "Invalid key=value pair")
            // Who can list the keys could sign with them.
            client.send(Self.signed("GET", "/sluice/credentials", port: port))
            #expect(try await client.answer().status == 403)
            let journal = try await harness.done("GET", "/sluice/journal?limit=1")
            #expect(journal["item"]?[0]?["actor"] == "test")
        }
    }

    @Test func `bodies that are too large, and requests that are none`() async throws {
        try await withServer { _, _, addresses in
            let announced = try RawClient(unix: addresses.socketPath)
            announced.send("POST /restapis HTTP/1.1\r\nHost: x\r\nContent-Length: 10485761\r\n\r\n")
            let refused = try await announced.answer()
            #expect(refused.status == 413)
            #expect(refused.header("x-amzn-ErrorType") == "RequestEntityTooLargeException")
            #expect(await announced.isClosed())

            let nonsense = try RawClient(unix: addresses.socketPath)
            nonsense.send("NONSENSE\r\n\r\n")
            let answer400 = try await nonsense.answer()
            #expect(answer400.status == 400)
            #expect(answer400.header("x-amzn-RequestId")?.count == 36)
            #expect(await nonsense.isClosed())

            let deep = try RawClient(unix: addresses.socketPath)
            let body = String(repeating: "{\"a\":[", count: 50_000) + String(repeating: " ", count: 200_000)
            deep.send("POST /restapis HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            let answer = try await deep.answer()
            #expect(answer.status == 400)
            #expect(answer.header("x-amzn-ErrorType") == "SerializationException")

            let patient = try RawClient(unix: addresses.socketPath)
            patient.send("POST /restapis HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 12\r\n\r\n")
            #expect(try await patient.answer().status == 100)
            patient.send(#"{"name":"a"}"#)
            #expect(try await patient.answer().status == 201)
        }
    }

    @Test func `the live feed: hello, metrics, records, changes, and an end when the client goes`() async throws {
        try await withServer { harness, _, addresses in
            var client: RawClient? = try RawClient(unix: addresses.socketPath)
            client?.send("GET /sluice/events?access=all HTTP/1.1\r\nHost: x\r\n\r\n")
            let head = try #require(await client?.text(until: "\r\n\r\n"))
            #expect(head.lowercased().contains("transfer-encoding: chunked"))
            func event() async throws -> ControlEvent {
                // A line of a chunk: its size stands before it.
                while let line = await client?.text(until: "\n") {
                    if line.hasPrefix("{") { return try JSON(parsing: line).decode() }
                }
                throw CancellationError()
            }
            guard case .hello(let info) = try await event() else { return #expect(Bool(false), "no hello") }
            #expect(info.account == "000000000000")
            try await eventually("the feed listens") { harness.reports.readerCount == 1 }
            harness.reports.tell(.metrics(time: 5, samples: []))
            #expect(try await event() == .metrics(time: 5, samples: []))
            harness.reports.tell(.access(records: [.sample(path: "/x")], dropped: 3))
            #expect(try await event() == .access(records: [.sample(path: "/x")], dropped: 3))
            let api = try await harness.done("POST", "/restapis", ["name": "a"])
            guard case .change(let entry) = try await event() else { return #expect(Bool(false), "no change") }
            #expect(entry.operation == "CreateRestApi")
            #expect(entry.resource == "/restapis/" + api.text("id"))
            client = nil
            try await eventually("the feed ends") {
                harness.reports.endedReaders == 1 && harness.plane.changes.readerCount == 0
            }
        }
    }

    @Test func `a feed that was not asked for records or metrics has none`() async throws {
        try await withServer { harness, _, addresses in
            let client = try RawClient(unix: addresses.socketPath)
            client.send("GET /sluice/events?metrics=false HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = await client.text(until: "\"type\":\"hello\"")
            #expect(harness.reports.readerCount == 0)
            try await eventually("the feed listens") { harness.plane.changes.readerCount == 1 }
            try await harness.done("POST", "/restapis", ["name": "a"])
            #expect(await client.text(until: "CreateRestApi")?.contains("metrics") == false)
            let wrong = try RawClient(unix: addresses.socketPath)
            wrong.send("GET /sluice/events?access=a/b/c HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await wrong.answer().status == 400)
        }
    }

    @Test func `a socket that is served, one that is stale, and one that is no socket`() async throws {
        try await withServer { harness, server, addresses in
            let second = ControlServer(controlPlane: harness.plane)
            await #expect(throws: ListenError.alreadyServed(path: addresses.socketPath)) {
                try await second.start(socketPath: addresses.socketPath, tcp: nil)
            }
            // The first one still answers.
            let client = try RawClient(unix: addresses.socketPath)
            client.send("GET /account HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.answer().status == 200)
            await server.shutdown(grace: .zero)
            #expect(!FileManager.default.fileExists(atPath: addresses.socketPath))

            let stale = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: addresses.socketPath.utf8) }
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = bind(stale, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            close(stale)
            #expect(FileManager.default.fileExists(atPath: addresses.socketPath))
            _ = try await second.start(socketPath: addresses.socketPath, tcp: nil)
            await second.shutdown(grace: .zero)

            try Data("mine".utf8).write(to: URL(fileURLWithPath: addresses.socketPath))
            await #expect(throws: ListenError.notASocket(path: addresses.socketPath)) {
                try await second.start(socketPath: addresses.socketPath, tcp: nil)
            }
            #expect(try String(contentsOfFile: addresses.socketPath, encoding: .utf8) == "mine")

            let long = harness.home.path + "/" + String(repeating: "s", count: 108)
            await #expect(throws: ListenError.pathTooLong(path: long, limit: 107)) {
                try await second.start(socketPath: long, tcp: nil)
            }
        }
    }

    @Test func `a port in use: the refusal names it, and the socket is given back`() async throws {
        try await withServer { harness, _, addresses in
            let port = try #require(addresses.tcp?.port)
            let second = ControlServer(controlPlane: harness.plane)
            let path = harness.home.path + "/other.sock"
            await #expect(
                throws: ListenError.failed(address: "127.0.0.1:\(port)", reason: "Address already in use")
            ) {
                try await second.start(socketPath: path, tcp: .init(host: "127.0.0.1", port: port))
            }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `the socket is the owner's alone`() async throws {
        try await withServer { _, _, addresses in
            let mode = try FileManager.default.attributesOfItem(atPath: addresses.socketPath)[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
    }
}

@Suite struct EventQueueTests {
    @Test func `a slow reader loses records and is told how many, but no metrics`() async throws {
        let queue = EventQueue()
        let limit = EventQueue.largestRecordCount
        let records = Array(repeating: AccessLogRecord.sample(path: "/"), count: 1000)
        for _ in 0..<6 { queue.push(.access(records: records, dropped: 1)) }
        queue.push(.metrics(time: 1, samples: []))
        let lines = try #require(await queue.next())
        var kept = 0
        var dropped = 0
        for case .access(let records, let count) in lines {
            kept += records.count
            dropped += count
        }
        #expect(kept == limit)
        #expect(dropped == 6 + 6000 - limit)
        #expect(lines.contains(.metrics(time: 1, samples: [])))
    }

    @Test func `a reader that takes nothing at all is given up`() async {
        let queue = EventQueue()
        for time in 0...EventQueue.largestLineCount { queue.push(.metrics(time: time, samples: [])) }
        #expect(await queue.next() == nil)
    }

    @Test func `what comes while the reader waits wakes it`() async {
        let queue = EventQueue()
        async let lines = queue.next()
        queue.push(.metrics(time: 1, samples: []))
        #expect(await lines == [.metrics(time: 1, samples: [])])
        async let end = queue.next()
        queue.finish()
        #expect(await end == nil)
    }
}
