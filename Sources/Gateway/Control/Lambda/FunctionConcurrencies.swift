import ControlAPI
import JSON

/// How many executions of a function are let in at once. There is no account limit here that reservations would have
/// to leave room in: any number is taken.
enum FunctionConcurrencies {
    static let operations: [Operation] = [
        .change("PutFunctionConcurrency", "PUT", "/2017-10-31/functions/{FunctionName}/concurrency", put),
        .read("GetFunctionConcurrency", "GET", "/2019-09-30/functions/{FunctionName}/concurrency", get),
        .change("DeleteFunctionConcurrency", "DELETE", "/2017-10-31/functions/{FunctionName}/concurrency", delete),
    ]

    static func put(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let number = try input.body.int("ReservedConcurrentExecutions")
        var violations = Violations()
        if number == nil { violations.addNull(at: "reservedConcurrentExecutions") }
        violations.check(number, at: "reservedConcurrentExecutions", in: 0...Int(Int32.max))
        try violations.throwIfAny()
        try set(number, transaction, input)
        return try OperationOutput(200, encoding: FunctionConcurrency(reservedConcurrentExecutions: number ?? 0))
    }

    /// An empty object where nothing is reserved.
    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let function = try transaction.function(transaction.functionReference(input, longest: 140))
        guard let number = function.reservedConcurrency else { return OperationOutput(200, [:]) }
        return try OperationOutput(200, encoding: FunctionConcurrency(reservedConcurrentExecutions: number))
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try set(nil, transaction, input)
        return OperationOutput(204)
    }

    private static func set(_ number: Int?, _ transaction: Transaction, _ input: OperationInput) throws {
        let reference = try transaction.functionReference(input, longest: 140)
        guard reference.qualifier == nil else {
            throw ApiError.invalidParameter(
                "Concurrency belongs to a function as a whole: name it without a version or an alias")
        }
        let before = try transaction.function(reference)
        var function = before
        function.reservedConcurrency = number
        try FunctionTable.put(transaction.db, function)
        func shown(_ number: Int?) -> FunctionConcurrency? {
            number.map { FunctionConcurrency(reservedConcurrentExecutions: $0) }
        }
        try transaction.record(
            Functions.path(function.name) + "/concurrency", api: nil, before: shown(before.reservedConcurrency),
            after: shown(number))
        transaction.publishFunctions()
    }
}
