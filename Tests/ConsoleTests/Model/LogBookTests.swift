import ControlAPI
import Testing

@testable import Console

@Suite("The log that is held")
struct LogBookTests {
    private func record(_ number: Int, status: Int = 200) -> AccessLogRecord {
        AccessLogRecord(
            requestTimeEpoch: number * 1000, requestId: "id-\(number)", apiId: "a", stage: "s", isCanaryRequest: false,
            httpMethod: "GET", path: "/s/\(number)", resourcePath: nil, status: status, responseLatency: 1,
            integrationLatency: nil, responseLength: 0, sourceIp: "127.0.0.1")
    }

    @Test func theOldestGiveWayAndNumbersStay() {
        var book = LogBook(capacity: 3)
        for number in 0..<5 { book.append(record(number)) }
        #expect(book.count == 3)
        #expect(book.first == 2)
        #expect(book[1] == nil)
        #expect((2..<5).map { book[$0]?.requestId } == ["id-2", "id-3", "id-4"])
        #expect(book[5] == nil)
        #expect(book.last?.requestId == "id-4")
    }

    @Test func historyStandsBeforeWhatCameLiveAndOnce() {
        var book = LogBook(capacity: 10)
        book.reset(.all)
        for number in 3..<6 { book.append(record(number)) }
        book.dropped = 7
        book.prepend((0..<5).map { record($0) })
        #expect((book.first..<book.end).map { book[$0]?.requestId ?? "" } == (0..<6).map { "id-\($0)" })
        #expect(book.dropped == 7)
        #expect(book.selection == .all)
    }

    @Test func whatThePastToldIsNotTakenAgainFromTheFeed() {
        var book = LogBook()
        book.reset(.all)
        book.follow(Fixtures.records[3])
        book.prepend(Array(Fixtures.records[0...2]))
        for record in Fixtures.records[1...4] { book.follow(record) }
        // 3 came live before the past and was not repeated by it, so only 1 and 2 are known twice.
        #expect(
            (0..<book.count).compactMap { book[book.first + $0]?.requestId }
                == [0, 1, 2, 3, 3, 4].map { Fixtures.records[$0].requestId })
    }

    @Test func newLinesAreFilteredAsTheyComeAndOldOnesFallOut() {
        var book = LogBook(capacity: 5)
        var lines = LogLines()
        lines.filter = Filter("status>=500", columns: AccessLogRecord.columns)
        for number in 0..<8 {
            book.append(record(number, status: number % 2 == 0 ? 500 : 200))
            lines.take(book, since: nil) { _ in true }
        }
        #expect((0..<lines.count).map { lines.number($0) } == [4, 6])
        lines.take(book, since: 5000) { _ in true }
        #expect((0..<lines.count).map { lines.number($0) } == [6])
    }

    @Test func theCursorStaysOnItsRecordWhileOthersCome() {
        var book = LogBook(capacity: 100)
        var lines = LogLines()
        for number in 0..<50 { book.append(record(number)) }
        lines.take(book, since: nil) { _ in true }
        lines.toEnd()
        lines.move(-10, page: 10)
        #expect(lines.selected(book)?.requestId == "id-39")
        for number in 50..<150 { book.append(record(number)) }
        lines.take(book, since: nil) { _ in true }
        // Its own record gave way: the oldest that is left has the cursor.
        #expect(book.first == 50)
        #expect(lines.selected(book)?.requestId == "id-50")
    }
}
