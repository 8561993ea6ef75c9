import ControlAPI
import NIOConcurrencyHelpers

/// Compiles keys and plans into a ``KeyDirectory``, and keeps the counters of each key in each plan from one directory
/// to the next: a change of a plan refills no bucket and forgets no request.
final class KeyRegistry: Sendable {
    private struct Counters {
        var usage: KeyUsage
        var bucket: TokenBucket?
        var methodBuckets: [MethodIdentity: TokenBucket] = [:]
        var quota: Quota?
        /// Whether the key still is in the plan. Where it is not, its last counts are still to be written.
        var isMember = true
    }

    private let plans: PlanRegistry
    private let counters = NIOLockedValueBox<[ClientIdentity: Counters]>([:])

    init(plans: PlanRegistry) {
        self.plans = plans
    }

    /// `now` in monotonic nanoseconds.
    func compile(_ publication: KeyPublication, now: UInt64) -> KeyDirectory {
        let compiled = publication.plans.compactMap(plan)
        let byId = Dictionary(compiled.map { ($0.id, $0) }) { first, _ in first }
        let clients = counters.withLockedValue { counters in
            for identity in counters.keys { counters[identity]?.isMember = false }
            var clients: [String: [KeyDirectory.Client]] = [:]
            for member in publication.members {
                guard let plan = byId[member.planId] else { continue }
                let identity = ClientIdentity(planId: member.planId, keyId: member.keyId)
                var kept = counters[identity] ?? Counters(usage: KeyUsage(member.usage))
                kept.isMember = true
                kept.quota = plan.quota
                kept.bucket = Self.bucket(kept.bucket, plan.throttle, now)
                var methodBuckets: [MethodIdentity: TokenBucket] = [:]
                for (method, limit) in plan.methodThrottles {
                    methodBuckets[method] = Self.bucket(kept.methodBuckets[method], limit, now)
                }
                kept.methodBuckets = methodBuckets
                counters[identity] = kept
                clients[member.keyId, default: []].append(
                    KeyDirectory.Client(
                        keyId: member.keyId, plan: plan, bucket: kept.bucket, methodBuckets: methodBuckets,
                        usage: kept.usage))
            }
            return clients
        }
        return KeyDirectory(
            publication.keys.filter(\.enabled).map {
                KeyDirectory.Key(id: $0.id, value: $0.value, clients: clients[$0.id] ?? [])
            })
    }

    private static func bucket(_ kept: TokenBucket?, _ limit: ThrottleLimit?, _ now: UInt64) -> TokenBucket? {
        guard let limit else { return nil }
        guard let kept else { return TokenBucket(limit) }
        kept.adjust(to: limit, at: now)
        return kept
    }

    private func plan(_ published: KeyPublication.Plan) -> KeyDirectory.Plan? {
        let plan = published.plan
        guard let id = plan.id else { return nil }
        var stages: Set<Int> = []
        var methodThrottles: [MethodIdentity: ThrottleLimit] = [:]
        for stage in plan.apiStages ?? [] {
            guard let api = stage.apiId, let name = stage.stage else { continue }
            let identity = plans.identity(apiId: api, stageName: name)
            stages.insert(identity)
            for (key, settings) in stage.throttle ?? [:] {
                guard let limit = ThrottleLimit(settings), let (path, method) = Self.split(methodKey: key) else {
                    continue
                }
                let number = plans.number(ofPath: path)
                methodThrottles[MethodIdentity(stage: identity, path: number, method: method)] = limit
            }
        }
        return KeyDirectory.Plan(
            id: id, stages: stages, throttle: ThrottleLimit(plan.throttle), methodThrottles: methodThrottles,
            quota: Self.quota(plan.quota, since: published.quotaSince))
    }

    /// `/pets/{id}/GET` → `/pets/{id}` and `GET`; the root's key is `//GET` or `/GET`.
    static func split(methodKey: String) -> (path: String, method: String)? {
        guard let slash = methodKey.lastIndex(of: "/") else { return nil }
        let path = String(methodKey[..<slash])
        return (path.isEmpty ? "/" : path, String(methodKey[methodKey.index(after: slash)...]))
    }

    static func quota(_ settings: QuotaSettings?, since day: Int) -> Quota? {
        guard let settings, let limit = settings.limit, let period = settings.period.flatMap(QuotaPeriod.init) else {
            return nil
        }
        return Quota(limit: limit, offset: settings.offset ?? 0, period: period, firstWindow: period.firstDay(of: day))
    }

    /// What is to be written. `today` is a day's number.
    func drain(today: Int) -> [ClientIdentity: StoredUsage] {
        counters.withLockedValue { counters in
            var drained: [ClientIdentity: StoredUsage] = [:]
            for (identity, kept) in counters {
                if let usage = kept.usage.drain(kept.quota, today: today) { drained[identity] = usage }
                if !kept.isMember { counters[identity] = nil }
            }
            return drained
        }
    }

    /// Where a batch could not be written, it is written with the next.
    func restore(_ drained: [ClientIdentity: StoredUsage]) {
        counters.withLockedValue { counters in
            for identity in drained.keys { counters[identity]?.usage.touch() }
        }
    }

    func extend(_ identity: ClientIdentity, by number: Int, inWindow firstDay: Int) {
        counters.withLockedValue { $0[identity]?.usage.extend(by: number, inWindow: firstDay) }
    }
}
