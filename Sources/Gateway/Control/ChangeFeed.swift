import ControlAPI
import Synchronization

/// Hands every change that was acknowledged to those who listen to the live feed.
final class ChangeFeed: Sendable {
    private struct State {
        var next = 0
        var readers: [Int: EventQueue] = [:]
    }

    private let state = Mutex(State())

    func add(_ queue: EventQueue) -> Int {
        state.withLock { state in
            state.next += 1
            state.readers[state.next] = queue
            return state.next
        }
    }

    func remove(_ id: Int) {
        state.withLock { _ = $0.readers.removeValue(forKey: id) }
    }

    var readerCount: Int { state.withLock { $0.readers.count } }

    func send(_ entries: [JournalEntry]) {
        let readers = state.withLock { Array($0.readers.values) }
        for reader in readers { for entry in entries { reader.push(.change(entry)) } }
    }
}
