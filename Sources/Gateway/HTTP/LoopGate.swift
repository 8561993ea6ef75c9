import NIOConcurrencyHelpers
import NIOCore

/// The way onto a loop for work of other threads that may come late: once the loop has ended, it is dropped.
final class LoopGate: Sendable {
    private let eventLoop: any EventLoop
    private let isOpen = NIOLockedValueBox(true)

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// `work` runs on the loop, or never.
    func execute(_ work: @escaping @Sendable () -> Void) {
        isOpen.withLockedValue { isOpen in
            if isOpen { eventLoop.execute(work) }
        }
    }

    /// Before the loop ends.
    func close() { isOpen.withLockedValue { $0 = false } }
}
