import ControlAPI
import JSON

/// `/2015-03-31/functions/{name}/aliases`: names for versions, and shares of the invocations for two.
enum FunctionAliases {
    private static let pattern = "/2015-03-31/functions/{FunctionName}/aliases"

    static let operations: [Operation] = [
        .change("CreateAlias", "POST", pattern, create),
        .read("ListAliases", "GET", pattern, list),
        .read("GetAlias", "GET", pattern + "/{Name}", get),
        .change("UpdateAlias", "PUT", pattern + "/{Name}", update),
        .change("DeleteAlias", "DELETE", pattern + "/{Name}", delete),
    ]

    static func path(_ function: String, _ alias: String) -> String { "/functions/\(function)/aliases/\(alias)" }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let given = try Given(input.body)
        var violations = given.violations
        let name = try input.body.string("Name")
        if name == nil { violations.addNull(at: "name") }
        if let name, !isName(name) {
            violations.add(
                name, at: "name", "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)")
        }
        violations.check(name, at: "name", longest: 128)
        if given.version == nil { violations.addNull(at: "functionVersion") }
        try violations.throwIfAny()
        let function = try function(transaction, input)
        let place = transaction.place.arn(function, name)
        guard let name, let version = given.version else { throw ApiError.invalidParameter("An alias has a name") }
        guard try FunctionAliasTable.find(transaction.db, function: function, name) == nil else {
            throw ApiError.resourceConflict("Alias already exists: \(place)")
        }
        var alias = AliasConfiguration(
            aliasArn: place, name: name, functionVersion: version, description: given.description ?? "",
            revisionId: transaction.newRevision())
        alias.routingConfig = given.routing
        try check(alias, of: function, transaction)
        try store(alias, of: function, before: nil, transaction)
        return try OperationOutput(201, encoding: alias)
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let given = try Given(input.body)
        try given.violations.throwIfAny()
        let function = try function(transaction, input)
        let before = try find(function, input, transaction)
        try transaction.checkRevision(try input.body.string("RevisionId"), before.revisionId)
        var alias = before
        if let version = given.version { alias.functionVersion = version }
        if let description = given.description { alias.description = description }
        if given.hasRouting { alias.routingConfig = given.routing }
        alias.revisionId = transaction.newRevision()
        try check(alias, of: function, transaction)
        try store(alias, of: function, before: before, transaction)
        return try OperationOutput(200, encoding: alias)
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: find(function(transaction, input), input, transaction))
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let function = try function(transaction, input)
        let paging = try FunctionPaging(input)
        let version = FunctionQuery.text(input, "FunctionVersion")
        let found = try FunctionAliasTable.list(transaction.db, function: function, after: paging.position ?? "")
            .filter { version == nil || $0.functionVersion == version }
        let page = paging.page(found) { $0.name }
        var body = JSONObject([(key: "Aliases", value: try JSON(encoding: page.items))])
        if let marker = page.marker { body["NextMarker"] = .string(marker) }
        return OperationOutput(200, .object(body))
    }

    /// An alias that is not there is no error, as on AWS.
    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let function = try function(transaction, input)
        let name = input.parameter("Name")
        if let before = try FunctionAliasTable.find(transaction.db, function: function, name) {
            try FunctionAliasTable.delete(transaction.db, function: function, name)
            try FunctionPolicyTable.delete(transaction.db, function: function, qualifier: name)
            try transaction.record(path(function, name), api: nil, before: before)
            transaction.publishFunctions()
        }
        return OperationOutput(204)
    }

    // MARK: Parts

    private static func function(_ transaction: Transaction, _ input: OperationInput) throws -> String {
        try transaction.function(try transaction.functionReference(input, longest: 140)).name
    }

    private static func find(
        _ function: String, _ input: OperationInput, _ transaction: Transaction
    ) throws -> AliasConfiguration {
        let name = input.parameter("Name")
        guard let alias = try FunctionAliasTable.find(transaction.db, function: function, name) else {
            throw ApiError.resourceNotFound("Cannot find alias arn: \(transaction.place.arn(function, name))")
        }
        return alias
    }

    /// Not a number alone: that would be a version.
    private static func isName(_ name: String) -> Bool {
        FunctionReference.isWord(name) && !name.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func store(
        _ alias: AliasConfiguration, of function: String, before: AliasConfiguration?, _ transaction: Transaction
    ) throws {
        try FunctionAliasTable.put(transaction.db, function: function, alias)
        try transaction.record(path(function, alias.name), api: nil, before: before, after: alias)
        transaction.publishFunctions()
    }

    /// The versions have to be there, and two of them have to be two.
    private static func check(
        _ alias: AliasConfiguration, of function: String, _ transaction: Transaction
    ) throws {
        let weights = alias.routingConfig?.additionalVersionWeights ?? [:]
        guard weights.count <= 1 else {
            throw ApiError.invalidParameter("Number of items in AdditionalVersionWeights cannot be greater than 1")
        }
        for version in [alias.functionVersion] + weights.keys {
            guard try FunctionVersionTable.find(transaction.db, function: function, version) != nil else {
                throw transaction.unknown(FunctionReference(name: function, qualifier: version))
            }
        }
        guard let other = weights.keys.first else { return }
        guard alias.functionVersion != FunctionVersionTable.latest else {
            throw ApiError.invalidParameter("$LATEST is not supported for an alias pointing to more than 1 version")
        }
        guard other != alias.functionVersion else {
            throw ApiError.invalidParameter(
                "Invalid function version \(other). The function version \(other) is already included in routing "
                    + "configuration.")
        }
    }

    /// The members that both calls have.
    private struct Given {
        var version: String?
        var description: String?
        /// `nil` also for a routing configuration without weights, which takes away the one that was there.
        var routing: AliasRouting?
        var hasRouting = false
        var violations = Violations()

        init(_ body: RequestBody) throws {
            version = try body.string("FunctionVersion")
            description = try body.string("Description")
            if let version, FunctionVersionTable.number(version) == nil {
                violations.add(
                    version, at: "functionVersion",
                    #"Member must satisfy regular expression pattern: (\$LATEST|[0-9]+)"#)
            }
            violations.check(description, at: "description", longest: 256)
            guard let structure = try body.structure("RoutingConfig") else { return }
            hasRouting = true
            let weights = try AliasWeights.read(structure, &violations)
            routing = weights.isEmpty ? nil : AliasRouting(additionalVersionWeights: weights)
        }
    }
}

/// `RoutingConfig.AdditionalVersionWeights`.
private enum AliasWeights {
    static func read(_ body: RequestBody, _ violations: inout Violations) throws -> [String: Double] {
        guard let map = try body.structure("AdditionalVersionWeights") else { return [:] }
        var weights: [String: Double] = [:]
        let place = "routingConfig.additionalVersionWeights"
        for version in map.object.keys {
            guard let weight = try map.double(version) else { continue }
            if FunctionVersionTable.number(version) ?? 0 < 1 {
                violations.add(
                    "{\(version)=\(weight)}", at: place,
                    "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member "
                        + "must have length greater than or equal to 1, Member must satisfy regular expression "
                        + "pattern: [0-9]+]")
            }
            if !(0...1).contains(weight) {
                let bound = weight < 0 ? "greater than or equal to 0.0" : "less than or equal to 1.0"
                violations.add(
                    "{\(version)=\(weight)}", at: place,
                    "Map value must satisfy constraint: [Member must have value \(bound)]")
            }
            weights[version] = weight
        }
        return weights
    }
}
