import ControlAPI
import JSON

/// `/account`.
enum AccountSettings {
    static let operations: [Operation] = [
        .read("GetAccount", "GET", "/account", get),
        .change("UpdateAccount", "PATCH", "/account", update),
    ]

    /// The account before its first change.
    private static var initial: Account {
        var account = Account()
        account.throttleSettings = ThrottleSettings(burstLimit: 5000, rateLimit: 10_000)
        account.features = ["UsagePlans"]
        account.apiKeyVersion = "4"
        return account
    }

    /// Shows AWS's limits where the engine has none of its own.
    private static func current(_ transaction: Transaction) throws -> Account {
        var account = try AccountTable.find(transaction.db) ?? initial
        account.throttleSettings = transaction.accountThrottle ?? initial.throttleSettings
        return account
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: current(transaction))
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateAccountInput")
        let before = try current(transaction)
        var account = before
        for step in patch.steps {
            switch (step.path, step.op) {
            case ("/cloudwatchRoleArn", "replace"):
                guard let arn = step.nonEmptyValue else {
                    account.cloudwatchRoleArn = nil
                    continue
                }
                guard arn.hasPrefix("arn:"), arn.contains(":iam:"), arn.contains(":role/") else {
                    throw ApiError.badRequest("Invalid ARN. ARN is not well formed \(arn)")
                }
                account.cloudwatchRoleArn = arn
            case ("/cloudwatchRoleArn", _):
                throw Patch.onlyOps(["replace"])
            case ("/features", "add"):
                guard step.value == "UsagePlans" else {
                    throw ApiError.badRequest("Invalid feature specified. Valid options are UsagePlans")
                }
                account.features = ["UsagePlans"]
            case ("/features", "remove"):
                throw ApiError.badRequest("Usage Plans cannot be disabled once enabled")
            default:
                throw Patch.invalidPath(step.path)
            }
        }
        try AccountTable.put(transaction.db, account)
        try transaction.record("/account", api: nil, before: before, after: account)
        return try OperationOutput(200, encoding: account)
    }
}
