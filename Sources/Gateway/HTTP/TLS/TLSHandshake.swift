import NIOCore
import NIOSSL
import NIOTLS

/// Stands behind a connection's TLS handler while the two sides shake hands, and tells who waits how that went. An
/// exchange gets its connection only afterwards: what a handshake costs it is the gateway's own, not the backend's.
final class TLSHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// Longer than any handshake takes that comes to an end.
    private static let timeout = TimeAmount.seconds(HandshakeInterruption.seconds)

    private let handler: NIOSSLClientHandler
    private let serverName: String?
    private let promise: EventLoopPromise<Void>
    private var isOver = false
    private var deadline: Scheduled<Void>?

    /// `promise` fails with ``TLSFailure``, ``HandshakeInterruption`` or the network's own error.
    init(_ handler: NIOSSLClientHandler, serverName: String?, promise: EventLoopPromise<Void>) {
        self.handler = handler
        self.serverName = serverName
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: Self.timeout) {
            let (handshake, context) = bound.value
            handshake.fail(HandshakeInterruption.stalled, context)
        }
        context.fireChannelActive()
    }

    /// A connection that was never opened.
    func handlerRemoved(context: ChannelHandlerContext) {
        guard !isOver else { return }
        end()
        promise.fail(HandshakeInterruption.closed)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent, !isOver {
            end()
            promise.succeed()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isOver else { return context.fireErrorCaught(error) }
        if let failure = TLSFailure(error, certificate: handler.peerCertificate, serverName: serverName) {
            fail(failure, context)
        } else {
            fail(error is NIOSSLError ? HandshakeInterruption.closed : error, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(HandshakeInterruption.closed, context)
        context.fireChannelInactive()
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        guard !isOver else { return }
        end()
        promise.fail(error)
        context.close(promise: nil)
    }

    private func end() {
        isOver = true
        deadline?.cancel()
        deadline = nil
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// TLS, with who tells the promise how the handshake went.
    func add(_ tls: BackendTLS, promise: EventLoopPromise<Void>) throws {
        let handler = try tls.makeHandler()
        try addHandler(handler)
        try addHandler(TLSHandshake(handler, serverName: tls.settings.serverName, promise: promise))
    }
}

/// A handshake that went wrong below TLS: the network's failure, which AWS answers with 504.
enum HandshakeInterruption: Error, Hashable, CustomStringConvertible {
    case closed, stalled

    static let seconds: Int64 = 10

    var description: String {
        switch self {
        case .closed: "the connection was closed within the TLS handshake"
        case .stalled: "the TLS handshake was not over after \(Self.seconds) seconds"
        }
    }
}
