import Testing

@testable import Gateway

/// Section 7: quotas a day, a week and a month, aligned to UTC; the offset counts in the first window.
@Suite struct QuotaTests {
    @Test(
        "days have numbers",
        arguments: [
            ("1970-01-01", 0), ("1970-12-31", 364), ("2000-02-29", 11_016), ("2000-03-01", 11_017),
            ("2026-11-21", 20_778), ("2100-03-01", 47_541), ("0001-01-01", -719_162),
        ])
    func days(text: String, number: Int) throws {
        #expect(try #require(CalendarDay(text)).number == number)
        #expect(CalendarDay(number: number).text == text)
    }

    @Test(arguments: [
        "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-04-01", "2026-4-1", "2026-04-01T", "", "x", "--",
        "2026-04-0１", "+026-04-01",
    ])
    func `what is no day`(text: String) { #expect(CalendarDay(text) == nil) }

    @Test(
        "windows begin at UTC's day, on Sunday, and on the month's first day",
        arguments: [
            (QuotaPeriod.day, "2026-11-21", "2026-11-21"), (.week, "2026-11-21", "2026-11-15"),
            (.week, "2026-11-22", "2026-11-22"), (.week, "1970-01-01", "1969-12-28"),
            (.week, "2027-01-01", "2026-12-27"), (.month, "2026-11-21", "2026-11-01"),
            (.month, "2026-11-01", "2026-11-01"), (.month, "2024-02-29", "2024-02-01"),
            (.month, "2026-12-31", "2026-12-01"),
        ])
    func windows(period: QuotaPeriod, day: String, first: String) throws {
        let number = try #require(CalendarDay(day)).number
        #expect(CalendarDay(number: period.firstDay(of: number)).text == first)
    }

    /// Requests on days, of which as many pass.
    struct Row: Sendable, CustomTestStringConvertible {
        let period: QuotaPeriod
        let limit: Int
        var offset = 0
        let requests: [(day: String, count: Int, passed: Int)]
        var testDescription: String { "\(limit) a \(period.rawValue), offset \(offset)" }
    }

    /// The quota is set on 18 November 2026, a Wednesday.
    @Test(arguments: [
        Row(
            period: .day, limit: 3,
            requests: [("2026-11-18", 2, 2), ("2026-11-18", 3, 1), ("2026-11-19", 5, 3), ("2026-11-21", 1, 1)]),
        Row(
            period: .week, limit: 5,
            requests: [("2026-11-18", 3, 3), ("2026-11-21", 4, 2), ("2026-11-22", 9, 5), ("2026-11-28", 1, 0)]),
        Row(
            period: .month, limit: 4,
            requests: [("2026-11-18", 3, 3), ("2026-11-30", 3, 1), ("2026-12-01", 9, 4), ("2027-01-01", 1, 1)]),
        // The offset is taken off the window in which the quota was set, and off no other.
        Row(period: .day, limit: 5, offset: 2, requests: [("2026-11-18", 9, 3), ("2026-11-19", 9, 5)]),
        Row(period: .month, limit: 5, offset: 4, requests: [("2026-11-30", 9, 1), ("2026-12-01", 9, 5)]),
        Row(period: .day, limit: 2, offset: 7, requests: [("2026-11-18", 1, 0), ("2026-11-19", 3, 2)]),
        Row(period: .day, limit: 0, requests: [("2026-11-18", 1, 0)]),
    ])
    func counts(_ row: Row) throws {
        let set = try #require(CalendarDay("2026-11-18")).number
        let quota = Quota(
            limit: row.limit, offset: row.offset, period: row.period, firstWindow: row.period.firstDay(of: set))
        let usage = KeyUsage()
        for (day, count, passed) in row.requests {
            let today = try #require(CalendarDay(day)).number
            let taken = (0..<count).reduce(0) { sum, _ in sum + (usage.take(quota, today: today) ? 1 : 0) }
            #expect(taken == passed, "\(day)")
        }
    }

    private static let daily = Quota(limit: 10, offset: 0, period: .day, firstWindow: 0)

    @Test func `a limit of N lets N through, however many count at once`() async {
        let usage = KeyUsage()
        let quota = Quota(limit: 1000, offset: 0, period: .month, firstWindow: 0)
        let passed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<500).reduce(0) { sum, _ in sum + (usage.take(quota, today: 20_000) ? 1 : 0) } }
            }
            return await group.reduce(0, +)
        }
        #expect(passed == 1000)
        let stored = usage.snapshot(quota, today: 20_000)
        #expect(stored.days == [20_000: 1000])
        #expect(stored.remaining == 0)
    }

    @Test func `a request that is taken back leaves its place to another`() {
        let usage = KeyUsage()
        let quota = Quota(limit: 1, offset: 0, period: .day, firstWindow: 0)
        #expect(usage.take(quota, today: 5))
        #expect(!usage.take(quota, today: 5))
        usage.giveBack(quota, today: 5)
        #expect(usage.snapshot(quota, today: 5).days == [5: 0])
        #expect(usage.take(quota, today: 5))
        #expect(!usage.take(quota, today: 5))
    }

    @Test func `a loop that is late at midnight counts in the window that has begun`() {
        let usage = KeyUsage()
        let quota = Quota(limit: 2, offset: 0, period: .day, firstWindow: 0)
        #expect(usage.take(quota, today: 6))
        #expect(usage.take(quota, today: 5))
        #expect(!usage.take(quota, today: 6))
        usage.giveBack(quota, today: 5)
        #expect(!usage.take(quota, today: 6))
    }

    @Test func `a clock that was set back by months does not lock a key out`() {
        let usage = KeyUsage()
        let quota = Quota(limit: 1, offset: 0, period: .day, firstWindow: 0)
        #expect(usage.take(quota, today: 900))
        #expect(usage.take(quota, today: 500))
    }

    @Test(
        "another period begins a count of its own, unless its window begins on the same day",
        arguments: [
            (QuotaPeriod.day, QuotaPeriod.month, "2026-11-21", false), (.day, .week, "2026-11-21", false),
            (.month, .day, "2026-11-21", false), (.week, .month, "2026-11-21", false),
            (.day, .month, "2026-12-01", true), (.day, .week, "2026-11-22", true), (.month, .week, "2026-11-07", true),
        ])
    func changedPeriod(before: QuotaPeriod, after: QuotaPeriod, day: String, goesOn: Bool) throws {
        let today = try #require(CalendarDay(day)).number
        func quota(_ period: QuotaPeriod) -> Quota { Quota(limit: 2, offset: 0, period: period, firstWindow: 0) }
        let usage = KeyUsage()
        #expect(usage.take(quota(before), today: today))
        #expect(usage.snapshot(quota(after), today: today).remaining == (goesOn ? 1 : 2))
        #expect((0..<5).filter { _ in usage.take(quota(after), today: today) }.count == (goesOn ? 1 : 2))
        #expect(usage.snapshot(quota(after), today: today).window == after.firstDay(of: today))
    }

    @Test func `what was stored counts on, and what was extended holds for its window`() {
        var stored = StoredUsage()
        stored.window = 8
        stored.used = 9
        stored.days = [8: 9]
        let usage = KeyUsage(stored)
        #expect(usage.take(Self.daily, today: 8))
        #expect(!usage.take(Self.daily, today: 8))
        usage.extend(by: 2, inWindow: 8)
        #expect(usage.take(Self.daily, today: 8))
        var snapshot = usage.snapshot(Self.daily, today: 8)
        #expect((snapshot.window, snapshot.used, snapshot.extended, snapshot.remaining) == (8, 11, 2, 1))
        #expect(snapshot.days == [8: 11])
        #expect((0..<20).filter { _ in usage.take(Self.daily, today: 9) }.count == 10)
        snapshot = usage.snapshot(Self.daily, today: 9)
        #expect((snapshot.window, snapshot.used, snapshot.extended, snapshot.remaining) == (9, 10, 0, 0))
        #expect(snapshot.days == [8: 11, 9: 10])
    }

    @Test func `an extension of a window without requests is kept`() {
        let usage = KeyUsage()
        #expect(usage.take(Self.daily, today: 8))
        usage.extend(by: -4, inWindow: 9)
        let snapshot = usage.snapshot(Self.daily, today: 9)
        #expect((snapshot.window, snapshot.used, snapshot.extended, snapshot.remaining) == (9, 0, -4, 6))
        #expect((0..<20).filter { _ in usage.take(Self.daily, today: 9) }.count == 6)
    }

    @Test func `only what changed is drained`() {
        let usage = KeyUsage()
        #expect(usage.drain(nil, today: 3) == nil)
        #expect(usage.take(nil, today: 3))
        let drained = usage.drain(nil, today: 3)
        #expect(drained?.days == [3: 1])
        #expect(drained?.window == nil)
        #expect(drained?.remaining == nil)
        #expect(usage.drain(nil, today: 3) == nil)
    }
}
