/// What an undo did, or would do.
public struct UndoOutcome: Codable, Sendable, Hashable {
    /// The journal entries that are undone: all that one call wrote.
    public var undone: [JournalEntry]
    /// The entries that the undo wrote; none where it was only tried.
    public var entries: [JournalEntry]
    public var dryRun: Bool
    /// What changes by it, in a stable order.
    public var changes: [ApiDifference.Item]
    /// Changes that `changes` leaves out, because there are too many.
    public var more: Int

    public init(
        undone: [JournalEntry], entries: [JournalEntry], dryRun: Bool, changes: [ApiDifference.Item], more: Int
    ) {
        self.undone = undone
        self.entries = entries
        self.dryRun = dryRun
        self.changes = changes
        self.more = more
    }
}
