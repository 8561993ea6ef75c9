import ControlAPI
import JSON

/// `/sluice/vpclinks/{vpclink_id}/targetpool` and `/sluice/targetpools`: the backends that stand behind a VPC link here,
/// as a load balancer with its target group does on AWS.
///
/// `PUT` sets all settings, and the targets where they are given; a setting that is not given has its default, and
/// without `healthCheck` or `ejection` there is none. `POST` of targets makes a pool where there is none; what is a
/// target already stays one. A target that is taken away drains.
enum TargetPools {
    private static let pattern = "/sluice/vpclinks/{vpclink_id}/targetpool"

    static let operations: [Operation] = [
        .engine("GetTargetPools", "GET", "/sluice/targetpools", list),
        .engine("GetTargetPool", "GET", pattern, get),
        .change("PutTargetPool", "PUT", pattern, put),
        .change("DeleteTargetPool", "DELETE", pattern, delete),
        .change("RegisterTargets", "POST", pattern + "/targets", register),
        .change("DeregisterTarget", "DELETE", pattern + "/targets/{target}", deregister),
    ]

    static func path(_ link: String) -> String { "/sluice/vpclinks/\(link)/targetpool" }

    private static func find(_ link: String, _ transaction: Transaction) throws -> TargetPool {
        _ = try VpcLinks.find(link, transaction)
        guard let pool = try TargetPoolTable.find(transaction.db, vpcLink: link) else {
            throw ApiError.notFound("VPC link \(link) has no target pool. Make one by adding targets to it")
        }
        return pool
    }

    // MARK: Reading, with what the data plane knows

    static func list(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        var pools = try await plane.read { try TargetPoolTable.all($0.db) }
        for place in pools.indices { pools[place] = await withStates(pools[place], plane) }
        return try OperationOutput(200, encoding: Page(items: pools))
    }

    static func get(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let pool = try await plane.read { try find(input.parameter("vpclink_id"), $0) }
        return try OperationOutput(200, encoding: await withStates(pool, plane))
    }

    /// Each target as the data plane has it, then those that drain.
    private static func withStates(_ pool: TargetPool, _ plane: ControlPlane) async -> TargetPool {
        var pool = pool
        let live = await plane.reports.targets(vpcLinkId: pool.vpcLinkId ?? "")
        let states = Dictionary(live.filter { $0.health != .draining }.map { ($0.id, $0) }) { first, _ in first }
        pool.targets = pool.targets.map { states[$0.id] ?? $0 } + live.filter { $0.health == .draining }
        return pool
    }

    // MARK: Changing

    static func put(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let link = try VpcLinks.find(input.parameter("vpclink_id"), transaction).id ?? ""
        let before = try TargetPoolTable.find(transaction.db, vpcLink: link)
        var pool = try TargetPoolRules.settings(input.body)
        pool.vpcLinkId = link
        pool.targets = try TargetPoolRules.targets(input.body) ?? before?.targets ?? []
        try store(pool, transaction)
        try transaction.record(path(link), api: nil, before: before, after: pool)
        return try OperationOutput(200, encoding: pool)
    }

    static func register(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let link = try VpcLinks.find(input.parameter("vpclink_id"), transaction).id ?? ""
        guard let targets = try TargetPoolRules.targets(input.body), !targets.isEmpty else {
            throw ApiError.badRequest(
                "Invalid targets specified: at least one {\"host\": …, \"port\": …} must be given")
        }
        let known = try TargetPoolTable.find(transaction.db, vpcLink: link)
        var pool = known ?? TargetPool()
        pool.vpcLinkId = link
        let ids = Set(pool.targets.map(\.id))
        let added = targets.filter { !ids.contains($0.id) }
        pool.targets += added
        try TargetPoolRules.checkCount(pool.targets.count)
        if known == nil || !added.isEmpty { try store(pool, transaction) }
        if known == nil {
            try transaction.record(path(link), api: nil, before: TargetPool?.none, after: pool)
        } else {
            for target in added {
                try transaction.record(
                    path(link) + "/targets/\(target.id)", api: nil, before: TargetPool.Target?.none, after: target)
            }
        }
        return try OperationOutput(200, encoding: pool)
    }

    static func deregister(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let link = input.parameter("vpclink_id")
        var pool = try find(link, transaction)
        let wanted = try TargetPoolRules.target(id: input.parameter("target"))
        guard let place = pool.targets.firstIndex(where: { $0.id == wanted.id }) else {
            throw ApiError.notFound(
                "Invalid target specified: \(wanted.id) is not in the target pool of VPC link \(link)")
        }
        let target = pool.targets.remove(at: place)
        try store(pool, transaction)
        try transaction.record(
            path(link) + "/targets/\(target.id)", api: nil, before: target, after: TargetPool.Target?.none)
        return .accepted
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let link = input.parameter("vpclink_id")
        let pool = try find(link, transaction)
        try TargetPoolTable.delete(transaction.db, vpcLink: link)
        try transaction.record(path(link), api: nil, before: pool, after: TargetPool?.none)
        transaction.publish(vpcLink: link)
        return .accepted
    }

    private static func store(_ pool: TargetPool, _ transaction: Transaction) throws {
        guard let link = pool.vpcLinkId else { return }
        try TargetPoolTable.put(transaction.db, pool)
        transaction.publish(vpcLink: link)
    }
}

/// Reads what the data plane needs of a VPC link.
enum VpcLinkPublications {
    /// `nil` if there is no such link.
    static func read(_ transaction: Transaction, _ id: String) throws -> VpcLinkPublication? {
        guard try VpcLinkTable.find(transaction.db, id) != nil else { return nil }
        return VpcLinkPublication(id: id, pool: try TargetPoolTable.find(transaction.db, vpcLink: id))
    }
}
