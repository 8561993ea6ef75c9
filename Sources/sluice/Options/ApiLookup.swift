import ControlAPI

/// Why a name on the command line means nothing here.
enum LookupError: Error, CustomStringConvertible {
    case noSuchApi(String, known: [String])
    case ambiguousApi(String, ids: [String])
    case noSuchStage(String, api: String, known: [String])
    case noCanary(api: String, stage: String)
    case noSuchPath(String, api: String, known: [String])
    case noSuchMethod(String, path: String, known: [String])
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
        case .noSuchPath(let path, let api, let known):
            "\(api) has no resource for \(path); there are: \(known.joined(separator: ", "))"
        case .noSuchMethod(let verb, let path, let known):
            known.isEmpty
                ? "\(path) has no methods" : "\(path) has no \(verb); there are: \(known.joined(separator: ", "))"
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

    /// The resource that a request for `path` would reach: in each segment a literal goes before `{name}`, and that
    /// before `{name+}`. A path with the braces of a resource's own names that one.
    func resource(_ api: RestApi, forPath path: String) async throws -> Resource {
        let resources = try await resources(apiId: api.id)
        if let exact = resources.first(where: { $0.path == path }) { return exact }
        let wanted = path.split(separator: "/")
        let found = resources.compactMap { resource in
            ResourceMatch.rank(resource.path, wanted).map { (rank: $0, resource: resource) }
        }
        guard let best = found.min(by: { $0.rank.lexicographicallyPrecedes($1.rank) }) else {
            throw LookupError.noSuchPath(path, api: api.name, known: resources.map(\.path).sorted())
        }
        return best.resource
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

enum ResourceMatch {
    /// 0 for a literal, 1 for `{name}`, 2 for `{name+}`, segment by segment; `nil` if the path is not the resource's.
    static func rank(_ resourcePath: String, _ path: [Substring]) -> [Int]? {
        var rank: [Int] = []
        let segments = resourcePath.split(separator: "/")
        for (place, segment) in segments.enumerated() {
            guard place < path.count else { return nil }
            if segment.hasPrefix("{"), segment.hasSuffix("+}") { return rank + [2] }
            let isVariable = segment.hasPrefix("{") && segment.hasSuffix("}")
            guard isVariable || segment == path[place] else { return nil }
            rank.append(isVariable ? 1 : 0)
        }
        return segments.count == path.count ? rank : nil
    }
}
