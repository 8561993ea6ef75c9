import NIOCore
import Synchronization

/// The open connections, so that a stop can close the idle ones at once and wait for those that are being answered.
final class ConnectionRegistry: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: (channel: any Channel, busy: Bool)] = [:]
        /// Those that may send a body of more than the standard size, or have one answered.
        var large: Set<ObjectIdentifier> = []
        var closing = false
    }

    private let state = Mutex(State())

    var isClosing: Bool { state.withLock { $0.closing } }
    var count: Int { state.withLock { $0.channels.count } }

    /// Each may hold a body of 10 MB before it has shown a signature.
    static let largestCount = 512

    /// `false` if there are too many, or the server stops.
    func add(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        let added = state.withLock { state -> Bool in
            guard !state.closing, state.channels.count < Self.largestCount else { return false }
            state.channels[id] = (channel, false)
            return true
        }
        guard added else { return false }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { state in
                state.channels[id] = nil
                state.large.remove(id)
            }
        }
        return true
    }

    /// Each may hold a body of 70 MB before it has shown a signature.
    static let largestLargeCount = 4

    static let tooManyLargeBodies = ApiError(
        status: 429, code: "TooManyRequestsException",
        message: "The engine takes the code of \(largestLargeCount) functions at once: send this again")

    /// Takes one of the few places for large bodies, or gives it back. `false` if none is free.
    func setLarge(_ channel: any Channel, _ large: Bool) -> Bool {
        let id = ObjectIdentifier(channel)
        return state.withLock { state in
            guard large else {
                state.large.remove(id)
                return true
            }
            guard state.large.contains(id) || state.large.count < Self.largestLargeCount else { return false }
            state.large.insert(id)
            return true
        }
    }

    func setBusy(_ channel: any Channel, _ busy: Bool) {
        state.withLock { $0.channels[ObjectIdentifier(channel)]?.busy = busy }
    }

    /// Closes what is idle; what is busy closes itself after its answer. Closes all after `grace`.
    func close(grace: Duration) async {
        let channels = state.withLock { state -> [(channel: any Channel, busy: Bool)] in
            state.closing = true
            return Array(state.channels.values)
        }
        for (channel, busy) in channels where !busy { channel.close(promise: nil) }
        let busy = channels.filter(\.busy).map(\.channel)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for channel in busy { try? await channel.closeFuture.get() }
            }
            group.addTask {
                try? await Task.sleep(for: grace)
                for channel in busy { channel.close(promise: nil) }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
