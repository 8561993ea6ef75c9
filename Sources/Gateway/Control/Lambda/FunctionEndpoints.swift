import ControlAPI
import Lambda

/// `/sluice/functions`: functions as they run now, and what they wrote.
enum FunctionEndpoints {
    static let operations: [Operation] = [
        .engine("GetFunctionStates", "GET", "/sluice/functions", list),
        .engine("GetFunctionState", "GET", "/sluice/functions/{name}", get),
        .engine("GetFunctionLogs", "GET", "/sluice/functions/{name}/logs", logs),
    ]

    static let largestLimit = 10_000

    /// By name.
    static func list(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let functions = try await plane.publishedFunctions()
        let running = states(plane)
        return try OperationOutput(200, encoding: Page(items: functions.map { state(of: $0, running[$0.name]) }))
    }

    static func get(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let function = try await function(plane, input)
        return try OperationOutput(200, encoding: state(of: function, states(plane)[function.name]))
    }

    static func logs(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let limit = try EngineEndpoints.number(input, "limit", in: 1...largestLimit) ?? 1000
        let function = try await function(plane, input)
        let records = plane.functions?.logs(function: function.name, limit: limit) ?? []
        return try OperationOutput(200, encoding: Page(items: records))
    }

    private static func function(_ plane: ControlPlane, _ input: OperationInput) async throws -> Function {
        let reference = try FunctionReference(input.parameter("name"), place: plane.functionPlace)
        return try await plane.read { [packages = plane.packages] transaction in
            try PublishedFunctions.function(
                transaction.db, transaction.function(reference), place: transaction.place, packages: packages)
        }
    }

    private static func states(_ plane: ControlPlane) -> [String: FunctionState] {
        Dictionary(plane.functions?.states().map { ($0.functionName, $0) } ?? []) { $1 }
    }

    /// What runs says how it runs; who may invoke it, the store.
    private static func state(of function: Function, _ running: FunctionState?) -> FunctionState {
        let latest = function.versions[FunctionVersionTable.latest]
        var state =
            running
            ?? FunctionState(
                functionName: function.name, functionArn: function.arn, runtime: latest?.runtime ?? "",
                handler: latest?.handler ?? "", codeDirectory: latest?.codeDirectory ?? "",
                memorySize: latest?.memorySize ?? 128, timeout: latest?.timeout ?? 3)
        if running == nil { state.watchesCode = latest?.watchesCode ?? false }
        state.reservedConcurrency = function.reservedConcurrency
        state.permissions = function.policies.sorted { $0.key < $1.key }.flatMap { qualifier, policy in
            policy.statements.map { qualifier.isEmpty ? $0.line : "\(qualifier): \($0.line)" }
        }
        return state
    }
}
