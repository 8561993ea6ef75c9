package import ControlAPI
import Foundation

/// Performs what has to do with the engine, off the main thread. Results go to the mailbox. Nothing here can hold up the
/// keyboard: each call is a task of its own, at most ``parallelCalls`` at a time.
package final class EffectRunner {
    private let service: ControlService
    private let mailbox: Mailbox
    private let gate = CallGate(places: EffectRunner.parallelCalls)
    private var feed: Task<Void, Never>?
    private var tail: Task<Void, Never>?
    private var functionTail: Task<Void, Never>?

    package static let parallelCalls = 6
    /// The feed speaks each second; silence for so long means that the engine is gone.
    package static let silence: Duration = .seconds(5)

    package init(service: ControlService, mailbox: Mailbox) {
        self.service = service
        self.mailbox = mailbox
    }

    deinit {
        feed?.cancel()
        tail?.cancel()
        functionTail?.cancel()
    }

    package func stop() {
        feed?.cancel()
        tail?.cancel()
        functionTail?.cancel()
    }

    package func fetch(_ request: Request) {
        Self.fetch(request, service, mailbox, gate)
    }

    private static func fetch(_ request: Request, _ service: ControlService, _ mailbox: Mailbox, _ gate: CallGate) {
        Task.detached {
            await gate.enter()
            do {
                mailbox.post(.answered(request, try await EffectRunner.answer(request, service)))
            } catch {
                mailbox.post(.failed(request, EffectRunner.controlError(error, service)))
            }
            await gate.leave()
        }
    }

    private static func answer(_ request: Request, _ service: ControlService) async throws -> Answer {
        switch request {
        case .apis: return .apis(try await service.apis())
        case .resources(let api): return .resources(try await service.resources(api))
        case .stages(let api): return .stages(try await service.stages(api))
        case .deployments(let api): return .deployments(try await service.deployments(api))
        case .deployment(let api, let id): return .deployment(try await service.deployment(api, id))
        case .metrics:
            let samples = try await service.metrics(MetricsWindow.length)
            return .metrics(samples, time: samples.map(\.time).max() ?? Int(Date().timeIntervalSince1970) - 1)
        case .journal: return .journal(try await service.journal())
        case .log(let selection):
            switch selection {
            case .none: return .log([])
            case .all: return .log(try await service.accessLog(AccessLogQuery(limit: 5000)))
            case .api(let api): return .log(try await service.accessLog(AccessLogQuery(apiId: api, limit: 5000)))
            case .stage(let api, let stage):
                return .log(try await service.accessLog(AccessLogQuery(apiId: api, stageName: stage, limit: 5000)))
            }
        default: return try await service.answer(request)
        }
    }

    package func perform(_ job: Job, token: Int) {
        let (service, mailbox) = (self.service, self.mailbox)
        Task.detached {
            do {
                try await service.perform(job.call)
                mailbox.post(.performed(job, token: token))
            } catch {
                mailbox.post(.refused(job, token: token, EffectRunner.controlError(error, service)))
            }
        }
    }

    package func test(_ key: MethodKey, verb: String, _ request: TestInvokeMethodRequest, token: Int) {
        let (service, mailbox) = (self.service, self.mailbox)
        Task.detached {
            do {
                mailbox.post(.tested(key, token: token, try await service.test(key, verb, request)))
            } catch {
                mailbox.post(.testFailed(key, token: token, EffectRunner.controlError(error, service)))
            }
        }
    }

    package func invoke(functionName name: String, payload: String, token: Int) {
        let (service, mailbox) = (self.service, self.mailbox)
        Task.detached {
            do {
                mailbox.post(.invoked(functionName: name, token: token, try await service.invoke(name, payload)))
            } catch {
                mailbox.post(
                    .invokeFailed(functionName: name, token: token, EffectRunner.controlError(error, service)))
            }
        }
    }

    package func change(_ key: StageKey, _ change: StageChange, token: Int) {
        let (service, mailbox) = (self.service, self.mailbox)
        Task.detached {
            do {
                mailbox.post(.changed(key, token: token, try await service.change(key, change)))
            } catch {
                mailbox.post(.changeFailed(key, token: token, EffectRunner.controlError(error, service)))
            }
        }
    }

    // MARK: The live feed

    package func connect(afterMilliseconds delay: Int) {
        feed?.cancel()
        let (service, mailbox) = (self.service, self.mailbox)
        feed = Task.detached {
            do {
                try await Task.sleep(for: .milliseconds(max(0, delay)))
                try await EffectRunner.follow(service, EventSelection(), patience: EffectRunner.silence) {
                    mailbox.post(.feed($0))
                }
            } catch {
                guard !Task.isCancelled else { return }
                mailbox.post(.feedLost(EffectRunner.controlError(error, service)))
            }
        }
    }

    package func tail(_ selection: TailSelection) {
        tail?.cancel()
        guard selection != .none else {
            tail = nil
            return
        }
        let mailbox = self.mailbox
        let wanted = EventSelection(metrics: false, changes: false, access: selection)
        tail = follow(wanted, past: .log(selection)) { event in
            if case .access(let records, let dropped) = event {
                mailbox.post(tail: records, dropped: dropped, of: selection)
            }
        }
    }

    package func tailFunctions(_ selection: EventSelection.FunctionSelection) {
        functionTail?.cancel()
        guard case .function(let name) = selection else {
            functionTail = nil
            return
        }
        let mailbox = self.mailbox
        let wanted = EventSelection(metrics: false, changes: false, functions: selection)
        functionTail = follow(wanted, past: .functionLogs(name: name)) { event in
            if case .functions(let records, let dropped) = event {
                mailbox.post(tail: records, dropped: dropped, of: selection)
            }
        }
    }

    /// A feed beside the main one, which comes back by itself: the main one tells of a lost engine.
    private func follow(
        _ wanted: EventSelection, past: Request, each: @escaping @Sendable (ControlEvent) -> Void
    ) -> Task<Void, Never> {
        let (service, mailbox, gate) = (self.service, self.mailbox, self.gate)
        let fetchPast: @Sendable () -> Void = { Self.fetch(past, service, mailbox, gate) }
        let take: @Sendable (ControlEvent) -> Void = { event in
            // Only now, so that nothing falls between the past and the feed, also when the feed comes back.
            if case .hello = event { fetchPast() }
            each(event)
        }
        return Task.detached {
            while !Task.isCancelled {
                do {
                    try await EffectRunner.follow(service, wanted, patience: nil, each: take)
                } catch {
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
    }

    /// Hands each event on until the feed ends, which it does with an error only.
    private static func follow(
        _ service: ControlService, _ selection: EventSelection, patience: Duration?,
        each: @escaping @Sendable (ControlEvent) -> Void
    ) async throws {
        let heard = Heartbeat()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await event in service.events(selection) {
                    heard.beat()
                    each(event)
                }
                throw ControlError.unreachable(endpoint: service.endpoint, reason: "the feed ended")
            }
            if let patience {
                group.addTask {
                    while true {
                        try await Task.sleep(until: heard.last + patience, clock: .continuous)
                        if ContinuousClock.now - heard.last >= patience {
                            throw ControlError.timedOut(
                                endpoint: service.endpoint, seconds: Double(patience.components.seconds))
                        }
                    }
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func controlError(_ error: any Error, _ service: ControlService) -> ControlError {
        if let error = error as? ControlError { return error }
        return .unreachable(endpoint: service.endpoint, reason: "\(error)")
    }
}
