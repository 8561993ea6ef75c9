public import JSON

/// One change that the control plane acknowledged, or refused because another was under way: who, when, what, before
/// and after.
public struct JournalEntry: Codable, Sendable, Hashable {
    /// Counts up by one for each entry of this home, from 1.
    public var sequence: Int
    public var time: Timestamp
    /// `unix:uid=1000` for the socket, the access key id for TCP.
    public var actor: String
    /// AWS's name of the operation, for example `UpdateStage`; `Undo` for what takes an entry back.
    public var operation: String
    /// What was changed, for example `/restapis/a1b2c3d4e5/stages/prod`.
    public var resource: String
    /// The resource before; `nil` if it did not exist.
    public var before: JSON?
    /// The resource after; `nil` if it no longer exists.
    public var after: JSON?
    /// Of an `Undo`: the entry that it takes back.
    public var undoes: Int?
    /// The `Undo` by which the entry is taken back; `nil` while it is in force.
    public var undoneBy: Int?
    /// Why the entry can never be undone; `nil` where it can, as long as nothing later depends on it.
    public var undoRefusal: String?
    /// Why the call was refused and changed nothing; `nil` for changes that were carried out.
    public var refused: String?

    public init(
        sequence: Int, time: Timestamp, actor: String, operation: String, resource: String, before: JSON?, after: JSON?
    ) {
        self.sequence = sequence
        self.time = time
        self.actor = actor
        self.operation = operation
        self.resource = resource
        self.before = before
        self.after = after
    }

    /// What changed in a few words: `created`, `deleted`, `uri: "a" → "b" and 2 more`.
    public var summary: String {
        if refused != nil { return "refused" }
        let entry = undoes.map { "undoes \($0)" }
        let change: String? =
            switch (before, after) {
            case (nil, nil): nil
            case (nil, _): "created"
            case (_, nil): "deleted"
            default: changeSummary
            }
        return [entry, change].compactMap { $0 }.joined(separator: ": ")
    }

    private var changeSummary: String {
        // Dates move with every change and tell nothing that the entry's own time does not.
        let changes = DocumentDifference.changes(from: before, to: after).filter { $0.path.last != "lastUpdatedDate" }
        guard let first = changes.first else { return "nothing changed" }
        let more = changes.count > 1 ? " and \(changes.count - 1) more" : ""
        let values =
            "\(DocumentDifference.brief(first.before, limit: 30)) → \(DocumentDifference.brief(first.after, limit: 30))"
        return "\(first.member): \(values)\(more)"
    }
}
