import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A blocking TCP socket for tests, independent of the code under test. Every wait ends after ten seconds.
final class RawSocket: @unchecked Sendable {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let descriptor: Int32
    private var received: [UInt8] = []
    private var isClosed = false

    init(descriptor: Int32) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    convenience init(port: Int, receiveBuffer: Int32? = nil) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = Self.loopback(port: port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            Glibc.close(descriptor)
            throw Failure(description: "connect: \(errno)")
        }
        self.init(descriptor: descriptor)
    }

    deinit { close() }

    static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(descriptor)
    }

    /// Sends RST instead of FIN.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func shutdownOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + start, bytes.count - start, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: \(errno)") }
            start += count
        }
    }

    /// What the kernel takes without waiting.
    func sendSome(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes {
            Glibc.send(
                descriptor, $0.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }

    /// Whether more came; `false` at the end. Throws at a reset or after ten seconds.
    private func fill() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Failure(description: "recv: \(errno), so far \(text(received))") }
        received += buffer.prefix(count)
        return count > 0
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix(200), as: UTF8.self) }

    func read(_ count: Int) throws -> [UInt8] {
        while received.count < count {
            guard try fill() else { throw Failure(description: "closed after \(received.count) of \(count) bytes") }
        }
        defer { received.removeFirst(count) }
        return Array(received.prefix(count))
    }

    /// Up to and with `end`.
    func read(until end: String) throws -> String {
        let mark = Array(end.utf8)
        var from = 0
        while true {
            if received.count >= mark.count {
                for start in from...(received.count - mark.count)
                where received[start..<start + mark.count].elementsEqual(mark) {
                    return String(decoding: try read(start + mark.count), as: UTF8.self)
                }
                from = received.count - mark.count + 1
            }
            guard try fill() else { throw Failure(description: "closed before \(end.debugDescription)") }
        }
    }

    func readToEnd() throws -> [UInt8] {
        while try fill() {}
        defer { received = [] }
        return received
    }

    /// Whether the other side ended the connection, by closing or by a reset, without another byte.
    func isAtEnd() -> Bool {
        guard received.isEmpty else { return false }
        return (try? fill()) != true
    }

    /// A message with its body, by a parser that shares nothing with the gateway's.
    func message(toHead: Bool = false) throws -> Message {
        let head = try read(until: "\r\n\r\n")
        var message = Message(head: head)
        if toHead || message.status == 204 || message.status == 304 { return message }
        if message["transfer-encoding"]?.lowercased() == "chunked" {
            while true {
                let line = try read(until: "\r\n").trimmingCharacters(in: .newlines)
                guard let size = Int(line, radix: 16) else { throw Failure(description: "chunk size \(line)") }
                if size == 0 {
                    _ = try read(2)
                    return message
                }
                message.body += try read(size)
                _ = try read(2)
            }
        }
        if let length = message["content-length"].flatMap(Int.init) {
            message.body = try read(length)
        } else if message.isResponse {
            message.body = try readToEnd()
        }
        return message
    }
}

struct Message: Sendable {
    var startLine: String
    var headers: [(name: String, value: String)]
    var body: [UInt8] = []

    init(head: String) {
        let lines = head.components(separatedBy: "\r\n").filter { !$0.isEmpty }
        startLine = lines.first ?? ""
        headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
        }
    }

    var isResponse: Bool { startLine.hasPrefix("HTTP/") }
    var status: Int { Int(startLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var text: String { String(decoding: body, as: UTF8.self) }
    subscript(_ name: String) -> String? { headers.last { $0.name.lowercased() == name.lowercased() }?.value }
    func all(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}

/// A port that is taken, so that no other test gets it, and where nobody listens.
struct RefusingPort {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = RawSocket.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard bound else { throw RawSocket.Failure(description: "bind: \(errno)") }
        port = Int(in_port_t(bigEndian: address.sin_port))
    }

    func close() { Glibc.close(descriptor) }
}

/// A backend on loopback that does what its script says with each connection, in threads of its own.
final class ScriptedBackend: @unchecked Sendable {
    let port: Int
    private let descriptor: Int32
    private let lock = NSLock()
    private var count = 0

    /// The script gets a connection and its number, from 1. When it returns, the connection is closed.
    init(_ script: @escaping @Sendable (RawSocket, Int) throws -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = RawSocket.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        descriptor = listener
        port = Int(in_port_t(bigEndian: address.sin_port))
        guard bound else { throw RawSocket.Failure(description: "bind: \(errno)") }
        // Serves until the tests end, whether or not a test holds it.
        Thread.detachNewThread { [self] in
            while true {
                let accepted = accept(descriptor, nil, nil)
                guard accepted >= 0 else { return }
                let connection = RawSocket(descriptor: accepted)
                let number = add(connection)
                Thread.detachNewThread {
                    try? script(connection, number)
                    connection.close()
                }
            }
        }
    }

    /// Nobody listens at `port` any more.
    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        Glibc.close(descriptor)
    }

    private func add(_ connection: RawSocket) -> Int {
        lock.withLock {
            count += 1
            return count
        }
    }

    var connections: Int { lock.withLock { count } }

    /// Answers each request of each connection with what `answer` makes of it.
    static func serving(_ answer: @escaping @Sendable (Message) -> String) throws -> ScriptedBackend {
        try ScriptedBackend { connection, _ in
            while true {
                let request = try connection.message()
                try connection.send(answer(request))
            }
        }
    }

    /// Answers 200 with the request's start line, headers and body.
    static func echo() throws -> ScriptedBackend {
        try serving { request in
            let headers = request.headers.map { "\($0.name): \($0.value)\n" }.joined()
            let body = "\(request.startLine)\n\(headers)\n\(request.text)"
            return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
    }
}

/// Runs blocking work on a thread of its own, so that it takes none of those that async code shares.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}

/// Polls until the condition holds; `false` after ten seconds.
func eventually(_ condition: () async throws -> Bool) async rethrows -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(60)
    while clock.now < deadline {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return false
}
