import ControlAPI
import Foundation
import JSON

/// `/2015-03-31/functions`: making, showing and deleting functions.
///
/// A function is `Active` as soon as it is there: its code was unpacked before the call was answered.
enum Functions {
    static let operations: [Operation] = [
        .engine("CreateFunction", "POST", "/2015-03-31/functions", create),
        .read("ListFunctions", "GET", "/2015-03-31/functions", list),
        .engine("GetFunction", "GET", "/2015-03-31/functions/{FunctionName}", get),
        .read("GetFunctionConfiguration", "GET", "/2015-03-31/functions/{FunctionName}/configuration", configuration),
        .engine("DeleteFunction", "DELETE", "/2015-03-31/functions/{FunctionName}", delete),
    ]

    /// Of the journal.
    static func path(_ name: String, _ qualifier: String? = nil) -> String {
        "/functions/\(name)" + (qualifier.map { "/versions/\($0)" } ?? "")
    }

    // MARK: Create

    static func create(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let place = plane.functionPlace
        let body = input.body
        var violations = Violations()
        let name = try body.string("FunctionName")
        if name == nil { violations.addNull(at: "functionName") }
        if try body.string("Role") == nil { violations.addNull(at: "role") }
        if !body.has("Code") { violations.addNull(at: "code") }
        let settings = try FunctionSettings(body, violations: violations)
        let reference = try FunctionReference(name ?? "", place: place, largestLength: 140)
        guard reference.qualifier == nil else {
            throw ApiError.invalidParameter("A function's name has no qualifier: \(name ?? "")")
        }
        guard let code = try body.structure("Code") else {
            throw ApiError.invalidParameter("Please provide a source for function code.")
        }
        let request = try FunctionCodeRequest(code, isLocal: input.isLocal)
        guard settings.runtime != nil, settings.handler != nil else {
            throw ApiError.invalidParameter(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages.")
        }
        let tags = try body.stringMap("Tags") ?? [:]
        try FunctionTags.check(tags)
        let publishes = try FunctionPublishing.isAsked(body, request)
        try await plane.read { transaction in try checkNew(reference.name, transaction) }
        return try await plane.withStaged(request, function: reference.name) { staged in
            try await plane.change("CreateFunction", actor: input.actor, input) { transaction, _ in
                try checkNew(reference.name, transaction)
                var configuration = FunctionConfiguration(
                    functionName: reference.name, functionArn: place.arn(reference.name),
                    version: FunctionVersionTable.latest, revisionId: transaction.newRevision())
                try settings.apply(to: &configuration, region: place.region)
                configuration.codeSize = staged.size
                configuration.codeSha256 = staged.sha256
                configuration.lastModified = transaction.lastModified
                let version = StoredVersion(configuration: configuration, code: staged.code)
                try FunctionTable.put(transaction.db, StoredFunction(name: reference.name, tags: tags))
                try FunctionVersionTable.put(transaction.db, function: reference.name, version)
                try transaction.record(path(reference.name), api: nil, after: configuration)
                transaction.publishFunctions()
                let shown =
                    publishes ? try FunctionPublishing.publish(reference.name, transaction, description: nil) : version
                return try OperationOutput(201, encoding: transaction.shown(shown, qualifier: nil))
            }
        }
    }

    private static func checkNew(_ name: String, _ transaction: Transaction) throws {
        guard try FunctionTable.find(transaction.db, name) == nil else {
            throw ApiError.resourceConflict("Function already exist: \(name)")
        }
    }

    // MARK: Read

    static func get(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        try await plane.read { [packages = plane.packages] transaction in
            let reference = try transaction.functionReference(input)
            let function = try transaction.function(reference)
            let version = try transaction.version(reference)
            var description = FunctionDescription(
                configuration: transaction.shown(version, qualifier: reference.qualifier),
                code: FunctionCodeLocation(
                    repositoryType: version.code.isFolder ? "Sluice" : "S3",
                    location: packages.location(of: version.code)))
            description.tags = function.tags.isEmpty ? nil : function.tags
            description.concurrency = function.reservedConcurrency.map {
                FunctionConcurrency(reservedConcurrentExecutions: $0)
            }
            return try OperationOutput(200, encoding: description)
        }
    }

    static func configuration(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let reference = try transaction.functionReference(input)
        _ = try transaction.function(reference)
        let version = try transaction.version(reference)
        return try OperationOutput(200, encoding: transaction.shown(version, qualifier: reference.qualifier))
    }

    /// By name; with `FunctionVersion=ALL` every version of each.
    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        var violations = Violations()
        let which = FunctionQuery.text(input, "FunctionVersion")
        violations.check(which, at: "functionVersion", oneOf: ["ALL"])
        try violations.throwIfAny()
        let paging = try FunctionPaging(input)
        let halves = (paging.position ?? "/-1").split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let number = Int(halves[1]) else { throw ApiError.invalidParameter("Invalid Marker") }
        let found = try FunctionVersionTable.list(
            transaction.db, after: (String(halves[0]), number), latestOnly: which == nil, limit: paging.limit + 1)
        let page = paging.page(found) {
            "\($0.configuration.functionName)/\(FunctionVersionTable.number($0.configuration.version) ?? 0)"
        }
        return try listed(
            page.items.map { transaction.shown($0, qualifier: which == nil ? nil : $0.configuration.version) },
            as: "Functions", marker: page.marker)
    }

    /// What lists leave out of a configuration: its state.
    static func listed(
        _ items: [FunctionConfiguration], as member: String, marker: String?
    ) throws -> OperationOutput {
        let shown = items.map { item in
            var item = item
            item.state = nil
            item.lastUpdateStatus = nil
            item.runtimeVersionConfig = nil
            return item
        }
        var body = JSONObject([(key: member, value: try JSON(encoding: shown))])
        if let marker { body["NextMarker"] = .string(marker) }
        return OperationOutput(200, .object(body))
    }

    // MARK: Delete

    /// The whole function, or one version that was published. A version that is not there is no error, as on AWS.
    static func delete(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let output = try await plane.change("DeleteFunction", actor: input.actor, input) { transaction, input in
            let reference = try transaction.functionReference(input)
            let before = try transaction.function(reference)
            if let qualifier = reference.qualifier {
                try deleteVersion(before, qualifier, transaction)
            } else {
                let latest = try transaction.version(reference)
                try FunctionTable.delete(transaction.db, before.name)
                try transaction.record(path(before.name), api: nil, before: latest.configuration)
            }
            transaction.publishFunctions()
            return OperationOutput(204)
        }
        plane.sweepPackages()
        return output
    }

    private static func deleteVersion(
        _ function: StoredFunction, _ version: String, _ transaction: Transaction
    ) throws {
        guard version != FunctionVersionTable.latest else {
            throw ApiError.invalidParameter("$LATEST version cannot be deleted without deleting the function.")
        }
        guard FunctionVersionTable.number(version) != nil else {
            throw ApiError.invalidParameter("Deletion of aliases is not currently supported.")
        }
        let users = try FunctionAliasTable.list(transaction.db, function: function.name).filter { alias in
            alias.functionVersion == version || alias.routingConfig?.additionalVersionWeights[version] != nil
        }
        guard users.isEmpty else {
            throw ApiError.resourceConflict(
                "Unable to delete version because the following aliases reference it: "
                    + "[\(users.map(\.name).joined(separator: ", "))]")
        }
        guard let before = try FunctionVersionTable.find(transaction.db, function: function.name, version) else {
            return
        }
        try FunctionVersionTable.delete(transaction.db, function: function.name, version)
        try FunctionPolicyTable.delete(transaction.db, function: function.name, qualifier: version)
        try transaction.record(path(function.name, version), api: nil, before: before.configuration)
    }
}
