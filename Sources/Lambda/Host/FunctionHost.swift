package import ControlAPI
import Foundation
import JSON
package import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// Runs functions on this machine, as processes that speak the Lambda Runtime API.
///
/// A function's process runs with the engine's own rights: folders of its own and limits keep it from harming others by
/// accident, not by intent. What is like in Lambda: its environment, its working folder, its limits of time and memory
/// (what all processes of its group have in memory, looked at every 100 ms), its log, and its errors. What is not:
///
/// - `/tmp` is the environment's own only where the machine lets a process have mounts of its own, and neither the code
///   nor the engine's home stands below `/tmp`; `TMPDIR` names a folder of its own everywhere.
/// - An environment is not frozen between invocations.
/// - Processes that it starts end with it, even in sessions of their own; those that also clear their environment are
///   not found.
package final class FunctionHost: FunctionService {
    private let configuration: FunctionHostConfiguration
    private let group: MultiThreadedEventLoopGroup
    private let workers = NIOThreadPool(numberOfThreads: 2)
    private let directory: NIOLockedValueBox<FunctionDirectory>
    private let feed = FunctionLogFeed()
    private let dispatcher: FunctionDispatcher
    private let events: EventInvocations
    private let isRunning = NIOLockedValueBox(false)

    /// Bytes of an invocation's payload.
    private static let payloadLimit = 6 << 20
    private static let eventPayloadLimit = 1 << 20
    /// Payloads that are checked on the caller's own thread, in bytes.
    private static let shortPayload = 64 << 10

    package init(configuration: FunctionHostConfiguration, logger: Logger) {
        self.configuration = configuration
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        directory = NIOLockedValueBox(
            FunctionDirectory(region: configuration.region, account: configuration.account))
        dispatcher = FunctionDispatcher(
            configuration: configuration, eventLoop: group.next(), workers: workers, feed: feed, logger: logger)
        events = EventInvocations(dispatcher: dispatcher, configuration: configuration)
    }

    /// Makes the folders, and ends what a host before it in the same folder may have left. Throws the file system's
    /// errors.
    package func start() async throws {
        let tmp = HostFolders.tmp(configuration)
        let runtime = HostFolders.runtime(configuration)
        workers.start()
        try await workers.runIfActive {
            ProcessTable.killAll(carrying: "LAMBDA_RUNTIME_DIR=\(runtime)")
            try? FileManager.default.removeItem(atPath: tmp)
            try FileManager.default.createDirectory(
                atPath: tmp, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try RuntimeClients.write(to: runtime)
        }
        try await group.next().submit { self.dispatcher.start() }.get()
        isRunning.withLockedValue { $0 = true }
        let published = directory.withLockedValue { $0 }
        send(Array(published.functions.values), records: published.records)
    }

    /// Replaces the functions. Execution environments of code and configuration that are gone end after the invocation
    /// that they run.
    package func publish(_ functions: [Function]) {
        let records = directory.withLockedValue { directory in
            var records: [String: FunctionRecord] = [:]
            for function in functions {
                records[function.name] =
                    directory.records[function.name]
                    ?? FunctionRecord(
                        name: function.name,
                        log: FunctionLog(
                            maximumRecords: configuration.logRecords, maximumBytes: configuration.logBytes))
            }
            directory.records = records
            directory.functions = Dictionary(functions.map { ($0.name, $0) }) { $1 }
            return records
        }
        send(functions, records: records)
    }

    private func send(_ functions: [Function], records: [String: FunctionRecord]) {
        guard isRunning.withLockedValue({ $0 }) else { return }
        group.next().execute { self.dispatcher.publish(functions, records: records) }
    }

    // MARK: Invocations

    package func invoke(
        _ invocation: FunctionInvocation, completion: @escaping @Sendable (InvocationResult) -> Void
    ) {
        let id = RequestIds.uuid()
        let target: InvocationTarget
        do {
            guard isRunning.withLockedValue({ $0 }) else { throw InvocationRefusal.stopping }
            target = try directory.withLockedValue { $0 }.resolve(invocation)
            try checkSize(invocation)
        } catch {
            return completion(InvocationResult(requestId: id, answer: Self.answer(to: error)))
        }
        guard invocation.payload.readableBytes > Self.shortPayload else {
            return check(invocation, id: id, target: target, completion: completion)
        }
        workers.submit { state in
            guard case .active = state else {
                let answer = InvocationRefusal.stopping.answer
                return completion(InvocationResult(requestId: id, answer: answer))
            }
            self.check(invocation, id: id, target: target, completion: completion)
        }
    }

    private static func answer(to error: any Error) -> InvocationResult.Answer {
        (error as? InvocationRefusal ?? .malformedPayload("\(error)")).answer
    }

    private func checkSize(_ invocation: FunctionInvocation) throws {
        let limit = invocation.kind == .event ? Self.eventPayloadLimit : Self.payloadLimit
        let size = invocation.payload.readableBytes
        guard size <= limit else {
            throw InvocationRefusal.payloadTooLarge(size: size, limit: limit, kind: invocation.kind.rawValue)
        }
    }

    /// Lambda takes JSON, or nothing at all.
    private func check(
        _ invocation: FunctionInvocation, id: String, target: InvocationTarget,
        completion: @escaping @Sendable (InvocationResult) -> Void
    ) {
        if invocation.payload.readableBytes > 0 {
            do {
                _ = try JSON(parsing: invocation.payload.readableBytesView)
            } catch {
                let refusal = InvocationRefusal.malformedPayload("\(error)")
                return completion(InvocationResult(requestId: id, answer: refusal.answer))
            }
        }
        if invocation.kind == .dryRun { return completion(InvocationResult(requestId: id, answer: .checked)) }
        group.next().execute { self.run(invocation, id: id, target: target, completion: completion) }
    }

    private func run(
        _ invocation: FunctionInvocation, id: String, target: InvocationTarget,
        completion: @escaping @Sendable (InvocationResult) -> Void
    ) {
        if invocation.kind == .event {
            do {
                try events.accept(invocation, id: id, target: target)
                return completion(InvocationResult(requestId: id, answer: .accepted))
            } catch {
                return completion(InvocationResult(requestId: id, answer: Self.answer(to: error)))
            }
        }
        let running = RunningInvocation(
            id: id, target: target, payload: invocation.payload, traceId: invocation.traceId,
            clientContext: invocation.clientContext, wantsLogTail: invocation.wantsLogTail
        ) { outcome, running in
            self.dispatcher.completed(running, outcome)
            if case .refused(.throttled) = outcome { target.record.note { $0.throttles += 1 } }
            completion(
                InvocationResult(
                    requestId: id, answer: outcome.answer(of: running), logTail: running.logTail?.last))
        }
        dispatcher.run(running)
    }

    // MARK: What there is to see

    /// By name.
    package func states() -> [FunctionState] {
        let directory = self.directory.withLockedValue { $0 }
        return directory.functions.values.sorted { $0.name < $1.name }.compactMap { function in
            guard let latest = function.versions["$LATEST"] else { return nil }
            var state = FunctionState(
                functionName: function.name, functionArn: function.arn, runtime: latest.runtime,
                handler: latest.handler, codeDirectory: latest.codeDirectory, memorySize: latest.memorySize,
                timeout: latest.timeout)
            state.watchesCode = latest.watchesCode
            state.reservedConcurrency = function.reservedConcurrency
            state.permissions = function.policies.sorted { $0.key < $1.key }.flatMap { $0.value.statements }.map {
                [$0.principal, $0.sourceArn].compactMap { $0 }.joined(separator: " ")
            }
            directory.records[function.name]?.fill(&state)
            return state
        }
    }

    /// The newest `limit` lines of a function's log, oldest first; empty for a function that is not there.
    package func logs(function name: String, limit: Int) -> [FunctionLogRecord] {
        directory.withLockedValue { $0.records[name] }?.log.newest(limit) ?? []
    }

    package func logLines(of selection: EventSelection.FunctionSelection) -> AsyncStream<FunctionLogBatch> {
        feed.listen(to: selection)
    }

    // MARK: End

    /// Lets no invocation in, waits up to `grace` for those under way, and kills every process.
    package func shutdown(grace: Duration) async {
        let wasRunning = isRunning.withLockedValue { isRunning in
            defer { isRunning = false }
            return isRunning
        }
        var isGone = true
        if wasRunning {
            _ = await within(grace) { self.dispatcher.stop($0) }
            isGone = await within(Self.killLimit) { self.dispatcher.kill($0) }
        }
        feed.finish()
        try? await workers.shutdownGracefully()
        // What the kernel cannot kill yet reports to the loop when it can.
        if isGone { try? await group.shutdownGracefully() }
        if wasRunning { try? FileManager.default.removeItem(atPath: HostFolders.tmp(configuration)) }
    }

    /// How long what was killed may take until it is gone.
    private static let killLimit = Duration.seconds(20)

    /// Whether `begin` called back within `limit`.
    private func within(
        _ limit: Duration, _ begin: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
    ) async -> Bool {
        let loop = group.next()
        let done = loop.makePromise(of: Bool.self)
        let isDone = NIOLockedValueBox(false)
        let finish: @Sendable (Bool) -> Void = { called in
            let isFirst = isDone.withLockedValue { isDone in
                defer { isDone = true }
                return !isDone
            }
            if isFirst { done.succeed(called) }
        }
        let timer = loop.scheduleTask(in: TimeAmount(limit)) { finish(false) }
        loop.execute { begin { finish(true) } }
        let called = try? await done.futureResult.get()
        timer.cancel()
        return called ?? false
    }
}

extension InvocationOutcome {
    fileprivate func answer(of invocation: RunningInvocation) -> InvocationResult.Answer {
        let version = invocation.target.version.version
        switch self {
        case .answered(let payload):
            return .finished(payload: payload, functionError: nil, executedVersion: version)
        case .failed(let payload, _):
            return .finished(payload: payload, functionError: "Unhandled", executedVersion: version)
        case .fault(let fault):
            let payload = ByteBuffer(bytes: fault.payload(requestId: invocation.id))
            return .finished(payload: payload, functionError: "Unhandled", executedVersion: version)
        case .refused(let refusal):
            return refusal.answer
        }
    }
}
