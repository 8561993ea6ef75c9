import ControlAPI
import JSON

/// `/vpclinks`.
///
/// A link is to a network load balancer, and here there is nothing to set up for it (its backends are its
/// ``TargetPools``): `CreateVpcLink` answers `PENDING` as on AWS, and from the next call on the link is `AVAILABLE`,
/// whatever its target's ARN: there is no load balancer that could be asked.
enum VpcLinks {
    static let operations: [Operation] = [
        .change("CreateVpcLink", "POST", "/vpclinks", create),
        .read("GetVpcLinks", "GET", "/vpclinks", list),
        .read("GetVpcLink", "GET", "/vpclinks/{vpclink_id}", get),
        .change("UpdateVpcLink", "PATCH", "/vpclinks/{vpclink_id}", update),
        .change("DeleteVpcLink", "DELETE", "/vpclinks/{vpclink_id}", delete),
    ]

    /// AWS's quota.
    static let largestCount = 20
    static let longestName = 128

    static func path(_ id: String) -> String { "/vpclinks/\(id)" }

    static func find(_ id: String, _ transaction: Transaction) throws -> VpcLink {
        guard let link = try VpcLinkTable.find(transaction.db, id) else {
            throw ApiError.notFound("Invalid Vpc Link identifier specified")
        }
        return link
    }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        var link = VpcLink()
        link.name = try input.body.string("name")
        link.description = try input.body.string("description").flatMap { $0.isEmpty ? nil : $0 }
        link.targetArns = try input.body.strings("targetArns")
        let tags = try input.body.stringMap("tags")
        var violations = Violations()
        if link.name == nil { violations.addNull(at: "createVpcLinkInput.name") }
        if link.targetArns == nil { violations.addNull(at: "createVpcLinkInput.targetArns") }
        try violations.throwIfAny()
        try check(name: link.name)
        guard link.targetArns?.count == 1 else {
            throw ApiError.badRequest("Exactly one target ARN must be specified for a VPC link")
        }
        try Tags.check(tags)
        link.tags = tags?.isEmpty == false ? tags : nil
        guard try VpcLinkTable.count(transaction.db) < largestCount else {
            throw ApiError.limitExceeded("Too many VPC links: an account can have at most \(largestCount) in a region")
        }
        link.id = try transaction.newId(length: 6) { try VpcLinkTable.find(transaction.db, $0) != nil }
        link.status = "AVAILABLE"
        link.statusMessage = "Your vpc link is ready for use"
        try store(link, before: nil, transaction)
        transaction.publish(vpcLink: link.id ?? "")
        link.status = "PENDING"
        link.statusMessage = nil
        return try OperationOutput(202, encoding: link)
    }

    private static func check(name: String?) throws {
        guard let name, !name.isEmpty else { throw ApiError.badRequest("Vpc link name must be non-empty") }
        guard name.count <= longestName else {
            throw ApiError.badRequest("Vpc link name can have at most \(longestName) characters")
        }
    }

    /// Writes the link with its journal entry.
    static func store(_ link: VpcLink, before: VpcLink?, _ transaction: Transaction) throws {
        try VpcLinkTable.put(transaction.db, link)
        try transaction.record(path(link.id ?? ""), api: nil, before: before, after: link)
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let paging = try Paging(input)
        let found = try VpcLinkTable.list(
            transaction.db, after: try paging.number(default: 0), limit: paging.limit + 1)
        return try OperationOutput(
            200, encoding: paging.page(found.map { (String($0.position), withTags($0.link)) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: withTags(find(input.parameter("vpclink_id"), transaction)))
    }

    /// Every answer but that of `CreateVpcLink` has `tags`, also if there are none.
    private static func withTags(_ link: VpcLink) -> VpcLink {
        var link = link
        link.tags = link.tags ?? [:]
        return link
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateVpcLinkInput")
        let before = try find(input.parameter("vpclink_id"), transaction)
        var link = before
        for step in patch.steps {
            try Patch.checkReplaceOnly(step, paths: ["/name", "/description"])
            if step.path == "/name" {
                try check(name: step.value)
                link.name = step.value
            } else {
                link.description = step.nonEmptyValue
            }
        }
        try store(link, before: before, transaction)
        return try OperationOutput(200, encoding: withTags(link))
    }

    /// Refused while an integration of any API goes through it. Its target pool goes with it.
    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let link = try find(input.parameter("vpclink_id"), transaction)
        let id = link.id ?? ""
        if let user = try ResourceTable.integration(transaction.db, through: id) {
            throw ApiError.badRequest(
                "Cannot delete vpc link. Vpc link '\(id)', is referenced in [\(user)] in form of "
                    + "[Method:Resource:RestApi]")
        }
        if let pool = try TargetPoolTable.find(transaction.db, vpcLink: id) {
            try TargetPoolTable.delete(transaction.db, vpcLink: id)
            try transaction.record(TargetPools.path(id), api: nil, before: pool)
        }
        try VpcLinkTable.delete(transaction.db, id)
        try transaction.record(path(id), api: nil, before: link)
        transaction.publish(vpcLink: id)
        return .accepted
    }
}
