import Logging
import NIOCore

/// Asks again and again for the addresses of the targets that are DNS names. Lives on the monitor's loop.
///
/// A name that does not resolve any more keeps its last addresses: a name server that is down must not take the
/// backends with it.
final class NameWatches: @unchecked Sendable {
    struct Answer {
        /// Sorted; empty as long as the name has never been resolved.
        var addresses: [String] = []
        /// Why the last question came to nothing.
        var fault: String?
    }

    private final class Watch: @unchecked Sendable {
        var answer = Answer()
        var next: Scheduled<Void>?
        let first: EventLoopPromise<Void>
        var wasAnswered = false

        init(_ first: EventLoopPromise<Void>) { self.first = first }
    }

    /// Of one name; more are left out.
    static let mostAddresses = 64

    private let eventLoop: any EventLoop
    private let resolver: any NameResolver
    private let interval: TimeAmount
    private let logger: Logger
    private var watches: [String: Watch] = [:]
    /// Told whenever a name's answer is another one.
    var changed: (String) -> Void = { _ in }

    init(eventLoop: any EventLoop, resolver: any NameResolver, interval: TimeAmount, logger: Logger) {
        self.eventLoop = eventLoop
        self.resolver = resolver
        self.interval = interval
        self.logger = logger
    }

    /// Watches these names and no others. The future is there when each has been answered for the first time.
    func watch(_ names: Set<String>) -> EventLoopFuture<Void> {
        for name in watches.keys where !names.contains(name) { end(name) }
        let asked = names.map { name -> EventLoopFuture<Void> in
            if let watch = watches[name] { return watch.first.futureResult }
            let watch = Watch(eventLoop.makePromise())
            watches[name] = watch
            ask(name, watch)
            return watch.first.futureResult
        }
        return EventLoopFuture.andAllSucceed(asked, on: eventLoop)
    }

    func answer(_ name: String) -> Answer { watches[name]?.answer ?? Answer() }

    func stop() { for name in watches.keys { end(name) } }

    private func end(_ name: String) {
        guard let watch = watches.removeValue(forKey: name) else { return }
        watch.next?.cancel()
        watch.first.succeed()
    }

    private func ask(_ name: String, _ watch: Watch) {
        resolver.addresses(of: name, on: eventLoop).hop(to: eventLoop).whenComplete { [weak self] result in
            // Nobody may want the name any more.
            guard let self, watches[name] === watch else { return }
            take(result, name, watch)
            watch.next = eventLoop.scheduleTask(in: pause(watch)) { [weak self] in
                guard let self, watches[name] === watch else { return }
                ask(name, watch)
            }
        }
    }

    /// A name that has never been resolved is asked for sooner. A tenth of chance keeps names from coming all at once.
    private func pause(_ watch: Watch) -> TimeAmount {
        let whole = watch.answer.addresses.isEmpty ? min(interval, .seconds(2)) : interval
        return .nanoseconds(Int64(Double(whole.nanoseconds) * Double.random(in: 0.9...1.1)))
    }

    private func take(_ result: Result<[String], any Error>, _ name: String, _ watch: Watch) {
        let before = watch.answer
        switch result {
        case .success(let addresses) where !addresses.isEmpty:
            watch.answer = Answer(addresses: Array(Set(addresses).sorted().prefix(Self.mostAddresses)))
            if before.fault != nil { logger.notice("a target's name resolves again", metadata: ["name": "\(name)"]) }
        case .success: watch.answer.fault = "it has no address"
        case .failure(let error): watch.answer.fault = "\(error)"
        }
        if let fault = watch.answer.fault, before.fault == nil {
            logger.warning(
                before.addresses.isEmpty
                    ? "a target's name does not resolve"
                    : "a target's name does not resolve any more: its last addresses are used",
                metadata: ["name": "\(name)", "reason": "\(fault)"])
        }
        if watch.answer.addresses != before.addresses || !watch.wasAnswered { changed(name) }
        if !watch.wasAnswered {
            watch.wasAnswered = true
            watch.first.succeed()
        }
    }
}
