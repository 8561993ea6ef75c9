import Logging
import NIOConcurrencyHelpers
import SigV4

/// Who signs the requests of `AWS` integrations: the engine's own credentials, or a role that they assume.
final class ServiceCredentials: Sendable {
    /// `--aws-endpoint`: the one address of all services; `nil` for AWS's own.
    let endpoint: String?
    private let own: CachedCredentials
    private let logger: Logger
    private let roles = NIOLockedValueBox<[String: CachedCredentials]>([:])

    /// Without `own` no request can be signed.
    init(own: CachedCredentials? = nil, endpoint: String? = nil, logger: Logger = Logger(label: "sluice.services")) {
        self.own = own ?? CachedCredentials(name: "the engine", logger: logger) { throw CredentialsFault.none }
        self.endpoint = endpoint
        self.logger = logger
    }

    /// `role`: an integration's `credentials`. Throws what each of its requests is then answered with.
    func signer(role: String?, uri: ServiceURI) throws(ServiceURI.Fault) -> CachedCredentials {
        guard let role else { return own }
        let parts = role.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "iam" else {
            throw ServiceURI.Fault(
                text: "The integration's credentials are not arn:aws:iam::{account}:role/{name}: \(role)")
        }
        guard parts[5].hasPrefix("role/") else {
            throw ServiceURI.Fault(
                text:
                    "The integration is to be called with the caller's own credentials (\(role)), which a method only "
                    + "has with authorizationType AWS_IAM; that is not supported yet. Name a role instead")
        }
        let region = uri.region
        return roles.withLockedValue { roles in
            let key = "\(role) \(region)"
            if let known = roles[key] { return known }
            let new = CachedCredentials(name: role, logger: logger) { [own, endpoint, logger] in
                try await Self.assume(role, region: region, own: own, endpoint: endpoint, logger: logger)
            }
            roles[key] = new
            return new
        }
    }

    /// An endpoint of one's own may have no token service, or one that knows no such role: then the engine's own
    /// credentials sign. AWS's refusal stands.
    private static func assume(
        _ role: String, region: String, own: CachedCredentials, endpoint: String?, logger: Logger
    ) async throws -> Credentials {
        let mine = try await own.credentials()
        do {
            return try await TokenService(endpoint: endpoint, http: CredentialsHTTP()).assume(
                TokenService.Role(arn: role, region: region), with: mine)
        } catch let fault as CredentialsFault {
            guard endpoint != nil else { throw fault }
            logger.warning(
                "an integration's role was not assumed: its requests are signed with the engine's own credentials",
                metadata: ["role": "\(role)", "reason": "\(fault)"])
            return mine
        }
    }

    /// Nobody is called back any more.
    func close() {
        own.close()
        for role in roles.withLockedValue({ Array($0.values) }) { role.close() }
    }
}
