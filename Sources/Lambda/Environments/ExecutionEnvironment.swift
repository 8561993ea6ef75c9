import ControlAPI
import NIOCore

/// What an execution environment tells the dispatcher.
protocol ExecutionEnvironmentDelegate: AnyObject {
    /// It answered, or asked for its first invocation: it can be given the next one.
    func becameAvailable(_ environment: ExecutionEnvironment)
    /// Nothing of it is left.
    func ended(_ environment: ExecutionEnvironment)
    /// It ended, or does not ask for an invocation that it was given: another one is to run it.
    func returned(_ invocation: RunningInvocation, from environment: ExecutionEnvironment)
    func logged(_ record: FunctionLogRecord, in log: FunctionLog)
}

/// A process that runs one invocation of a function after the other, and the Runtime API that it asks for them.
/// Touched on its loop alone.
///
/// Its first 10 seconds are its own; if it has not asked for an invocation by then, the time that follows counts as that
/// of the invocation that waits for it.
final class ExecutionEnvironment: @unchecked Sendable {
    private enum Phase {
        /// It has not asked for an invocation yet.
        case starting
        /// It asked, and waits.
        case waiting(RuntimeConnection)
        case running(RunningInvocation)
        /// It answered, and has not asked again.
        case returning
        /// It was killed, or its process is gone.
        case ending
        case ended
    }

    struct Settings {
        var key: VersionKey
        var version: FunctionVersion
        /// Which publication of the version it belongs to.
        var generation: Int
        var record: FunctionRecord
        var initLimit: TimeAmount
        var returnLimit: TimeAmount
        var logBytesPerSecond: Int
        var maximumProcesses: Int
    }

    let settings: Settings
    let eventLoop: any EventLoop
    /// `2026/11/21/[$LATEST]0123…`
    let logStream: String
    private weak var delegate: (any ExecutionEnvironmentDelegate)?
    private var phase = Phase.starting
    /// Given to it, and not handed over yet.
    private var pending: RunningInvocation?
    private var connections: [ObjectIdentifier: RuntimeConnection] = [:]
    private let process = FunctionProcess()
    /// Of its process, once it runs.
    private(set) var group: Int?
    private var server: (any Channel)?
    private var output: ProcessOutput?
    private var timer: Scheduled<Void>?
    private let born = NIODeadline.now()
    private var hasOverrunInit = false
    private var processEnd: ProcessEnd?
    /// Bytes.
    private var peakMemory = 0
    private var measured = NIODeadline.distantPast
    /// When it was last given back.
    private(set) var idleSince = NIODeadline.now()
    /// The folder that goes with it.
    private(set) var tmpDirectory: String?

    private static let maximumConnections = 8
    /// How long what a process sent before it ended may take to arrive.
    private static let lastWords = TimeAmount.milliseconds(250)

    init(settings: Settings, eventLoop: any EventLoop, delegate: any ExecutionEnvironmentDelegate) {
        self.settings = settings
        self.eventLoop = eventLoop
        self.delegate = delegate
        let day = WallClock.day(WallClock.milliseconds)
        logStream = "\(day)/[\(settings.version.version)]\(RequestIds.hexadecimal(digits: 32))"
    }

    var isWaiting: Bool { if case .waiting = phase { true } else { false } }

    /// Whether it can be given an invocation.
    var isAvailable: Bool {
        guard pending == nil else { return false }
        switch phase {
        case .waiting, .returning: return true
        case .starting, .running, .ending, .ended: return false
        }
    }

    var isAlive: Bool {
        switch phase {
        case .ending, .ended: false
        default: true
        }
    }

    var isBusy: Bool {
        switch phase {
        case .starting, .running: true
        case .waiting, .returning, .ending, .ended: pending != nil
        }
    }

    // MARK: Start

    /// Starts the process for its first invocation.
    func start(_ command: RuntimeCommand, variables: EnvironmentVariables, for invocation: RunningInvocation) {
        pending = invocation
        tmpDirectory = variables.tmpDirectory
        arm(in: settings.initLimit) { $0.overranInit() }
        RuntimeServer.bind(on: eventLoop, for: self).whenComplete { bound in
            switch bound {
            case .success(let channel): self.spawn(command, variables: variables, server: channel)
            case .failure(let error): self.processEnded(.notStarted(reason: "The Runtime API cannot listen: \(error)"))
            }
        }
    }

    private func spawn(_ command: RuntimeCommand, variables: EnvironmentVariables, server: any Channel) {
        self.server = server
        guard case .starting = phase else { return processEnded(.notStarted(reason: "it is not wanted any more")) }
        var variables = variables
        variables.runtimeApi = "127.0.0.1:\(server.localAddress?.port ?? 0)"
        variables.logStream = logStream
        do {
            let pipe = try ProcessOutput.makePipe()
            output = ProcessOutput(
                reading: pipe.reading, eventLoop: eventLoop, bytesPerSecond: settings.logBytesPerSecond
            ) { [weak self] line in self?.log(line) }
            process.start(
                command.process(in: variables), output: pipe.writing,
                started: { pid in self.eventLoop.execute { self.group = pid } },
                ended: { end in self.eventLoop.execute { self.processEnded(end) } })
        } catch {
            processEnded(.notStarted(reason: "\(error)"))
        }
    }

    private func overranInit() {
        hasOverrunInit = true
        guard let pending, case .starting = phase else { return retire() }
        log("INIT_REPORT Init Duration: \(InvocationReport.milliseconds(age)) ms\tPhase: init\tStatus: timeout")
        pending.started = .now()
        arm(in: pending.timeLimit) { $0.timedOut() }
    }

    /// Milliseconds.
    private var age: Double { Double((NIODeadline.now() - born).nanoseconds) / 1e6 }

    // MARK: Invocations

    /// To be called on an available environment.
    func give(_ invocation: RunningInvocation) {
        if case .waiting(let connection) = phase { return deliver(invocation, on: connection) }
        pending = invocation
        eventLoop.scheduleTask(in: settings.returnLimit) { [weak self] in
            guard let self, case .returning = self.phase, let waiting = self.pending, waiting === invocation else {
                return
            }
            self.pending = nil
            self.delegate?.returned(waiting, from: self)
        }
    }

    private func deliver(_ invocation: RunningInvocation, on connection: RuntimeConnection) {
        pending = nil
        phase = .running(invocation)
        output?.drain()
        let now = NIODeadline.now()
        let started = invocation.started ?? now
        invocation.started = started
        let left = started + invocation.timeLimit - now
        log("START RequestId: \(invocation.id) Version: \(settings.version.version)")
        let time = WallClock.milliseconds
        let headers = InvocationHeaders(
            requestId: invocation.id, deadline: time + Int(left.nanoseconds / 1_000_000),
            invokedFunctionArn: invocation.target.arn,
            traceId: invocation.traceId ?? InvocationHeaders.newTraceId(seconds: time / 1000),
            clientContext: invocation.clientContext)
        let payload = invocation.payload.readableBytes > 0 ? invocation.payload : ByteBuffer(string: "{}")
        connection.answer(.invocation(headers.fields, payload))
        arm(in: left) { $0.timedOut() }
    }

    private func timedOut() {
        let invocation: RunningInvocation
        switch phase {
        case .running(let running): invocation = running
        case .starting:
            guard let pending else { return retire() }
            invocation = pending
            self.pending = nil
        case .waiting, .returning: return retire()
        case .ending, .ended: return
        }
        let fault = InvocationFault.timedOut(
            time: WallClock.text(WallClock.milliseconds), seconds: invocation.target.version.timeout)
        log(fault.message(requestId: invocation.id))
        conclude(invocation, .fault(fault))
        retire()
    }

    /// Answers the caller, and writes what Lambda writes at the end. The caller does not wait for the log, unless it
    /// wants it.
    private func conclude(_ invocation: RunningInvocation, _ outcome: InvocationOutcome) {
        let duration = invocation.started.map { Double((NIODeadline.now() - $0).nanoseconds) / 1e6 } ?? 0
        if case .running = phase { phase = .returning }
        idleSince = .now()
        settings.record.note { figures in
            figures.durations.add(duration)
            if let initDuration = invocation.initDuration { figures.initDuration = initDuration }
        }
        if invocation.logTail == nil { invocation.complete(outcome) }
        output?.drain { self.log($0, of: invocation) }
        measureOwn()
        log("END RequestId: \(invocation.id)", of: invocation)
        let report = InvocationReport(
            requestId: invocation.id, duration: duration, memorySize: settings.version.memorySize,
            maxMemoryUsed: (peakMemory + (1 << 20) - 1) >> 20, initDuration: invocation.initDuration,
            status: outcome.reportStatus)
        log(report.line, of: invocation)
        invocation.complete(outcome)
    }

    // MARK: Runtime API

    /// Whether there is room for a connection.
    func connected(_ connection: RuntimeConnection) -> Bool {
        guard isAlive, connections.count < Self.maximumConnections else { return false }
        connections[ObjectIdentifier(connection)] = connection
        return true
    }

    func disconnected(_ connection: RuntimeConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if case .waiting(let waiting) = phase, waiting === connection {
            phase = .returning
            arm(in: settings.initLimit) { $0.retire() }
        }
        if let processEnd, connections.isEmpty { finish(processEnd) }
    }

    func handle(_ request: RuntimeRequest, on connection: RuntimeConnection) {
        switch request {
        case .next: next(on: connection)
        case .response(let id, let body): answered(id: id, body, on: connection)
        case .error(let id, let type, let body): failed(id: id, type: type, body, on: connection)
        case .initError(let type, let body): initFailed(type: type, body, on: connection)
        }
    }

    private func next(on connection: RuntimeConnection) {
        switch phase {
        case .starting:
            let duration = age
            pending?.initDuration = hasOverrunInit ? nil : duration
            wait(on: connection)
        case .returning:
            wait(on: connection)
        case .waiting(let earlier):
            // Asked a second time: the newer one counts, and nobody waits at the other end of the older.
            phase = .waiting(connection)
            if earlier !== connection { earlier.close() }
        case .running:
            connection.answer(.invalidStateTransition)
        case .ending, .ended:
            connection.close()
        }
    }

    private func wait(on connection: RuntimeConnection) {
        timer?.cancel()
        timer = nil
        phase = .waiting(connection)
        if let pending { return deliver(pending, on: connection) }
        delegate?.becameAvailable(self)
    }

    /// The invocation under way, or why the call is refused.
    private func running(_ id: String) -> Result<RunningInvocation, RuntimeAnswer> {
        guard case .running(let invocation) = phase, invocation.id == id else { return .failure(.invalidRequestId) }
        return .success(invocation)
    }

    private func answered(id: String, _ body: RuntimeBody, on connection: RuntimeConnection) {
        let invocation: RunningInvocation
        switch running(id) {
        case .failure(let answer): return connection.answer(answer)
        case .success(let running): invocation = running
        }
        if body.isTooLarge {
            connection.answer(.tooLarge)
            conclude(invocation, .fault(.responseTooLarge(bytes: body.length)))
        } else if let type = body.errorType {
            conclude(invocation, .failed(payload: body.error ?? ByteBuffer(string: "{}"), type: type))
            connection.answer(.accepted)
        } else {
            conclude(invocation, .answered(body.bytes))
            connection.answer(.accepted)
        }
        delegate?.becameAvailable(self)
    }

    private func failed(id: String, type: String?, _ body: RuntimeBody, on connection: RuntimeConnection) {
        switch running(id) {
        case .failure(let answer):
            connection.answer(answer)
        case .success(let invocation):
            if body.isTooLarge {
                connection.answer(.tooLarge)
                conclude(invocation, .fault(.responseTooLarge(bytes: body.length)))
            } else {
                connection.answer(.accepted)
                conclude(invocation, .failed(payload: body.bytes, type: type))
            }
            delegate?.becameAvailable(self)
        }
    }

    /// The process is left the time to write about it and go.
    private func initFailed(type: String?, _ body: RuntimeBody, on connection: RuntimeConnection) {
        guard case .starting = phase else { return connection.answer(.invalidStateTransition) }
        connection.answer(body.isTooLarge ? .tooLarge : .accepted)
        guard let invocation = pending else { return retire() }
        pending = nil
        phase = .returning
        let outcome: InvocationOutcome =
            body.isTooLarge
            ? .fault(.responseTooLarge(bytes: body.length)) : .failed(payload: body.bytes, type: type)
        conclude(invocation, outcome)
        phase = .ending
        arm(in: Self.lastWords) { $0.process.killGroup() }
    }

    // MARK: Log

    private var current: RunningInvocation? {
        if case .running(let invocation) = phase { return invocation }
        if case .starting = phase { return pending }
        return nil
    }

    private func log(_ line: String) {
        log(line, of: current)
    }

    private func log(_ line: String, of invocation: RunningInvocation?) {
        invocation?.logged(line)
        let record = FunctionLogRecord(
            time: WallClock.milliseconds, functionName: settings.record.name, requestId: invocation?.id, message: line)
        delegate?.logged(record, in: settings.record.log)
    }

    // MARK: Memory

    /// Kills the environment if it is over its limits.
    func measured(_ group: ProcessTable.Group) {
        guard isAlive else { return }
        measured = .now()
        peakMemory = max(peakMemory, group.memory)
        if group.memory > settings.version.memorySize << 20 {
            log("The function had \(group.memory >> 20) MB in memory; its limit is \(settings.version.memorySize) MB.")
        } else if group.processes > settings.maximumProcesses {
            log("The function had \(group.processes) processes; the limit is \(settings.maximumProcesses).")
        } else {
            return
        }
        let invocation = current
        if case .starting = phase { pending = nil }
        if let invocation { conclude(invocation, .fault(.outOfBounds)) }
        retire()
    }

    /// A short look at the process itself where there was none for a while, so that short invocations report something.
    private func measureOwn() {
        guard let group, NIODeadline.now() - measured > .milliseconds(100) else { return }
        measured = .now()
        peakMemory = max(peakMemory, ProcessTable.memory(of: group))
    }

    // MARK: End

    /// Kills it. An invocation that it was given and has not started goes to another one.
    func retire() {
        switch phase {
        case .ending, .ended: return
        case .starting, .waiting, .running, .returning: break
        }
        let unserved = pending
        pending = nil
        let running: RunningInvocation? = if case .running(let invocation) = phase { invocation } else { nil }
        phase = .ending
        timer?.cancel()
        timer = nil
        process.killGroup()
        if let running { conclude(running, .fault(.exited(.killed(signal: 9)))) }
        if let unserved { delegate?.returned(unserved, from: self) }
    }

    /// What the process sent before it ended is still read.
    private func processEnded(_ end: ProcessEnd) {
        processEnd = end
        if connections.isEmpty { return finish(end) }
        eventLoop.scheduleTask(in: Self.lastWords) { self.finish(end) }
    }

    private func finish(_ end: ProcessEnd) {
        if case .ended = phase { return }
        output?.finish()
        let before = phase
        phase = .ended
        timer?.cancel()
        switch before {
        case .running(let invocation): fail(invocation, end)
        case .starting: if let pending { fail(pending, end) }
        case .waiting, .returning: if let pending { delegate?.returned(pending, from: self) }
        case .ending, .ended: break
        }
        pending = nil
        server?.close(promise: nil)
        for connection in Array(connections.values) { connection.close() }
        connections = [:]
        delegate?.ended(self)
    }

    private func fail(_ invocation: RunningInvocation, _ end: ProcessEnd) {
        let fault = InvocationFault.exited(end)
        log(fault.message(requestId: invocation.id), of: invocation)
        conclude(invocation, .fault(fault))
    }

    private func arm(in time: TimeAmount, _ action: @escaping @Sendable (ExecutionEnvironment) -> Void) {
        timer?.cancel()
        timer = eventLoop.scheduleTask(in: time) { [weak self] in
            if let self { action(self) }
        }
    }
}
