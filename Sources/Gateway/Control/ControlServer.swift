import Foundation
import Logging
package import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Answers control calls over HTTP/1.1: on a Unix socket, where the peer's user is the guard, and on a loopback TCP
/// port, where each call is signed.
package final class ControlServer: Sendable {
    private let responder: ControlResponder
    private let group: any EventLoopGroup
    private let connections = ConnectionRegistry()
    private let listeners = Mutex<[any Channel]>([])
    private let socketPath = Mutex<String?>(nil)
    private let logger: Logger

    /// Where the server answers.
    package struct Addresses: Sendable, Hashable {
        package var socketPath: String
        /// `nil` if TCP is off.
        package var tcp: TCPAddress?
    }

    package struct TCPAddress: Sendable, Hashable {
        package var host: String
        /// 0 picks a free one.
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    package init(
        controlPlane: ControlPlane, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        responder = ControlResponder(plane: controlPlane)
        self.group = group
        logger = controlPlane.logger
    }

    /// Binds both listeners. To be called with the home's lock held. Throws ``ListenError``; nothing stays bound then.
    package func start(socketPath path: String, tcp: TCPAddress?) async throws -> Addresses {
        do {
            try UnixSocket.clear(path)
            let unix = try await bind(path) {
                try await self.bootstrap(over: .unix).bind(unixDomainSocketPath: path).get()
            }
            socketPath.withLock { $0 = path }
            guard chmod(path, 0o600) == 0 else {
                throw ListenError.failed(address: path, reason: String(cString: strerror(errno)))
            }
            listeners.withLock { $0.append(unix) }
            guard let tcp else { return Addresses(socketPath: path, tcp: nil) }
            let address = "\(tcp.host):\(tcp.port)"
            let listener = try await bind(address) {
                try await self.bootstrap(over: .tcp).bind(host: tcp.host, port: tcp.port).get()
            }
            listeners.withLock { $0.append(listener) }
            let port = listener.localAddress?.port ?? tcp.port
            return Addresses(socketPath: path, tcp: TCPAddress(host: tcp.host, port: port))
        } catch {
            await shutdown(grace: .zero)
            throw error
        }
    }

    private enum Transport {
        case unix
        case tcp
    }

    private func bind(_ address: String, _ body: () async throws -> any Channel) async throws -> any Channel {
        do {
            return try await body()
        } catch let error as IOError {
            throw ListenError.failed(address: address, reason: String(cString: strerror(error.errnoCode)))
        } catch {
            throw ListenError.failed(address: address, reason: "\(error)")
        }
    }

    private func bootstrap(over transport: Transport) -> ServerBootstrap {
        let responder = self.responder
        let connections = self.connections
        let logger = self.logger
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: transport == .tcp ? 1 : 0)
            .childChannelInitializer { channel in
                guard connections.add(channel) else {
                    return channel.eventLoop.makeFailedFuture(
                        ListenError.failed(address: "connection", reason: "there are too many"))
                }
                let caller: EventLoopFuture<ControlCall.Caller>
                switch transport {
                case .tcp:
                    caller = channel.eventLoop.makeSucceededFuture(.remote)
                case .unix:
                    caller = UnixSocket.peer(of: channel).flatMapThrowing { uid in
                        guard uid == geteuid() || uid == 0 else {
                            logger.warning("refused a connection of another user", metadata: ["uid": "\(uid)"])
                            throw ListenError.failed(address: "unix", reason: "the peer is user \(uid)")
                        }
                        return .local(uid: uid)
                    }
                }
                return caller.flatMap { caller in
                    channel.pipeline.configureHTTPServerPipeline(withErrorHandling: false).flatMapThrowing {
                        try channel.pipeline.syncOperations.addHandler(
                            ControlConnection(responder: responder, caller: caller, connections: connections))
                    }
                }
            }
            .childChannelOption(.maxMessagesPerRead, value: 4)
    }

    /// Takes no more connections, lets calls that are being answered finish within `grace`, and removes the socket.
    package func shutdown(grace: Duration = .seconds(5)) async {
        let bound = listeners.withLock { listeners -> [any Channel] in
            defer { listeners = [] }
            return listeners
        }
        for listener in bound { try? await listener.close() }
        if let path = socketPath.withLock({ path in
            defer { path = nil }
            return path
        }) {
            unlink(path)
        }
        await connections.close(grace: grace)
    }
}
