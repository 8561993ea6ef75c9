package import ControlAPI

/// A record of a log that can be followed.
package protocol LogRecord: Searchable, Sendable {
    /// Whose records are wanted.
    associatedtype Selection: Sendable, Equatable
    associatedtype Identity: Sendable, Hashable

    static var nobody: Selection { get }
    /// What a filter can name.
    static var columns: [String] { get }
    /// What tells it from all others, so that a record that comes by two ways stands once.
    var identity: Identity { get }
    /// Milliseconds since 1970.
    var moment: Int { get }
}

package typealias LogBook = RecordBook<AccessLogRecord>
package typealias FunctionLogBook = RecordBook<FunctionLogRecord>

/// About 80 MB of access log when full.
private let usualCapacity = 100_000

/// The log records that the console holds, numbered as they came. The oldest give way when it is full.
package struct RecordBook<Record: LogRecord>: Sendable {
    private var ring: [Record] = []
    private var head = 0
    private let capacity: Int

    /// Whose records these are.
    package private(set) var selection = Record.nobody
    /// The number of the oldest record held.
    package private(set) var first = 0
    /// Records that the feed could not hand over, or that did not fit between two frames: counted, never hidden.
    package var dropped = 0
    /// The newest records that the engine remembered, and how often, as long as the feed may repeat them.
    private var past: [Record.Identity: Int] = [:]
    /// Records of the feed since then.
    private var fresh = 0
    private static var overlap: Int { 5000 }

    /// Counts up when records were renumbered, so that whoever keeps numbers starts anew.
    package private(set) var edition = 0

    package init(capacity: Int? = nil) {
        self.capacity = max(1, capacity ?? usualCapacity)
    }

    package var count: Int { ring.count }
    /// One past the number of the newest record.
    package var end: Int { first + ring.count }
    /// Every record that was seen, also those that gave way.
    package var seen: Int { end }

    package subscript(number: Int) -> Record? {
        guard number >= first, number < end else { return nil }
        return ring[(head + number - first) % ring.count]
    }

    package var last: Record? { self[end - 1] }

    /// Takes a record of the feed. The feed begins a little before the past ends: what both tell stands once.
    package mutating func follow(_ record: Record) {
        if !past.isEmpty {
            if Self.takeOne(record, of: &past) { return }
            fresh += 1
            // By now the feed is beyond what the past could tell.
            if fresh > Self.overlap { past = [:] }
        }
        append(record)
    }

    package mutating func append(_ record: Record) {
        if ring.count < capacity {
            ring.append(record)
        } else {
            ring[head] = record
            head = (head + 1) % capacity
            first += 1
        }
    }

    private static func takeOne(_ record: Record, of counts: inout [Record.Identity: Int]) -> Bool {
        guard let count = counts[record.identity], count > 0 else { return false }
        counts[record.identity] = count - 1
        return true
    }

    private static func counts(_ records: some Sequence<Record>) -> [Record.Identity: Int] {
        records.reduce(into: [:]) { $0[$1.identity, default: 0] += 1 }
    }

    /// Starts anew for other records.
    package mutating func reset(_ selection: Record.Selection) {
        let edition = self.edition
        self = RecordBook(capacity: capacity)
        self.edition = edition + 1
        self.selection = selection
    }

    /// Puts what the engine remembers before what came live; what came twice stands once.
    package mutating func prepend(_ history: [Record]) {
        let live = (first..<end).compactMap { self[$0] }
        var known = Self.counts(live)
        // From the newest on: that is where both tell the same.
        let older = Array(history.reversed().filter { !Self.takeOne($0, of: &known) }.reversed())
        guard !older.isEmpty else { return }
        let past = Self.counts(older.suffix(Self.overlap))
        let dropped = self.dropped
        let selection = self.selection
        reset(selection)
        self.dropped = dropped
        self.past = past
        for record in (older + live).suffix(capacity) { append(record) }
    }
}
