import Foundation
import JSON
import SigV4

/// The endpoint that ECS, EKS Pod Identity and CodeBuild give a container.
struct ContainerCredentials: CredentialsSource {
    let environment: [String: String]
    let http: CredentialsHTTP

    static let name = "the container's endpoint"

    func find() async throws -> Credentials? {
        guard let url = try url() else { return nil }
        var headers: [(name: String, value: String)] = [("Accept", "application/json")]
        if let file = environment.value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            headers.append(("Authorization", try WebIdentityCredentials.token(file)))
        } else if let token = environment.value("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
            headers.append(("Authorization", token))
        }
        let answer: CredentialsHTTP.Answer
        do {
            answer = try await http.send("GET", url, headers: headers, seconds: 2)
        } catch {
            throw CredentialsFault.unusable(source: Self.name, reason: "\(url) did not answer (\(error))")
        }
        guard answer.isSuccess else {
            throw CredentialsFault.unusable(source: Self.name, reason: "\(url) answered \(answer.status)")
        }
        return try LentCredentials.parse(answer.body, source: Self.name, token: "Token")
    }

    private func url() throws -> String? {
        if let path = environment.value("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            return "http://169.254.170.2" + path
        }
        guard let full = environment.value("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return nil }
        guard let url = URL(string: full), let host = url.host(), let scheme = url.scheme?.lowercased(),
            scheme == "https" || (scheme == "http" && Self.isNear(host))
        else {
            // As AWS's SDKs have it: the token must not leave the machine in the clear.
            throw CredentialsFault.unusable(
                source: Self.name,
                reason: "AWS_CONTAINER_CREDENTIALS_FULL_URI has to be https, or http to this machine, not \(full)")
        }
        return full
    }

    private static func isNear(_ host: String) -> Bool {
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        return ["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"].contains(bare)
            || bare.hasPrefix("127.")
    }
}

/// `{"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}`, as endpoints and processes write it.
enum LentCredentials {
    /// `token`: the member with the session's token. Throws ``CredentialsFault``.
    static func parse(_ bytes: [UInt8], source: String, token: String) throws -> Credentials {
        guard let document = try? JSON(parsing: bytes), let key = document["AccessKeyId"]?.string,
            let secret = document["SecretAccessKey"]?.string, !key.isEmpty, !secret.isEmpty
        else {
            throw CredentialsFault.unusable(
                source: source, reason: "its answer is no JSON with AccessKeyId and SecretAccessKey")
        }
        return Credentials(
            accessKeyId: key, secretAccessKey: secret, sessionToken: document[token]?.string,
            expiration: document["Expiration"]?.string.flatMap(ExpirationTime.seconds))
    }
}
