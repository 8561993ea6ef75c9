import ControlAPI
import JSON

/// `/domainnames`. Requests whose `Host` is such a name go where its mappings lead; they come over the listener that
/// the default endpoints have.
///
/// Certificates are named by ARN or by name, and not looked up: they are AWS's. Names are unique in the account, also
/// those of private domain names. Every domain name is `AVAILABLE` at once.
enum DomainNames {
    static let operations: [Operation] = [
        .change("CreateDomainName", "POST", "/domainnames", create),
        .read("GetDomainNames", "GET", "/domainnames", list),
        .read("GetDomainName", "GET", "/domainnames/{domain_name}", get),
        .change("UpdateDomainName", "PATCH", "/domainnames/{domain_name}", update),
        .change("DeleteDomainName", "DELETE", "/domainnames/{domain_name}", delete),
    ]

    /// AWS's quota.
    static let largestCount = 120

    static func path(_ name: String) -> String { "/domainnames/\(name)" }

    /// `id` is the `domainNameId`, which has to be right where it is given.
    static func find(_ name: String, id: String? = nil, _ transaction: Transaction) throws -> DomainName {
        guard let domain = try DomainNameTable.find(transaction.db, name),
            id == nil || id == "" || id == domain.domainNameId
        else { throw ApiError.notFound("Invalid domain name identifier specified") }
        return domain
    }

    static func find(_ transaction: Transaction, _ input: OperationInput) throws -> DomainName {
        try find(input.parameter("domain_name"), id: input.query("domainNameId"), transaction)
    }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        var domain = try read(input.body)
        let tags = try input.body.stringMap("tags")
        var violations = Violations()
        if domain.domainName == nil { violations.addNull(at: "createDomainNameInput.domainName") }
        DomainNameRules.check(domain, input: "createDomainNameInput", &violations)
        try violations.throwIfAny()
        try Tags.check(tags)
        domain.tags = tags?.isEmpty == false ? tags : nil
        let name = domain.domainName ?? ""
        try DomainNameRules.check(name: name)
        guard try DomainNameTable.find(transaction.db, name) == nil else {
            throw ApiError.badRequest("The domain name you provided already exists.")
        }
        guard try DomainNameTable.count(transaction.db) < largestCount else {
            throw ApiError.limitExceeded("Too many domain names: an account can have at most \(largestCount)")
        }
        DomainNameRules.complete(&domain, region: transaction.region, account: transaction.account)
        if domain.certificateArn != nil || domain.certificateName != nil || domain.regionalCertificateArn != nil {
            domain.certificateUploadDate = transaction.now
        }
        try DomainNameRules.check(domain)
        try store(domain, before: nil, transaction)
        return try OperationOutput(201, encoding: domain)
    }

    /// A certificate's own text and key are taken and not kept: nothing here serves them yet.
    private static func read(_ body: RequestBody) throws -> DomainName {
        func text(_ name: String) throws -> String? { try body.string(name).flatMap { $0.isEmpty ? nil : $0 } }
        var domain = DomainName()
        domain.domainName = try body.string("domainName")
        domain.certificateName = try text("certificateName")
        domain.certificateArn = try text("certificateArn")
        domain.regionalCertificateName = try text("regionalCertificateName")
        domain.regionalCertificateArn = try text("regionalCertificateArn")
        domain.securityPolicy = try text("securityPolicy")
        domain.endpointAccessMode = try text("endpointAccessMode")
        domain.ownershipVerificationCertificateArn = try text("ownershipVerificationCertificateArn")
        domain.policy = try text("policy")
        domain.routingMode = try text("routingMode")
        domain.mutualTlsAuthentication = try body.structure("mutualTlsAuthentication").map { given in
            var authentication = MutualTlsAuthentication()
            authentication.truststoreUri = try given.string("truststoreUri")
            authentication.truststoreVersion = try given.string("truststoreVersion")
            return authentication
        }
        domain.endpointConfiguration = try body.structure("endpointConfiguration").map { given in
            EndpointConfiguration(
                types: try given.strings("types").flatMap { $0.isEmpty ? nil : $0 },
                ipAddressType: try given.string("ipAddressType"), vpcEndpointIds: try given.strings("vpcEndpointIds"))
        }
        return domain
    }

    /// Writes the domain name with its journal entry.
    static func store(_ domain: DomainName, before: DomainName?, _ transaction: Transaction) throws {
        try DomainNameTable.put(transaction.db, domain)
        try transaction.record(path(domain.domainName ?? ""), api: nil, before: before, after: domain)
        transaction.publishDomains()
    }

    /// No other account shares its domain names with this one, so that `OTHER_ACCOUNTS` has none.
    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let paging = try Paging(input)
        guard try ResourceOwner.isSelf(input) else { return OperationOutput(200, ["item": []]) }
        let found = try DomainNameTable.list(
            transaction.db, after: try paging.number(default: 0), limit: paging.limit + 1)
        return try OperationOutput(
            200, encoding: paging.page(found.map { (String($0.position), withTags($0.domain)) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: withTags(find(transaction, input)))
    }

    /// Every answer but that of `CreateDomainName` has `tags`, also if there are none.
    private static func withTags(_ domain: DomainName) -> DomainName {
        var domain = domain
        domain.tags = domain.tags ?? [:]
        return domain
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateDomainNameInput")
        let before = try find(transaction, input)
        var domain = before
        for step in patch.steps { try DomainNamePatch.apply(step, to: &domain) }
        var violations = Violations()
        DomainNameRules.check(domain, input: "updateDomainNameInput", &violations)
        try violations.throwIfAny()
        DomainNameRules.complete(&domain, region: transaction.region, account: transaction.account)
        try DomainNameRules.check(domain)
        try store(domain, before: before, transaction)
        return try OperationOutput(200, encoding: withTags(domain))
    }

    /// Its mappings and associations go with it.
    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let domain = try find(transaction, input)
        try DomainNameTable.delete(transaction.db, domain.domainName ?? "")
        try transaction.record(path(domain.domainName ?? ""), api: nil, before: domain)
        transaction.publishDomains()
        return .accepted
    }
}

/// `resourceOwner` of lists that other accounts may share things into.
enum ResourceOwner {
    static func isSelf(_ input: OperationInput) throws -> Bool {
        let owner = input.query("resourceOwner").flatMap { $0.isEmpty ? nil : $0 } ?? "SELF"
        var violations = Violations()
        violations.check(owner, at: "resourceOwner", oneOf: ["SELF", "OTHER_ACCOUNTS"])
        try violations.throwIfAny()
        return owner == "SELF"
    }
}
