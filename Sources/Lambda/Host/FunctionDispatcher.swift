import ControlAPI
import Foundation
import Logging
import NIOCore
import NIOPosix

/// Gives invocations to execution environments: to one that is idle, the one used last first, else to a new one.
/// Touched on its loop alone.
final class FunctionDispatcher: ExecutionEnvironmentDelegate, @unchecked Sendable {
    let configuration: FunctionHostConfiguration
    let eventLoop: any EventLoop
    private let interpreters: Interpreters
    /// For what blocks: looking at folders and at processes.
    private let workers: NIOThreadPool
    private let feed: FunctionLogFeed
    private let logger: Logger
    private let codeWatch: CodeWatch

    private var pools: [VersionKey: EnvironmentPool] = [:]
    /// All whose processes may be there.
    private var environments: [ObjectIdentifier: ExecutionEnvironment] = [:]
    /// Executions by function, and over all.
    private var executing: [String: Int] = [:]
    private var executingAll = 0
    private var generation = 0
    private var isStopping = false
    private var isMeasuring = false
    private var tick: RepeatedTask?
    private var ticks = 0
    private var unsentLog: [FunctionLogRecord] = []
    private var whenIdle: [@Sendable () -> Void] = []
    private var whenEmpty: [@Sendable () -> Void] = []
    /// Called when an execution has ended.
    var slotWasFreed: (() -> Void)?

    private static let tickLength = TimeAmount.milliseconds(100)
    /// Log lines that wait for their listeners, until they are handed over before their time.
    private static let logBatch = 512

    init(
        configuration: FunctionHostConfiguration, eventLoop: any EventLoop, workers: NIOThreadPool,
        feed: FunctionLogFeed, logger: Logger
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.workers = workers
        self.feed = feed
        self.logger = logger
        codeWatch = CodeWatch(logger: logger)
        interpreters = Interpreters(
            searchPath: configuration.searchPath, runtimeDirectory: HostFolders.runtime(configuration))
    }

    func start() {
        tick = eventLoop.scheduleRepeatedTask(initialDelay: Self.tickLength, delay: Self.tickLength) { [weak self] _ in
            self?.ticked()
        }
    }

    // MARK: Publication

    /// Replaces the functions. Environments of versions that are gone or changed end after their invocation.
    func publish(_ functions: [Function], records: [String: FunctionRecord]) {
        guard !isStopping else { return }
        var kept: Set<VersionKey> = []
        var watched: Set<String> = []
        for function in functions {
            guard let record = records[function.name] else { continue }
            for version in function.versions.values {
                let key = VersionKey(function: function.name, version: version.version)
                kept.insert(key)
                if version.watchesCode { watched.insert(version.codeDirectory) }
                publish(version, as: key, record: record)
            }
        }
        for key in pools.keys where !kept.contains(key) {
            let gone = pools.removeValue(forKey: key)
            retire(gone?.available ?? [])
            refuseSought(gone)
        }
        watch(watched)
    }

    private func publish(_ version: FunctionVersion, as key: VersionKey, record: FunctionRecord) {
        if let pool = pools[key], pool.version == version, pool.record === record { return }
        generation += 1
        let before = pools[key]
        pools[key] = EnvironmentPool(version: version, record: record, generation: generation)
        retire(before?.available ?? [])
        if version.version == "$LATEST" { record.note { $0.readiness = .unknown } }
        if case .sought(let waiting) = before?.start { pools[key]?.start = .sought(waiting) }
        seek(key)
    }

    private func refuseSought(_ pool: EnvironmentPool?) {
        guard let pool, case .sought(let waiting) = pool.start else { return }
        for invocation in waiting { invocation.complete(.refused(.notFound(arn: invocation.target.arn))) }
    }

    private func retire(_ environments: [ExecutionEnvironment]) {
        for environment in environments where !environment.isBusy { environment.retire() }
    }

    private func isCurrent(_ environment: ExecutionEnvironment) -> Bool {
        pools[environment.settings.key]?.generation == environment.settings.generation
    }

    // MARK: Code that changes

    private var watchedRoots: Set<String> = []

    private func watch(_ roots: Set<String>) {
        for root in watchedRoots.subtracting(roots) { codeWatch.forget(root: root) }
        let new = roots.subtracting(watchedRoots)
        watchedRoots = roots
        for root in new { rewatch(root) }
    }

    private func rewatch(_ root: String) {
        // The folder itself at once, so that no change is missed; those in it when they have been found.
        codeWatch.watch([root], root: root)
        workers.runIfActive(eventLoop: eventLoop) { CodeWatch.folders(below: root) }.whenSuccess { folders in
            if self.watchedRoots.contains(root) { self.codeWatch.watch(folders, root: root) }
        }
    }

    /// Environments that run code which has been saved since are not used again.
    private func noticeChanges() {
        guard !watchedRoots.isEmpty else { return }
        let changed = codeWatch.changed()
        guard !changed.isEmpty else { return }
        for (key, pool) in pools where pool.version.watchesCode && changed.contains(pool.version.codeDirectory) {
            generation += 1
            pools[key]?.generation = generation
            if case .known = pool.start { pools[key]?.start = .unknown }
            retire(pools[key]?.removeAll() ?? [])
        }
        for root in changed { rewatch(root) }
    }

    // MARK: Invocations

    /// Ends with ``RunningInvocation/complete(_:)``, sooner or later.
    func run(_ invocation: RunningInvocation) {
        let name = invocation.target.record.name
        if let reserved = invocation.target.reservedConcurrency, executing[name, default: 0] >= reserved {
            return invocation.complete(.refused(.throttled))
        }
        guard !isStopping else { return invocation.complete(.refused(.stopping)) }
        guard executingAll < configuration.maximumEnvironments else {
            return invocation.complete(.refused(.throttled))
        }
        invocation.isCounted = true
        executing[name, default: 0] += 1
        executingAll += 1
        invocation.target.record.note {
            $0.invocations += 1
            $0.busy += 1
        }
        noticeChanges()
        place(invocation)
    }

    /// Whether an invocation would be run now.
    func hasRoom(for target: InvocationTarget) -> Bool {
        executingAll < configuration.maximumEnvironments
            && executing[target.record.name, default: 0] < (target.reservedConcurrency ?? .max)
    }

    private func place(_ invocation: RunningInvocation) {
        let key = VersionKey(function: invocation.target.record.name, version: invocation.target.version.version)
        guard pools[key] != nil else { return invocation.complete(.refused(.notFound(arn: invocation.target.arn))) }
        if let environment = pools[key]?.take() { return environment.give(invocation) }
        switch pools[key]?.start {
        case .known(let command):
            startEnvironment(key, command, for: invocation)
        case .sought(let waiting):
            pools[key]?.start = .sought(waiting + [invocation])
        case .unknown, nil:
            pools[key]?.start = .sought([invocation])
            seek(key)
        }
    }

    /// To be called for each invocation that was given to ``run(_:)``, when it is complete.
    func completed(_ invocation: RunningInvocation, _ outcome: InvocationOutcome) {
        guard invocation.isCounted else { return }
        invocation.isCounted = false
        let record = invocation.target.record
        let name = record.name
        executingAll -= 1
        executing[name, default: 1] -= 1
        if executing[name] == 0 { executing[name] = nil }
        record.note { figures in
            figures.busy -= 1
            guard outcome.isFunctionError else { return }
            figures.errors += 1
            if case .fault(.timedOut) = outcome { figures.timeouts += 1 }
            figures.lastError = outcome.errorMessage(requestId: invocation.id)
        }
        if executingAll == 0 {
            for action in whenIdle { action() }
            whenIdle = []
        }
        // Not within the environment's own work.
        if slotWasFreed != nil { eventLoop.execute { self.slotWasFreed?() } }
    }

    // MARK: What runs a version

    /// Finds it on a thread that may wait, and starts what waits for it.
    private func seek(_ key: VersionKey) {
        guard let pool = pools[key] else { return }
        if case .unknown = pool.start { pools[key]?.start = .sought([]) }
        let version = pool.version
        let generation = pool.generation
        let interpreters = self.interpreters
        workers.runIfActive(eventLoop: eventLoop) { Result { try interpreters.command(for: version) } }
            .whenComplete { outcome in
                let result = outcome.flatMap { $0 }
                guard let pool = self.pools[key], case .sought(let waiting) = pool.start else { return }
                guard pool.generation == generation else {
                    if pool.version == version { self.seek(key) }
                    return
                }
                self.found(result, for: key, waiting: waiting)
            }
    }

    private func found(_ result: Result<RuntimeCommand, any Error>, for key: VersionKey, waiting: [RunningInvocation]) {
        let isLatest = key.version == "$LATEST"
        switch result {
        case .success(let command):
            pools[key]?.start = .known(command)
            if isLatest { pools[key]?.record.note { $0.readiness = .ready } }
            for invocation in waiting { place(invocation) }
        case .failure(let error):
            // Looked for again at the next invocation: somebody may have installed it.
            pools[key]?.start = .unknown
            let reason = (error as? NotRunnable)?.reason ?? "\(error)"
            if isLatest { pools[key]?.record.note { $0.readiness = .failed(reason: reason) } }
            for invocation in waiting { invocation.complete(.fault(.notRunnable(reason: reason))) }
        }
    }

    // MARK: Environments

    private func startEnvironment(_ key: VersionKey, _ command: RuntimeCommand, for invocation: RunningInvocation) {
        guard let pool = pools[key] else { return invocation.complete(.refused(.notFound(arn: invocation.target.arn))) }
        if environments.count >= configuration.maximumEnvironments { makeRoom() }
        let environment = ExecutionEnvironment(
            settings: ExecutionEnvironment.Settings(
                key: key, version: pool.version, generation: pool.generation, record: pool.record,
                initLimit: TimeAmount(configuration.initLimit), returnLimit: TimeAmount(configuration.returnLimit),
                logBytesPerSecond: configuration.logBytesPerSecond, maximumProcesses: configuration.maximumProcesses),
            eventLoop: eventLoop, delegate: self)
        let tmp = HostFolders.tmp(configuration, environment: RequestIds.hexadecimal(digits: 32))
        guard mkdir(tmp, 0o700) == 0 else {
            let reason = "The folder \(tmp) cannot be made: \(String(cString: strerror(errno)))"
            return invocation.complete(.fault(.notRunnable(reason: reason)))
        }
        environments[ObjectIdentifier(environment)] = environment
        pool.record.note {
            $0.environments += 1
            $0.coldStarts += 1
        }
        let variables = EnvironmentVariables(
            functionName: key.function, version: pool.version, region: configuration.region, runtimeApi: "",
            logStream: environment.logStream, runtimeDirectory: HostFolders.runtime(configuration), tmpDirectory: tmp,
            searchPath: configuration.searchPath, shared: configuration.variables)
        environment.start(command, variables: variables, for: invocation)
    }

    /// Ends the environment that has been idle longest.
    private func makeRoom() {
        let idle = environments.values.filter { $0.isAlive && !$0.isBusy }
        guard let oldest = idle.min(by: { $0.idleSince < $1.idleSince }) else { return }
        pools[oldest.settings.key]?.remove(oldest)
        oldest.retire()
    }

    func becameAvailable(_ environment: ExecutionEnvironment) {
        if isCurrent(environment), !isStopping {
            pools[environment.settings.key]?.add(environment)
        } else if environment.isWaiting {
            environment.retire()
        }
    }

    func returned(_ invocation: RunningInvocation, from environment: ExecutionEnvironment) {
        pools[environment.settings.key]?.remove(environment)
        guard !isStopping else { return invocation.complete(.refused(.stopping)) }
        // Not the one that did not take it: it comes back when it asks.
        place(invocation)
    }

    func ended(_ environment: ExecutionEnvironment) {
        guard environments.removeValue(forKey: ObjectIdentifier(environment)) != nil else { return }
        pools[environment.settings.key]?.remove(environment)
        environment.settings.record.note { $0.environments -= 1 }
        if let tmp = environment.tmpDirectory {
            workers.submit { state in
                if case .active = state { try? FileManager.default.removeItem(atPath: tmp) }
            }
        }
        if environments.isEmpty {
            for action in whenEmpty { action() }
            whenEmpty = []
        }
    }

    // MARK: Log

    func logged(_ record: FunctionLogRecord, in log: FunctionLog) {
        log.append(record)
        guard feed.isHeard else { return }
        unsentLog.append(record)
        if unsentLog.count >= Self.logBatch { sendLog() }
    }

    /// A line of the host's own in a function's log.
    func note(_ message: String, for record: FunctionRecord, requestId: String?) {
        logged(
            FunctionLogRecord(
                time: WallClock.milliseconds, functionName: record.name, requestId: requestId, message: message),
            in: record.log)
    }

    private func sendLog() {
        guard !unsentLog.isEmpty else { return }
        feed.send(unsentLog)
        unsentLog.removeAll(keepingCapacity: true)
    }

    // MARK: Time

    private func ticked() {
        ticks += 1
        sendLog()
        noticeChanges()
        let busy = environments.values.contains { $0.isBusy }
        if busy || ticks % 10 == 0 { measure() }
        if ticks % 10 == 0 { retireIdle() }
    }

    private func retireIdle() {
        let limit = NIODeadline.now() - TimeAmount(configuration.idleLifetime)
        for environment in environments.values where environment.isAvailable && environment.idleSince < limit {
            pools[environment.settings.key]?.remove(environment)
            environment.retire()
        }
    }

    private func measure() {
        var groups: [Int: ExecutionEnvironment] = [:]
        for environment in environments.values {
            if environment.isAlive, let group = environment.group { groups[group] = environment }
        }
        guard !isMeasuring, !groups.isEmpty else { return }
        isMeasuring = true
        let wanted = Set(groups.keys)
        let found = groups
        workers.runIfActive(eventLoop: eventLoop) { ProcessTable.groups(wanted) }.whenComplete { result in
            self.isMeasuring = false
            guard case .success(let measured) = result else { return }
            for (group, environment) in found {
                if let measured = measured[group] { environment.measured(measured) }
            }
        }
    }

    // MARK: End

    /// Lets no more in; `action` is called when nothing is executed any more.
    func stop(_ action: @escaping @Sendable () -> Void) {
        isStopping = true
        for pool in pools.values { retire(pool.available) }
        if executingAll == 0 { action() } else { whenIdle.append(action) }
    }

    /// Kills all that is there; `action` is called when it is gone.
    func kill(_ action: @escaping @Sendable () -> Void) {
        isStopping = true
        for pool in pools.values {
            guard case .sought(let waiting) = pool.start else { continue }
            for invocation in waiting { invocation.complete(.refused(.stopping)) }
        }
        pools = [:]
        for environment in Array(environments.values) { environment.retire() }
        tick?.cancel()
        tick = nil
        sendLog()
        codeWatch.close()
        if environments.isEmpty { action() } else { whenEmpty.append(action) }
    }
}

extension TimeAmount {
    /// Saturates.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let limit: Int64 = 1 << 32
        self = .nanoseconds(min(max(seconds, -limit), limit) * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
