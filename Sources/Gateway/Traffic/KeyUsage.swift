import Synchronization

/// A quota as the counters know it.
struct Quota: Sendable, Hashable {
    var limit: Int
    /// Taken off the limit of the window that begins at ``firstWindow``.
    var offset: Int
    var period: QuotaPeriod
    /// First day of the window in which the quota was set.
    var firstWindow: Int

    func allowance(inWindow firstDay: Int) -> Int { firstDay == firstWindow ? limit - offset : limit }
}

/// What one key used of one plan: shared by all loops, exact without a lock, and written to the store in batches.
///
/// A quota of N lets exactly N requests through in a window, however many loops count at once.
final class KeyUsage: Sendable {
    /// A number that belongs to a day: the day in the upper 24 bits, the number, from −2^39 on, in the lower 40.
    private struct Dated {
        var day: Int
        var number: Int

        static let zero = UInt64(1) << 39
        static let none = Dated(day: -1, number: 0)

        init(day: Int, number: Int) {
            self.day = day
            self.number = number
        }

        init(_ bits: UInt64) {
            day = Int(bits >> 40) - 1
            number = Int(bits & ((1 << 40) - 1)) - Int(Self.zero)
        }

        var bits: UInt64 {
            let number = min(max(number, -Int(Self.zero)), Int(Self.zero) - 1)
            return UInt64(truncatingIfNeeded: day + 1) << 40 | UInt64(number + Int(Self.zero))
        }
    }

    /// Requests of the window that begins at the day.
    private let window = Atomic<UInt64>(Dated.none.bits)
    /// What `UpdateUsage` added to the window's limit.
    private let extended = Atomic<UInt64>(Dated.none.bits)
    /// Requests of even and of odd days, so that midnight leaves the day before for the store.
    private let even = Atomic<UInt64>(Dated.none.bits)
    private let odd = Atomic<UInt64>(Dated.none.bits)
    private let changed = Atomic<Bool>(false)

    init(_ stored: StoredUsage = StoredUsage()) {
        if let firstDay = stored.window {
            window.store(Dated(day: firstDay, number: stored.used).bits, ordering: .relaxed)
            extended.store(Dated(day: firstDay, number: stored.extended).bits, ordering: .relaxed)
        }
        for (day, used) in stored.days {
            counter(of: day) { $0.store(Dated(day: day, number: used).bits, ordering: .relaxed) }
        }
    }

    private func counter<Result>(of day: Int, _ body: (borrowing Atomic<UInt64>) -> Result) -> Result {
        day & 1 == 0 ? body(even) : body(odd)
    }

    /// Counts a request, unless the quota is used up. `today` is a day's number.
    func take(_ quota: Quota?, today: Int) -> Bool {
        if let quota {
            let firstDay = quota.period.firstDay(of: today)
            var bits = window.load(ordering: .relaxed)
            while true {
                let current = Self.current(Dated(bits), firstDay, quota.period)
                guard current.number < allowance(quota, inWindow: current.day) else { return false }
                let next = Dated(day: current.day, number: current.number + 1)
                let outcome = window.weakCompareExchange(expected: bits, desired: next.bits, ordering: .relaxed)
                if outcome.exchanged { break }
                bits = outcome.original
            }
        }
        counter(of: today) { Self.add(today, $0) }
        changed.store(true, ordering: .releasing)
        return true
    }

    /// Takes back a request that was counted and then refused.
    func giveBack(_ quota: Quota?, today: Int) {
        if let quota { Self.takeOff(quota.period.firstDay(of: today), window) }
        counter(of: today) { Self.takeOff(today, $0) }
        changed.store(true, ordering: .releasing)
    }

    /// What `UpdateUsage` set for the window that begins at `firstDay`.
    func extend(by number: Int, inWindow firstDay: Int) {
        extended.store(Dated(day: firstDay, number: number).bits, ordering: .relaxed)
        touch()
    }

    /// A request that began just before midnight on another loop counts in the window that has begun. A window more
    /// than a month ahead was counted by a wrong clock, one that begins on no first day of the period by a quota of
    /// another period: both are over.
    private static func current(_ kept: Dated, _ firstDay: Int, _ period: QuotaPeriod) -> Dated {
        if kept.day == firstDay { return kept }
        let isAhead = kept.day > firstDay && kept.day - firstDay <= 31 && period.firstDay(of: kept.day) == kept.day
        return isAhead ? kept : Dated(day: firstDay, number: 0)
    }

    private static func add(_ day: Int, _ counter: borrowing Atomic<UInt64>) {
        var bits = counter.load(ordering: .relaxed)
        while true {
            let kept = current(Dated(bits), day, .day)
            let next = Dated(day: kept.day, number: kept.number + 1)
            let outcome = counter.weakCompareExchange(expected: bits, desired: next.bits, ordering: .relaxed)
            if outcome.exchanged { return }
            bits = outcome.original
        }
    }

    /// Of a window that is over nothing is taken off.
    private static func takeOff(_ day: Int, _ counter: borrowing Atomic<UInt64>) {
        var bits = counter.load(ordering: .relaxed)
        while true {
            let kept = Dated(bits)
            guard kept.day == day, kept.number > 0 else { return }
            let next = Dated(day: day, number: kept.number - 1)
            let outcome = counter.weakCompareExchange(expected: bits, desired: next.bits, ordering: .relaxed)
            if outcome.exchanged { return }
            bits = outcome.original
        }
    }

    private func allowance(_ quota: Quota, inWindow firstDay: Int) -> Int {
        let extra = Dated(extended.load(ordering: .relaxed))
        return quota.allowance(inWindow: firstDay) + (extra.day == firstDay ? extra.number : 0)
    }

    /// What is to be written, if anything changed since the last call.
    func drain(_ quota: Quota?, today: Int) -> StoredUsage? {
        guard changed.exchange(false, ordering: .acquiring) else { return nil }
        return snapshot(quota, today: today)
    }

    /// Has the next ``drain(_:today:)`` give everything again.
    func touch() { changed.store(true, ordering: .releasing) }

    func snapshot(_ quota: Quota?, today: Int) -> StoredUsage {
        var stored = StoredUsage()
        var window = Dated(window.load(ordering: .relaxed))
        if let quota, window.day >= 0, quota.period.firstDay(of: window.day) != window.day { window = .none }
        let extra = Dated(extended.load(ordering: .relaxed))
        if extra.day > window.day { window = Dated(day: extra.day, number: 0) }
        if window.day >= 0 {
            stored.window = window.day
            stored.used = window.number
            if extra.day == window.day { stored.extended = extra.number }
        }
        if let quota {
            let firstDay = quota.period.firstDay(of: today)
            let used = window.day == firstDay ? window.number : 0
            stored.remaining = max(0, allowance(quota, inWindow: firstDay) - used)
        }
        for counted in [Dated(even.load(ordering: .relaxed)), Dated(odd.load(ordering: .relaxed))]
        where counted.day >= 0 {
            stored.days[counted.day] = counted.number
        }
        return stored
    }
}

/// What the store keeps of a key's use of a plan.
package struct StoredUsage: Sendable, Hashable {
    /// First day of the quota's window; `nil` before the first request that a quota counted.
    package var window: Int?
    /// Requests in the window.
    package var used = 0
    /// What `UpdateUsage` added to the window's limit.
    package var extended = 0
    /// What is left today; `nil` without a quota.
    package var remaining: Int?
    /// Day → requests, of the last two days.
    package var days: [Int: Int] = [:]

    package init() {}
}
