import ControlAPI

/// Lists token buckets as they are at one moment.
struct ThrottleReport {
    let stages: [StagePlan]
    let keys: KeyDirectory
    let account: StageThrottle?
    let names: PlanRegistry.Names
    /// Monotonic nanoseconds.
    let now: UInt64

    /// In the order in which API Gateway looks at them, then by stage, path, verb, plan and key.
    func states() -> [ThrottleState] {
        var states = stages.flatMap(planStates) + stages.flatMap(stageStates)
        if let account { states.append(state(.account, account.limit, account.bucket)) }
        let order = Dictionary(
            uniqueKeysWithValues: ThrottleState.Level.allCases.enumerated().map { ($1, $0) })
        func rank(_ state: ThrottleState) -> (Int, [String]) {
            (
                order[state.level] ?? 0,
                [state.apiId, state.stageName, state.resourcePath, state.httpMethod, state.usagePlanId, state.keyId]
                    .map { $0 ?? "" }
            )
        }
        return states.map { (rank($0), $0) }.sorted { one, other in
            one.0.0 == other.0.0 ? one.0.1.lexicographicallyPrecedes(other.0.1) : one.0.0 < other.0.0
        }.map(\.1)
    }

    private func stageStates(_ stage: StagePlan) -> [ThrottleState] {
        stage.throttles.map { throttle in
            var state = state(throttle.method == nil ? .stage : .method, throttle.limit, throttle.bucket)
            (state.apiId, state.stageName) = (stage.apiId, stage.stageName)
            if let method = throttle.method { name(method, &state) }
            return state
        }
    }

    private func planStates(_ stage: StagePlan) -> [ThrottleState] {
        keys.keys.compactMap { $0.client(ofStage: stage.identity) }.flatMap { client in
            var states: [ThrottleState] = []
            func add(_ state: ThrottleState) {
                var state = state
                (state.apiId, state.stageName) = (stage.apiId, stage.stageName)
                (state.usagePlanId, state.keyId) = (client.plan.id, client.keyId)
                states.append(state)
            }
            for (method, bucket) in client.methodBuckets where method.stage == stage.identity {
                guard let limit = client.plan.methodThrottles[method] else { continue }
                var state = state(.planMethod, limit, bucket)
                name(method, &state)
                add(state)
            }
            if let bucket = client.bucket, let limit = client.plan.throttle { add(state(.plan, limit, bucket)) }
            return states
        }
    }

    private func name(_ method: MethodIdentity, _ state: inout ThrottleState) {
        let place = Int(method.path)
        if place < names.paths.count { state.resourcePath = names.paths[place] }
        state.httpMethod = method.verb.methodName
    }

    private func state(_ level: ThrottleState.Level, _ limit: ThrottleLimit, _ bucket: TokenBucket) -> ThrottleState {
        ThrottleState(
            level: level, rateLimit: limit.rate, burstLimit: limit.burst, available: bucket.available(at: now),
            throttled: bucket.refusals)
    }
}

extension Verb {
    /// As methods are named: ``Verb/other`` stands for `ANY` there.
    var methodName: String { self == .other ? "ANY" : name.description }
}
