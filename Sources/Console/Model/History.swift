package import ControlAPI

extension Model {
    /// What differs between two states of an API; `nil` if it was not asked for.
    package func difference(_ apiId: String, from: String, to: String) -> Loadable<ApiDifference>? {
        shelf.answer(.difference(apiId: apiId, from: from, to: to)) {
            if case .difference(let difference) = $0 { difference } else { nil }
        }
    }

    /// What an undo would change; `nil` if it was not asked for.
    package func undoPreview(_ sequence: Int) -> Loadable<UndoOutcome>? {
        shelf.answer(.undoPreview(sequence: sequence)) { if case .undo(let outcome) = $0 { outcome } else { nil } }
    }

    func entry(_ sequence: Int) -> JournalEntry? { journal.first { $0.sequence == sequence } }

    /// Marks what an `Undo` takes back: the entry is undone; what that one had undone itself is in force again; and so
    /// on. The chain is as long as entries are known.
    mutating func markUndone(by undo: JournalEntry) {
        guard undo.refused == nil else { return }
        var by = undo
        var undone = true
        while let sequence = by.undoes, sequence < by.sequence,
            let place = journal.firstIndex(where: { $0.sequence == sequence })
        {
            journal[place].undoneBy = undone ? by.sequence : nil
            by = journal[place]
            undone.toggle()
        }
    }
}

extension ApiDifference {
    /// Of an answer from before the API changed.
    package static let current = "current"
}
