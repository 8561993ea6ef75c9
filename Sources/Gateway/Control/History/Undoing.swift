import ControlAPI
import GRDB
import JSON

/// One undo under way.
final class Undoing {
    let transaction: Transaction
    let capture: ChangeCapture
    /// The first entry of the call that is undone.
    let change: Int
    /// Rows that later changes altered as well, so that what came out of it is neither of before nor of after.
    var merged: Set<RowPlace> = []

    var db: Database { transaction.db }

    init(_ transaction: Transaction, _ capture: ChangeCapture, change: Int) {
        self.transaction = transaction
        self.capture = capture
        self.change = change
    }

    /// What stands in the way of the undo, with the later entry that put it there.
    func conflict(_ reason: String, at place: RowPlace) throws -> ApiError {
        conflict(reason, by: try ChangedRowTable.latest(db, place, after: change))
    }

    func conflict(
        _ reason: String, inTable table: String, where values: [(column: String, value: String)]
    ) throws -> ApiError {
        conflict(reason, by: try ChangedRowTable.latest(db, table: table, where: values, after: change))
    }

    private func conflict(_ reason: String, by later: Int?) -> ApiError {
        guard let later, let entry = (try? JournalTable.find(db, later))?.entry else {
            return .conflict("Journal entry \(change) cannot be undone: \(reason)")
        }
        return .conflict(
            "Journal entry \(change) cannot be undone: \(reason). Entry \(entry.sequence) stands in the way: "
                + "\(entry.operation) of \(entry.resource) by \(entry.actor) at \(Self.text(entry.time)). Undo that first."
        )
    }

    /// Runs one of the operations' own checks; its refusal becomes the reason of the conflict.
    func check(_ place: RowPlace, _ work: () throws -> Void) throws {
        do {
            try work()
        } catch let error as ApiError {
            throw try conflict(Self.sentence(error.message), at: place)
        }
    }

    /// As ``check(_:_:)``, where the later entry is the one that took away a row with these values.
    func check(
        table: String, where values: [(column: String, value: String)], _ work: () throws -> Void
    ) throws {
        do {
            try work()
        } catch let error as ApiError {
            throw try conflict(Self.sentence(error.message), inTable: table, where: values)
        }
    }

    /// `2026-11-21T16:00:00.000Z`
    private static func text(_ time: Timestamp) -> String {
        LoopClock.isoTime(nanoseconds: Int64(time.seconds).multipliedReportingOverflow(by: 1_000_000_000).partialValue)
    }

    private static func sentence(_ text: String) -> String {
        text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// The key of a row as the journal writes it.
    static func key(_ parts: String...) -> String { JSON.array(parts.map(JSON.string)).text() }
}
