import Foundation
import SigV4

/// `credential_process`: a program that writes `{"Version": 1, "AccessKeyId": …}` to its standard output.
struct CredentialProcess: Sendable {
    let command: String
    let profile: String
    let environment: [String: String]

    /// Seconds that it may take.
    static let limit = 30.0
    static let largestOutput = 262_144

    private func fault(_ reason: String) -> CredentialsFault {
        .unusable(source: "credential_process of profile \(profile)", reason: reason)
    }

    func find() async throws -> Credentials {
        let (status, output) = try await withCheckedThrowingContinuation { done in
            DispatchQueue.global().async {
                done.resume(with: Result { try run() })
            }
        }
        guard status == 0 else { throw fault("it ended with status \(status)") }
        return try LentCredentials.parse(
            output, source: "credential_process of profile \(profile)", token: "SessionToken")
    }

    /// Blocks until the program is done or was stopped for its time.
    private func run() throws -> (status: Int32, output: [UInt8]) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        do {
            try process.run()
        } catch {
            throw fault("it could not be started (\(error.localizedDescription))")
        }
        let stop = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.limit, execute: stop)
        defer { stop.cancel() }
        var output: [UInt8] = []
        while let piece = try? pipe.fileHandleForReading.read(upToCount: 65_536), !piece.isEmpty {
            output += piece
            if output.count > Self.largestOutput {
                process.terminate()
                break
            }
        }
        process.waitUntilExit()
        guard output.count <= Self.largestOutput else { throw fault("it wrote more than \(Self.largestOutput) bytes") }
        return (process.terminationStatus, output)
    }
}
