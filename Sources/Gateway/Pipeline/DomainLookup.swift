extension Exchange {
    /// The stage that a custom domain name and a base path lead to; `nil` where there is none. A base path of its own
    /// comes before the empty one, and where it leads nowhere the empty one is not tried.
    @inline(never)
    func findStageByDomain(_ base: UnsafeRawPointer) -> StagePlan? {
        guard let domain = loop.domains.find(base, host: head.host) else { return nil }
        let path = head.path
        var rest = path.lower
        var mapping = domain.root
        let segment = Self.segment(base, from: rest, to: path.upper)
        if let named = domain.mapping(base, segment: segment) {
            mapping = named
            rest = segment.upper
        }
        guard let mapping else { return nil }
        let plan: StagePlan?
        if let name = mapping.stage {
            plan = name.withUnsafeBytes { name in
                loop.directory.find(api: mapping.apiId, name.baseAddress, stage: ByteSpan(0, name.count))
            }
        } else {
            let name = Self.segment(base, from: rest, to: path.upper)
            rest = name.upper
            plan = loop.directory.find(api: mapping.apiId, base, stage: name)
        }
        pathAfterStage = ByteSpan(rest, path.upper)
        stagePath = path
        domainMapping = mapping
        return plan
    }

    /// What stands between a slash and the next one.
    private static func segment(_ base: UnsafeRawPointer, from slash: Int, to end: Int) -> ByteSpan {
        let start = min(slash + 1, end)
        return ByteSpan(start, ByteScan.find(0x2F, base, start, end) ?? end)
    }

    /// `path` of the event that Lambda functions get: without the stage, but with the base path where there is one, as
    /// the client sent it to a custom domain name.
    var eventPath: ByteSpan { domainMapping == nil ? pathAfterStage : head.path }
}
