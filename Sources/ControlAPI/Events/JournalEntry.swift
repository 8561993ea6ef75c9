public import JSON

/// One change that the control plane acknowledged: who, when, what, before and after.
public struct JournalEntry: Codable, Sendable, Hashable {
    /// Counts up by one for each change of this home, from 1.
    public var sequence: Int
    public var time: Timestamp
    /// `unix:uid=1000` for the socket, the access key id for TCP.
    public var actor: String
    /// AWS's name of the operation, for example `UpdateStage`.
    public var operation: String
    /// What was changed, for example `/restapis/a1b2c3d4e5/stages/prod`.
    public var resource: String
    /// The resource before; `nil` if it did not exist.
    public var before: JSON?
    /// The resource after; `nil` if it no longer exists.
    public var after: JSON?

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
}
