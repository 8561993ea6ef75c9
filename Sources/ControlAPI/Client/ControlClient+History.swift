import JSON

/// The journal's entries, differences and undo.
extension ControlClient {
    /// The newest changes, newest first: those before the sequence number `before`, not older than `since` (seconds
    /// since 1970).
    public func journal(
        apiId: String? = nil, limit: Int = 100, before: Int? = nil, since: Int? = nil
    ) async throws -> [JournalEntry] {
        var entries: [JournalEntry] = []
        var position = before.map(String.init)
        guard limit > 0 else { return [] }
        repeat {
            var query = [(name: "limit", value: "\(min(1000, limit - entries.count))")]
            if let apiId { query.append(("apiId", apiId)) }
            if let since { query.append(("since", "\(since)")) }
            if let position { query.append(("before", position)) }
            let page: Page<JournalEntry> = try await call(ControlRequest(.get, ["sluice", "journal"], query: query))
            entries += page.items
            position = page.position
        } while position != nil && entries.count < limit
        return entries
    }

    public func journalEntry(_ sequence: Int) async throws -> JournalEntry {
        try await call(ControlRequest(.get, ["sluice", "journal", "\(sequence)"]))
    }

    /// What differs from one state of an API to another; each is a deployment's id or `current`.
    public func difference(apiId: String, from: String, to: String) async throws -> ApiDifference {
        try await call(
            ControlRequest(
                .get, ["sluice", "restapis", apiId, "difference"], query: [(name: "from", value: from), ("to", to)]))
    }

    /// Takes a journal entry back; a dry run only tells what would change.
    public func undo(_ sequence: Int, dryRun: Bool = false) async throws -> UndoOutcome {
        try await call(
            ControlRequest(
                .post, ["sluice", "journal", "\(sequence)", "undo"],
                query: dryRun ? [(name: "dryRun", value: "true")] : [], body: [:]))
    }
}
