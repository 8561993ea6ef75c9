import Console
import ControlAPI
import Gateway
import NIOCore
import NIOPosix

/// Two APIs with several stages, backends inside this process, a canary that is slower than the base, and clients.
actor PetsSample: DemoSample {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private var backends: [DemoBackend] = []
    private var traffic: [Task<Void, Never>] = []

    func prepare(_ configuration: EngineConfiguration) -> EngineConfiguration { configuration }

    func start(engine: EngineInfo, rate: Double) async throws -> StageKey {
        let pets = try await backend("pets v42", DemoBehaviour(typicalMilliseconds: 9, missingShare: 0.004))
        let canary = try await backend(
            "pets v43",
            DemoBehaviour(
                typicalMilliseconds: 12, slowShare: 0.06, slowMilliseconds: 110, failureShare: 0.02,
                missingShare: 0.004))
        let orders = try await backend(
            "orders", DemoBehaviour(typicalMilliseconds: 6, slowShare: 0.01, slowMilliseconds: 40, missingShare: 0.002))
        let client = ControlClient(endpoint: .unixSocket(path: engine.socket))
        let apis = try await PetsApis(client: client, pets: pets, petsCanary: canary, orders: orders).make()
        for (apiId, stageName, share, requests) in Self.plans(apis) {
            let clients = DemoTraffic(
                .stage(data: engine.data, apiId: apiId, stageName: stageName), rate: rate * share, requests: requests)
            traffic.append(Task.detached { await clients.run() })
        }
        return StageKey(apis.petstore, "prod")
    }

    /// Its `127.0.0.1:port`.
    private func backend(_ name: String, _ behaviour: DemoBehaviour) async throws -> String {
        let backend = try await DemoBackend.start(name, behaviour, on: group)
        backends.append(backend)
        return backend.address
    }

    private static func plans(_ apis: PetsApis.Made) -> [(String, String, Double, [DemoRequest])] {
        let shop = [
            DemoRequest("GET", "/pets", weight: 5), DemoRequest("GET", "/pets/{n}", weight: 8),
            DemoRequest("POST", "/pets", weight: 1, body: "{\"name\":\"Rex\"}"),
            DemoRequest("GET", "/shop/cart/{n}", weight: 2), DemoRequest("GET", "/ping", weight: 1),
            DemoRequest("GET", "/nowhere", weight: 0.03),
        ]
        let till = [
            DemoRequest("GET", "/orders", weight: 3), DemoRequest("GET", "/orders/{n}", weight: 4),
            DemoRequest("POST", "/orders", weight: 1, body: "{\"pet\":7}", apiKey: apis.keys.first),
            DemoRequest("POST", "/orders", weight: 0.9, body: "{\"pet\":8}", apiKey: apis.keys.last),
            DemoRequest("POST", "/orders", weight: 0.05, body: "{\"pet\":0}", apiKey: apis.keys.first),
            DemoRequest("POST", "/orders", weight: 0.02, body: "{\"pet\":9}"),
            DemoRequest("POST", "/payments", weight: 1, body: "{\"amount\":12}"),
        ]
        return [
            (apis.petstore, "prod", 0.70, shop), (apis.petstore, "staging", 0.05, shop),
            (apis.petstore, "dev", 0.02, shop), (apis.checkout, "prod", 0.21, till),
            (apis.checkout, "dev", 0.02, till),
        ]
    }

    func stop() async {
        for task in traffic { task.cancel() }
        for task in traffic { await task.value }
        for backend in backends { await backend.stop() }
        try? await group.shutdownGracefully()
    }
}
