import NIOConcurrencyHelpers

/// Numbers for what counters, log records and pools are kept by, so that loops index arrays instead of hashing names.
/// Numbers are given once and stay: a stage that is published again keeps its counters.
final class PlanRegistry: Sendable {
    struct StageIdentity: Sendable, Hashable {
        var apiId: String
        var stageName: String
    }

    /// A method whose metrics are detailed: CloudWatch's dimensions Stage, Resource and Method.
    struct MethodIdentity: Sendable, Hashable {
        var apiId: String
        var stageName: String
        var resourcePath: String
        var verb: String
    }

    private struct State {
        var stages: [StageIdentity: Int] = [:]
        var stageList: [StageIdentity] = []
        var paths: [String: UInt32] = [:]
        var pathList: [String] = []
        var methods: [MethodIdentity: Int] = [:]
        var methodList: [MethodIdentity] = []
        var backends: [BackendIdentity: Int] = [:]
        var securities: [BackendTLS.Settings: Int] = [:]
        var vpcLinks: [String: Int] = [:]
    }

    private let state = NIOLockedValueBox(State())

    func identity(apiId: String, stageName: String) -> Int {
        state.withLockedValue { state in
            let key = StageIdentity(apiId: apiId, stageName: stageName)
            if let known = state.stages[key] { return known }
            state.stageList.append(key)
            state.stages[key] = state.stageList.count - 1
            return state.stageList.count - 1
        }
    }

    func number(ofPath path: String) -> UInt32 {
        state.withLockedValue { state in
            if let known = state.paths[path] { return known }
            state.pathList.append(path)
            state.paths[path] = UInt32(state.pathList.count - 1)
            return UInt32(state.pathList.count - 1)
        }
    }

    func number(ofMethod method: MethodIdentity) -> Int {
        state.withLockedValue { state in
            if let known = state.methods[method] { return known }
            state.methodList.append(method)
            state.methods[method] = state.methodList.count - 1
            return state.methodList.count - 1
        }
    }

    func methods() -> [MethodIdentity] { state.withLockedValue { $0.methodList } }

    private struct BackendIdentity: Sendable, Hashable {
        var host: String
        var port: Int
        var tls: BackendTLS.Settings?
    }

    func backend(host: String, port: Int, tls: BackendTLS? = nil) -> Backend {
        let host = host.lowercased()
        let key = BackendIdentity(host: host, port: port, tls: tls?.settings)
        let number = state.withLockedValue { state in
            if let known = state.backends[key] { return known }
            state.backends[key] = state.backends.count
            return state.backends.count - 1
        }
        return Backend(number: number, host: host, port: port, tls: tls)
    }

    /// Also of links that do not exist yet.
    func number(ofVpcLink id: String) -> Int {
        state.withLockedValue { state in
            if let known = state.vpcLinks[id] { return known }
            state.vpcLinks[id] = state.vpcLinks.count
            return state.vpcLinks.count - 1
        }
    }

    /// What an integration says of TLS, for the connections to its targets.
    func number(ofTLS settings: BackendTLS.Settings) -> Int {
        state.withLockedValue { state in
            if let known = state.securities[settings] { return known }
            state.securities[settings] = state.securities.count
            return state.securities.count - 1
        }
    }

    /// Names for readers of records and samples.
    struct Names: Sendable {
        var stages: [StageIdentity]
        var paths: [String]
    }

    func names() -> Names {
        state.withLockedValue { Names(stages: $0.stageList, paths: $0.pathList) }
    }
}
