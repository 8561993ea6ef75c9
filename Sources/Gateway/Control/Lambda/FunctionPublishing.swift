import ControlAPI
import JSON

/// Versions: `$LATEST` as it is now, under a number of its own, for good.
enum FunctionPublishing {
    static let operations: [Operation] = [
        .engine("PublishVersion", "POST", "/2015-03-31/functions/{FunctionName}/versions", publish),
        .read("ListVersionsByFunction", "GET", "/2015-03-31/functions/{FunctionName}/versions", list),
    ]

    /// `Publish` of `CreateFunction` and `UpdateFunctionCode`.
    static func isAsked(_ body: RequestBody, _ code: FunctionCodeRequest) throws -> Bool {
        guard try body.bool("Publish") ?? false else { return false }
        if case .folder = code {
            throw ApiError.invalidParameter(
                "Publish does not go with SluiceFolder: call PublishVersion, which takes a copy of the folder")
        }
        return true
    }

    /// The folder of a function that is used in place changes on; a version of it gets a copy.
    static func publish(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let reference = try await plane.read { try $0.functionReference(input, longest: 140) }
        let source = try await plane.read { transaction in
            _ = try transaction.function(reference)
            return try transaction.version(FunctionReference(latestOf: reference)).code
        }
        var staged: FunctionPackages.Staged?
        if case .folder(let path) = source {
            staged = try await plane.packages.stage(copyOf: path, function: reference.name)
        }
        let copy = staged
        let wanted = try (
            sha: input.body.string("CodeSha256"), revision: input.body.string("RevisionId"),
            description: input.body.string("Description")
        )
        do {
            let output = try await plane.change("PublishVersion", actor: input.actor, input) { transaction, _ in
                _ = try transaction.function(reference)
                var latest = try transaction.version(FunctionReference(latestOf: reference))
                try transaction.checkRevision(wanted.revision, latest.configuration.revisionId)
                if let copy {
                    guard latest.code == source else {
                        throw ApiError.resourceConflict("The function's code was changed meanwhile: publish it again")
                    }
                    latest.configuration.codeSha256 = copy.sha256
                    latest.configuration.codeSize = copy.size
                    latest.code = copy.code
                }
                if let sha = wanted.sha, sha != latest.configuration.codeSha256 {
                    throw ApiError.invalidParameter(
                        "CodeSHA256 (\(sha)) is different from current CodeSHA256 in $LATEST "
                            + "(\(latest.configuration.codeSha256)). Please try again with the CodeSHA256 in $LATEST.")
                }
                let version = try publish(latest, transaction, description: wanted.description)
                transaction.publishFunctions()
                return try OperationOutput(
                    201, encoding: transaction.shown(version, qualifier: version.configuration.version))
            }
            plane.packages.settle(copy)
            if copy != nil { plane.sweepPackages() }
            return output
        } catch {
            await plane.packages.discard(copy)
            throw error
        }
    }

    /// `$LATEST` as the transaction has it.
    static func publish(_ name: String, _ transaction: Transaction, description: String?) throws -> StoredVersion {
        let latest = try transaction.version(FunctionReference(name: name, qualifier: nil))
        return try publish(latest, transaction, description: description)
    }

    /// Nothing new is made where nothing has changed since the newest version, as on AWS.
    private static func publish(
        _ latest: StoredVersion, _ transaction: Transaction, description: String?
    ) throws -> StoredVersion {
        let name = latest.configuration.functionName
        guard var function = try FunctionTable.find(transaction.db, name) else {
            throw transaction.unknown(FunctionReference(name: name, qualifier: nil))
        }
        var version = latest
        if let description, !description.isEmpty { version.configuration.description = description }
        let newest = try FunctionVersionTable.find(transaction.db, function: name, String(function.newestVersion))
        if let newest, isSame(newest.configuration, latest.configuration) { return newest }
        function.newestVersion += 1
        version.configuration.version = String(function.newestVersion)
        version.configuration.functionArn = transaction.place.arn(name, version.configuration.version)
        version.configuration.revisionId = transaction.newRevision()
        try FunctionTable.put(transaction.db, function)
        try FunctionVersionTable.put(transaction.db, function: name, version)
        try transaction.record(
            Functions.path(name, version.configuration.version), api: nil, after: version.configuration)
        return version
    }

    /// Whether both run the same: all but what a version is called.
    private static func isSame(_ one: FunctionConfiguration, _ other: FunctionConfiguration) -> Bool {
        func plain(_ configuration: FunctionConfiguration) -> FunctionConfiguration {
            var plain = configuration
            (plain.version, plain.functionArn, plain.revisionId) = ("", "", "")
            (plain.lastModified, plain.description) = ("", "")
            return plain
        }
        return plain(one) == plain(other)
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let reference = try transaction.functionReference(input)
        _ = try transaction.function(reference)
        let paging = try FunctionPaging(input)
        guard let position = Int(paging.position ?? "-1") else { throw ApiError.invalidParameter("Invalid Marker") }
        let found = try FunctionVersionTable.list(
            transaction.db, function: reference.name, after: position, limit: paging.limit + 1)
        let page = paging.page(found) { "\(FunctionVersionTable.number($0.configuration.version) ?? 0)" }
        return try Functions.listed(
            page.items.map { transaction.shown($0, qualifier: $0.configuration.version) }, as: "Versions",
            marker: page.marker)
    }
}

extension FunctionReference {
    init(name: String, qualifier: String?) {
        self.name = name
        self.qualifier = qualifier
    }

    /// `$LATEST` of the same function.
    init(latestOf other: FunctionReference) {
        self.init(name: other.name, qualifier: nil)
    }
}
