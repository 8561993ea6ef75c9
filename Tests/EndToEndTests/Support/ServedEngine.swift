import ControlAPI
import Foundation

/// `sluice serve` in a process of its own, on free ports and a home of its own.
final class ServedEngine {
    let home: TemporaryFolder
    private let ownsHome: Bool
    private let process = Process()
    private let outputPath: String
    private let errorsPath: String
    private(set) var data = ""
    private(set) var control = ""
    private(set) var socket = ""

    var client: ControlClient { ControlClient(endpoint: .unixSocket(path: socket)) }

    /// Starts an engine and waits until it says that it is ready.
    init(home: TemporaryFolder? = nil, listen: String = "127.0.0.1:0") async throws {
        ownsHome = home == nil
        self.home = try home ?? TemporaryFolder()
        let run = UUID().uuidString.prefix(6)
        outputPath = self.home.path + "/\(run).out"
        errorsPath = self.home.path + "/\(run).err"
        process.executableURL = URL(filePath: Command.sluice)
        process.arguments = [
            "serve", "--home", self.home.path, "--listen", listen, "--control", "127.0.0.1:0", "--loops", "2",
        ]
        _ = FileManager.default.createFile(atPath: outputPath, contents: nil)
        _ = FileManager.default.createFile(atPath: errorsPath, contents: nil)
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: outputPath))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errorsPath))
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let line = try await eventually("the ready line") { () -> String? in
            let text = try String(contentsOfFile: self.outputPath, encoding: .utf8)
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
    var pid: Int32 { process.processIdentifier }
    var errors: String { (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? "" }

    /// Runs a scripting command against this engine.
    func sluice(_ words: String...) throws -> Command {
        try Command.run([Command.sluice] + words, environment: ["SLUICE_HOME": home.path])
    }

    /// `kill -9`.
    func crash() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Ends it with a signal and gives its exit status.
    @discardableResult
    func terminate(with number: Int32 = SIGTERM) -> Int32 {
        if process.isRunning { kill(process.processIdentifier, number) }
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    func stop() {
        terminate()
        if ownsHome { home.remove() }
    }

    /// The URL of a path of an API.
    func url(_ apiId: String, _ stageName: String, _ path: String) -> URL {
        URL(string: "\(data)/_aws/execute-api/\(apiId)/\(stageName)\(path)") ?? URL(filePath: "/")
    }
}
