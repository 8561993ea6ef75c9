/// Which counters went up lately: what goes wrong now, not what went wrong once.
struct Rises: Sendable {
    /// Milliseconds that a rise counts as new.
    static let memory = 10_000

    private var counts: [String: Int] = [:]
    private var risenAt: [String: Int] = [:]

    /// - Parameters:
    ///   - new: each counter as it is now.
    ///   - now: milliseconds since 1970.
    mutating func take(_ new: [String: Int], now: Int) {
        for (id, count) in new {
            if let before = counts[id], count > before { risenAt[id] = now }
        }
        counts = new
        risenAt = risenAt.filter { new[$0.key] != nil && now - $0.value < Self.memory }
    }

    func isRising(_ id: String) -> Bool { risenAt[id] != nil }
}
