import Logging
import NIOCore

/// All that one event loop needs to answer requests, touched on that loop alone: no lock and no atomic on a
/// request's way.
///
/// Sendable only so that it can be carried to its loop; ``EventLoop/execute(_:)`` is the way in.
final class DataLoop: @unchecked Sendable {
    let index: Int
    let eventLoop: any EventLoop
    /// For work of other threads that may outlive the loop.
    let gate: LoopGate
    private(set) var configuration: DataPlaneConfiguration
    let registry: PlanRegistry
    let logger: Logger

    /// Replaced when a stage is published; a request keeps the plan that it started with.
    var directory = StageDirectory.empty
    /// Replaced when a key or a usage plan changes.
    var keys = KeyDirectory.empty
    /// By the numbers that ``PlanRegistry`` gave them.
    private var vpcLinks = ContiguousArray<LoopVpcLink>()
    private let targets: TargetMonitor?
    /// Numbers of targets' connections over TLS, by those of the target and of what the plan says of TLS.
    private var tlsTargets: [Int: Int] = [:]
    /// Replaced when a custom domain name or a mapping of one changes.
    var domains = DomainDirectory.empty
    /// The bucket of the whole account; `nil` where it has no limit.
    let accountThrottle: StageThrottle?
    var clock = LoopClock()
    var random = LoopRandom()
    var requestTime = RequestTime()

    /// Scratch space of the message that is being handled right now.
    let requestTable = HeaderTable()
    let responseTable = HeaderTable()
    let writer = ByteWriter()
    let cacheKey = ByteWriter(capacity: 512)
    /// What requests to AWS's services are signed with.
    var signingKeys = SigningKeys()
    private var output: ByteBuffer

    let counters: TrafficCounters
    /// What methods with detailed metrics count, by the numbers that ``PlanRegistry`` gave them.
    let methodCounters = TrafficCounters()
    let accessLog: AccessLogRing
    let executionLogs = ExecutionLogStore()
    /// Lines for log files; `nil` where there is no folder for them.
    let logOutbox: LogOutbox?
    private(set) var upstreams: UpstreamPool
    var isDraining = false
    /// Test-invokes under way.
    var tests = 0

    private(set) var connections = ContiguousArray<ServerConnection>()
    private var running = ContiguousArray<Exchange>()
    private var deadlineTick: Scheduled<Void>?
    private var housekeeping: RepeatedTask?

    init(
        index: Int, eventLoop: any EventLoop, configuration: DataPlaneConfiguration, registry: PlanRegistry,
        accountThrottle: StageThrottle? = nil, logger: Logger, logWriter: LogWriter? = nil,
        targets: TargetMonitor? = nil
    ) {
        self.index = index
        self.eventLoop = eventLoop
        gate = LoopGate(eventLoop)
        self.configuration = configuration
        self.registry = registry
        self.accountThrottle = accountThrottle
        self.logger = logger
        self.targets = targets
        output = ByteBufferAllocator().buffer(capacity: 4096)
        counters = TrafficCounters()
        accessLog = AccessLogRing(capacity: configuration.accessLogRecordsPerLoop)
        logOutbox = logWriter.map { LogOutbox(eventLoop: eventLoop, writer: $0) }
        upstreams = UpstreamPool(eventLoop: eventLoop, configuration: configuration)
    }

    /// Coarse work: idle connections and seconds without traffic.
    func start() {
        let interval = TimeAmount.milliseconds(
            max(10, min(1000, Int64(configuration.headerTimeoutMilliseconds / 4))))
        housekeeping = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            self.tick()
        }
    }

    /// The port that was picked, before the first connection.
    func setPort(_ port: Int) { configuration.port = port }

    func drain() {
        isDraining = true
        for connection in Array(connections) { connection.drain() }
    }

    func cutAll() {
        housekeeping?.cancel()
        deadlineTick?.cancel()
        for connection in Array(connections) { connection.cut() }
        upstreams.closeAll()
        gate.close()
        logOutbox?.end()
    }

    private func tick() {
        let now = LoopClock.monotonic()
        clock.refresh(now)
        counters.rotate(second: Int(clock.wall(now) / 1_000_000_000))
        methodCounters.rotate(second: Int(clock.wall(now) / 1_000_000_000))
        // From the end, because closing removes by moving the last one into the gap.
        var index = connections.count - 1
        while index >= 0 {
            if index < connections.count { connections[index].checkDeadline(now) }
            index -= 1
        }
        upstreams.closeIdle(now)
    }

    // MARK: Connections

    func add(_ connection: ServerConnection) {
        connection.place = connections.count
        connections.append(connection)
    }

    func remove(_ connection: ServerConnection) {
        let place = connection.place
        guard place >= 0, place < connections.count, connections[place] === connection else { return }
        let last = connections.removeLast()
        if last !== connection {
            connections[place] = last
            last.place = place
        }
        connection.place = -1
    }

    // MARK: VPC links

    func take(_ state: LoopVpcLink.State, ofVpcLink number: Int) {
        while vpcLinks.count <= number { vpcLinks.append(LoopVpcLink()) }
        vpcLinks[number].take(state, loop: index, of: configuration.loops)
    }

    func vpcLink(_ number: Int) -> LoopVpcLink.State {
        number < vpcLinks.count ? vpcLinks[number].state : .unknown
    }

    /// `nil` where the link has no pool, or one without a target that may be used.
    func pickTarget(ofVpcLink number: Int, tried: [PoolMember]) -> PoolMember? {
        guard number < vpcLinks.count, case .pool(let selection) = vpcLinks[number].state else { return nil }
        return selection.pick(cursor: &vpcLinks[number].cursor, random: &random, tried: tried)
    }

    func backend(of member: PoolMember, _ tls: BackendTLS, number: Int) -> Backend {
        let key = member.backend.number << 20 | number
        var backend = member.backend
        backend.tls = tls
        if let known = tlsTargets[key] {
            backend.number = known
        } else {
            backend = registry.backend(host: backend.host, port: backend.port, tls: tls)
            tlsTargets[key] = backend.number
        }
        return backend
    }

    /// A request to a target failed.
    func failed(_ member: PoolMember, ofVpcLink number: Int) {
        guard case .pool(let selection) = vpcLink(number) else { return }
        if member.fail(limit: selection.ejectAfter) { targets?.eject(member, ofVpcLink: number) }
    }

    /// The member was taken away some time ago: requests that are still under way to it end here.
    func cut(_ member: PoolMember) {
        for exchange in Array(running) where exchange.target === member { exchange.targetIsGone() }
    }

    // MARK: Integrations under way

    func watch(_ exchange: Exchange) {
        exchange.place = running.count
        running.append(exchange)
        if deadlineTick == nil { scheduleDeadlineTick() }
    }

    func unwatch(_ exchange: Exchange) {
        let place = exchange.place
        guard place >= 0, place < running.count, running[place] === exchange else { return }
        let last = running.removeLast()
        if last !== exchange {
            running[place] = last
            last.place = place
        }
        exchange.place = -1
    }

    /// One timer for all integrations: timeouts are at most 20 ms late, and a request sets none.
    private func scheduleDeadlineTick() {
        deadlineTick = eventLoop.scheduleTask(in: .milliseconds(20)) { self.checkDeadlines() }
    }

    private func checkDeadlines() {
        deadlineTick = nil
        let now = LoopClock.monotonic()
        var index = running.count - 1
        while index >= 0 {
            if index < running.count { running[index].checkDeadline(now) }
            index -= 1
        }
        if !running.isEmpty { scheduleDeadlineTick() }
    }

    // MARK: Output

    /// The writer's bytes as a buffer. The same storage is used again as soon as the socket has taken it.
    @inline(__always)
    func takeOutput() -> ByteBuffer {
        output.clear(minimumCapacity: writer.count)
        output.writeBytes(writer.bytes)
        return output
    }
}
