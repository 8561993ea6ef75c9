import DequeModule
import NIOCore
import NIOPosix

/// A loop's connections to backends. The one that was used last is taken first, so that the others can age and close.
final class UpstreamPool: @unchecked Sendable {
    private final class Host {
        var idle = ContiguousArray<UpstreamConnection>()
        /// Open, opening and in use.
        var total = 0
        var waiting = Deque<(exchange: Exchange, serial: UInt64)>()
    }

    private let eventLoop: any EventLoop
    private let configuration: DataPlaneConfiguration
    /// By ``Backend/number``.
    private var hosts = ContiguousArray<Host?>()
    private var nextNumber: UInt64 = 0
    private var isClosed = false

    init(eventLoop: any EventLoop, configuration: DataPlaneConfiguration) {
        self.eventLoop = eventLoop
        self.configuration = configuration
    }

    @inline(__always)
    private func host(_ backend: Backend) -> Host {
        if backend.number < hosts.count, let host = hosts[backend.number] { return host }
        return makeHost(backend)
    }

    @inline(never)
    private func makeHost(_ backend: Backend) -> Host {
        while hosts.count <= backend.number { hosts.append(nil) }
        let host = Host()
        hosts[backend.number] = host
        return host
    }

    /// An open connection, if one is idle.
    func takeIdle(_ backend: Backend) -> UpstreamConnection? {
        let host = host(backend)
        while let connection = host.idle.popLast() {
            if connection.isOpen { return connection }
        }
        return nil
    }

    /// Opens a connection for an exchange, or lets it wait its turn where the backend has its share of connections.
    /// The exchange is told through ``Exchange/connected(_:)`` or ``Exchange/connectFailed(_:)``.
    func connect(_ backend: Backend, for exchange: Exchange) {
        let host = host(backend)
        guard host.total < configuration.upstreamConnectionsPerHost else {
            host.waiting.append((exchange, exchange.connectTicket))
            return
        }
        open(backend, host, exchange, exchange.connectTicket)
    }

    private func open(_ backend: Backend, _ host: Host, _ exchange: Exchange, _ serial: UInt64) {
        host.total += 1
        nextNumber += 1
        let connection = UpstreamConnection(number: nextNumber, backend: backend, pool: self)
        let handshake = backend.tls == nil ? nil : eventLoop.makePromise(of: Void.self)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(ChannelOptions.socketOption(.tcp_nodelay), value: 1)
            .channelOption(
                ChannelOptions.recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 4096, maximum: 65_536)
            )
            .connectTimeout(.seconds(29))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls = backend.tls, let handshake { try pipeline.add(tls, promise: handshake) }
                    try pipeline.addHandler(connection)
                }
            }
        let opened: EventLoopFuture<any Channel>
        if let address = try? SocketAddress(ipAddress: backend.host, port: backend.port) {
            opened = bootstrap.connect(to: address)
        } else {
            opened = bootstrap.connect(host: backend.host, port: backend.port)
        }
        opened.whenComplete { [self] result in
            switch result {
            case .success:
                guard let handshake else { return hand(connection, to: exchange, serial) }
                handshake.futureResult.whenComplete { [self] result in
                    switch result {
                    case .success: hand(connection, to: exchange, serial)
                    case .failure(let error):
                        // It closes, and its place becomes free with that.
                        if exchange.isStillWaiting(serial) { exchange.connectFailed(error) }
                    }
                }
            case .failure(let error):
                handshake?.fail(error)
                gone(backend)
                if exchange.isStillWaiting(serial) { exchange.connectFailed(error) }
            }
        }
    }

    private func hand(_ connection: UpstreamConnection, to exchange: Exchange, _ serial: UInt64) {
        if isClosed { return connection.close() }
        if exchange.isStillWaiting(serial) {
            exchange.connected(connection)
        } else {
            release(connection)
        }
    }

    /// Back from an exchange, in a clean state.
    func release(_ connection: UpstreamConnection) {
        let host = host(connection.backend)
        connection.idleSince = LoopClock.monotonic()
        host.idle.append(connection)
        guard !host.waiting.isEmpty else { return }
        // Not now: the exchange that gives the connection back may still have its answer in the loop's writer.
        eventLoop.execute { [self] in serveWaiting(connection.backend) }
    }

    private func serveWaiting(_ backend: Backend) {
        let host = host(backend)
        while let next = host.waiting.first {
            guard next.exchange.isStillWaiting(next.serial) else {
                host.waiting.removeFirst()
                continue
            }
            guard let connection = takeIdle(backend) else { return }
            host.waiting.removeFirst()
            next.exchange.connected(connection)
        }
    }

    /// Closed, for whatever reason: its place is free.
    func closed(_ connection: UpstreamConnection) {
        let host = host(connection.backend)
        if let place = host.idle.lastIndex(where: { $0 === connection }) { host.idle.remove(at: place) }
        gone(connection.backend)
    }

    private func gone(_ backend: Backend) {
        let host = host(backend)
        host.total -= 1
        while let next = host.waiting.popFirst() {
            guard next.exchange.isStillWaiting(next.serial) else { continue }
            open(backend, host, next.exchange, next.serial)
            return
        }
    }

    func closeIdle(_ now: UInt64) {
        let limit = UInt64(configuration.upstreamIdleMilliseconds) * 1_000_000
        for case let host? in hosts {
            // The oldest stand at the front.
            while let oldest = host.idle.first, now > oldest.idleSince, now &- oldest.idleSince > limit {
                host.idle.removeFirst()
                oldest.close()
            }
        }
    }

    func closeAll() {
        isClosed = true
        for case let host? in hosts {
            let idle = host.idle
            host.idle = []
            for connection in idle { connection.close() }
        }
    }
}
