import ArgumentParser
import Console
import ControlAPI
import Foundation
import Gateway
import NIOCore
import NIOPosix

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The console over a throwaway home: sample APIs, a live canary, real traffic on loopback.",
        discussion: """
            Two APIs with several stages, backends inside this process, and clients that call them through the data
            plane. The canary of petstore/prod takes 10 % and is slower and fails now and then: promote it, disable it
            or roll back, and watch. Nothing is left behind on quit.

            Examples:
              sluice demo
              sluice demo --rate 1000
            """)

    @Option(help: ArgumentHelp("Requests a second over all stages, about.", valueName: "requests"))
    var rate = 200.0

    @OptionGroup var look: LookOptions

    func validate() throws {
        guard (0...20_000).contains(rate) else { throw ValidationError("--rate takes 0 to 20000, not \(rate)") }
    }

    func run() throws {
        try ConsoleCommand.requireTerminal()
        let home = try ThrowawayHome()
        defer { home.remove() }
        let configuration = EngineConfiguration(
            home: home.path, socketPath: home.path + "/control.sock",
            listen: HostPort(host: "127.0.0.1", port: 0), control: HostPort(host: "127.0.0.1", port: 0),
            region: "us-east-1", account: "000000000000", version: sluiceVersion)
        let engine = try EmbeddedEngine.start(configuration)
        defer { engine.stop() }
        let scene = try waitForResult { try await DemoScene.start(engine: engine.info, rate: rate) }
        defer { waitUntilDone { await scene.stop() } }
        try Console.run(
            ConsoleOptions(
                service: ControlService(ControlClient(endpoint: .unixSocket(path: engine.info.socket))),
                contextName: "demo",
                theme: look.theme, place: .stage(StageKey(scene.apis.petstore, "prod")),
                environment: ProcessInfo.processInfo.environment))
    }
}

/// The backends and clients of the demo, as long as it runs.
private struct DemoScene: Sendable {
    let apis: DemoApis.Made
    private let backends: [DemoBackend]
    private let group: MultiThreadedEventLoopGroup
    private let traffic: [Task<Void, Never>]

    static func start(engine: EngineInfo, rate: Double) async throws -> DemoScene {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let pets = try await DemoBackend.start(
            "pets v42", DemoBehaviour(typicalMilliseconds: 9, missingShare: 0.004), on: group)
        let canary = try await DemoBackend.start(
            "pets v43",
            DemoBehaviour(
                typicalMilliseconds: 12, slowShare: 0.06, slowMilliseconds: 110, failureShare: 0.02,
                missingShare: 0.004),
            on: group)
        let orders = try await DemoBackend.start(
            "orders", DemoBehaviour(typicalMilliseconds: 6, slowShare: 0.01, slowMilliseconds: 40, missingShare: 0.002),
            on: group)
        let client = ControlClient(endpoint: .unixSocket(path: engine.socket))
        let apis = try await DemoApis(
            client: client, pets: pets.address, petsCanary: canary.address, orders: orders.address
        ).make()
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
        let plans: [(String, String, Double, [DemoRequest])] = [
            (apis.petstore, "prod", 0.70, shop), (apis.petstore, "staging", 0.05, shop),
            (apis.petstore, "dev", 0.02, shop), (apis.checkout, "prod", 0.21, till),
            (apis.checkout, "dev", 0.02, till),
        ]
        let traffic = plans.map { apiId, stageName, share, requests in
            let clients = DemoTraffic(
                data: engine.data, apiId: apiId, stageName: stageName, rate: rate * share, requests: requests)
            return Task.detached { await clients.run() }
        }
        return DemoScene(apis: apis, backends: [pets, canary, orders], group: group, traffic: traffic)
    }

    func stop() async {
        for task in traffic { task.cancel() }
        for task in traffic { await task.value }
        for backend in backends { await backend.stop() }
        try? await group.shutdownGracefully()
    }
}
