import ControlAPI

/// Why a name on the command line means nothing here.
enum LookupError: Error, CustomStringConvertible {
    case noSuchApi(String, known: [String])
    case ambiguousApi(String, ids: [String])
    case noSuchStage(String, api: String, known: [String])
    case noCanary(api: String, stage: String)
    case noSuchDeployment(String, api: String, known: [String])

    var description: String {
        switch self {
        case .noSuchApi(let name, let known):
            known.isEmpty
                ? "there is no API '\(name)': this engine has none yet"
                : "there is no API '\(name)'; there are: \(known.joined(separator: ", "))"
        case .ambiguousApi(let name, let ids):
            "\(ids.count) APIs are called '\(name)'; use an id: \(ids.joined(separator: ", "))"
        case .noSuchStage(let name, let api, let known):
            known.isEmpty
                ? "\(api) has no stages yet; make one with: sluice deploy \(api) \(name)"
                : "\(api) has no stage '\(name)'; there are: \(known.joined(separator: ", "))"
        case .noCanary(let api, let stage):
            "stage \(stage) of \(api) has no canary; make one with: sluice deploy \(api) \(stage) --canary 10"
        case .noSuchDeployment(let id, let api, let known):
            "\(api) has no deployment '\(id)'; there are: \(known.joined(separator: ", "))"
        }
    }
}

extension ControlClient {
    /// The API with this id, else the one with this name.
    func api(named text: String) async throws -> RestApi {
        let apis = try await restApis()
        if let exact = apis.first(where: { $0.id == text }) { return exact }
        let named = apis.filter { $0.name == text }
        switch named.count {
        case 1: return named[0]
        case 0: throw LookupError.noSuchApi(text, known: apis.map(\.name).sorted())
        default: throw LookupError.ambiguousApi(text, ids: named.map(\.id).sorted())
        }
    }

    func stage(_ api: RestApi, named name: String) async throws -> Stage {
        let stages = try await stages(apiId: api.id)
        guard let stage = stages.first(where: { $0.stageName == name }) else {
            throw LookupError.noSuchStage(name, api: api.name, known: stages.map(\.stageName).sorted())
        }
        return stage
    }

    /// A stage that has a canary.
    func canaryStage(_ api: RestApi, _ stageName: String) async throws -> Stage {
        let stage = try await stage(api, named: stageName)
        guard stage.canarySettings != nil else { throw LookupError.noCanary(api: api.name, stage: stageName) }
        return stage
    }
}
