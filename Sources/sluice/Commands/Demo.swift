import ArgumentParser
import Console
import ControlAPI
import Foundation
import Gateway

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The console over a throwaway home: sample APIs, a live canary, real traffic on loopback.",
        discussion: """
            pets: two APIs with several stages, backends inside this process, and clients that call them through the
            data plane. The canary of petstore/prod takes 10 % and is slower and fails now and then: promote it, disable
            it or roll back, and watch.

            architecture: two customers' host names on one gateway; behind it two pools of servers, a Lambda function,
            documents in S3, a DynamoDB table and a Step Functions state machine. For AWS stands moto_server, where it
            is installed (pip install 'moto[server]'); where it is not, what needs AWS is left out.

            Nothing is left behind on quit.

            Examples:
              sluice demo
              sluice demo --rate 1000
              sluice demo --sample architecture
            """)

    @Option(help: ArgumentHelp("Requests a second over all stages, about.", valueName: "requests"))
    var rate = 200.0

    @Option(help: "What to show: pets or architecture.")
    var sample = DemoSampleName.pets

    @OptionGroup var look: LookOptions

    func validate() throws {
        guard (0...20_000).contains(rate) else { throw ValidationError("--rate takes 0 to 20000, not \(rate)") }
    }

    func run() throws {
        try ConsoleCommand.requireTerminal()
        let home = try ThrowawayHome()
        defer { home.remove() }
        let sample = sample.make()
        var configuration = EngineConfiguration(
            home: home.path, socketPath: home.path + "/control.sock",
            listen: HostPort(host: "127.0.0.1", port: 0), control: HostPort(host: "127.0.0.1", port: 0),
            region: "us-east-1", account: "000000000000", version: sluiceVersion)
        defer { waitUntilDone { await sample.stop() } }
        configuration = try waitForResult { [configuration] in try await sample.prepare(configuration) }
        let engine = try EmbeddedEngine.start(configuration)
        defer { engine.stop() }
        let stage = try waitForResult { [rate] in try await sample.start(engine: engine.info, rate: rate) }
        try Console.run(
            ConsoleOptions(
                service: ControlService(ControlClient(endpoint: .unixSocket(path: engine.info.socket))),
                contextName: "demo",
                theme: look.theme, place: .stage(stage),
                environment: ProcessInfo.processInfo.environment))
    }
}
