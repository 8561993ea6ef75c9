import Foundation
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import ControlAPI

/// The client against a server that gives each call the next of some prepared answers.
@Suite struct ClientTests {
    struct Prepared: Sendable {
        var status: HTTPResponseStatus
        var body: String
        var type: String?
        var retryAfter: String?
    }

    final class Server: ChannelInboundHandler, @unchecked Sendable {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        private let lock = NSLock()
        private var answers: [Prepared]
        private var asked: [String] = []
        private var sent: [String] = []

        init(_ answers: [Prepared]) { self.answers = answers }

        var requests: [String] { lock.withLock { asked } }
        /// The bodies of the requests, in their order.
        var bodies: [String] { lock.withLock { sent } }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                lock.withLock {
                    asked.append("\(head.method) \(head.uri) \(head.headers["authorization"].first ?? "")")
                    sent.append("")
                }
            case .body(let part):
                lock.withLock { sent[sent.count - 1] += String(buffer: part) }
            case .end:
                let answer = lock.withLock { answers.isEmpty ? nil : answers.removeFirst() }
                guard let answer else { return context.close(promise: nil) }
                var headers: HTTPHeaders = ["Content-Length": "\(answer.body.utf8.count)"]
                if let type = answer.type { headers.add(name: "x-amzn-ErrorType", value: type) }
                if let seconds = answer.retryAfter { headers.add(name: "Retry-After", value: seconds) }
                let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.write(
                    wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: answer.body)))),
                    promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }

    func served(
        _ answers: [Prepared], retry: RetryPolicy = RetryPolicy(attempts: 3, base: 0.001, ceiling: 0.001),
        _ body: (ControlClient, Server) async throws -> Void
    ) async throws {
        let server = Server(answers)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(server)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
        let credentials = ControlCredentials(accessKeyId: "AKID", secretAccessKey: "secret", region: "us-east-1")
        try await body(ControlClient(endpoint: .url(url, credentials: credentials), retry: retry), server)
        try await channel.close()
    }

    private static let busy = Prepared(
        status: .tooManyRequests, body: #"{"message":"slow down"}"#, type: "TooManyRequestsException")
    private static let down = Prepared(status: .serviceUnavailable, body: #"{"message":"down"}"#, type: nil)
    private static let none = Prepared(status: .ok, body: #"{"item":[]}"#)

    @Test func callsOverTcpAreSigned() async throws {
        try await served([Self.none]) { client, server in
            _ = try await client.restApis()
            #expect(server.requests.count == 1)
            #expect(server.requests[0].contains("GET /restapis?limit=500 AWS4-HMAC-SHA256 Credential=AKID/"))
            #expect(server.requests[0].contains("/us-east-1/apigateway/aws4_request"))
        }
    }

    @Test func throttledAndUnavailableCallsAreTriedAgain() async throws {
        try await served([Self.busy, Self.down, Self.none]) { client, server in
            let apis = try await client.restApis()
            #expect(apis.isEmpty)
            #expect(server.requests.count == 3)
        }
    }

    @Test func triesAreBounded() async throws {
        try await served([Self.busy, Self.busy, Self.busy, Self.none]) { client, server in
            await #expect(throws: ControlError.self) { _ = try await client.restApis() }
            #expect(server.requests.count == 3)
        }
    }

    @Test(arguments: [
        (400, "BadRequestException"), (404, "NotFoundException"), (409, "ConflictException"),
        (429, "LimitExceededException"), (500, "InternalFailure"),
    ])
    func otherErrorsAreFinal(status: Int, code: String) async throws {
        let answer = Prepared(
            status: HTTPResponseStatus(statusCode: status), body: #"{"message":"no"}"#, type: code + ":http://x")
        try await served([answer, Self.none]) { client, server in
            await #expect(
                throws: ControlError.refused(status: status, code: code, message: "no", requestId: nil)
            ) { _ = try await client.restApis() }
            #expect(server.requests.count == 1)
        }
    }

    @Test func badGatewaysAreTriedAgainOnlyForCallsThatMayBeSentTwice() async throws {
        let bad = Prepared(status: .badGateway, body: "<html>", type: nil)
        try await served([bad, Self.none]) { client, server in
            _ = try await client.restApis()
            #expect(server.requests.count == 2)
        }
        try await served([bad, Self.none]) { client, server in
            await #expect(throws: ControlError.self) { _ = try await client.createRestApi(name: "a") }
            #expect(server.requests.count == 1)
        }
    }

    @Test func listsAreFollowedToTheirEnd() async throws {
        let first = Prepared(
            status: .ok, body: #"{"item":[{"id":"a","name":"n","createdDate":1}],"position":"p 1"}"#)
        let second = Prepared(status: .ok, body: #"{"item":[{"id":"b","name":"n","createdDate":1}]}"#)
        try await served([first, second]) { client, server in
            let apis = try await client.restApis()
            #expect(apis.map(\.id) == ["a", "b"])
            #expect(server.requests[1].contains("position=p%201"))
        }
    }

    @Test func anEngineThatIsNotThereIsNamed() async throws {
        let client = ControlClient(endpoint: .unixSocket(path: "/tmp/no such socket"))
        await #expect(
            throws: ControlError.unreachable(endpoint: "/tmp/no such socket", reason: "there is no such socket")
        ) { _ = try await client.health() }
    }

    @Test func answersThatAreNoJsonAreNamed() async throws {
        try await served([Prepared(status: .ok, body: "<html>")]) { client, _ in
            await #expect {
                _ = try await client.restApis()
            } throws: { error in
                if case ControlError.malformedAnswer = error { return true }
                return false
            }
        }
    }

    @Test func linesAreCutWhereverThePartsEnd() throws {
        let text = "{\"a\":1}\n\n{\"b\":2}\n{\"c\""
        for size in 1...text.utf8.count {
            var splitter = LineSplitter(limit: 100)
            var lines: [String] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                lines += try splitter.take(rest.prefix(size), endpoint: .unixSocket(path: "x")).map {
                    String(decoding: $0, as: UTF8.self)
                }
                rest = rest.dropFirst(size)
            }
            #expect(lines == ["{\"a\":1}", "{\"b\":2}"])
        }
        var splitter = LineSplitter(limit: 10)
        #expect(throws: ControlError.self) {
            _ = try splitter.take(Array(repeating: 0x61, count: 11), endpoint: .unixSocket(path: "x"))
        }
    }
}
