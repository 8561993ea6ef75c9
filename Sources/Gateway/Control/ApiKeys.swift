import ControlAPI
import JSON

/// `/apikeys`.
///
/// Keys are live at once. Where AWS leaves it open, this is chosen: `generateDistinctId` is taken and changes nothing,
/// every id is distinct from its key; `stageKeys` of the time before usage plans are kept and shown with the stages of
/// the key's plans, but admit no one: a key counts through a usage plan alone.
enum ApiKeys {
    static let operations: [Operation] = [
        .change("CreateApiKey", "POST", "/apikeys", create),
        .read("GetApiKeys", "GET", "/apikeys", list),
        .read("GetApiKey", "GET", "/apikeys/{api_Key}", get),
        .change("UpdateApiKey", "PATCH", "/apikeys/{api_Key}", update),
        .change("DeleteApiKey", "DELETE", "/apikeys/{api_Key}", delete),
    ]

    /// AWS's quota.
    static let largestCount = 10_000
    static let valueLengths = 20...128
    static let longestName = 1024
    static let longestDescription = 125_000

    static func path(_ id: String) -> String { "/apikeys/\(id)" }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let body = input.body
        var key = ApiKey()
        key.name = try body.string("name")
        key.description = try body.string("description")
        key.enabled = try body.bool("enabled") ?? false
        key.customerId = try body.string("customerId")
        let value = try body.string("value").flatMap { $0.isEmpty ? nil : $0 }
        _ = try body.bool("generateDistinctId")
        let stageKeys = try (body.structures("stageKeys") ?? []).map { stage in
            (api: try stage.string("restApiId") ?? "", stage: try stage.string("stageName") ?? "")
        }
        let tags = try body.stringMap("tags")
        if let value { try checkValue(value) }
        try check(name: key.name)
        try check(description: key.description)
        try Tags.check(tags)
        for stage in stageKeys { _ = try transaction.stage(api: stage.api, stage.stage) }
        key.stageKeys = stageKeys.map { "\($0.api)/\($0.stage)" }
        key.tags = tags?.isEmpty == false ? tags : nil
        let stored = try insert(key, value: value, transaction)
        return try OperationOutput(201, encoding: shown(stored, withValue: true, transaction))
    }

    /// Gives the key an id and, where it has none, a value.
    static func insert(_ new: ApiKey, value: String?, _ transaction: Transaction) throws -> ApiKey {
        guard try ApiKeyTable.count(transaction.db) < largestCount else {
            throw ApiError.limitExceeded("Too many API keys: an account can have at most \(largestCount)")
        }
        if let value, try ApiKeyTable.find(transaction.db, value: value) != nil {
            throw ApiError.conflict("API Key already exists")
        }
        var key = new
        key.id = try transaction.newId(length: 10) { try ApiKeyTable.exists(transaction.db, $0) }
        key.value = value ?? newValue()
        key.createdDate = transaction.now
        key.lastUpdatedDate = transaction.now
        try store(key, before: nil, transaction)
        return key
    }

    /// Writes the key with its journal entry, and has it published.
    static func store(_ key: ApiKey, before: ApiKey?, _ transaction: Transaction) throws {
        try ApiKeyTable.put(transaction.db, key)
        try transaction.record(path(key.id ?? ""), api: nil, before: before.map(journaled), after: journaled(key))
        transaction.publishKeys()
    }

    /// What the journal keeps: never the value.
    private static func journaled(_ key: ApiKey) -> ApiKey {
        var key = key
        key.value = nil
        return key
    }

    /// 40 letters and digits, as AWS's.
    private static func newValue() -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<40).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let paging = try Paging(input)
        let withValues = input.query("includeValues") == "true"
        let customer = input.query("customerId").flatMap { $0.isEmpty ? nil : $0 }
        let found = try ApiKeyTable.list(
            transaction.db, namePrefix: input.query("name") ?? "", customerId: customer,
            after: try paging.number(default: 0), limit: paging.limit + 1)
        return try OperationOutput(
            200,
            encoding: paging.page(
                found.map { (String($0.position), try answered($0.key, withValue: withValues, transaction)) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let key = try transaction.apiKey(input.parameter("api_Key"))
        let withValue = input.query("includeValue") == "true"
        return try OperationOutput(200, encoding: answered(key, withValue: withValue, transaction))
    }

    /// Every answer but that of `CreateApiKey` has `tags`, also if there are none.
    private static func answered(_ key: ApiKey, withValue: Bool, _ transaction: Transaction) throws -> ApiKey {
        var key = try shown(key, withValue: withValue, transaction)
        key.tags = key.tags ?? [:]
        return key
    }

    private static func shown(_ key: ApiKey, withValue: Bool, _ transaction: Transaction) throws -> ApiKey {
        var key = key
        if !withValue { key.value = nil }
        let covered = try UsagePlanTable.plans(transaction.db, ofKey: key.id ?? "").flatMap { plan in
            (plan.apiStages ?? []).map { "\($0.apiId ?? "")/\($0.stage ?? "")" }
        }
        key.stageKeys = Set(covered + (key.stageKeys ?? [])).sorted()
        return key
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateApiKeyInput")
        let before = try transaction.apiKey(input.parameter("api_Key"))
        var key = before
        for step in patch.steps { try apply(step, to: &key, transaction) }
        key.lastUpdatedDate = transaction.now
        try store(key, before: before, transaction)
        return try OperationOutput(200, encoding: answered(key, withValue: false, transaction))
    }

    private static func apply(_ step: Patch.Step, to key: inout ApiKey, _ transaction: Transaction) throws {
        switch (step.op, step.path) {
        case ("replace", "/name"):
            try check(name: step.value)
            key.name = step.nonEmptyValue
        case ("replace", "/description"):
            try check(description: step.value)
            key.description = step.nonEmptyValue
        case ("replace", "/customerId"):
            key.customerId = step.nonEmptyValue
        case ("replace", "/enabled"):
            // AWS takes everything that is not true for false.
            key.enabled = step.value?.lowercased() == "true"
        case ("add", "/stages"):
            let stage = try stageKey(step)
            _ = try transaction.stage(api: stage.api, stage.stage)
            key.stageKeys = Set((key.stageKeys ?? []) + [step.value ?? ""]).sorted()
        case ("remove", "/stages"):
            _ = try stageKey(step)
            key.stageKeys?.removeAll { $0 == step.value }
        case ("add", "/labels"), ("remove", "/labels"):
            // Labels are taken and shown nowhere, on AWS too.
            break
        default:
            let paths = step.op == "replace" ? ["/name", "/description", "/customerId", "/enabled"] : []
            throw Patch.invalidPath(step, oneOf: paths.isEmpty ? ["/stages", "/labels"] : paths)
        }
    }

    private static func stageKey(_ step: Patch.Step) throws -> (api: String, stage: String) {
        let parts = (step.value ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            throw ApiError.badRequest(
                "Invalid stage key specified: \(step.value ?? "null"). It must be {apiId}/{stage}")
        }
        return (parts[0], parts[1])
    }

    /// Takes it out of its usage plans.
    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let key = try transaction.apiKey(input.parameter("api_Key"))
        try ApiKeyTable.delete(transaction.db, key.id ?? "")
        try transaction.record(path(key.id ?? ""), api: nil, before: journaled(key))
        transaction.publishKeys()
        return .accepted
    }

    // MARK: Rules

    static func checkValue(_ value: String) throws {
        guard value.utf8.count <= valueLengths.upperBound else {
            throw ApiError.badRequest("API Key value exceeds maximum size of 128 characters")
        }
        guard value.utf8.count >= valueLengths.lowerBound else {
            throw ApiError.badRequest("API Key value should be at least 20 characters")
        }
        guard isHeaderValue(value) else {
            throw ApiError.badRequest("API Key value should have printable ASCII characters without blanks only")
        }
    }

    /// Whether a client can send it in a header.
    static func isHeaderValue(_ value: String) -> Bool { value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }

    static func check(name: String?) throws {
        guard (name?.count ?? 0) <= longestName else {
            throw ApiError.badRequest("Invalid API Key name, can be at most 1024 characters.")
        }
    }

    static func check(description: String?) throws {
        guard (description?.count ?? 0) <= longestDescription else {
            throw ApiError.badRequest("Invalid API Key description specified.")
        }
    }
}
