/// Every API key that can be used, with its plans. Immutable; a change of a key or a plan builds a new one and hands
/// it to each loop.
final class KeyDirectory: Sendable {
    /// An enabled key.
    final class Key: Sendable {
        let id: String
        let value: [UInt8]
        fileprivate let hash: UInt64
        let clients: [Client]

        init(id: String, value: String, clients: [Client]) {
            self.id = id
            self.value = Array(value.utf8)
            hash = self.value.withUnsafeBytes { RouteTree.hash($0.baseAddress, 0, $0.count) }
            self.clients = clients
        }

        /// The key in the plan that covers the stage; a key has at most one.
        func client(ofStage identity: Int) -> Client? {
            clients.first { $0.plan.stages.contains(identity) }
        }
    }

    /// A usage plan.
    final class Plan: Sendable {
        let id: String
        /// Stages by their identities in the registry.
        let stages: Set<Int>
        /// Of each key.
        let throttle: ThrottleLimit?
        /// Of each key for one method.
        let methodThrottles: [MethodIdentity: ThrottleLimit]
        let quota: Quota?

        init(
            id: String, stages: Set<Int>, throttle: ThrottleLimit?, methodThrottles: [MethodIdentity: ThrottleLimit],
            quota: Quota?
        ) {
            self.id = id
            self.stages = stages
            self.throttle = throttle
            self.methodThrottles = methodThrottles
            self.quota = quota
        }
    }

    /// A key in a plan, with the counters that it takes from.
    final class Client: Sendable {
        let keyId: String
        let plan: Plan
        let bucket: TokenBucket?
        let methodBuckets: [MethodIdentity: TokenBucket]
        let usage: KeyUsage

        init(
            keyId: String, plan: Plan, bucket: TokenBucket?, methodBuckets: [MethodIdentity: TokenBucket],
            usage: KeyUsage
        ) {
            self.keyId = keyId
            self.plan = plan
            self.bucket = bucket
            self.methodBuckets = methodBuckets
            self.usage = usage
        }
    }

    /// Ascending by hash.
    let keys: [Key]

    static let empty = KeyDirectory([])

    init(_ keys: [Key]) {
        self.keys = keys.sorted { $0.hash < $1.hash }
    }

    /// The key whose value the bytes are.
    func find(_ value: UnsafeRawBufferPointer) -> Key? {
        guard let base = value.baseAddress, !keys.isEmpty else { return nil }
        let hash = RouteTree.hash(base, 0, value.count)
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        while low < keys.count, keys[low].hash == hash {
            let key = keys[low]
            let isEqual =
                key.value.count == value.count
                && key.value.withUnsafeBytes { equalBytes($0.baseAddress, base, value.count) }
            if isEqual { return key }
            low += 1
        }
        return nil
    }
}

/// A method of a stage, over every deployment of it: what its buckets are kept by.
struct MethodIdentity: Sendable, Hashable {
    var stage: Int
    /// The resource path's number in the registry.
    var path: UInt32
    /// ``Verb/other`` stands for `ANY`.
    var verb: Verb

    init(stage: Int, path: UInt32, verb: Verb) {
        self.stage = stage
        self.path = path
        self.verb = verb
    }

    /// `method` is the method's own verb, also `ANY`.
    init(stage: Int, path: UInt32, method: String) {
        self.init(stage: stage, path: path, verb: Verb(named: method) ?? .other)
    }
}
