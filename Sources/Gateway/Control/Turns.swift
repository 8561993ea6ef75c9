/// Lets one task in at a time, in the order in which they came: changes are carried out one after the other, from
/// their first look at the store until their stages are live.
actor Turns {
    private var taken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var next = 0

    private func enter() async {
        guard taken else {
            taken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func leave() {
        guard next < waiting.count else {
            waiting.removeAll()
            next = 0
            taken = false
            return
        }
        next += 1
        waiting[next - 1].resume()
        if next >= 1024 {
            waiting.removeFirst(next)
            next = 0
        }
    }

    nonisolated func run<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
        await enter()
        do {
            let value = try await work()
            await leave()
            return value
        } catch {
            await leave()
            throw error
        }
    }
}
