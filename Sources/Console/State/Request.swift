package import ControlAPI

/// Something the console asks the engine for.
package enum Request: Sendable, Hashable {
    case apis
    /// With their methods, integrations and responses.
    case resources(apiId: String)
    case stages(apiId: String)
    case deployments(apiId: String)
    /// One deployment with the methods that it holds.
    case deployment(apiId: String, deploymentId: String)
    /// The last five minutes of every stage.
    case metrics
    /// The newest changes.
    case journal
    /// Past requests, to stand before the live ones.
    case log(EventSelection.AccessSelection)
    case models(apiId: String)
    case validators(apiId: String)
    case gatewayResponses(apiId: String)
    /// With their values.
    case apiKeys
    case usagePlans
    case usagePlanKeys(usagePlanId: String)
    /// What a plan's keys used on each of the last seven days, today included.
    case usage(usagePlanId: String)
    case caches(StageKey)
    case throttles(StageKey)
    /// Everything that was written down of one request.
    case execution(requestId: String)
    /// From one state of an API to another: deployments' ids or `current`.
    case difference(apiId: String, from: String, to: String)
    /// What the undo of a journal entry would change.
    case undoPreview(sequence: Int)
    case functions
    /// The newest lines of a function, to stand before the live ones.
    case functionLogs(name: String)
    case vpcLinks
    case targetPools
    case targetPool(vpcLinkId: String)
    /// What a method's backend would get. `verb` is never `ANY`.
    case preview(MethodKey, verb: String, TestInvokeMethodRequest)
}

package enum Answer: Sendable, Equatable {
    case apis([RestApi])
    case resources([Resource])
    case stages([Stage])
    case deployments([Deployment])
    case deployment(Deployment)
    /// `time` is the second up to which the samples go.
    case metrics([MetricsSample], time: Int)
    case journal([JournalEntry])
    case log([AccessLogRecord])
    case models([ApiModel])
    case validators([RequestValidator])
    case gatewayResponses([GatewayResponse])
    case apiKeys([ApiKey])
    case usagePlans([UsagePlan])
    case usagePlanKeys([UsagePlanKey])
    case usage(Usage)
    case caches([CacheState])
    case throttles([ThrottleState])
    case execution(ExecutionLogRecord)
    case difference(ApiDifference)
    case undo(UndoOutcome)
    case functions([FunctionState])
    case functionLogs([FunctionLogRecord])
    case vpcLinks([VpcLink])
    case targetPools([TargetPool])
    case targetPool(TargetPool)
    case preview(IntegrationPreview)
}

/// A model of an API; `Model` alone is what the console knows.
package typealias ApiModel = ControlAPI.Model

/// A list as far as it is known: the last good answer stays while a new one is on its way or failed.
package struct Loadable<Value: Sendable>: Sendable {
    package var value: Value?
    package var isLoading = false
    package var error: ControlError?

    package init() {}

    package static func loaded(_ value: Value) -> Loadable {
        var loadable = Loadable()
        loadable.value = value
        return loadable
    }
}
