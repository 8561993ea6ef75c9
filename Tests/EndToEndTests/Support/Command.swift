import Foundation

/// A program that is run to its end.
struct Command {
    var status: Int32
    var output: String
    var errors: String

    /// The `sluice` that was built with these tests.
    static let sluice: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent().appending(path: "sluice").path
    }()

    @discardableResult
    static func run(
        _ words: [String], environment: [String: String] = [:], input: String? = nil
    ) throws -> Command {
        let process = Process()
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // Files take any amount of output without a reader; pipes would not.
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let output = try folder.file("output")
        let errors = try folder.file("errors")
        process.standardOutput = output
        process.standardError = errors
        if let input {
            let text = try folder.file("input")
            try text.write(contentsOf: Data(input.utf8))
            try text.seek(toOffset: 0)
            process.standardInput = text
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        try process.run()
        process.waitUntilExit()
        return Command(
            status: process.terminationStatus, output: try folder.text("output"), errors: try folder.text("errors"))
    }
}

/// A folder that goes away with its test.
struct TemporaryFolder {
    let url: URL
    var path: String { url.path }

    init() throws {
        // Short: a socket's path may have 107 bytes.
        url = URL(filePath: "/tmp/sluice-test-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func file(_ name: String) throws -> FileHandle {
        let path = url.appending(path: name).path
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return try FileHandle(forUpdating: URL(filePath: path))
    }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: url.appending(path: name)), as: UTF8.self)
    }

    func remove() {
        try? FileManager.default.removeItem(at: url)
    }
}
