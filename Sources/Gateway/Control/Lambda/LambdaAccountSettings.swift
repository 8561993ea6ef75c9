import JSON

/// Lambda's `GetAccountSettings`: the engine's limits in AWS's form, and how much code there is.
enum LambdaAccountSettings {
    static let operations: [Operation] = [
        .read("GetAccountSettings", "GET", "/2016-08-19/account-settings", get)
    ]

    /// AWS's standard quotas, which the engine does not enforce: a machine of one's own has those of its disk and cores.
    private static let totalCodeSize = 80_530_636_800
    private static let concurrentExecutions = 1000

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let functions = try FunctionTable.list(transaction.db)
        let reserved = functions.compactMap(\.reservedConcurrency).reduce(0) { $0 + min($1, concurrentExecutions) }
        func number(_ value: Int) -> JSON { .number(JSONNumber(value)) }
        return OperationOutput(
            200,
            [
                "AccountLimit": [
                    "TotalCodeSize": number(totalCodeSize), "CodeSizeUnzipped": 262_144_000,
                    "CodeSizeZipped": number(FunctionCodeRequest.largestPackage),
                    "ConcurrentExecutions": number(concurrentExecutions),
                    "UnreservedConcurrentExecutions": number(max(0, concurrentExecutions - reserved)),
                ],
                "AccountUsage": [
                    "TotalCodeSize": number(try FunctionVersionTable.totalCodeSize(transaction.db)),
                    "FunctionCount": number(functions.count),
                ],
            ])
    }
}
