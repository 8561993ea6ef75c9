package import ControlAPI

/// Answers kept by what was asked.
package struct Shelf: Sendable {
    private var entries: [Request: Loadable<Answer>] = [:]

    package init() {}

    package subscript(request: Request) -> Loadable<Answer>? { entries[request] }

    mutating func begin(_ request: Request) {
        // Of the requests that were looked at, and of the previews, only the last one is kept.
        switch request {
        case .execution: forget(but: request) { if case .execution = $0 { true } else { false } }
        case .preview: forget(but: request) { if case .preview = $0 { true } else { false } }
        default: break
        }
        entries[request, default: Loadable()].isLoading = true
    }

    mutating func take(_ answer: Answer, for request: Request) {
        entries[request] = .loaded(answer)
    }

    mutating func take(_ error: ControlError, for request: Request) {
        entries[request, default: Loadable()].isLoading = false
        entries[request]?.error = error
    }

    /// Whatever was on its way is not any more; what has neither answer nor error was never asked.
    mutating func forgetRequests() {
        for (request, entry) in entries {
            if entry.value == nil {
                entries[request] = nil
            } else {
                entries[request]?.isLoading = false
            }
        }
    }

    /// What was asked of those that `test` picks.
    func asked(_ test: (Request) -> Bool) -> [Request] { entries.keys.filter(test) }

    private mutating func forget(but kept: Request, _ isMeant: (Request) -> Bool) {
        for request in entries.keys where request != kept && isMeant(request) { entries[request] = nil }
    }

    /// The answer in its own type; `nil` if it was not asked for.
    func answer<Value>(_ request: Request, _ pick: (Answer) -> Value?) -> Loadable<Value>? {
        guard let entry = entries[request] else { return nil }
        var own = Loadable<Value>()
        own.value = entry.value.flatMap(pick)
        own.isLoading = entry.isLoading
        own.error = entry.error
        return own
    }
}

extension Model {
    package func models(_ apiId: String) -> Loadable<[ApiModel]>? {
        shelf.answer(.models(apiId: apiId)) { if case .models(let list) = $0 { list } else { nil } }
    }

    package func validators(_ apiId: String) -> Loadable<[RequestValidator]>? {
        shelf.answer(.validators(apiId: apiId)) { if case .validators(let list) = $0 { list } else { nil } }
    }

    package func gatewayResponses(_ apiId: String) -> Loadable<[GatewayResponse]>? {
        shelf.answer(.gatewayResponses(apiId: apiId)) { if case .gatewayResponses(let list) = $0 { list } else { nil } }
    }

    package var apiKeys: Loadable<[ApiKey]>? {
        shelf.answer(.apiKeys) { if case .apiKeys(let list) = $0 { list } else { nil } }
    }

    package var usagePlans: Loadable<[UsagePlan]>? {
        shelf.answer(.usagePlans) { if case .usagePlans(let list) = $0 { list } else { nil } }
    }

    package func usagePlanKeys(_ id: String) -> Loadable<[UsagePlanKey]>? {
        shelf.answer(.usagePlanKeys(usagePlanId: id)) { if case .usagePlanKeys(let list) = $0 { list } else { nil } }
    }

    package func usage(_ id: String) -> Loadable<Usage>? {
        shelf.answer(.usage(usagePlanId: id)) { if case .usage(let usage) = $0 { usage } else { nil } }
    }

    package func caches(_ key: StageKey) -> Loadable<[CacheState]>? {
        shelf.answer(.caches(key)) { if case .caches(let list) = $0 { list } else { nil } }
    }

    package func throttles(_ key: StageKey) -> Loadable<[ThrottleState]>? {
        shelf.answer(.throttles(key)) { if case .throttles(let list) = $0 { list } else { nil } }
    }

    package var functions: Loadable<[FunctionState]>? {
        shelf.answer(.functions) { if case .functions(let list) = $0 { list } else { nil } }
    }

    package func function(_ name: String) -> FunctionState? {
        functions?.value?.first { $0.functionName == name }
    }

    package var vpcLinks: Loadable<[VpcLink]>? {
        shelf.answer(.vpcLinks) { if case .vpcLinks(let list) = $0 { list } else { nil } }
    }

    package func vpcLink(_ id: String) -> VpcLink? { vpcLinks?.value?.first { $0.id == id } }

    package var targetPools: Loadable<[TargetPool]>? {
        shelf.answer(.targetPools) { if case .targetPools(let list) = $0 { list } else { nil } }
    }

    package func targetPool(_ vpcLinkId: String) -> Loadable<TargetPool>? {
        shelf.answer(.targetPool(vpcLinkId: vpcLinkId)) { if case .targetPool(let pool) = $0 { pool } else { nil } }
    }

    package func preview(_ request: Request) -> Loadable<IntegrationPreview>? {
        shelf.answer(request) { if case .preview(let preview) = $0 { preview } else { nil } }
    }

    package func execution(_ requestId: String) -> Loadable<ExecutionLogRecord>? {
        shelf.answer(.execution(requestId: requestId)) { if case .execution(let record) = $0 { record } else { nil } }
    }
}
