package import Logging
package import SigV4

/// One place that credentials may come from.
protocol CredentialsSource: Sendable {
    /// `nil` where it has none. Throws ``CredentialsFault`` where what it has cannot be used.
    func find() async throws -> Credentials?
}

/// The engine's own credentials, from the first of the usual places that has some:
///
/// 1. `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`
/// 2. `AWS_WEB_IDENTITY_TOKEN_FILE` with `AWS_ROLE_ARN`
/// 3. the profile `AWS_PROFILE`, else `default`, of the shared credentials and configuration files: keys, a role with its
///    source, a web identity or a `credential_process`. Profiles of IAM Identity Center (`sso_…`) are refused with what
///    to do.
/// 4. the container's endpoint, `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI`
/// 5. the metadata service of an EC2 instance, only where it is asked for: elsewhere the address belongs to nobody
package struct CredentialsChain: Sendable {
    private let sources: [any CredentialsSource]

    /// `environment`: the engine's. `stsEndpoint`: instead of AWS's own token service.
    package init(
        environment: [String: String], region: String, stsEndpoint: String?, usesInstanceMetadata: Bool
    ) {
        let http = CredentialsHTTP()
        let tokens = TokenService(endpoint: stsEndpoint, http: http)
        sources =
            [
                EnvironmentCredentials(environment: environment),
                WebIdentityCredentials(environment: environment, region: region, tokens: tokens),
                ProfileCredentials(environment: environment, region: region, tokens: tokens, http: http),
                ContainerCredentials(environment: environment, http: http),
            ]
            + (usesInstanceMetadata ? [InstanceMetadataCredentials(environment: environment, http: http)] : [])
    }

    /// Throws ``CredentialsFault``.
    func find() async throws -> Credentials {
        for source in sources {
            if let found = try await source.find() { return found }
        }
        throw CredentialsFault.none
    }

    /// Kept and renewed. `fallback`: what signs where there are none at all; an endpoint of one's own takes any key.
    package func cached(fallback: Credentials? = nil, logger: Logger) -> CachedCredentials {
        CachedCredentials(name: "the engine", logger: logger) {
            do {
                return try await find()
            } catch CredentialsFault.none {
                guard let fallback else { throw CredentialsFault.none }
                return fallback
            }
        }
    }
}
