/// Why there are no credentials, and what to do about it.
enum CredentialsFault: Error, Hashable, Sendable {
    /// No source has any.
    case none
    /// A source has some that cannot be used.
    case unusable(source: String, reason: String)
    /// They were good once. `at`: seconds since 1970.
    case expired(source: String, at: Int, reason: String)
    /// The token service does not let the engine's own credentials assume an integration's role.
    case refused(role: String, reason: String)
}

extension CredentialsFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .none:
            "No AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE for the engine, or start "
                + "it with --instance-metadata on a machine of EC2"
        case .unusable(let source, let reason): "No AWS credentials from \(source): \(reason)"
        case .expired(let source, let at, let reason):
            "The AWS credentials of \(source) expired at \(LoopClock.isoTime(nanoseconds: Int64(at) * 1_000_000_000)) and "
                + "could not be renewed: \(reason)"
        // AWS's line, with the reason behind it.
        case .refused(let role, let reason):
            "API Gateway does not have permission to assume the provided role \(role): \(reason)"
        }
    }
}
