import ArgumentParser
import ControlAPI
import Foundation

enum ImportMode: String, ExpressibleByArgument, CaseIterable {
    case merge, overwrite
}

enum ImportBasePath: String, ExpressibleByArgument, CaseIterable {
    case ignore, prepend, split
}

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make or change an API from an OpenAPI file.",
        discussion: """
            OpenAPI 2.0 or 3.0, JSON or YAML. Without --api a new API is made. With --watch the file is followed while
            it is edited: each version is put into the API, and with --stage deployed; a version that is refused
            changes nothing and is told.

            Examples:
              sluice import api.yaml
              sluice import api.yaml --api petstore --mode overwrite --stage dev
              sluice import api.yaml --stage dev --watch
            """)

    @Argument(help: ArgumentHelp("The document.", valueName: "file"), completion: .file())
    var file: String

    @Option(help: ArgumentHelp("Id or name of the API to put it into.", valueName: "api"))
    var api: String?

    @Option(help: ArgumentHelp("Put it into the API of this name; it is made if there is none.", valueName: "name"))
    var name: String?

    @Option(help: "merge keeps what the file does not have, overwrite does not.")
    var mode: ImportMode = .overwrite

    @Option(name: .customLong("basepath"), help: "What becomes of the file's base path: ignore, prepend or split.")
    var basePath: ImportBasePath = .ignore

    @Flag(help: "Refuse a file that would be taken with warnings.")
    var failOnWarnings = false

    @Option(help: ArgumentHelp("Deploy to this stage afterwards.", valueName: "stage"))
    var stage: String?

    @Flag(help: "Follow the file until interrupted.")
    var watch = false

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if api != nil, name != nil { throw ValidationError("--api and --name exclude each other") }
    }

    func run() async throws {
        let client = home.client
        var target = try await target(client)
        guard watch else {
            let result = try await put(try read(), into: target, client)
            try output.print(result, sentence: sentence(result, isNew: target == nil))
            return
        }
        var seen: FileVersion?
        StandardOutput.line("following \(file); Ctrl-C ends")
        while true {
            let version = FileVersion(path: path)
            if let version, version != seen {
                // An editor may still be writing: taken once it has stood still.
                try await Task.sleep(for: .milliseconds(100))
                guard FileVersion(path: path) == version else { continue }
                seen = version
                do {
                    let result = try await put(try read(), into: target, client)
                    StandardOutput.line("\(Self.clock)  \(sentence(result, isNew: target == nil))")
                    target = result.id
                } catch {
                    StandardError.write("\(Self.clock)  not taken: \(error)\n")
                }
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private var path: String { HomeOptions.absolute(file) }

    private static var clock: String {
        Format.time(milliseconds: Int(Date().timeIntervalSince1970 * 1000), fraction: true)
    }

    private func read() throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(file) cannot be read; is the path right?")
        }
        return Array(data)
    }

    /// The id of the API to change; `nil` if one is to be made.
    private func target(_ client: ControlClient) async throws -> String? {
        if let api { return try await client.api(named: api).id }
        guard let name else { return nil }
        let found = try await client.restApis().filter { $0.name == name }
        guard found.count <= 1 else { throw LookupError.ambiguousApi(name, ids: found.map(\.id).sorted()) }
        return found.first?.id
    }

    private func put(_ document: [UInt8], into target: String?, _ client: ControlClient) async throws -> RestApi {
        let result =
            if let target {
                try await client.putRestApi(
                    apiId: target, document: document, mode: mode.rawValue, basePath: basePath.rawValue,
                    failOnWarnings: failOnWarnings)
            } else {
                try await client.importRestApi(
                    document: document, basePath: basePath.rawValue, failOnWarnings: failOnWarnings)
            }
        if let stage {
            _ = try await client.createDeployment(
                apiId: result.id, stageName: stage, description: "import of \((file as NSString).lastPathComponent)")
        }
        return result
    }

    private func sentence(_ api: RestApi, isNew: Bool) -> String {
        var text = "\(api.name) (\(api.id)): \(isNew ? "made" : "updated") from \(file)"
        if let stage { text += ", deployed to \(stage)" }
        for warning in api.warnings ?? [] { text += "\n  warning: \(warning)" }
        return text
    }
}

/// Which version of a file stands at a path: another file, another size or another time is another version.
private struct FileVersion: Equatable {
    let inode: UInt64
    let size: Int64
    let seconds: Int
    let nanoseconds: Int

    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = Int(status.st_mtim.tv_sec)
        nanoseconds = Int(status.st_mtim.tv_nsec)
    }
}
