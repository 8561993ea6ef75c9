import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL

/// TLS in front of a ``ScriptedBackend``: what its scripts do happens behind a handshake.
final class TLSBackend: Sendable {
    struct Options: Sendable {
        var certificate = TestCertificate.trusted
        /// Asks clients for a certificate and takes those that these sign; with none it takes every one.
        var asksForCertificate = false
        var clientAuthorities: [NIOSSLCertificate]?
        var versions: (minimum: TLSVersion, maximum: TLSVersion) = (.tlsv1, .tlsv13)
        /// Ends connections without TLS's farewell, as a backend that dies.
        var truncates = false
    }

    /// What a client said in its handshake.
    struct Handshake: Sendable, Equatable {
        var version: TLSVersion?
        /// The PEM-less DER of its certificate, where it showed one.
        var certificate: [UInt8]?
    }

    let port: Int
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let seen = NIOLockedValueBox<[Handshake]>([])
    private let host: String

    init(_ backend: ScriptedBackend, host: String = "127.0.0.1", options: Options = Options()) async throws {
        self.host = host
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try options.certificate.chain,
            privateKey: .privateKey(try options.certificate.privateKey))
        configuration.minimumTLSVersion = options.versions.minimum
        configuration.maximumTLSVersion = options.versions.maximum
        configuration.applicationProtocols = ["h2", "http/1.1"]
        if options.asksForCertificate {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates(options.clientAuthorities ?? [])
        }
        let context = try NIOSSLContext(configuration: configuration)
        let (seen, truncates) = (seen, options.truncates)
        let takesAnyCertificate = options.asksForCertificate && options.clientAuthorities == nil
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(ChannelOptions.autoRead, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls =
                        takesAnyCertificate
                        ? NIOSSLServerHandler(context: context) { $1.succeed(.certificateVerified) }
                        : NIOSSLServerHandler(context: context)
                    try channel.pipeline.syncOperations.addHandler(tls)
                    try channel.pipeline.syncOperations.addHandler(
                        Terminator(port: backend.port, truncates: truncates) {
                            [tls = NIOLoopBound(tls, eventLoop: channel.eventLoop)] in
                            let handler = tls.value
                            let shown = try? handler.peerCertificate?.toDERBytes()
                            seen.withLockedValue {
                                $0.append(Handshake(version: handler.tlsVersion, certificate: shown ?? nil))
                            }
                        })
                }
            }
            .bind(host: host, port: 0).get()
        port = server.localAddress?.port ?? 0
    }

    /// Of the connections that got as far as a first byte, in their order.
    var handshakes: [Handshake] { seen.withLockedValue { $0 } }

    func uri(_ path: String, host: String? = nil) -> String {
        "https://\(host ?? (self.host.contains(":") ? "[\(self.host)]" : self.host)):\(port)\(path)"
    }
}

/// Carries the decrypted bytes to the backend and back.
private final class Terminator: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let port: Int
    private let truncates: Bool
    private let note: () -> Void
    private var backend: (any Channel)?
    private var waiting: [ByteBuffer] = []
    private var isNoted = false

    init(port: Int, truncates: Bool, note: @escaping () -> Void) {
        self.port = port
        self.truncates = truncates
        self.note = note
    }

    func channelActive(context: ChannelHandlerContext) {
        let client = NIOLoopBound(context, eventLoop: context.eventLoop)
        let truncates = truncates
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Returner(client: client.value, truncates: truncates))
                }
            }
            .connect(host: "127.0.0.1", port: port).assumeIsolated().whenSuccess { [self] channel in
                backend = channel
                for piece in waiting { channel.writeAndFlush(piece, promise: nil) }
                waiting = []
            }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isNoted { note() }
        isNoted = true
        let piece = unwrapInboundIn(data)
        if let backend { backend.writeAndFlush(piece, promise: nil) } else { waiting.append(piece) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        backend?.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

private final class Returner: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let client: ChannelHandlerContext
    private let truncates: Bool

    init(client: ChannelHandlerContext, truncates: Bool) {
        self.client = client
        self.truncates = truncates
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenFailure { _ in bound.value.close(promise: nil) }
        client.writeAndFlush(NIOAny(unwrapInboundIn(data)), promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if truncates, let tls = try? client.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self) {
            tls.close(promise: nil)
        } else {
            client.close(promise: nil)
        }
        context.fireChannelInactive()
    }
}
