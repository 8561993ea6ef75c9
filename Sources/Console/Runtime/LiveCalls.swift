import ControlAPI
import Foundation

extension ControlClient {
    /// Answers a request that has no closure of its own in ``ControlService``.
    func answer(_ request: Request) async throws -> Answer {
        switch request {
        case .models(let api): return .models(try await models(apiId: api))
        case .validators(let api): return .validators(try await requestValidators(apiId: api))
        case .gatewayResponses(let api): return .gatewayResponses(try await gatewayResponses(apiId: api))
        case .apiKeys: return .apiKeys(try await apiKeys(includeValues: true))
        case .usagePlans: return .usagePlans(try await usagePlans())
        case .usagePlanKeys(let plan): return .usagePlanKeys(try await usagePlanKeys(usagePlanId: plan))
        case .usage(let plan):
            let today = Int(Date().timeIntervalSince1970)
            return .usage(
                try await usage(
                    usagePlanId: plan, startDate: CalendarDay.text(today - 6 * 86_400), endDate: CalendarDay.text(today)
                ))
        case .caches(let key): return .caches(try await caches(apiId: key.apiId, stageName: key.stageName))
        case .throttles(let key): return .throttles(try await throttles(apiId: key.apiId, stageName: key.stageName))
        case .execution(let id): return .execution(try await executionLog(requestId: id))
        case .difference(let api, let from, let to):
            return .difference(try await difference(apiId: api, from: from, to: to))
        case .undoPreview(let sequence): return .undo(try await undo(sequence, dryRun: true))
        case .functions: return .functions(try await functions())
        case .functionLogs(let name): return .functionLogs(try await functionLogs(name: name, limit: 5000))
        case .vpcLinks: return .vpcLinks(try await vpcLinks())
        case .targetPools: return .targetPools(try await targetPools())
        case .targetPool(let link): return .targetPool(try await targetPool(vpcLinkId: link))
        case .preview(let key, let verb, let request):
            return .preview(
                try await previewIntegration(
                    apiId: key.apiId, resourceId: key.resourceId, httpMethod: verb, request))
        case .apis, .resources, .stages, .deployments, .deployment, .metrics, .journal, .log:
            throw ControlError.malformedAnswer(
                endpoint: endpoint.description, reason: "\(request) has a closure of its own in the service")
        }
    }

    func perform(_ call: Call) async throws {
        switch call {
        case .updateIntegration(let key, let operations):
            _ = try await updateIntegration(
                apiId: key.apiId, resourceId: key.resourceId, httpMethod: key.verb, patchOperations: operations)
        case .updateIntegrationResponse(let key, let status, let operations):
            _ = try await updateIntegrationResponse(
                apiId: key.apiId, resourceId: key.resourceId, httpMethod: key.verb, statusCode: status,
                patchOperations: operations)
        case .createModel(let api, let name, let schema):
            _ = try await createModel(apiId: api, name: name, schema: schema)
        case .updateModel(let api, let name, let operations):
            _ = try await updateModel(apiId: api, modelName: name, patchOperations: operations)
        case .deleteModel(let api, let name): try await deleteModel(apiId: api, modelName: name)
        case .putGatewayResponse(let api, let type, let response):
            _ = try await putGatewayResponse(apiId: api, responseType: type, response)
        case .updateGatewayResponse(let api, let type, let operations):
            _ = try await updateGatewayResponse(apiId: api, responseType: type, patchOperations: operations)
        case .deleteGatewayResponse(let api, let type):
            try await deleteGatewayResponse(apiId: api, responseType: type)
        case .createApiKey(let name): _ = try await createApiKey(name: name)
        case .updateApiKey(let id, let operations):
            _ = try await updateApiKey(keyId: id, patchOperations: operations)
        case .deleteApiKey(let id): try await deleteApiKey(keyId: id)
        case .flushStageCache(let key): try await flushStageCache(apiId: key.apiId, stageName: key.stageName)
        case .undo(let sequence, _): _ = try await undo(sequence)
        case .updateStage(let key, let operations):
            _ = try await updateStage(apiId: key.apiId, stageName: key.stageName, patchOperations: operations)
        case .addPermission(let name):
            try await addPermission(
                function: name, statementId: "apigateway", principal: "apigateway.amazonaws.com")
        case .deleteFunction(let name): try await deleteFunction(name: name)
        case .registerTarget(let link, let host, let port):
            _ = try await registerTargets(vpcLinkId: link, [TargetPool.Target(host: host, port: port)])
        case .deregisterTarget(let link, let target):
            try await deregisterTarget(vpcLinkId: link, target: target)
        case .putTargetPool(let link, let pool): _ = try await setTargetPool(vpcLinkId: link, pool)
        }
    }

    /// Invokes a function and waits for its answer.
    func invocation(of name: String, payload: String) async throws -> InvocationAnswer {
        let answer = try await invokeFunction(name: name, payload: Array(payload.utf8))
        return InvocationAnswer(
            String(decoding: answer.payload, as: UTF8.self), functionError: answer.functionError)
    }
}

/// Days of the calendar in UTC.
enum CalendarDay {
    /// `YYYY-MM-DD` of a moment in seconds since 1970.
    static func text(_ seconds: Int) -> String {
        let day = Timestamp(seconds: seconds)
        return String(Clock(offset: 0).date(day).prefix(10))
    }
}
