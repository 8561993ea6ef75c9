import ControlAPI
import GRDB
import Lambda

/// Reads all that the host of functions needs to know of them.
enum PublishedFunctions {
    static func read(_ db: Database, place: FunctionReference.Place, packages: FunctionPackages) throws -> [Function] {
        try FunctionTable.list(db).map { try function(db, $0, place: place, packages: packages) }
    }

    static func function(
        _ db: Database, _ stored: StoredFunction, place: FunctionReference.Place, packages: FunctionPackages
    ) throws -> Function {
        var versions: [String: FunctionVersion] = [:]
        for version in try FunctionVersionTable.list(db, function: stored.name) {
            versions[version.configuration.version] = Self.version(version, packages: packages)
        }
        var aliases: [String: FunctionAlias] = [:]
        for alias in try FunctionAliasTable.list(db, function: stored.name) {
            aliases[alias.name] = FunctionAlias(
                version: alias.functionVersion,
                additionalVersionWeights: alias.routingConfig?.additionalVersionWeights ?? [:])
        }
        return Function(
            name: stored.name, arn: place.arn(stored.name), versions: versions, aliases: aliases,
            policies: try FunctionPolicyTable.all(db, function: stored.name),
            reservedConcurrency: stored.reservedConcurrency)
    }

    private static func version(_ stored: StoredVersion, packages: FunctionPackages) -> FunctionVersion {
        let configuration = stored.configuration
        return FunctionVersion(
            version: configuration.version, runtime: configuration.runtime ?? "",
            handler: configuration.handler ?? "", codeDirectory: packages.directory(of: stored.code),
            environment: configuration.environment?.variables ?? [:], memorySize: configuration.memorySize,
            timeout: configuration.timeout, watchesCode: stored.code.isFolder, revision: configuration.revisionId)
    }
}

extension FunctionCode {
    var isFolder: Bool {
        if case .folder = self { return true }
        return false
    }
}
