import ControlAPI
import Foundation

/// `sluice serve` in a process of its own, on free ports and a home of its own.
final class ServedEngine {
    let home: TemporaryFolder
    private let ownsHome: Bool
    private let process: ChildProcess
    private let outputPath: String
    private let errorsPath: String
    private(set) var data = ""
    private(set) var control = ""
    private(set) var socket = ""

    var client: ControlClient { ControlClient(endpoint: .unixSocket(path: socket)) }

    /// Starts an engine and waits until it says that it is ready.
    init(home: TemporaryFolder? = nil, listen: String = "127.0.0.1:0", arguments: [String] = []) async throws {
        ownsHome = home == nil
        self.home = try home ?? TemporaryFolder()
        let run = UUID().uuidString.prefix(6)
        outputPath = self.home.path + "/\(run).out"
        errorsPath = self.home.path + "/\(run).err"
        process = try ChildProcess(
            [
                Command.sluice, "serve", "--home", self.home.path, "--listen", listen, "--control", "127.0.0.1:0",
                "--loops", "2",
            ] + arguments, outputPath: outputPath, errorsPath: errorsPath)
        let line = try await eventually("the ready line") { () -> String? in
            let text = (try? String(contentsOfFile: self.outputPath, encoding: .utf8)) ?? ""
            if text.contains("\n") { return text }
            guard self.process.isRunning else {
                throw Died(errors: (try? String(contentsOfFile: self.errorsPath, encoding: .utf8)) ?? "")
            }
            return nil
        }
        for word in line.split(whereSeparator: \.isWhitespace).dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            switch parts[0] {
            case "data": data = parts[1]
            case "control": control = parts[1]
            case "socket": socket = parts[1]
            default: break
            }
        }
    }

    struct Died: Error, CustomStringConvertible {
        let errors: String
        var description: String { "the engine ended before it was ready: \(errors)" }
    }

    var isRunning: Bool { process.isRunning }
    var pid: Int32 { process.pid }
    var errors: String { (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? "" }

    /// Runs a scripting command against this engine.
    func sluice(_ words: String...) throws -> Command {
        try Command.run([Command.sluice] + words, environment: ["SLUICE_HOME": home.path])
    }

    /// `kill -9`.
    func crash() {
        process.signal(SIGKILL)
        process.wait()
    }

    /// Ends it with a signal and gives its exit status, or minus the signal that ended it.
    @discardableResult
    func terminate(with number: Int32 = SIGTERM) -> Int32 {
        process.signal(number)
        return process.wait()
    }

    /// A test that failed half-way leaves no engine behind.
    deinit { process.signal(SIGKILL) }

    func stop() {
        terminate()
        if ownsHome { home.remove() }
    }

    /// The URL of a path of an API.
    func url(_ apiId: String, _ stageName: String, _ path: String) -> URL {
        URL(string: "\(data)/_aws/execute-api/\(apiId)/\(stageName)\(path)") ?? URL(filePath: "/")
    }
}
