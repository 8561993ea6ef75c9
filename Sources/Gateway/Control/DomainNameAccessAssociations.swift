import ControlAPI
import JSON

/// `/domainnameaccessassociations`: which VPC endpoints may call a private domain name.
///
/// There are no VPCs here: associations are kept faithfully and admit no one.
enum DomainNameAccessAssociations {
    private static let pattern = "/domainnameaccessassociations"

    static let operations: [Operation] = [
        .change("CreateDomainNameAccessAssociation", "POST", pattern, create),
        .read("GetDomainNameAccessAssociations", "GET", pattern, list),
        .change(
            "DeleteDomainNameAccessAssociation", "DELETE", pattern + "/{domain_name_access_association_arn}", delete),
        .change("RejectDomainNameAccessAssociation", "POST", "/rejectdomainnameaccessassociations", reject),
    ]

    private static let invalidIdentifier = ApiError.notFound(
        "Invalid domain name access association identifier specified")

    /// Of `arn:aws:apigateway:{region}:{account}:/domainnames/{name}+{id}`.
    private static func domain(_ arn: String, _ transaction: Transaction) throws -> DomainName {
        let prefix = "arn:aws:apigateway:\(transaction.region):\(transaction.account):/domainnames/"
        let halves = arn.dropFirst(prefix.count).split(separator: "+", maxSplits: 1)
        guard arn.hasPrefix(prefix), halves.count == 2 else {
            throw ApiError.badRequest("Invalid domain name ARN specified: \(arn)")
        }
        return try DomainNames.find(String(halves[0]), id: String(halves[1]), transaction)
    }

    static func find(_ arn: String, _ transaction: Transaction) throws -> DomainNameAccessAssociation {
        guard let association = try DomainNameAccessAssociationTable.find(transaction.db, arn) else {
            throw invalidIdentifier
        }
        return association
    }

    /// Writes the association with its journal entry.
    static func store(
        _ association: DomainNameAccessAssociation, before: DomainNameAccessAssociation?, _ transaction: Transaction
    ) throws {
        let name = try domain(association.domainNameArn, transaction).domainName ?? ""
        try DomainNameAccessAssociationTable.put(transaction.db, domain: name, association)
        try transaction.record(
            "\(pattern)/\(association.domainNameAccessAssociationArn)", api: nil, before: before, after: association)
    }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let domainArn = try input.body.string("domainNameArn")
        let type = try input.body.string("accessAssociationSourceType")
        let source = try input.body.string("accessAssociationSource")
        let tags = try input.body.stringMap("tags")
        let member = "createDomainNameAccessAssociationInput."
        var violations = Violations()
        if domainArn == nil { violations.addNull(at: member + "domainNameArn") }
        if type == nil { violations.addNull(at: member + "accessAssociationSourceType") }
        if source == nil { violations.addNull(at: member + "accessAssociationSource") }
        violations.check(type, at: member + "accessAssociationSourceType", oneOf: ["VPCE"])
        try violations.throwIfAny()
        try Tags.check(tags)
        guard let source, source.hasPrefix("vpce-"), !source.contains("/") else {
            throw ApiError.badRequest("Invalid VPC endpoint ID specified: \(source ?? "")")
        }
        let domain = try domain(domainArn ?? "", transaction)
        let name = domain.domainName ?? ""
        let arn =
            "arn:aws:apigateway:\(transaction.region):\(transaction.account):\(pattern)/domainname/\(name)+"
            + "\(domain.domainNameId ?? "")/vpcesource/\(source)"
        guard try DomainNameAccessAssociationTable.find(transaction.db, arn) == nil else {
            throw ApiError.conflict("Domain name access association already exists")
        }
        var association = DomainNameAccessAssociation(
            domainNameAccessAssociationArn: arn, domainNameArn: domainArn ?? "",
            accessAssociationSourceType: type ?? "", accessAssociationSource: source)
        association.tags = tags?.isEmpty == false ? tags : nil
        try store(association, before: nil, transaction)
        return try OperationOutput(201, encoding: association)
    }

    /// No other account shares its associations with this one, so that `OTHER_ACCOUNTS` has none.
    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let paging = try Paging(input)
        guard try ResourceOwner.isSelf(input) else { return OperationOutput(200, ["item": []]) }
        let found = try DomainNameAccessAssociationTable.list(
            transaction.db, after: try paging.number(default: 0), limit: paging.limit + 1)
        return try OperationOutput(
            200, encoding: paging.page(found.map { (String($0.position), $0.association) }))
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try remove(input.parameter("domain_name_access_association_arn"), transaction)
        return .accepted
    }

    /// The domain name's owner refuses an association: it is gone, as when the one who made it deletes it.
    static func reject(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let arn = input.query("domainNameAccessAssociationArn") ?? ""
        let domain = try domain(input.query("domainNameArn") ?? "", transaction)
        let found = try DomainNameAccessAssociationTable.find(transaction.db, arn)
        guard found?.domainNameArn == domain.domainNameArn else { throw invalidIdentifier }
        try remove(arn, transaction)
        return .accepted
    }

    private static func remove(_ arn: String, _ transaction: Transaction) throws {
        let association = try find(arn, transaction)
        try DomainNameAccessAssociationTable.delete(transaction.db, arn)
        try transaction.record("\(pattern)/\(arn)", api: nil, before: association)
    }
}
