import ControlAPI
import JSON

/// `UpdateFunctionCode` and `UpdateFunctionConfiguration`: both change `$LATEST` alone.
enum FunctionUpdates {
    static let operations: [Operation] = [
        .engine("UpdateFunctionCode", "PUT", "/2015-03-31/functions/{FunctionName}/code", code),
        .change(
            "UpdateFunctionConfiguration", "PUT", "/2015-03-31/functions/{FunctionName}/configuration", configuration),
    ]

    static func code(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let body = input.body
        let request = try FunctionCodeRequest(body, isLocal: input.isLocal)
        let publishes = try FunctionPublishing.isAsked(body, request)
        let isDryRun = try body.bool("DryRun") ?? false
        let settings = try FunctionSettings(
            RequestBody(JSONObject(body.object.members.filter { $0.key == "Architectures" })), violations: Violations())
        let revision = try body.string("RevisionId")
        let reference = try await plane.read { transaction in
            let reference = try changeable(transaction, input)
            try transaction.checkRevision(revision, transaction.version(reference).configuration.revisionId)
            return reference
        }
        let output = try await plane.withStaged(request, function: reference.name) { staged in
            let update: @Sendable (Transaction) throws -> StoredVersion = { transaction in
                let before = try transaction.version(reference)
                try transaction.checkRevision(revision, before.configuration.revisionId)
                var version = StoredVersion(configuration: before.configuration, code: staged.code)
                if let architectures = settings.architectures { version.configuration.architectures = architectures }
                version.configuration.codeSize = staged.size
                version.configuration.codeSha256 = staged.sha256
                version.configuration.lastModified = transaction.lastModified
                version.configuration.revisionId = transaction.newRevision()
                return version
            }
            if isDryRun {
                let shown = try await plane.read { transaction in
                    transaction.shown(try update(transaction), qualifier: nil)
                }
                await plane.packages.discard(staged)
                return try OperationOutput(200, encoding: shown)
            }
            return try await plane.change("UpdateFunctionCode", actor: input.actor, input) { transaction, _ in
                let before = try transaction.version(reference)
                let version = try update(transaction)
                try store(version, before: before, transaction)
                guard publishes else {
                    return try OperationOutput(200, encoding: transaction.shown(version, qualifier: nil))
                }
                let published = try FunctionPublishing.publish(reference.name, transaction, description: nil)
                return try OperationOutput(
                    200, encoding: transaction.shown(published, qualifier: published.configuration.version))
            }
        }
        plane.sweepPackages()
        return output
    }

    static func configuration(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let settings = try FunctionSettings(input.body, violations: Violations())
        let reference = try changeable(transaction, input)
        let before = try transaction.version(reference)
        try transaction.checkRevision(try input.body.string("RevisionId"), before.configuration.revisionId)
        var version = before
        try settings.apply(to: &version.configuration, region: transaction.region)
        version.configuration.lastModified = transaction.lastModified
        version.configuration.revisionId = transaction.newRevision()
        try store(version, before: before, transaction)
        return try OperationOutput(200, encoding: transaction.shown(version, qualifier: nil))
    }

    /// The function that is named: a published version never changes.
    private static func changeable(_ transaction: Transaction, _ input: OperationInput) throws -> FunctionReference {
        var reference = try transaction.functionReference(input, longest: 140)
        _ = try transaction.function(reference)
        guard reference.qualifier == nil || reference.qualifier == FunctionVersionTable.latest else {
            throw ApiError.invalidParameter(
                "Only $LATEST can be changed: a version that was published stays as it is (\(input.parameter("FunctionName")))"
            )
        }
        reference.qualifier = nil
        return reference
    }

    private static func store(_ version: StoredVersion, before: StoredVersion, _ transaction: Transaction) throws {
        let name = version.configuration.functionName
        try FunctionVersionTable.put(transaction.db, function: name, version)
        try transaction.record(
            Functions.path(name), api: nil, before: before.configuration, after: version.configuration)
        transaction.publishFunctions()
    }
}
