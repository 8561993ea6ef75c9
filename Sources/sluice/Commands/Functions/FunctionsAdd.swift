import ArgumentParser
import ControlAPI
import Foundation

struct FunctionsAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Register a function from a folder or a zip file.",
        discussion: """
            A folder is used in place: what is saved there runs at the next invocation. A zip file is uploaded and
            unpacked below the home.

            API Gateway is given the permission to invoke the function, from every API of this account, as the console
            of AWS does; --no-permission leaves it out. A function that is there already is only changed with --replace;
            settings that are not given stay then as they are.

            Examples:
              sluice functions add hello --runtime python3.11 --handler app.handler ./hello
              sluice functions add pets --runtime nodejs20.x --handler index.handler --memory 256 --timeout 10 pets.zip
              sluice functions add fast --runtime provided.al2023 --handler bootstrap --env STAGE=dev ./build
              sluice functions add hello --replace ./hello.zip
            """)

    @Argument(help: "The function's name.")
    var name: String

    @Argument(help: "Folder or zip file with the code.")
    var path: String

    @Option(help: ArgumentHelp("python3.11, nodejs20.x, provided.al2023 …", valueName: "runtime"))
    var runtime: String?

    @Option(help: ArgumentHelp("What is called: module.function.", valueName: "handler"))
    var handler: String?

    @Option(
        name: .customLong("env"),
        help: ArgumentHelp("An environment variable, name=value; may be repeated.", valueName: "name=value"))
    var environment: [String] = []

    @Option(help: ArgumentHelp("Memory limit. Default: 128.", valueName: "MB"))
    var memory: Int?

    @Option(help: ArgumentHelp("Time limit of an invocation. Default: 3.", valueName: "s"))
    var timeout: Int?

    @Option(help: ArgumentHelp("Executions at once. Default: the engine's own ceiling.", valueName: "n"))
    var concurrency: Int?

    @Flag(help: "Change the function if it is there already.")
    var replace = false

    @Flag(help: "Do not let API Gateway invoke the function.")
    var noPermission = false

    @OptionGroup var home: HomeOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        _ = try settings()
        if let concurrency, concurrency < 0 {
            throw ValidationError("--concurrency takes 0 or more, not \(concurrency)")
        }
        if !replace {
            guard runtime != nil else {
                throw ValidationError("--runtime is missing, for example --runtime python3.11")
            }
            guard handler != nil else {
                throw ValidationError("--handler is missing, for example --handler app.handler")
            }
        }
    }

    func run() async throws {
        let client = home.client
        let code = try FunctionPath.source(path)
        let isNew = try await make(client, code)
        if let concurrency { try await client.setFunctionConcurrency(name: name, reserved: concurrency) }
        let permitted = noPermission ? false : try await FunctionPermission.allowApiGateway(client, function: name)
        let state = try await client.functionState(name: name)
        let place: String
        switch code {
        case .folder(let path): place = "runs from \(path), watched for changes"
        case .zip: place = "unpacked to \(state.codeDirectory)"
        }
        let permission =
            permitted
            ? "; API Gateway may invoke it from every API (--no-permission leaves that out)"
            : noPermission ? "; API Gateway was not given a permission" : ""
        try output.print(state, sentence: "\(isNew ? "added" : "changed") \(name): \(place)\(permission)")
    }

    /// Whether the function is a new one.
    private func make(_ client: ControlClient, _ code: FunctionCodeSource) async throws -> Bool {
        let settings = try settings()
        do {
            guard settings.runtime != nil, settings.handler != nil else {
                try await change(client, code, settings)
                return false
            }
            _ = try await client.createFunction(name: name, code: code, settings: settings)
            return true
        } catch ControlError.refused(_, let code, let message, _) where code == "ResourceConflictException" && !replace
        {
            throw ValidationError("\(message); change it with --replace")
        } catch ControlError.refused(_, "ResourceConflictException", _, _) {
            try await change(client, code, settings)
            return false
        }
    }

    private func change(_ client: ControlClient, _ code: FunctionCodeSource, _ settings: FunctionUpdate) async throws {
        _ = try await client.updateFunctionCode(name: name, code: code)
        if settings != FunctionUpdate() {
            _ = try await client.updateFunctionConfiguration(name: name, settings: settings)
        }
    }

    private func settings() throws -> FunctionUpdate {
        var settings = FunctionUpdate()
        settings.runtime = runtime
        settings.handler = handler
        settings.memorySize = memory
        settings.timeout = timeout
        guard !environment.isEmpty else { return settings }
        var variables: [String: String] = [:]
        for text in environment {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw ValidationError("--env takes name=value, not '\(text)'")
            }
            variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        settings.environment = variables
        return settings
    }
}

/// What a path on the command line is: a folder, or a zip file.
enum FunctionPath {
    static let largestPackage = 50 << 20

    static func source(_ path: String) throws -> FunctionCodeSource {
        let full = HomeOptions.absolute(path)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder) else {
            throw ValidationError("\(full) is not there")
        }
        if isFolder.boolValue { return .folder(full) }
        let size = (try? FileManager.default.attributesOfItem(atPath: full))?[.size] as? Int ?? 0
        guard size <= largestPackage else {
            throw ValidationError("\(full) has more than 50 MB; unpack it, and add the folder")
        }
        guard let data = FileManager.default.contents(atPath: full) else {
            throw ValidationError("\(full) cannot be read")
        }
        guard data.starts(with: [0x50, 0x4B]) else {
            throw ValidationError("\(full) is neither a folder nor a zip file")
        }
        return .zip(Array(data))
    }
}
