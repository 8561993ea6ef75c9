import ControlAPI

/// What a journal entry names, for example `/restapis/a1b2c3d4e5/stages/prod`.
package struct ResourcePath: Sendable, Equatable {
    package let parts: [String]

    package init(_ text: String) {
        parts = text.split(separator: "/").map(String.init)
    }

    package var apiId: String? { parts.count > 1 && parts[0] == "restapis" ? parts[1] : nil }

    package var stage: StageKey? {
        guard let apiId, parts.count > 3, parts[2] == "stages" else { return nil }
        return StageKey(apiId, parts[3])
    }

    /// `petstore prod`
    package func short(_ model: Model) -> String {
        guard let apiId else { return parts.joined(separator: "/") }
        let rest = parts.dropFirst(2).filter { $0 != "stages" }
        return ([model.apiName(apiId)] + rest).joined(separator: " ")
    }
}

extension Model {
    /// What has to be asked anew after a change, as far as it was asked before.
    package func stale(after path: ResourcePath) -> [Request] {
        guard let api = path.apiId else { return staleOutsideApis(path) }
        let kind = path.parts.count > 2 ? path.parts[2] : ""
        var requests: [Request] = []
        if kind.isEmpty { requests.append(.apis) }
        if kind == "stages" || kind == "deployments" || kind.isEmpty { requests.append(.stages(apiId: api)) }
        if kind == "deployments" || kind.isEmpty { requests.append(.deployments(apiId: api)) }
        if kind == "resources" || kind.isEmpty { requests.append(.resources(apiId: api)) }
        if kind == "models" || kind.isEmpty { requests.append(.models(apiId: api)) }
        if kind == "requestvalidators" || kind.isEmpty { requests.append(.validators(apiId: api)) }
        if kind == "gatewayresponses" || kind.isEmpty { requests.append(.gatewayResponses(apiId: api)) }
        let differences = shelf.asked { request in
            if case .difference(api, let from, let to) = request { return [from, to].contains(ApiDifference.current) }
            return false
        }
        return (requests + differences).filter { isAsked($0) && !isLoading($0) }
    }

    private func staleOutsideApis(_ path: ResourcePath) -> [Request] {
        let requests: [Request]
        switch path.parts.first {
        case _ where path.parts.prefix(2).contains("functions"): requests = [.functions]
        case "apikeys": requests = [.apiKeys]
        case "usageplans":
            requests =
                [.usagePlans]
                + (path.parts.count > 1
                    ? [.usagePlanKeys(usagePlanId: path.parts[1]), .usage(usagePlanId: path.parts[1])] : [])
        case "vpclinks": requests = [.vpcLinks]
        case "sluice" where path.parts.count > 2 && path.parts[1] == "vpclinks":
            requests = [.targetPools, .targetPool(vpcLinkId: path.parts[2])]
        default: requests = [.apis]
        }
        return requests.filter { isAsked($0) && !isLoading($0) }
    }

    /// Whether there is an answer, or one is on its way.
    package func isAsked(_ request: Request) -> Bool {
        switch request {
        case .apis: apis.value != nil || apis.isLoading || apis.error != nil
        case .resources(let api): resources[api] != nil
        case .stages(let api): stages[api] != nil
        case .deployments(let api): deployments[api] != nil
        case .deployment(_, let id): isAsked(deployment: id)
        case .metrics, .journal, .log, .functionLogs: true
        default: shelf[request] != nil
        }
    }

    /// Whatever was on its way is not any more.
    package mutating func forgetRequests() {
        apis.isLoading = false
        apis.error = nil
        for key in resources.keys { resources[key]?.isLoading = false }
        for key in stages.keys { stages[key]?.isLoading = false }
        for key in deployments.keys { deployments[key]?.isLoading = false }
        forgetUnansweredDetails()
        shelf.forgetRequests()
    }
}
