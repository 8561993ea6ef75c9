import ControlAPI
import JSON

/// `POST /apikeys?mode=import&format=csv`: keys from a file.
///
/// Columns in any case and order: `Name` and `Key` (30–128 characters) are required; `Description`, `Enabled` (true
/// unless it says otherwise) and `UsagePlanIds` (a comma list) may be there; others are ignored. A key whose value is
/// known is overwritten, and stays in the plans it has. A row that cannot be taken becomes a warning and is left out;
/// with `failonwarnings=true` nothing is imported then.
enum ApiKeyImport {
    static let operations: [Operation] = [
        .textChange("ImportApiKeys", "POST", "/apikeys?mode=import", run)
    ]

    static let keyLengths = 30...128
    static let largestWarningCount = 100

    static func run(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        guard input.query("format") == "csv" else {
            var violations = Violations()
            violations.check(input.query("format") ?? "", at: "format", oneOf: ["csv"])
            try violations.throwIfAny()
            throw ApiError.badRequest("format must be csv")
        }
        let failsOnWarnings = input.query("failonwarnings")?.lowercased() == "true"
        let table: CSVTable
        do {
            table = try CSVTable(input.text)
        } catch {
            throw ApiError.badRequest("Invalid API key file: \(error)")
        }
        for column in ["name", "key"] where !table.columns.contains(column) {
            throw ApiError.badRequest("Invalid API key file: the column \(column == "key" ? "Key" : "Name") is missing")
        }
        var ids: [String] = []
        var known: Set<String> = []
        var warnings: [String] = []
        for row in table.rows {
            do {
                let id = try take(Row(table, row.values), transaction)
                if known.insert(id).inserted { ids.append(id) }
            } catch let error as ApiError where error.status != 500 {
                let warning = "Unable to import the API key on line \(row.line): \(error.message)"
                if failsOnWarnings { throw ApiError.badRequest(warning) }
                if warnings.count < largestWarningCount { warnings.append(warning) }
            }
        }
        return OperationOutput(
            201, ["ids": .array(ids.map { .string($0) }), "warnings": .array(warnings.map { .string($0) })])
    }

    /// A line of the file that keeps the rules.
    private struct Row {
        let name: String
        let key: String
        let description: String?
        let enabled: Bool
        let planIds: [String]

        init(_ table: CSVTable, _ values: [String]) throws {
            name = table.value("name", of: values) ?? ""
            key = table.value("key", of: values) ?? ""
            description = table.value("description", of: values).flatMap { $0.isEmpty ? nil : $0 }
            let flag = (table.value("enabled", of: values) ?? "").lowercased()
            guard ["", "true", "false"].contains(flag) else {
                throw ApiError.badRequest("Enabled must be true or false, not '\(flag)'")
            }
            enabled = flag != "false"
            planIds = (table.value("usageplanids", of: values) ?? "").split(separator: ",")
                .map { $0.trimmingSpace() }.filter { !$0.isEmpty }
            guard !name.isEmpty else { throw ApiError.badRequest("the Name is missing") }
            guard keyLengths.contains(key.utf8.count), ApiKeys.isHeaderValue(key) else {
                throw ApiError.badRequest(
                    "the Key must have \(keyLengths.lowerBound) to \(keyLengths.upperBound) printable ASCII characters "
                        + "without blanks")
            }
            try ApiKeys.check(name: name)
            try ApiKeys.check(description: description)
        }
    }

    /// Everything is looked at before anything is written, so that a row is taken whole or not at all.
    private static func take(_ row: Row, _ transaction: Transaction) throws -> String {
        let db = transaction.db
        let before = try ApiKeyTable.find(db, value: row.key)
        var plans = try UsagePlanTable.plans(db, ofKey: before?.id ?? "")
        var added: [UsagePlan] = []
        for id in row.planIds where !plans.contains(where: { $0.id == id }) {
            let plan = try transaction.usagePlan(id)
            try UsagePlanKeys.checkAdding(key: before?.id ?? row.name, to: plan, besides: plans)
            plans.append(plan)
            added.append(plan)
        }
        var key = before ?? ApiKey()
        key.name = row.name
        key.description = row.description
        key.enabled = row.enabled
        if before == nil {
            key = try ApiKeys.insert(key, value: row.key, transaction)
        } else {
            key.lastUpdatedDate = transaction.now
            try ApiKeys.store(key, before: before, transaction)
        }
        for plan in added { try UsagePlanKeys.add(key, to: plan, transaction) }
        return key.id ?? ""
    }
}
