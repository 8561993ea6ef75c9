internal import Foundation
import JSON
internal import NIOHTTP1

/// Lambda functions: those of Lambda's own API, and how they run here.
extension ControlClient {
    private static func path(_ rest: String...) -> [String] { ["2015-03-31", "functions"] + rest }

    /// Functions as they run now, by name.
    public func functions() async throws -> [FunctionState] {
        let page: Page<FunctionState> = try await call(ControlRequest(.get, ["sluice", "functions"]))
        return page.items
    }

    public func functionState(name: String) async throws -> FunctionState {
        try await call(ControlRequest(.get, ["sluice", "functions", name]))
    }

    /// The newest lines, oldest first.
    public func functionLogs(name: String, limit: Int = 1000) async throws -> [FunctionLogRecord] {
        let page: Page<FunctionLogRecord> = try await call(
            ControlRequest(.get, ["sluice", "functions", name, "logs"], query: [("limit", "\(limit)")]))
        return page.items
    }

    /// `GetFunction`.
    public func function(name: String, qualifier: String? = nil) async throws -> FunctionDescription {
        try await call(ControlRequest(.get, Self.path(name), query: Self.query(qualifier)))
    }

    // MARK: Changes

    /// Makes a function. A package of many megabytes may take its time.
    public func createFunction(
        name: String, code: FunctionCodeSource, settings: FunctionUpdate, role: String = FunctionUpdate.anyRole
    ) async throws -> FunctionConfiguration {
        var body = JSONObject([
            (key: "FunctionName", value: .string(name)), (key: "Role", value: .string(role)),
            (key: "Code", value: .object(code.members)),
        ])
        for member in settings.members.members { body[member.key] = member.value }
        return try await patient(300).call(ControlRequest(.post, Self.path(), body: .object(body)))
    }

    public func updateFunctionCode(name: String, code: FunctionCodeSource) async throws -> FunctionConfiguration {
        try await patient(300).call(ControlRequest(.put, Self.path(name, "code"), body: .object(code.members)))
    }

    public func updateFunctionConfiguration(
        name: String, settings: FunctionUpdate
    ) async throws -> FunctionConfiguration {
        try await call(ControlRequest(.put, Self.path(name, "configuration"), body: .object(settings.members)))
    }

    /// The whole function, or one version of it.
    public func deleteFunction(name: String, qualifier: String? = nil) async throws {
        try await send(ControlRequest(.delete, Self.path(name), query: Self.query(qualifier)))
    }

    /// - Parameter reserved: executions at once; `nil` for the engine's own ceiling.
    public func setFunctionConcurrency(name: String, reserved: Int?) async throws {
        let path = ["2017-10-31", "functions", name, "concurrency"]
        guard let reserved else { return _ = try await send(ControlRequest(.delete, path)) }
        try await send(
            ControlRequest(.put, path, body: ["ReservedConcurrentExecutions": .number(JSONNumber(reserved))]))
    }

    // MARK: Permissions

    /// Lets a service invoke the function.
    /// - Parameter sourceArn: from where, a pattern with `*` and `?`; `nil` for from anywhere.
    public func addPermission(
        function: String, statementId: String, principal: String, sourceArn: String? = nil, qualifier: String? = nil
    ) async throws {
        var body = JSONObject([
            (key: "StatementId", value: .string(statementId)), (key: "Action", value: "lambda:InvokeFunction"),
            (key: "Principal", value: .string(principal)),
        ])
        if let sourceArn { body["SourceArn"] = .string(sourceArn) }
        try await send(
            ControlRequest(.post, Self.path(function, "policy"), query: Self.query(qualifier), body: .object(body)))
    }

    public func removePermission(function: String, statementId: String, qualifier: String? = nil) async throws {
        try await send(
            ControlRequest(.delete, Self.path(function, "policy", statementId), query: Self.query(qualifier)))
    }

    /// Refused with 404 where there is none.
    public func functionPolicy(name: String, qualifier: String? = nil) async throws -> FunctionPolicyDocument {
        try await call(ControlRequest(.get, Self.path(name, "policy"), query: Self.query(qualifier)))
    }

    // MARK: Invoke

    /// Invokes a function and waits for it, as long as functions may take.
    /// - Parameter invocationType: `RequestResponse`, `Event` or `DryRun`.
    public func invokeFunction(
        name: String, qualifier: String? = nil, payload: [UInt8], invocationType: String = "RequestResponse",
        wantsLog: Bool = false
    ) async throws -> FunctionInvocationAnswer {
        var request = ControlRequest(.post, Self.path(name, "invocations"), query: Self.query(qualifier))
        request.document = payload
        request.headers = [("X-Amz-Invocation-Type", invocationType), ("X-Amz-Log-Type", wantsLog ? "Tail" : "None")]
        let answer = try await patient(960).exchange(request)
        let log = answer.headers.first(name: "X-Amz-Log-Result").flatMap { Data(base64Encoded: $0) }
        return FunctionInvocationAnswer(
            status: answer.status, payload: answer.body,
            functionError: answer.headers.first(name: "X-Amz-Function-Error"),
            executedVersion: answer.headers.first(name: "X-Amz-Executed-Version"),
            log: log.map { String(decoding: $0, as: UTF8.self) },
            requestId: answer.headers.first(name: "x-amzn-RequestId"))
    }

    private static func query(_ qualifier: String?) -> [(name: String, value: String)] {
        qualifier.map { [("Qualifier", $0)] } ?? []
    }

    /// A client with at least this deadline, in seconds.
    private func patient(_ seconds: Double) -> ControlClient {
        ControlClient(endpoint: endpoint, deadline: max(deadline, seconds), retry: retry)
    }
}

/// Where a function's code comes from.
public enum FunctionCodeSource: Sendable, Hashable {
    /// The bytes of a zip file, at most 50 MB.
    case zip([UInt8])
    /// The absolute path of a folder on the engine's machine, used in place. Over the Unix socket only.
    case folder(String)

    var members: JSONObject {
        switch self {
        case .zip(let bytes): JSONObject([(key: "ZipFile", value: .string(Data(bytes).base64EncodedString()))])
        case .folder(let path): JSONObject([(key: "SluiceFolder", value: .string(path))])
        }
    }
}

/// What is set of a function; `nil` leaves it as it is, or at Lambda's default.
public struct FunctionUpdate: Sendable, Hashable {
    public var runtime: String?
    public var handler: String?
    public var environment: [String: String]?
    /// Mebibytes.
    public var memorySize: Int?
    /// Seconds.
    public var timeout: Int?
    public var description: String?

    public init() {}

    /// Lambda asks for a role; functions of this machine run with the engine's own rights whatever it is.
    public static let anyRole = "arn:aws:iam::000000000000:role/sluice"

    var members: JSONObject {
        var members = JSONObject()
        if let runtime { members["Runtime"] = .string(runtime) }
        if let handler { members["Handler"] = .string(handler) }
        if let environment {
            let variables = environment.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSON.string($0.value)) }
            members["Environment"] = ["Variables": .object(JSONObject(variables))]
        }
        if let memorySize { members["MemorySize"] = .number(JSONNumber(memorySize)) }
        if let timeout { members["Timeout"] = .number(JSONNumber(timeout)) }
        if let description { members["Description"] = .string(description) }
        return members
    }
}

/// What came of an invocation.
public struct FunctionInvocationAnswer: Sendable, Hashable {
    /// 200, 202 for `Event`, 204 for `DryRun`.
    public var status: Int
    public var payload: [UInt8]
    /// `Handled` or `Unhandled` where the function failed.
    public var functionError: String?
    public var executedVersion: String?
    /// The last 4 KB, where they were asked for.
    public var log: String?
    public var requestId: String?

    public init(
        status: Int, payload: [UInt8], functionError: String? = nil, executedVersion: String? = nil,
        log: String? = nil, requestId: String? = nil
    ) {
        self.status = status
        self.payload = payload
        self.functionError = functionError
        self.executedVersion = executedVersion
        self.log = log
        self.requestId = requestId
    }
}
