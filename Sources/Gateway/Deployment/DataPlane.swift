package import ControlAPI
package import Logging
import NIOConcurrencyHelpers
package import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

package enum DataPlaneError: Error, Hashable, Sendable {
    case addressInUse(String)
    case cannotListen(address: String, reason: String)
}

extension DataPlaneError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .addressInUse(let address):
            "\(address) is in use by another program: stop it, or choose another address with --listen (port 0 picks a "
                + "free one)"
        case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
        }
    }
}

/// The engine's half that answers clients. One thread, one listener and one ``DataLoop`` a core; the control plane
/// reaches them as ``StagePublisher``, readers as ``TrafficReports``.
package final class DataPlane: Sendable {
    private struct State {
        var stages: [PlanRegistry.StageIdentity: StagePlan] = [:]
        var keys = KeyDirectory.empty
        var domains = DomainDirectory.empty
        var listeners: [any Channel] = []
        var loops: [DataLoop] = []
        var group: MultiThreadedEventLoopGroup?
    }

    private static let reusePort = NIOBSDSocket.Option(rawValue: SO_REUSEPORT)

    private let configuration: DataPlaneConfiguration
    private let logger: Logger
    private let registry = PlanRegistry()
    private let state = NIOLockedValueBox(State())
    private let hub: TrafficHub
    private let cache: ResponseCache
    private let throttles: ThrottleRegistry
    /// The counters of keys, also for whoever writes them to the store.
    let keys: KeyRegistry
    private let targets: TargetMonitor
    private let logWriter: LogWriter?
    private let backendContexts: BackendContexts
    private let services: ServiceCredentials

    package init(configuration: DataPlaneConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        hub = TrafficHub(registry: registry)
        cache = ResponseCache(ceiling: configuration.cacheMemory)
        throttles = ThrottleRegistry(account: configuration.accountThrottle)
        keys = KeyRegistry(plans: registry)
        backendContexts = BackendContexts(trust: configuration.backendTrust)
        services = ServiceCredentials(
            own: configuration.awsCredentials, endpoint: configuration.awsEndpoint, logger: logger)
        targets = TargetMonitor(registry: registry, configuration: configuration, logger: logger)
        logWriter = configuration.logDirectory.map { LogWriter(directory: $0, logger: logger) }
    }

    /// Listens on every loop; gives the address, with the port that was picked where 0 was asked for.
    package func start() async throws -> SocketAddress {
        let wanted = "\(configuration.host):\(configuration.port)"
        let address: SocketAddress
        do {
            address = try SocketAddress.makeAddressResolvingHost(configuration.host, port: configuration.port)
        } catch {
            throw DataPlaneError.cannotListen(address: wanted, reason: "the host is not known (\(error))")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.loops)
        do {
            try await claim(address, group: group, wanted: wanted)
            var bound = address
            var listeners: [any Channel] = []
            var loops: [DataLoop] = []
            for index in 0..<configuration.loops {
                let eventLoop = group.next()
                var settings = configuration
                settings.port = bound.port ?? configuration.port
                let loop = DataLoop(
                    index: index, eventLoop: eventLoop, configuration: settings, registry: registry,
                    accountThrottle: throttles.account, logger: logger, logWriter: logWriter, targets: targets)
                let channel = try await listen(loop, at: bound, wanted: wanted)
                if let local = channel.localAddress, bound.port == 0 {
                    bound = local
                    loop.setPort(local.port ?? 0)
                }
                listeners.append(channel)
                loops.append(loop)
                try await eventLoop.submit { loop.start() }.get()
            }
            state.withLockedValue { state in
                state.group = group
                state.listeners = listeners
                state.loops = loops
            }
            hub.start(loops: loops)
            await distribute()
            await targets.handOverAll()
            return bound
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// Compiles without making anything live.
    func compile(_ publication: StagePublication) throws -> StagePlan {
        try StageCompiler(
            registry: registry, templates: configuration.templates, cache: cache, throttles: throttles,
            region: configuration.region, account: configuration.account,
            security: BackendSecurity(contexts: backendContexts, certificate: publication.clientCertificate),
            services: services
        ).compile(publication)
    }

    /// Does what belongs to no loop on one of them; `nil` before the start and after the end.
    func onSomeLoop<Answer: Sendable>(
        _ work: @escaping @Sendable (DataLoop) -> EventLoopFuture<Answer>
    ) -> EventLoopFuture<Answer>? {
        state.withLockedValue { state in
            state.loops.randomElement().map { loop in loop.eventLoop.flatSubmit { work(loop) } }
        }
    }

    /// With SO_REUSEPORT a second engine could bind the same port and take half of the traffic. A bind without it
    /// tells whether somebody is there.
    private func claim(_ address: SocketAddress, group: MultiThreadedEventLoopGroup, wanted: String) async throws {
        guard let port = address.port, port != 0 else { return }
        do {
            let probe = try await ServerBootstrap(group: group)
                .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
                .bind(to: address).get()
            try await probe.close()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw DataPlaneError.addressInUse(wanted)
        } catch {
            throw DataPlaneError.cannotListen(address: wanted, reason: String(describing: error))
        }
    }

    private func listen(_ loop: DataLoop, at address: SocketAddress, wanted: String) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: loop.eventLoop, childGroup: loop.eventLoop)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(ChannelOptions.socketOption(Self.reusePort), value: 1)
            .serverChannelOption(ChannelOptions.backlog, value: 1024)
            .serverChannelOption(ChannelOptions.maxMessagesPerRead, value: 16)
            .childChannelOption(ChannelOptions.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .childChannelOption(
                ChannelOptions.writeBufferWaterMark, value: .init(low: 32 * 1024, high: 128 * 1024)
            )
            .childChannelOption(
                ChannelOptions.recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 2048, maximum: 65_536)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ServerConnection(loop: loop))
                }
            }
        do {
            return try await bootstrap.bind(to: address).get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw DataPlaneError.addressInUse(wanted)
        } catch {
            throw DataPlaneError.cannotListen(address: wanted, reason: String(describing: error))
        }
    }

    /// Stops accepting, closes idle connections, gives requests under way `graceSeconds` to finish, then cuts them.
    package func shutdown(graceSeconds: Double) async {
        let (listeners, loops, group) = state.withLockedValue { state in
            defer { (state.listeners, state.group) = ([], nil) }
            return (state.listeners, state.loops, state.group)
        }
        guard let group else { return }
        for listener in listeners { try? await listener.close() }
        for loop in loops { try? await loop.eventLoop.submit { loop.drain() }.get() }
        let clock = ContinuousClock()
        let deadline = clock.now + .milliseconds(Int(max(0, graceSeconds) * 1000))
        while clock.now < deadline {
            var open = 0
            for loop in loops { open += (try? await loop.eventLoop.submit { loop.connections.count }.get()) ?? 0 }
            if open == 0 { break }
            try? await Task.sleep(for: .milliseconds(10))
        }
        hub.stop()
        services.close()
        await targets.stop()
        for loop in loops { try? await loop.eventLoop.submit { loop.cutAll() }.get() }
        // Loops are only given work under the lock, so that none gets any after its end.
        state.withLockedValue { $0.loops = [] }
        try? await group.shutdownGracefully()
        logWriter?.close()
    }

    /// Hands every loop the stages, keys and domain names that are live after `change`. The loops' queues are filled under the lock, so that
    /// of two changes at once no loop can get the older one last.
    private func distribute(_ change: @Sendable (inout State) -> Void = { _ in }) async {
        let handed = state.withLockedValue { state in
            change(&state)
            let directory = StageDirectory(stages: Array(state.stages.values))
            let (keys, domains) = (state.keys, state.domains)
            return state.loops.map { loop in
                loop.eventLoop.submit { (loop.directory, loop.keys, loop.domains) = (directory, keys, domains) }
            }
        }
        for future in handed { try? await future.get() }
    }
}

extension DataPlane: StagePublisher {
    package func prepare(_ publication: StagePublication) throws -> any PreparedStage {
        try compile(publication)
    }

    package func publish(_ prepared: any PreparedStage) async {
        guard let plan = prepared as? StagePlan else {
            logger.error("\(PlanError.foreignPlan)")
            return
        }
        let key = PlanRegistry.StageIdentity(apiId: plan.apiId, stageName: plan.stageName)
        cache.publish(plan.caches, of: key)
        await distribute { [throttles] state in
            throttles.adopt(plan, now: LoopClock.monotonic())
            state.stages[key] = plan
        }
    }

    package func withdraw(apiId: String, stageName: String) async {
        let key = PlanRegistry.StageIdentity(apiId: apiId, stageName: stageName)
        await distribute { $0.stages[key] = nil }
        cache.withdraw(key)
    }

    package func publish(keys publication: KeyPublication) async {
        await distribute { [keys] in $0.keys = keys.compile(publication, now: LoopClock.monotonic()) }
    }

    package func publish(vpcLink: VpcLinkPublication) async { await targets.publish(vpcLink, to: self) }

    package func withdraw(vpcLink id: String) async { await targets.withdraw(id) }

    package func publish(domains publication: DomainPublication) async {
        let directory = DomainDirectory(publication)
        await distribute { $0.domains = directory }
    }

    package func extendUsage(_ identity: ClientIdentity, by number: Int, inWindow firstDay: Int) {
        keys.extend(identity, by: number, inWindow: firstDay)
    }

    package func drainUsage(today: Int) -> [ClientIdentity: StoredUsage] { keys.drain(today: today) }

    package func keepUsage(_ drained: [ClientIdentity: StoredUsage]) { keys.restore(drained) }
}

extension DataPlane: DataLoops {
    func handOver(
        _ state: LoopVpcLink.State, ofVpcLink number: Int, on eventLoop: any EventLoop
    ) -> EventLoopFuture<Void> {
        let handed = self.state.withLockedValue { plane in
            plane.loops.map { loop in loop.eventLoop.submit { loop.take(state, ofVpcLink: number) } }
        }
        return .andAllSucceed(handed, on: eventLoop)
    }

    func cut(_ member: PoolMember) {
        state.withLockedValue { plane in
            for loop in plane.loops { loop.eventLoop.execute { loop.cut(member) } }
        }
    }
}

extension DataPlane: CacheService {
    package func flushCache(apiId: String, stageName: String) {
        cache.flush(PlanRegistry.StageIdentity(apiId: apiId, stageName: stageName))
    }

    package func cacheStates(apiId: String?, stageName: String?) -> [CacheState] {
        cache.states(apiId: apiId, stageName: stageName)
    }
}

extension DataPlane: TrafficReports {
    package func metrics(apiId: String?, stageName: String?, since: Int) async -> [MetricsSample] {
        await hub.metrics(apiId: apiId, stageName: stageName, since: since)
    }

    package func throttles(apiId: String?, stageName: String?) async -> [ThrottleState] {
        let (stages, keys) = state.withLockedValue { (Array($0.stages.values), $0.keys) }
        return ThrottleReport(
            stages: stages.filter { stage in
                apiId.map { $0 == stage.apiId } ?? true && stageName.map { $0 == stage.stageName } ?? true
            }, keys: keys, account: throttles.account, names: registry.names(), now: LoopClock.monotonic()
        ).states()
    }

    package func targets(vpcLinkId: String) async -> [TargetPool.Target] {
        await targets.targets(vpcLinkId: vpcLinkId)
    }

    package func accessLog(_ query: AccessLogQuery) async -> [AccessLogRecord] {
        await hub.accessLog(query)
    }

    package func methodMetrics(apiId: String?, stageName: String?, since: Int) async -> [MetricsSample] {
        await hub.methodMetrics(apiId: apiId, stageName: stageName, since: since)
    }

    package func executionLog(requestId: String) async -> ExecutionLogRecord? {
        await hub.executionLog(requestId: requestId)
    }

    package func executionLogs(apiId: String?, stageName: String?, limit: Int) async -> [ExecutionLogRecord] {
        await hub.executionLogs(apiId: apiId, stageName: stageName, limit: limit)
    }

    package func reports(access: EventSelection.AccessSelection) -> AsyncStream<TrafficReport> {
        hub.reports(access: access)
    }
}
