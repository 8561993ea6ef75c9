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
        let pipe = Pipe()
        let process: SpawnedProcess
        do {
            process = try SpawnedProcess(
                "/bin/sh", ["-c", command], environment: environment,
                output: pipe.fileHandleForWriting.fileDescriptor)
        } catch {
            throw fault("it could not be started (\(error))")
        }
        try? pipe.fileHandleForWriting.close()
        let stop = DispatchWorkItem { process.signal(SIGTERM) }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.limit, execute: stop)
        defer { stop.cancel() }
        var output: [UInt8] = []
        while let piece = try? pipe.fileHandleForReading.read(upToCount: 65_536), !piece.isEmpty {
            output += piece
            if output.count > Self.largestOutput {
                process.signal(SIGTERM)
                break
            }
        }
        let status = process.wait()
        guard output.count <= Self.largestOutput else { throw fault("it wrote more than \(Self.largestOutput) bytes") }
        return (status, output)
    }
}
