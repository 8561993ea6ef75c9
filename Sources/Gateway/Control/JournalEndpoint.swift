import ControlAPI
import JSON

/// `/sluice/journal`: every change that was acknowledged, the newest first.
enum JournalEndpoint {
    static let operations: [Operation] = [.read("GetJournal", "GET", "/sluice/journal", list)]

    static let largestLimit = 1000

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let limit = try EngineEndpoints.number(input, "limit", in: 1...largestLimit) ?? 100
        let before = try EngineEndpoints.number(input, "before", in: 1...Int.max) ?? .max
        let api = input.query("apiId").flatMap { $0.isEmpty ? nil : $0 }
        let found = try JournalTable.list(transaction.db, api: api, before: before, limit: limit + 1)
        let shown = Array(found.prefix(limit))
        let position = found.count > limit ? shown.last.map { String($0.sequence) } : nil
        return try OperationOutput(200, encoding: Page(items: shown, position: position))
    }
}
