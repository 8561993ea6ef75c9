import ControlAPI
import JSON

/// `/tags/{resource_arn}`: the tags of all that has some.
enum Tags {
    private static let pattern = "/tags/{resource_arn}"

    static let operations: [Operation] = [
        .read("GetTags", "GET", pattern, get),
        .change("TagResource", "PUT", pattern, tag),
        .change("UntagResource", "DELETE", pattern, untag),
    ]

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let tags = try TaggedResource(input, transaction).tags
        return try OperationOutput(200, encoding: ["tags": tags])
    }

    /// Adds tags; those that are there already get the new values.
    static func tag(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let new = try input.body.stringMap("tags")
        var violations = Violations()
        if new == nil { violations.addNull(at: "tagResourceInput.tags") }
        try violations.throwIfAny()
        try TaggedResource(input, transaction).change(transaction) { $0.merging(new ?? [:]) { $1 } }
        return OperationOutput(204)
    }

    /// Takes away the tags of `tagKeys`; keys that are not there are no error.
    static func untag(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let keys = Set(input.query.filter { $0.name == "tagKeys" }.map(\.value))
        guard !keys.isEmpty else { throw ApiError.badRequest("tagKeys must name at least one tag") }
        try TaggedResource(input, transaction).change(transaction) { $0.filter { !keys.contains($0.key) } }
        return OperationOutput(204)
    }

    /// Rules of AWS: at most 50 tags, keys of 1–128 characters, values of up to 256, no key of AWS's own.
    static func check(_ tags: [String: String]?) throws {
        guard let tags else { return }
        guard tags.count <= 50 else { throw ApiError.badRequest("Too many tags: at most 50 are allowed") }
        for (key, value) in tags {
            guard (1...128).contains(key.count), value.count <= 256 else {
                throw ApiError.badRequest(
                    "Invalid tag '\(key)': keys have 1 to 128 characters and values at most 256")
            }
            guard !key.lowercased().hasPrefix("aws:") else {
                throw ApiError.badRequest("Invalid tag '\(key)': keys that begin with aws: are reserved")
            }
        }
    }
}

/// What an ARN of API Gateway names: `arn:aws:apigateway:{region}::/restapis/{id}`, `…/stages/{name}` below it,
/// `/apikeys/{id}`, `/usageplans/{id}`, `/vpclinks/{id}`, `/clientcertificates/{id}`, `/domainnames/{name}` (for private
/// ones with the account and `+{id}`) or `/domainnameaccessassociations/…`.
private enum TaggedResource {
    case api(RestApi)
    case stage(Stage, api: String)
    case apiKey(ApiKey)
    case usagePlan(UsagePlan)
    case vpcLink(VpcLink)
    case clientCertificate(ClientCertificate)
    case domainName(DomainName)
    case association(DomainNameAccessAssociation)

    init(_ input: OperationInput, _ transaction: Transaction) throws {
        let arn = input.parameter("resource_arn")
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "apigateway", parts[5].hasPrefix("/") else {
            throw ApiError.badRequest("Invalid ARN. ARN is not well formed \(arn)")
        }
        let path = parts[5].split(separator: "/").map(String.init)
        switch (path.first, path.count) {
        case ("restapis", 2):
            self = .api(try transaction.restApi(path[1]))
        case ("restapis", 4) where path[2] == "stages":
            self = .stage(try transaction.stage(api: path[1], path[3]), api: path[1])
        case ("apikeys", 2):
            self = .apiKey(try transaction.apiKey(path[1]))
        case ("usageplans", 2):
            self = .usagePlan(try transaction.usagePlan(path[1]))
        case ("vpclinks", 2):
            self = .vpcLink(try VpcLinks.find(path[1], transaction))
        case ("clientcertificates", 2):
            self = .clientCertificate(try ClientCertificates.find(path[1], transaction))
        case ("domainnames", 2):
            let halves = path[1].split(separator: "+", maxSplits: 1).map(String.init)
            self = .domainName(
                try DomainNames.find(halves.first ?? "", id: halves.count > 1 ? halves[1] : nil, transaction))
        case ("domainnameaccessassociations", _):
            self = .association(try DomainNameAccessAssociations.find(arn, transaction))
        default:
            throw ApiError.badRequest("Invalid ARN specified in the request")
        }
    }

    var tags: [String: String] {
        switch self {
        case .api(let api): api.tags ?? [:]
        case .stage(let stage, _): stage.tags ?? [:]
        case .apiKey(let key): key.tags ?? [:]
        case .usagePlan(let plan): plan.tags ?? [:]
        case .vpcLink(let link): link.tags ?? [:]
        case .clientCertificate(let certificate): certificate.tags ?? [:]
        case .domainName(let domain): domain.tags ?? [:]
        case .association(let association): association.tags ?? [:]
        }
    }

    func change(_ transaction: Transaction, _ body: ([String: String]) -> [String: String]) throws {
        let changed = body(tags)
        try Tags.check(changed)
        let tags = changed.isEmpty ? nil : changed
        switch self {
        case .api(let before):
            var api = before
            api.tags = tags
            try RestApiTable.update(transaction.db, api)
            try transaction.record(RestApis.path(api.id), api: api.id, before: before, after: api)
        case .stage(let before, let api):
            var stage = before
            stage.tags = tags
            try StageTable.put(transaction.db, api: api, stage)
            try transaction.record(
                Stages.path(api: api, stage.stageName), api: api, before: before, after: stage)
        case .apiKey(let before):
            try ApiKeys.store(Self.tagged(before, \.tags, tags), before: before, transaction)
        case .usagePlan(let before):
            let plan = Self.tagged(before, \.tags, tags)
            let since = try UsagePlanTable.quotaSince(transaction.db, plan.id ?? "")
            try UsagePlanTable.update(transaction.db, plan, quotaSince: since)
            try transaction.record(UsagePlans.path(plan.id ?? ""), api: nil, before: before, after: plan)
        case .vpcLink(let before):
            try VpcLinks.store(Self.tagged(before, \.tags, tags), before: before, transaction)
        case .clientCertificate(let before):
            try ClientCertificates.store(Self.tagged(before, \.tags, tags), before: before, transaction)
        case .domainName(let before):
            try DomainNames.store(Self.tagged(before, \.tags, tags), before: before, transaction)
        case .association(let before):
            try DomainNameAccessAssociations.store(Self.tagged(before, \.tags, tags), before: before, transaction)
        }
    }
    private static func tagged<Model>(
        _ model: Model, _ member: WritableKeyPath<Model, [String: String]?>, _ tags: [String: String]?
    ) -> Model {
        var model = model
        model[keyPath: member] = tags
        return model
    }
}
