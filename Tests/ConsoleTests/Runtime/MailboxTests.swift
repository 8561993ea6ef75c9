import ControlAPI
import Synchronization
import Testing

@testable import Console

@Suite("The mailbox between threads")
struct MailboxTests {
    @Test func wakesOnceForABurstAndAgainForTheNext() {
        let wakes = Mutex(0)
        let mailbox = Mailbox { wakes.withLock { $0 += 1 } }
        for _ in 0..<100 { mailbox.post(.clock(1)) }
        #expect(wakes.withLock { $0 } == 1)
        #expect(mailbox.drain().count == 100)
        #expect(mailbox.isEmpty)
        mailbox.post(.clock(1))
        #expect(wakes.withLock { $0 } == 2)
    }

    @Test func recordsThatDoNotFitAreCounted() {
        let mailbox = Mailbox(capacity: 100) {}
        mailbox.post(tail: Fixtures.records, dropped: 2, of: .all)
        mailbox.post(tail: Fixtures.records, dropped: 0, of: .all)
        guard case .tail(.all, let records, let dropped)? = mailbox.drain().first else {
            Issue.record("no records came")
            return
        }
        #expect(records.count == 100)
        #expect(dropped == 22)
    }

    @Test func recordsOfAnotherTailAreNotMixedIn() {
        let mailbox = Mailbox {}
        mailbox.post(tail: Fixtures.records, dropped: 0, of: .all)
        mailbox.post(tail: [Fixtures.records[0]], dropped: 0, of: .api(apiId: "a"))
        guard case .tail(.api, let records, _)? = mailbox.drain().first else {
            Issue.record("no records came")
            return
        }
        #expect(records.count == 1)
    }

    @Test func theTwoLogsWaitBesideEachOther() {
        let mailbox = Mailbox(capacity: 3) {}
        mailbox.post(tail: Fixtures.records, dropped: 0, of: .all)
        mailbox.post(tail: Fixtures.functionLog, dropped: 1, of: .function(name: "orders-create"))
        let all = mailbox.drain()
        #expect(all.count == 2)
        guard case .functionTail(.function(name: "orders-create"), let records, let dropped)? = all.last else {
            Issue.record("\(all)")
            return
        }
        #expect(records.count == 3)
        #expect(dropped == Fixtures.functionLog.count - 3 + 1)
        #expect(mailbox.isEmpty && mailbox.drain().isEmpty)
    }

    /// An editor may have the terminal for hours.
    @Test func ofMetricsNoMoreWaitThanAScreenShows() {
        let mailbox = Mailbox {}
        mailbox.post(.clock(1))
        for time in 0..<1000 { mailbox.post(.feed(.metrics(time: time, samples: []))) }
        let events = mailbox.drain()
        #expect(events.count == MetricsWindow.length + 1)
        guard case .clock(1)? = events.first, case .feed(.metrics(time: 999, _))? = events.last else {
            Issue.record("\(events.count)")
            return
        }
    }

    @Test func manyThreadsLoseNothing() async {
        let mailbox = Mailbox {}
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<500 { mailbox.post(.clock(0)) } }
            }
        }
        #expect(mailbox.drain().count == 4000)
    }
}
