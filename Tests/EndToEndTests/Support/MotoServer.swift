import Foundation

/// `moto_server`, an emulator of AWS's services, in a process of its own on a free port.
final class MotoServer {
    private let home: TemporaryFolder
    private let process: ChildProcess
    private(set) var url = ""

    /// The engine's account: the emulator keeps what it has by account, which for a role is the one in its ARN.
    static let account = "000000000000"

    /// Environment of an engine that has no credentials, whatever the user of this machine has.
    var environment: [String: String] {
        [
            "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
            "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        ]
    }

    init() async throws {
        home = try TemporaryFolder()
        let log = home.path + "/moto.log"
        process = try ChildProcess(
            ["/usr/bin/env", Tool.python, "-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
            environment: ["MOTO_ACCOUNT_ID": Self.account], outputPath: home.path + "/moto.out", errorsPath: log)
        url = try await eventually("moto's address", within: 120) { () -> String? in
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if let line = text.split(whereSeparator: \.isNewline).first(where: { $0.contains("Running on http://") }),
                let start = line.range(of: "http://")
            {
                return String(line[start.lowerBound...]).trimmingCharacters(in: .whitespaces)
            }
            guard self.process.isRunning else { throw NeverHappened(what: "moto_server ended: \(text)") }
            return nil
        }
    }

    deinit { process.signal(SIGKILL) }

    func stop() {
        process.signal(SIGTERM)
        process.wait()
        home.remove()
    }
}
