import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// How a demo backend behaves: what it answers is made up, how long it takes and how often it fails is real.
struct DemoBehaviour: Sendable {
    /// Milliseconds an answer usually takes; single answers spread around it.
    var typicalMilliseconds: Double
    /// Share of the answers that take `slowMilliseconds`, 0…1.
    var slowShare = 0.0
    var slowMilliseconds = 0.0
    /// Share of the answers that are 500, 0…1.
    var failureShare = 0.0
    /// Share of the answers that are 404, 0…1.
    var missingShare = 0.0

    /// A log-normal spread, as services have it: many near the middle, a few far out.
    func delay() -> TimeAmount {
        if Double.random(in: 0..<1) < slowShare {
            return .microseconds(Int64(slowMilliseconds * Double.random(in: 700...1300)))
        }
        let normal = sqrt(-2 * log(Double.random(in: 1e-9..<1))) * cos(2 * .pi * Double.random(in: 0..<1))
        return .microseconds(Int64(typicalMilliseconds * 1000 * exp(0.25 * normal)))
    }

    func status() -> HTTPResponseStatus {
        let draw = Double.random(in: 0..<1)
        if draw < failureShare { return .internalServerError }
        return draw < failureShare + missingShare ? .notFound : .ok
    }
}

/// An HTTP server on a free loopback port, inside this process.
final class DemoBackend: Sendable {
    private let channel: any Channel

    private init(channel: any Channel) {
        self.channel = channel
    }

    /// `127.0.0.1:port`.
    var address: String { "127.0.0.1:\(port)" }

    var port: Int { channel.localAddress?.port ?? 0 }

    static func start(_ name: String, _ behaviour: DemoBehaviour, on group: any EventLoopGroup) async throws
        -> DemoBackend
    {
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(DemoHandler(name: name, behaviour: behaviour))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return DemoBackend(channel: channel)
    }

    func stop() async {
        try? await channel.close()
    }
}

/// Answers each request after its delay, in the order in which they came.
private final class DemoHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let name: String
    private let behaviour: DemoBehaviour
    private var head: HTTPRequestHead?

    init(name: String, behaviour: DemoBehaviour) {
        self.name = name
        self.behaviour = behaviour
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: behaviour.delay()) {
                let (handler, context) = bound.value
                handler.answer(head, context: context)
            }
        }
    }

    private func answer(_ request: HTTPRequestHead, context: ChannelHandlerContext) {
        let status = behaviour.status()
        let text = "{\"service\":\"\(name)\",\"path\":\"\(Self.escaped(request.uri))\",\"status\":\(status.code)}\n"
        var headers = HTTPHeaders()
        headers.add(name: "Content-Type", value: "application/json")
        headers.add(name: "Content-Length", value: "\(text.utf8.count)")
        let head = HTTPResponseHead(version: request.version, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: text)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if !request.isKeepAlive { context.close(promise: nil) }
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
