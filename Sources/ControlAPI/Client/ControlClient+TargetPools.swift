import JSON

/// VPC links and the backends behind them.
extension ControlClient {
    public func vpcLinks() async throws -> [VpcLink] {
        try await all(["vpclinks"])
    }

    /// All pools, each target with its health and counts.
    public func targetPools() async throws -> [TargetPool] {
        let page: Page<TargetPool> = try await call(ControlRequest(.get, ["sluice", "targetpools"]))
        return page.items
    }

    public func targetPool(vpcLinkId: String) async throws -> TargetPool {
        try await call(ControlRequest(.get, Self.pool(vpcLinkId)))
    }

    /// Sets everything, also the targets but for those that drain; makes the pool where there is none.
    @discardableResult
    public func putTargetPool(vpcLinkId: String, _ pool: TargetPool) async throws -> TargetPool {
        var wanted = pool
        wanted.vpcLinkId = nil
        wanted.targets = pool.targets.filter { $0.health != .draining }.map {
            TargetPool.Target(host: $0.host, port: $0.port)
        }
        return try await call(ControlRequest(.put, Self.pool(vpcLinkId), body: try JSON(encoding: wanted)))
    }

    /// Sets everything but the targets, which stay.
    public func setTargetPool(vpcLinkId: String, _ pool: TargetPool) async throws -> TargetPool {
        var body = try JSON(encoding: pool).object ?? JSONObject()
        body["targets"] = nil
        return try await call(ControlRequest(.put, Self.pool(vpcLinkId), body: .object(body)))
    }

    /// The link goes back to calling the hosts of its integrations' own addresses.
    public func deleteTargetPool(vpcLinkId: String) async throws {
        try await send(ControlRequest(.delete, Self.pool(vpcLinkId)))
    }

    /// Makes the pool where there is none.
    @discardableResult
    public func registerTargets(vpcLinkId: String, _ targets: [TargetPool.Target]) async throws -> TargetPool {
        let given = targets.map { ["host": .string($0.host), "port": .number(JSONNumber($0.port))] as JSON }
        return try await call(
            ControlRequest(.post, Self.pool(vpcLinkId) + ["targets"], body: ["targets": .array(given)]))
    }

    /// `target` is `host:port`. Its requests under way may finish.
    public func deregisterTarget(vpcLinkId: String, target: String) async throws {
        try await send(ControlRequest(.delete, Self.pool(vpcLinkId) + ["targets", target]))
    }

    private static func pool(_ vpcLinkId: String) -> [String] { ["sluice", "vpclinks", vpcLinkId, "targetpool"] }
}
