package import ControlAPI

/// The access log records that the console holds, numbered as they came. The oldest give way when it is full.
package struct LogBook: Sendable {
    /// About 80 MB when full.
    package static let capacity = 100_000

    private var ring: [AccessLogRecord] = []
    private var head = 0
    private let capacity: Int

    /// Whose requests these are.
    package private(set) var selection: EventSelection.AccessSelection = .none
    /// The number of the oldest record held.
    package private(set) var first = 0
    /// Requests that the feed could not hand over, or that did not fit between two frames: counted, never hidden.
    package var dropped = 0
    /// Ids of the newest records that the engine remembered, as long as the feed may repeat them.
    private var past: Set<String> = []
    /// Records of the feed since then.
    private var fresh = 0
    private static let overlap = 5000

    /// Counts up when records were renumbered, so that whoever keeps numbers starts anew.
    package private(set) var edition = 0

    package init(capacity: Int = LogBook.capacity) {
        self.capacity = max(1, capacity)
    }

    package var count: Int { ring.count }
    /// One past the number of the newest record.
    package var end: Int { first + ring.count }
    /// Every record that was seen, also those that gave way.
    package var seen: Int { end }

    package subscript(number: Int) -> AccessLogRecord? {
        guard number >= first, number < end else { return nil }
        return ring[(head + number - first) % ring.count]
    }

    package var last: AccessLogRecord? { self[end - 1] }

    /// Takes a record of the feed. The feed begins a little before the past ends: what both tell stands once.
    package mutating func follow(_ record: AccessLogRecord) {
        if !past.isEmpty {
            if past.contains(record.requestId) { return }
            fresh += 1
            // By now the feed is beyond what the past could tell.
            if fresh > Self.overlap { past = [] }
        }
        append(record)
    }

    package mutating func append(_ record: AccessLogRecord) {
        if ring.count < capacity {
            ring.append(record)
        } else {
            ring[head] = record
            head = (head + 1) % capacity
            first += 1
        }
    }

    /// Starts anew for other requests.
    package mutating func reset(_ selection: EventSelection.AccessSelection) {
        let edition = self.edition
        self = LogBook(capacity: capacity)
        self.edition = edition + 1
        self.selection = selection
    }

    /// Puts what the engine remembers before what came live; what came twice stands once.
    package mutating func prepend(_ history: [AccessLogRecord]) {
        let live = (first..<end).compactMap { self[$0] }
        let known = Set(live.map(\.requestId))
        let older = history.filter { !known.contains($0.requestId) }
        guard !older.isEmpty else { return }
        let past = Set(older.suffix(Self.overlap).map(\.requestId))
        let dropped = self.dropped
        let selection = self.selection
        reset(selection)
        self.dropped = dropped
        self.past = past
        for record in (older + live).suffix(capacity) { append(record) }
    }
}
