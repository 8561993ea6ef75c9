import ControlAPI
import Logging
import Synchronization

/// Writes what keys used to the store: each second what changed, and all of it when the engine stops. After a crash at
/// most the requests of the last second are not counted.
final class UsageRecorder: Sendable {
    private let store: Store
    private let publisher: any StagePublisher
    private let logger: Logger
    /// Batches are written in the order in which they were drained.
    private let turns = Turns()
    private let state = Mutex<(task: Task<Void, Never>?, cleanedDay: Int)>((nil, -1))

    init(store: Store, publisher: any StagePublisher, logger: Logger) {
        self.store = store
        self.publisher = publisher
        self.logger = logger
    }

    func start() {
        state.withLock { state in
            state.task = Task { [weak self] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(1))
                    guard let self, !Task.isCancelled else { return }
                    await self.writeOrLog()
                }
            }
        }
    }

    /// Once no traffic comes any more.
    func stop() async {
        let task = state.withLock { state in
            defer { state.task = nil }
            return state.task
        }
        task?.cancel()
        await task?.value
        await writeOrLog()
    }

    private func writeOrLog() async {
        do {
            try await write()
        } catch {
            logger.error("the use of API keys could not be written", metadata: ["error": "\(error)"])
        }
    }

    /// Returns when everything that was counted before the call is in the store.
    func write() async throws {
        try await turns.run { [store, publisher] in
            let today = Timestamp.now.seconds / 86_400
            let isNewDay = self.state.withLock { $0.cleanedDay != today }
            let drained = publisher.drainUsage(today: today)
            guard !drained.isEmpty || isNewDay else { return }
            do {
                try await store.write { db in
                    for (identity, usage) in drained { try UsageTable.put(db, identity, usage, today: today) }
                    if isNewDay { try UsageTable.deleteDays(db, before: today - UsageTable.keptDays) }
                }
                self.state.withLock { $0.cleanedDay = today }
            } catch {
                publisher.keepUsage(drained)
                throw error
            }
        }
    }
}
