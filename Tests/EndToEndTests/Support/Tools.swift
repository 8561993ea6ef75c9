import Foundation
import Testing

/// Programs from outside that tests drive. Without one its tests are skipped on a user's machine and say what is
/// missing; in CI they run, and fail.
enum Tool: String {
    case tmux
    case aws
    case boto3
    case openssl

    var isRequired: Bool { ProcessInfo.processInfo.environment["CI"] == "true" }

    /// The Python that has boto3 and requests.
    static var python: String {
        ProcessInfo.processInfo.environment["SLUICE_TEST_PYTHON"] ?? "python3"
    }

    var isThere: Bool {
        switch self {
        case .tmux, .aws, .openssl:
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/\(rawValue)")
            }
        case .boto3:
            (try? Command.run(["/usr/bin/env", Self.python, "-c", "import boto3, requests"]).status) == 0
        }
    }

    var isUsable: Bool { isRequired || isThere }

    var hint: Comment {
        switch self {
        case .tmux: "tmux is missing: apt-get install tmux"
        case .aws: "the aws CLI is missing: pip install awscli"
        case .openssl: "openssl is missing: apt-get install openssl"
        case .boto3: "boto3 is missing: pip install boto3 requests"
        }
    }
}

extension Trait where Self == ConditionTrait {
    static func needs(_ tool: Tool) -> ConditionTrait {
        .enabled(tool.hint) { tool.isUsable }
    }
}

/// The folder of the package, found from this file's place in it.
let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

/// Waits for a condition, as long as a slow machine may need; fails the test if it never comes.
@discardableResult
func eventually<Value>(
    _ what: String, within seconds: Double = 60,
    _ condition: () async throws -> Value?
) async throws -> Value {
    let end = Date().addingTimeInterval(seconds)
    while true {
        if let value = try await condition() { return value }
        if Date() > end { break }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw NeverHappened(what: what)
}

struct NeverHappened: Error, CustomStringConvertible {
    let what: String
    var description: String { "never happened: \(what)" }
}
