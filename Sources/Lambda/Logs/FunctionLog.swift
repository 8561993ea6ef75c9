import ControlAPI
import DequeModule
import NIOConcurrencyHelpers

/// The newest lines of a function's log, in a bounded ring.
final class FunctionLog: Sendable {
    private struct Ring {
        var records = Deque<FunctionLogRecord>()
        var bytes = 0
    }

    private let ring = NIOLockedValueBox(Ring())
    private let maximumRecords: Int
    private let maximumBytes: Int
    /// What a record costs beside its message.
    private static let overhead = 128

    init(maximumRecords: Int, maximumBytes: Int) {
        self.maximumRecords = maximumRecords
        self.maximumBytes = maximumBytes
    }

    func append(_ record: FunctionLogRecord) {
        ring.withLockedValue { ring in
            ring.records.append(record)
            ring.bytes += record.message.utf8.count + Self.overhead
            while ring.records.count > maximumRecords || ring.bytes > maximumBytes, let oldest = ring.records.popFirst()
            {
                ring.bytes -= oldest.message.utf8.count + Self.overhead
            }
        }
    }

    /// The newest `limit` lines, oldest first.
    func newest(_ limit: Int) -> [FunctionLogRecord] {
        ring.withLockedValue { Array($0.records.suffix(max(0, limit))) }
    }
}
