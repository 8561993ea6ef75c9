import ArgumentParser
import ControlAPI
import Foundation
import Gateway
import Logging

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the engine alone.",
        discussion: """
            Prints one line to standard output when it is ready to serve, logs to standard error, and on SIGTERM or
            SIGINT finishes the requests in flight and exits 0. A second signal ends it at once.

            Examples:
              sluice serve
              sluice serve --listen 0.0.0.0:8080 --control off
              sluice serve --home /tmp/gateway --listen 127.0.0.1:0
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var engine: EngineOptions

    @Option(help: "Least severe messages to log: trace, debug, info, notice, warning, error or critical.")
    var logLevel: LogLevel = .notice

    func run() async throws {
        let signals = TerminationSignals()
        let configuration = try engine.configuration(home: home)
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "sluice")
        logger.logLevel = logLevel.level
        let running = try await Engine.start(configuration, logger: logger)
        let info = running.info
        StandardOutput.line("ready data=\(info.data) control=\(info.control ?? "off") socket=\(info.socket)")
        await signals.first()
        logger.notice("draining: finishing the requests in flight")
        await running.shutdown()
    }
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}

/// SIGTERM and SIGINT as something to wait for. The second one exits with status 1 without waiting for anything.
final class TerminationSignals: @unchecked Sendable {
    private let stream: AsyncStream<Void>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        self.stream = stream
        let queue = DispatchQueue(label: "sluice.signals")
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            let count = Count()
            source.setEventHandler {
                if count.next() > 1 { exit(1) }
                continuation.yield()
            }
            source.resume()
            return source
        }
    }

    func first() async {
        for await _ in stream { return }
    }

    /// Only touched on the signal queue.
    private final class Count: @unchecked Sendable {
        private var value = 0
        func next() -> Int {
            value += 1
            return value
        }
    }
}
