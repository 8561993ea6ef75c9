import DequeModule
import NIOCore

/// `Event` invocations, answered before they run: those that end in a function error are tried again after a minute and
/// after two more; those that find no room wait for it, first come first served, up to six hours. They wait in memory:
/// what an engine that stops has not run is gone.
///
/// Touched on its loop alone.
final class EventInvocations: @unchecked Sendable {
    private final class Event: @unchecked Sendable {
        let id: String
        let target: InvocationTarget
        let invocation: FunctionInvocation
        let born = NIODeadline.now()
        var failures = 0

        init(id: String, target: InvocationTarget, invocation: FunctionInvocation) {
            self.id = id
            self.target = target
            self.invocation = invocation
        }
    }

    private let dispatcher: FunctionDispatcher
    private let eventLoop: any EventLoop
    private let delays: [TimeAmount]
    private let maximumEvents: Int
    private let maximumBytes: Int
    private var counts: [String: Int] = [:]
    private var bytes = 0
    /// By function.
    private var queues: [String: Deque<Event>] = [:]
    private static let maximumAge = TimeAmount.hours(6)

    init(dispatcher: FunctionDispatcher, configuration: FunctionHostConfiguration) {
        self.dispatcher = dispatcher
        eventLoop = dispatcher.eventLoop
        delays = configuration.eventRetryDelays.map { TimeAmount($0) }
        maximumEvents = configuration.maximumWaitingEvents
        maximumBytes = configuration.maximumWaitingEventBytes
        dispatcher.slotWasFreed = { [weak self] in self?.runWaiting() }
    }

    /// Takes an event. Throws ``InvocationRefusal`` where there are too many.
    func accept(_ invocation: FunctionInvocation, id: String, target: InvocationTarget) throws {
        let name = target.record.name
        let size = invocation.payload.readableBytes
        guard counts[name, default: 0] < maximumEvents, bytes + size <= maximumBytes else {
            target.record.note { $0.throttles += 1 }
            throw InvocationRefusal.throttled
        }
        counts[name, default: 0] += 1
        bytes += size
        runOrWait(Event(id: id, target: target, invocation: invocation))
    }

    private func runOrWait(_ event: Event) {
        let name = event.target.record.name
        if queues[name] == nil, dispatcher.hasRoom(for: event.target) {
            run(event)
        } else {
            queues[name, default: []].append(event)
        }
    }

    private func runWaiting() {
        for name in queues.keys {
            while let event = queues[name]?.first, dispatcher.hasRoom(for: event.target) {
                queues[name]?.removeFirst()
                if queues[name]?.isEmpty == true { queues[name] = nil }
                run(event)
            }
        }
    }

    private func run(_ event: Event) {
        guard NIODeadline.now() - event.born < Self.maximumAge else { return drop(event, "it is over six hours old") }
        let invocation = event.invocation
        dispatcher.run(
            RunningInvocation(
                id: event.id, target: event.target, payload: invocation.payload, traceId: invocation.traceId,
                clientContext: invocation.clientContext, wantsLogTail: false
            ) { outcome, running in
                self.dispatcher.completed(running, outcome)
                self.ended(event, outcome)
            })
    }

    private func ended(_ event: Event, _ outcome: InvocationOutcome) {
        switch outcome {
        case .answered:
            forget(event)
        case .refused(.throttled):
            queues[event.target.record.name, default: []].prepend(event)
        case .refused(let refusal):
            drop(event, refusal.message)
        case .failed, .fault:
            guard event.failures < delays.count else {
                return drop(event, "it failed \(event.failures + 1) times")
            }
            eventLoop.scheduleTask(in: delays[event.failures]) { self.runOrWait(event) }
            event.failures += 1
        }
    }

    private func drop(_ event: Event, _ reason: String) {
        dispatcher.note("The event \(event.id) was dropped: \(reason).", for: event.target.record, requestId: event.id)
        forget(event)
    }

    private func forget(_ event: Event) {
        let name = event.target.record.name
        counts[name, default: 1] -= 1
        if counts[name] == 0 { counts[name] = nil }
        bytes -= event.invocation.payload.readableBytes
    }
}
