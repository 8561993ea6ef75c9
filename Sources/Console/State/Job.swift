package import ControlAPI

/// A method of an API's resources.
package struct MethodKey: Sendable, Hashable {
    package var apiId: String
    package var resourceId: String
    /// For example `/pets/{petId}`.
    package var path: String
    /// `GET`, …, `ANY`.
    package var verb: String

    package init(apiId: String, resourceId: String, path: String, verb: String) {
        self.apiId = apiId
        self.resourceId = resourceId
        self.path = path
        self.verb = verb
    }

    /// `GET /pets/{petId}`
    package var name: String { "\(verb) \(path)" }
}

/// A call that changes something, by AWS's names. Changes of a stage's traffic are ``StageChange``s.
package enum Call: Sendable, Hashable {
    case updateIntegration(MethodKey, [PatchOperation])
    case updateIntegrationResponse(MethodKey, statusCode: String, [PatchOperation])
    case createModel(apiId: String, name: String, schema: String)
    case updateModel(apiId: String, name: String, [PatchOperation])
    case deleteModel(apiId: String, name: String)
    case putGatewayResponse(apiId: String, responseType: String, GatewayResponse)
    case updateGatewayResponse(apiId: String, responseType: String, [PatchOperation])
    case deleteGatewayResponse(apiId: String, responseType: String)
    case createApiKey(name: String)
    case updateApiKey(keyId: String, [PatchOperation])
    case deleteApiKey(keyId: String)
    case flushStageCache(StageKey)
    case updateStage(StageKey, [PatchOperation])
    case undo(sequence: Int, resource: String)
    /// Lets API Gateway invoke a function.
    case addPermission(functionName: String)
    case deleteFunction(functionName: String)
    case registerTarget(vpcLinkId: String, host: String, port: Int)
    /// `target`: `host:port`.
    case deregisterTarget(vpcLinkId: String, target: String)
    /// Sets a pool's settings; its targets stay.
    case putTargetPool(vpcLinkId: String, TargetPool)

    /// What the journal will name, as far as it begins alike.
    var resource: String {
        switch self {
        case .updateIntegration(let key, _), .updateIntegrationResponse(let key, _, _):
            "/restapis/\(key.apiId)/resources/\(key.resourceId)"
        case .createModel(let api, _, _), .updateModel(let api, _, _), .deleteModel(let api, _):
            "/restapis/\(api)/models"
        case .putGatewayResponse(let api, _, _), .updateGatewayResponse(let api, _, _),
            .deleteGatewayResponse(let api, _):
            "/restapis/\(api)/gatewayresponses"
        case .createApiKey: "/apikeys"
        case .updateApiKey(let id, _), .deleteApiKey(let id): "/apikeys/\(id)"
        case .flushStageCache(let key), .updateStage(let key, _): "/restapis/\(key.apiId)/stages/\(key.stageName)"
        case .undo(_, let resource): resource
        case .addPermission(let name), .deleteFunction(let name): "/functions/\(name)"
        case .registerTarget(let link, _, _), .deregisterTarget(let link, _), .putTargetPool(let link, _):
            "/sluice/vpclinks/\(link)/targetpool"
        }
    }

    /// What there is to be asked anew afterwards.
    var stale: [Request] {
        switch self {
        case .updateIntegration(let key, _), .updateIntegrationResponse(let key, _, _): [.resources(apiId: key.apiId)]
        case .createModel(let api, _, _), .updateModel(let api, _, _), .deleteModel(let api, _): [.models(apiId: api)]
        case .putGatewayResponse(let api, _, _), .updateGatewayResponse(let api, _, _),
            .deleteGatewayResponse(let api, _):
            [.gatewayResponses(apiId: api)]
        case .createApiKey, .updateApiKey, .deleteApiKey: [.apiKeys]
        case .flushStageCache(let key): [.caches(key), .stages(apiId: key.apiId)]
        case .updateStage(let key, _): [.stages(apiId: key.apiId)]
        case .undo: [.journal]
        case .addPermission, .deleteFunction: [.functions]
        case .registerTarget(let link, _, _), .deregisterTarget(let link, _), .putTargetPool(let link, _):
            [.targetPool(vpcLinkId: link), .targetPools]
        }
    }
}

/// A call with the words for it.
package struct Job: Sendable, Hashable {
    package var call: Call
    /// `flush the cache of prod`
    package var doing: String
    /// `the cache of prod is empty`
    package var done: String
    /// The edited text that it sends.
    package var document: Document?

    package init(_ call: Call, doing: String, done: String, document: Document? = nil) {
        self.call = call
        self.doing = doing
        self.done = done
        self.document = document
    }
}

extension Workspace {
    package mutating func send(_ job: Job) -> [Effect] {
        lastToken += 1
        sending[lastToken] = job
        return [.perform(job, token: lastToken)]
    }

    /// Whether a change that the feed tells of is this console's own.
    func isOwn(_ resource: String) -> Bool {
        if sending.values.contains(where: { resource.hasPrefix($0.call.resource) }) { return true }
        guard let justSent, now < justSent.until else { return false }
        return resource.hasPrefix(justSent.resource)
    }
}

func performed(_ state: inout AppState, _ job: Job, _ token: Int) -> [Effect] {
    guard state.workspace.sending.removeValue(forKey: token) != nil else { return [] }
    state.workspace.justSent = (job.call.resource, state.workspace.now &+ 5000)
    if let document = job.document { state.workspace.drafts[document] = nil }
    var effects = state.workspace.tell(job.done)
    effects += state.workspace.ask(job.call.stale.filter { state.workspace.model.isAsked($0) })
    effects += state.withTop { screen, workspace in screen.carriedOut(job, &workspace) } ?? []
    return effects + news(&state)
}

func refused(_ state: inout AppState, _ job: Job, _ token: Int, _ error: ControlError) -> [Effect] {
    guard state.workspace.sending.removeValue(forKey: token) != nil else { return [] }
    if let document = job.document {
        state.overlays.append(RefusedEditDialog(document, job: job, error: error))
    } else {
        state.overlays.append(NoticeDialog.failure(title: "Could not \(job.doing)", error))
    }
    return news(&state)
}
