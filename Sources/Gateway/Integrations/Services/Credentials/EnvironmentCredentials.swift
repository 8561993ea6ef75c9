import SigV4

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, good until `AWS_CREDENTIAL_EXPIRATION` where
/// that is set.
struct EnvironmentCredentials: CredentialsSource {
    let environment: [String: String]

    func find() throws -> Credentials? {
        guard let key = environment.value("AWS_ACCESS_KEY_ID") else { return nil }
        guard let secret = environment.value("AWS_SECRET_ACCESS_KEY") else {
            throw CredentialsFault.unusable(
                source: "the environment", reason: "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not")
        }
        return Credentials(
            accessKeyId: key, secretAccessKey: secret, sessionToken: environment.value("AWS_SESSION_TOKEN"),
            expiration: environment.value("AWS_CREDENTIAL_EXPIRATION").flatMap(ExpirationTime.seconds))
    }
}

extension [String: String] {
    /// A variable that is set to nothing is not set.
    func value(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }
}
