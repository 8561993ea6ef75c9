import ControlAPI
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One health check, over a connection of its own: `GET` of a path, of whose answer only the status is looked at, or the
/// connection alone.
struct HealthProbe: Sendable {
    /// An address.
    let host: String
    let port: Int
    /// `nil` where a connection is enough.
    let path: String?
    /// For connection and answer together.
    let timeout: TimeAmount

    /// The answer's status; 200 where a connection was enough. Fails with a ``ProbeFault``.
    func run(on eventLoop: any EventLoop) -> EventLoopFuture<Int> {
        let address: SocketAddress
        do {
            address = try SocketAddress(ipAddress: host, port: port)
        } catch {
            return eventLoop.makeFailedFuture(ProbeFault.noConnection("\(host) is no address"))
        }
        let status = eventLoop.makePromise(of: Int.self)
        let handler = StatusReader(status, request: path.map(request))
        let connected = ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler) }
            }
            .connect(to: address)
        connected.whenFailure { error in status.fail(ProbeFault.noConnection(ConnectFault.text(error))) }
        let limit = eventLoop.scheduleTask(in: timeout) { [timeout] in
            status.fail(ProbeFault.noAnswer(seconds: Double(timeout.nanoseconds) / 1e9))
        }
        status.futureResult.whenComplete { _ in
            limit.cancel()
            connected.whenSuccess { $0.close(promise: nil) }
        }
        return status.futureResult
    }

    private func request(_ path: String) -> String {
        let host = host.contains(":") ? "[\(host)]" : host
        return
            "GET \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nUser-Agent: Sluice-HealthChecker/1.0\r\nAccept: */*\r\n"
            + "Connection: close\r\n\r\n"
    }
}

enum ProbeFault: Error, Hashable, Sendable, CustomStringConvertible {
    case noConnection(String)
    case noAnswer(seconds: Double)
    case closed
    case noHTTP

    var description: String {
        switch self {
        case .noConnection(let reason): "no connection: \(reason)"
        case .noAnswer(let seconds): "no answer within \(seconds) s"
        case .closed: "the connection was closed without an answer"
        case .noHTTP: "the answer is not HTTP"
        }
    }
}

/// Writes the request and reads the final answer's status line.
private final class StatusReader: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let status: EventLoopPromise<Int>
    private let request: String?
    private var scanner = HeadScanner.response()
    private var received = ByteBuffer()
    private let table = HeaderTable()

    init(_ status: EventLoopPromise<Int>, request: String?) {
        self.status = status
        self.request = request
    }

    func channelActive(context: ChannelHandlerContext) {
        guard let request else { return status.succeed(200) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        received.writeBuffer(&part)
        while received.readableBytes > 0 {
            switch received.withUnsafeReadableBytes({ scanner.scan($0) }) {
            case .incomplete: return
            case .fault: return status.fail(ProbeFault.noHTTP)
            case .complete(let start, let end):
                let parsed = received.withUnsafeReadableBytes {
                    try? ResponseHead.parse($0, start: start, end: end, toHead: false, into: table)
                }
                guard let parsed else { return status.fail(ProbeFault.noHTTP) }
                if parsed.status >= 200 { return status.succeed(parsed.status) }
                received.moveReaderIndex(forwardBy: end)
                scanner = HeadScanner.response()
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) { status.fail(ProbeFault.closed) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        status.fail(ProbeFault.noConnection(ConnectFault.text(error)))
        context.close(promise: nil)
    }
}

/// NIO's errors of connections in a few words.
enum ConnectFault {
    static func text(_ error: any Error) -> String {
        switch error {
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return text(first.error) }
            if let fault = error.dnsAError ?? error.dnsAAAAError { return text(fault) }
            return "the host has no address"
        case ChannelError.connectTimeout: return "connecting took too long"
        default: return String(describing: error)
        }
    }
}
