import ControlAPI
import DequeModule
import NIOCore

/// Runs health checks, so many at a time: a pool of 1,000 targets neither opens 1,000 connections at once nor keeps the
/// monitor's loop from anything else. Lives on the monitor's loop.
final class HealthChecks: @unchecked Sendable {
    static let mostAtOnce = 64

    private let eventLoop: any EventLoop
    private var running = 0
    private var waiting = Deque<(probe: HealthProbe, done: (Result<Int, any Error>) -> Void)>()

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func run(_ probe: HealthProbe, done: @escaping (Result<Int, any Error>) -> Void) {
        waiting.append((probe, done))
        startNext()
    }

    func stop() { waiting.removeAll() }

    private func startNext() {
        while running < Self.mostAtOnce, let next = waiting.popFirst() {
            running += 1
            next.probe.run(on: eventLoop).assumeIsolated().whenComplete { [self] result in
                running -= 1
                next.done(result)
                startNext()
            }
        }
    }
}
