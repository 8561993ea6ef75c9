import ControlAPI
import Foundation
import JSON
import Logging
import NIOCore
import Testing

@testable import Lambda

/// A host in a folder of its own, with functions whose files a test writes.
final class TestHost: Sendable {
    let host: FunctionHost
    let directory: String

    init(_ change: (inout FunctionHostConfiguration) -> Void = { _ in }) throws {
        directory = "/tmp/sluice-lambda-\(RequestIds.hexadecimal(digits: 16))"
        var configuration = FunctionHostConfiguration(
            directory: directory + "/host",
            searchPath: Machine.searchPath)
        configuration.returnLimit = .seconds(60)
        change(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .error
        host = FunctionHost(configuration: configuration, logger: logger)
    }

    /// Runs `body` with a started host, and takes everything away afterwards.
    static func run(
        _ change: (inout FunctionHostConfiguration) -> Void = { _ in }, _ body: (TestHost) async throws -> Void
    ) async throws {
        let test = try TestHost(change)
        try await test.host.start()
        do {
            try await body(test)
        } catch {
            await test.end()
            throw error
        }
        await test.end()
    }

    private func end() async {
        await host.shutdown(grace: .zero)
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Writes files into a function's folder: those that begin with `#!` are executable. The folder's path.
    @discardableResult
    func write(_ files: [String: String], function: String = "f") throws -> String {
        let folder = "\(directory)/code/\(function)"
        for (name, text) in files {
            let path = "\(folder)/\(name)"
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            if text.hasPrefix("#!") {
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            }
        }
        return folder
    }

    func function(
        _ name: String = "f", runtime: String, handler: String = "app.handler", files: [String: String],
        reserved: Int? = nil, _ change: (inout FunctionVersion) -> Void = { _ in }
    ) throws -> Function {
        let folder = try write(files, function: name)
        var version = FunctionVersion(
            version: "$LATEST", runtime: runtime, handler: handler, codeDirectory: folder, memorySize: 512, timeout: 30,
            revision: "1")
        change(&version)
        return Function(
            name: name, arn: "arn:aws:lambda:us-east-1:000000000000:function:\(name)", versions: ["$LATEST": version],
            reservedConcurrency: reserved)
    }

    func publish(
        _ name: String = "f", runtime: String, handler: String = "app.handler", files: [String: String],
        reserved: Int? = nil, _ change: (inout FunctionVersion) -> Void = { _ in }
    ) throws {
        host.publish([
            try function(name, runtime: runtime, handler: handler, files: files, reserved: reserved, change)
        ])
    }

    func invoke(
        _ function: String = "f", _ payload: String = "{}", kind: FunctionInvocation.Kind = .requestResponse,
        _ change: (inout FunctionInvocation) -> Void = { _ in }
    ) async -> InvocationResult {
        var invocation = FunctionInvocation(function: function, kind: kind, payload: ByteBuffer(string: payload))
        change(&invocation)
        return await withCheckedContinuation { continuation in
            host.invoke(invocation) { continuation.resume(returning: $0) }
        }
    }

    var state: FunctionState? { host.states().first }

    func log(_ function: String = "f") -> [String] {
        host.logs(function: function, limit: 10_000).map(\.message)
    }

    /// Looks until there is what is looked for. The limit is a last resort, far over what it takes.
    func eventually(_ what: Comment, _ condition: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation)
        async throws
    {
        let deadline = ContinuousClock.now + .seconds(60)
        while !condition() {
            guard ContinuousClock.now < deadline else {
                Issue.record(what, sourceLocation: sourceLocation)
                return
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

extension InvocationResult {
    var payload: String {
        if case .finished(let payload, _, _) = answer { String(buffer: payload) } else { "\(answer)" }
    }

    var json: JSON? { try? JSON(parsing: payload) }

    var functionError: String? {
        if case .finished(_, let error, _) = answer { error } else { nil }
    }

    var executedVersion: String? {
        if case .finished(_, _, let version) = answer { version } else { nil }
    }

    /// Status and code of a refusal.
    var refusal: String? {
        if case .refused(let status, let code, _) = answer { "\(status) \(code)" } else { nil }
    }
}

/// Tests that start processes: one after the other, so that they do not take each other's time.
@Suite(.serialized) enum FunctionRuns {}

/// What of other programs' is on this machine.
enum Machine {
    static let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    static let hasPython = has("python3")
    static let hasNode = has("node")
    static let hasCurl = has("curl")

    private static func has(_ name: String) -> Bool {
        path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }

    /// `PATH`, with the folder of the Python behind `python3` first: what stands in `PATH` may be a slow script.
    static let searchPath: String = {
        let command = "python3 -c 'import os, sys; print(os.path.dirname(sys.executable), end=\"\")'"
        guard let output = popen(command, "r") else { return path }
        defer { pclose(output) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, output)
        let folder = String(decoding: bytes[..<count], as: UTF8.self)
        return folder.isEmpty ? path : "\(folder):\(path)"
    }()
}

extension Trait where Self == ConditionTrait {
    static var needsPython: Self { .enabled(if: Machine.hasPython, "python3 is not on this machine") }
    static var needsNode: Self { .enabled(if: Machine.hasNode, "node is not on this machine") }
    static var needsCurl: Self { .enabled(if: Machine.hasCurl, "curl is not on this machine") }
}

/// Programs for `provided` runtimes.
enum Bootstrap {
    /// A shell script that asks with curl; `body` has `$body`, `$id`, `$api`, and the functions `answer` and `fail`,
    /// which post what they read.
    static func shell(before: String = "", _ body: String) -> [String: String] {
        [
            "bootstrap": """
            #!/bin/sh
            api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
            answer() { curl -sS -o "$TMPDIR/answer" -w '%{http_code}' --data-binary @- "$api/invocation/$id/response"; }
            fail() { curl -sS -H "Lambda-Runtime-Function-Error-Type: $1" -d @- "$api/invocation/$id/error"; }
            \(before)
            while :; do
                body=$(curl -sS -D "$TMPDIR/head" "$api/invocation/next") || exit 9
                id=$(sed -n 's/\\r$//; s/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: //p' "$TMPDIR/head")
                \(body)
            done
            """
        ]
    }

    /// A Python script with `call(method, path, body)`, `next()`, which gives the id, and `answer(id, text)`.
    static func python(_ body: String) -> [String: String] {
        [
            "bootstrap": """
            #!/usr/bin/env python3
            import http.client, os, socket, sys, time
            host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
            def call(method, path, body=None):
                connection = http.client.HTTPConnection(host, int(port))
                connection.request(method, "/2018-06-01/runtime" + path, body)
                response = connection.getresponse()
                return response, response.read()
            def next():
                return call("GET", "/invocation/next")[0].headers["Lambda-Runtime-Aws-Request-Id"]
            def answer(id, text):
                return call("POST", "/invocation/%s/response" % id, text)[0].status
            \(body)
            """
        ]
    }
}

/// Processes of this machine.
enum Processes {
    /// Those that carry a variable, `NAME=value`, in the environment that they were started with.
    static func with(_ variable: String) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int($0) }.filter { pid in
            let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
            return environment.split(separator: 0).contains { $0.elementsEqual(Array(variable.utf8)) }
        }
    }
}
