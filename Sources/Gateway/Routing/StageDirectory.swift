/// Every stage that is live: API id, then stage name. Immutable; publishing builds a new one and hands it to each loop.
final class StageDirectory: Sendable {
    struct Api: Sendable {
        var hash: UInt64
        var id: [UInt8]
        var stages: [StagePlan]
    }

    /// Ascending by hash.
    private let apis: [Api]

    static let empty = StageDirectory(stages: [])

    init(stages: [StagePlan]) {
        var byId: [String: [StagePlan]] = [:]
        for stage in stages { byId[stage.apiId, default: []].append(stage) }
        apis = byId.map { id, stages in
            let bytes = Array(id.utf8)
            return Api(
                hash: bytes.withUnsafeBytes { RouteTree.hash($0.baseAddress, 0, $0.count) }, id: bytes, stages: stages)
        }.sorted { $0.hash < $1.hash }
    }

    /// As ``find(_:api:stage:)``, of an API whose id is known. `stage` is a part of what begins at `base`.
    func find(api: [UInt8], _ base: UnsafeRawPointer?, stage: ByteSpan) -> StagePlan? {
        guard let base else { return nil }
        return api.withUnsafeBytes { id in
            id.baseAddress.flatMap { find($0, api: ByteSpan(0, id.count), base, stage: stage) }
        }
    }

    /// The stage, if there is one of this name in this API.
    @inline(__always)
    func find(_ base: UnsafeRawPointer, api: ByteSpan, stage: ByteSpan) -> StagePlan? {
        find(base, api: api, base, stage: stage)
    }

    private func find(
        _ base: UnsafeRawPointer, api: ByteSpan, _ stageBase: UnsafeRawPointer, stage: ByteSpan
    ) -> StagePlan? {
        let hash = RouteTree.hash(base, api.lower, api.upper)
        var low = 0
        var high = apis.count
        while low < high {
            let middle = (low + high) / 2
            if apis[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        while low < apis.count, apis[low].hash == hash {
            if equals(apis[low].id, base, api) {
                for plan in apis[low].stages where equals(plan.stageNameBytes, stageBase, stage) { return plan }
                return nil
            }
            low += 1
        }
        return nil
    }

    @inline(__always)
    private func equals(_ text: [UInt8], _ base: UnsafeRawPointer, _ span: ByteSpan) -> Bool {
        text.count == span.length
            && text.withUnsafeBytes { equalBytes($0.baseAddress, base + span.lower, span.length) }
    }
}
