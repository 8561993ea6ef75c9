import ArgumentParser
import Console
import ControlAPI
import Foundation
import Gateway
import Logging

struct ConsoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "The console: attaches to the engine of this home, or starts one inside itself. (default)",
        discussion: """
            Examples:
              sluice
              sluice --theme light
              sluice --home /srv/gateway
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var engine: EngineOptions
    @OptionGroup var look: LookOptions

    func run() throws {
        try Self.requireTerminal()
        let attached = UnixSocketProbe.answers(at: home.socketPath)
        let embedded = attached ? nil : try EmbeddedEngine.start(try engine.configuration(home: home))
        defer { embedded?.stop() }
        try Console.run(
            ConsoleOptions(
                service: ControlService(home.client), contextName: "local", theme: look.theme,
                environment: ProcessInfo.processInfo.environment))
    }

    static func requireTerminal() throws {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw ValidationError(
                "the console wants a terminal on standard input and output; for scripts there are"
                    + " 'sluice serve', 'sluice apis', 'sluice logs' and more (sluice --help)")
        }
    }
}

/// How the console looks.
struct LookOptions: ParsableArguments {
    @Option(help: "Theme: dark, light, colour-blind, … (in the console: ':theme').")
    var theme: String?
}

/// The engine inside a console: its log goes to a file, because the terminal is taken.
struct EmbeddedEngine: Sendable {
    private let engine: Engine
    var info: EngineInfo { engine.info }

    static func start(_ configuration: EngineConfiguration) throws -> EmbeddedEngine {
        let engine = try waitForResult {
            var logger = Logger(label: "sluice") { _ in FileLogHandler(path: configuration.home + "/engine.log") }
            logger.logLevel = .notice
            return try await Engine.start(configuration, logger: logger)
        }
        return EmbeddedEngine(engine: engine)
    }

    func stop() {
        let engine = engine
        waitUntilDone { await engine.shutdown() }
    }
}

/// Whether something listens on a Unix socket.
enum UnixSocketProbe {
    static func answers(at path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
