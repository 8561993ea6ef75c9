import Foundation
import SigV4

/// A role that a token in a file stands for: what Kubernetes gives a pod.
struct WebIdentityCredentials: CredentialsSource {
    let environment: [String: String]
    let region: String
    let tokens: TokenService

    func find() async throws -> Credentials? {
        guard let file = environment.value("AWS_WEB_IDENTITY_TOKEN_FILE"), let arn = environment.value("AWS_ROLE_ARN")
        else { return nil }
        var role = TokenService.Role(arn: arn, region: environment.value("AWS_REGION") ?? region)
        if let name = environment.value("AWS_ROLE_SESSION_NAME") { role.sessionName = name }
        return try await tokens.assume(role, webIdentityToken: Self.token(file))
    }

    static func token(_ file: String) throws -> String {
        try CredentialsFile.text(file).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

enum CredentialsFile {
    /// Throws ``CredentialsFault`` where it cannot be read or is larger than such a file ever is.
    static func text(_ path: String) throws -> String {
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            let data = try file.read(upToCount: limit + 1) ?? Data()
            guard data.count <= limit else { throw CocoaError(.fileReadTooLarge) }
            return String(decoding: data, as: UTF8.self)
        } catch {
            throw CredentialsFault.unusable(
                source: path, reason: "the file cannot be read (\(error.localizedDescription))")
        }
    }

    private static let limit = 1 << 20
}
