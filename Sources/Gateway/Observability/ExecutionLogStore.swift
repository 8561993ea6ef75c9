/// The newest execution logs of one loop, bounded in requests and in bytes.
final class ExecutionLogStore {
    struct Record: Sendable {
        var requestId: RequestIdentity
        /// Which stage's, as ``PlanRegistry`` numbers them.
        var identity: Int
        var isCanary: Bool
        var lines: [ExecutionLog.Line]

        /// Roughly what it takes in memory.
        var size: Int { lines.reduce(96) { $0 + $1.text.utf8.count + 32 } }
    }

    private let maximumRecords: Int
    private let maximumBytes: Int
    private var records: [Record] = []
    /// The oldest that is kept; those before it are gone.
    private var first = 0
    private var bytes = 0

    init(maximumRecords: Int = 4096, maximumBytes: Int = 8 << 20) {
        self.maximumRecords = max(1, maximumRecords)
        self.maximumBytes = maximumBytes
    }

    func append(_ record: Record) {
        records.append(record)
        bytes += record.size
        while records.count - first > maximumRecords || (bytes > maximumBytes && records.count - first > 1) {
            bytes -= records[first].size
            records[first].lines = []
            first += 1
        }
        if first > 1024, first * 2 > records.count {
            records.removeFirst(first)
            first = 0
        }
    }

    /// Clients may choose ids: of several requests with one, the newest.
    func find(_ id: RequestIdentity) -> Record? { records[first...].last { $0.requestId == id } }

    /// The newest `limit` of the stages that are wanted, oldest first.
    func newest(_ limit: Int, where wanted: (Int) -> Bool) -> [Record] {
        var found: [Record] = []
        for record in records[first...].reversed() where wanted(record.identity) {
            if found.count >= limit { break }
            found.append(record)
        }
        return found.reversed()
    }
}
