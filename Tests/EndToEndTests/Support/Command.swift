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
        // Files take any amount of output without a reader; pipes would not.
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var inputPath = "/dev/null"
        if let input {
            inputPath = folder.path + "/input"
            try input.write(toFile: inputPath, atomically: true, encoding: .utf8)
        }
        let process = try ChildProcess(
            words, environment: environment, inputPath: inputPath, outputPath: folder.path + "/output",
            errorsPath: folder.path + "/errors")
        let status = process.wait()
        return Command(
            status: status, output: try folder.text("output"), errors: try folder.text("errors"))
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

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: url.appending(path: name)), as: UTF8.self)
    }

    func remove() {
        try? FileManager.default.removeItem(at: url)
    }
}
