import ControlAPI
import JSON

/// `POST /sluice/journal/{sequence}/undo`: takes a change back.
///
/// What is undone is the whole call that wrote the entry. It works on the rows that the call altered, not on its
/// operation, so that all operations can be undone alike; the families' checks then say whether the rest of the home
/// still fits. An undo is a change as any other: it is in the journal, is live at once, and can be undone in turn.
enum Undo {
    static let operations: [Operation] = [
        .engine("Undo", "POST", "/sluice/journal/{sequence}/undo", undo)
    ]

    /// Changes that an answer lists.
    static let largestCount = 500

    /// Carries a dry run's outcome out of the transaction that it rolls back.
    private struct Tried: Error {
        let outcome: UndoOutcome
    }

    static func undo(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let dryRun = try EngineEndpoints.flag(input, "dryRun") ?? false
        do {
            return try await plane.change("Undo", actor: input.actor, input) { transaction, input in
                let outcome = try run(
                    JournalEndpoint.find(input, transaction), transaction, plane.store.capture, dryRun: dryRun)
                guard !dryRun else {
                    try plane.tryPublishing(transaction)
                    throw Tried(outcome: outcome)
                }
                return try OperationOutput(200, encoding: outcome)
            }
        } catch let tried as Tried {
            return try OperationOutput(200, encoding: tried.outcome)
        }
    }

    private static func run(
        _ found: JournalTable.Found, _ transaction: Transaction, _ capture: ChangeCapture, dryRun: Bool
    ) throws -> UndoOutcome {
        try check(found.entry)
        let undone = try JournalTable.entries(transaction.db, change: found.change)
        let undoing = Undoing(transaction, capture, change: found.change)
        try capture.noteAll(transaction.db)
        var work = RowUndo(undoing)
        try work.run()
        let rows = try capture.changedRows(transaction.db)
        for row in rows {
            guard let family = UndoFamilies.byTable[row.place.table]?.family else { continue }
            try family.check(row, undoing)
            try family.live(row, transaction)
        }
        let changes = try RowDifference.items(rows, undoing)
        for found in undone {
            try transaction.record(
                found.entry.resource, api: found.api, before: found.entry.after, after: found.entry.before,
                undoes: found.entry.sequence)
        }
        try setForce(undone: found.change, transaction)
        return UndoOutcome(
            undone: undone.map { withoutDocuments($0.entry) },
            entries: dryRun ? [] : transaction.journal.map(withoutDocuments), dryRun: dryRun,
            changes: Array(changes.prefix(largestCount)), more: max(0, changes.count - largestCount))
    }

    private static func check(_ entry: JournalEntry) throws {
        let name = "Journal entry \(entry.sequence) (\(entry.operation))"
        if entry.refused != nil {
            throw ApiError.conflict("\(name) cannot be undone: it was refused and changed nothing")
        }
        if let refusal = entry.undoRefusal { throw ApiError.conflict("\(name) cannot be undone: \(refusal)") }
        if let by = entry.undoneBy {
            throw ApiError.conflict("\(name) is undone already, by entry \(by); undo that one to have it again")
        }
    }

    /// The undone call is out of force; what it had undone itself, if it is an undo, is in force again; and so on.
    private static func setForce(undone change: Int, _ transaction: Transaction) throws {
        var subject = change
        var by = transaction.change
        var outOfForce = true
        while true {
            try JournalTable.setUndone(transaction.db, change: subject, by: outOfForce ? by : nil)
            guard let undoes = try JournalTable.find(transaction.db, subject)?.entry.undoes,
                let below = try JournalTable.find(transaction.db, undoes)
            else { return }
            by = subject
            subject = below.change
            outOfForce.toggle()
        }
    }

    /// Some documents are whole APIs; the journal has them.
    private static func withoutDocuments(_ entry: JournalEntry) -> JournalEntry {
        var entry = entry
        entry.before = nil
        entry.after = nil
        return entry
    }
}
