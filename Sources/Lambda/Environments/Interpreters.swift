import CProcess
import Foundation
import NIOConcurrencyHelpers

/// Finds what runs a function on this machine. Starts programs and waits for them: not for an event loop.
final class Interpreters: Sendable {
    /// A Python, and whether it has Lambda's own client.
    private struct Python: Sendable {
        var executable: String
        var hasClient: Bool
    }

    private let pythons = NIOLockedValueBox<[String: Python]>([:])
    private let searchPath: [String]
    /// Folder with ``RuntimeClients``.
    private let runtimeDirectory: String
    private static let probeLimit = Duration.seconds(60)

    init(searchPath: String, runtimeDirectory: String) {
        self.searchPath = searchPath.split(separator: ":").map(String.init)
        self.runtimeDirectory = runtimeDirectory
    }

    /// A `bootstrap` in the folder is for `provided` runtimes, and for those that this machine has no client for. Throws
    /// ``NotRunnable``.
    func command(for version: FunctionVersion) throws -> RuntimeCommand {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: version.codeDirectory, isDirectory: &isFolder), isFolder.boolValue
        else { throw NotRunnable(reason: "There is no folder \(version.codeDirectory) with the function's code.") }
        if version.runtime.hasPrefix("python") { return try python(version) }
        if version.runtime.hasPrefix("nodejs") { return try node(version) }
        return try bootstrap(version)
    }

    private func bootstrap(_ version: FunctionVersion) throws -> RuntimeCommand {
        let path = version.codeDirectory + "/bootstrap"
        if isExecutable(path) { return RuntimeCommand(executable: path, arguments: []) }
        if version.runtime.hasPrefix("provided") {
            let fault =
                FileManager.default.fileExists(atPath: path) ? "is not executable (chmod +x it)" : "is not there"
            throw NotRunnable(reason: "Couldn't find valid bootstrap(s): \(path) \(fault).")
        }
        throw NotRunnable(
            reason:
                "The runtime \(version.runtime) has no client here. Put an executable named bootstrap that speaks the "
                + "Lambda Runtime API into \(version.codeDirectory), or use python3.x, nodejs…, or provided….")
    }

    private func node(_ version: FunctionVersion) throws -> RuntimeCommand {
        guard let node = find("node") ?? find("nodejs") else {
            throw NotRunnable(
                reason: "The runtime \(version.runtime) needs node in the engine's PATH; it is not there.")
        }
        // What Lambda's own start of node leaves to the heap.
        let heap = max(16, version.memorySize * 9 / 10)
        return RuntimeCommand(
            executable: node,
            arguments: [
                "--max-old-space-size=\(heap)", "--max-http-header-size=81920",
                "\(runtimeDirectory)/\(RuntimeClients.node)", version.handler,
            ])
    }

    private func python(_ version: FunctionVersion) throws -> RuntimeCommand {
        let python = try self.python(named: version.runtime)
        let brought = FileManager.default.fileExists(atPath: version.codeDirectory + "/awslambdaric/__main__.py")
        let client = ["\(runtimeDirectory)/\(RuntimeClients.python)"]
        return RuntimeCommand(
            executable: python.executable,
            arguments: (python.hasClient || brought ? ["-m", "awslambdaric"] : client) + [version.handler])
    }

    /// The machine's `python3.12`, else its `python3`. What was found is kept.
    private func python(named name: String) throws -> Python {
        if let known = pythons.withLockedValue({ $0[name] }), isExecutable(known.executable) { return known }
        for candidate in [name, "python3"] {
            guard let path = find(candidate), let found = probe(path) else { continue }
            pythons.withLockedValue { $0[name] = found }
            return found
        }
        throw NotRunnable(
            reason: "The runtime \(name) needs \(name) or python3 in the engine's PATH; neither is there and runs.")
    }

    /// Asks a Python for its real path: what stands in `PATH` may be a script that looks for one.
    private func probe(_ path: String) -> Python? {
        let script = """
            import sys, importlib.util
            print(sys.executable)
            print(importlib.util.find_spec("awslambdaric") is not None)
            """
        let mark = "SLUICE_PROBE=\(RequestIds.hexadecimal(digits: 32))"
        var environment = ProcessInfo.processInfo.environment
        environment["SLUICE_PROBE"] = String(mark.dropFirst("SLUICE_PROBE=".count))
        let command = FunctionProcess.Command(
            executable: path, arguments: ["-c", script], environment: environment, folder: "/", privateTmp: nil,
            mark: mark)
        let lines = Probe.output(of: command, within: Self.probeLimit).split(separator: "\n")
        guard lines.count == 2, isExecutable(String(lines[0])) else { return nil }
        return Python(executable: String(lines[0]), hasClient: lines[1] == "True")
    }

    private func find(_ name: String) -> String? {
        guard !name.contains("/") else { return nil }
        return searchPath.map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    private func isExecutable(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return path.hasPrefix("/") && FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && !isFolder.boolValue && access(path, X_OK) == 0
    }
}

/// A short program whose output is wanted.
enum Probe {
    private static let outputLimit = 64 << 10

    /// What it wrote until it ended, or until the time was over; then it is killed. Blocks.
    static func output(of command: FunctionProcess.Command, within limit: Duration) -> String {
        guard let pipe = try? ProcessOutput.makePipe() else { return "" }
        let process = FunctionProcess()
        let gone = DispatchSemaphore(value: 0)
        process.start(command, output: pipe.writing, started: { _ in }, ended: { _ in gone.signal() })
        let deadline = ContinuousClock.now + limit
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < outputLimit {
            let left = Int32(clamping: (deadline - ContinuousClock.now).components.seconds) * 1000
            var wait = pollfd(fd: pipe.reading, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&wait, 1, left) > 0 else { break }
            let count = read(pipe.reading, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        process.killGroup()
        gone.wait()
        close(pipe.reading)
        return String(decoding: bytes, as: UTF8.self)
    }
}
