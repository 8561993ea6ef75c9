import ControlAPI
import JSON

/// `/sluice/journal`: every change that was acknowledged, the newest first.
///
/// Pages are cut by number and by size. The next page is asked for with the `position` of the one before as `before`;
/// what is written meanwhile is newer than all of them, so nothing is shown twice or left out.
enum JournalEndpoint {
    static let operations: [Operation] = [
        .read("GetJournal", "GET", "/sluice/journal", list),
        .read("GetJournalEntry", "GET", "/sluice/journal/{sequence}", get),
    ]

    static let largestLimit = 1000
    /// Bytes of documents on one page: some changes keep a whole API, before and after.
    static let largestPage = 8 << 20

    static func path(_ sequence: Int) -> String { "/sluice/journal/\(sequence)" }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let query = JournalTable.Query(
            api: EngineEndpoints.given(input, "apiId"),
            before: try EngineEndpoints.number(input, "before", in: 1...Int.max)
                ?? EngineEndpoints.number(input, "position", in: 1...Int.max) ?? .max,
            since: try EngineEndpoints.number(input, "since", in: 0...Int.max),
            limit: try EngineEndpoints.number(input, "limit", in: 1...largestLimit) ?? 100, largestSize: largestPage)
        let (entries, more) = try JournalTable.list(transaction.db, query)
        let position = more ? entries.last.map { String($0.sequence) } : nil
        return try OperationOutput(200, encoding: Page(items: entries, position: position))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: find(input, transaction).entry)
    }

    static func find(_ input: OperationInput, _ transaction: Transaction) throws -> JournalTable.Found {
        let text = input.parameter("sequence")
        guard let sequence = Int(text), let found = try JournalTable.find(transaction.db, sequence) else {
            throw ApiError.notFound("Invalid journal entry specified: \(text)")
        }
        return found
    }
}
