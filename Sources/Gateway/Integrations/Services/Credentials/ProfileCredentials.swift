import SigV4

/// A profile of the shared files: keys, a role with its source, a web identity, or a program that knows.
struct ProfileCredentials: CredentialsSource {
    let environment: [String: String]
    let region: String
    let tokens: TokenService
    let http: CredentialsHTTP

    func find() async throws -> Credentials? {
        let files = try ProfileFiles(environment: environment)
        let chosen = environment.value("AWS_PROFILE") ?? environment.value("AWS_DEFAULT_PROFILE")
        let name = chosen ?? "default"
        guard files.profiles[name] != nil else {
            guard chosen != nil else { return nil }
            throw fault(name, "neither the credentials file nor the configuration file has it")
        }
        return try await credentials(of: name, files, path: [])
    }

    private func fault(_ profile: String, _ reason: String) -> CredentialsFault {
        .unusable(source: "profile \(profile)", reason: reason)
    }

    /// `path`: the profiles that led here.
    private func credentials(
        of name: String, _ files: ProfileFiles, path: [String]
    ) async throws -> Credentials? {
        guard let profile = files.profiles[name] else {
            throw fault(name, "source_profile of \(path.last ?? "") is missing")
        }
        guard path.count < 8 else { throw fault(path[0], "more than eight profiles stand one behind another") }
        if let arn = profile.value("role_arn"), path.last != name {
            guard !path.contains(name) else { throw fault(name, "its source_profile leads back to itself") }
            return try await assume(arn, name, profile, files, path: path + [name])
        }
        if let key = profile.value("aws_access_key_id") {
            guard let secret = profile.value("aws_secret_access_key") else {
                throw fault(name, "it has aws_access_key_id, but no aws_secret_access_key")
            }
            return Credentials(
                accessKeyId: key, secretAccessKey: secret, sessionToken: profile.value("aws_session_token"))
        }
        if let command = profile.value("credential_process") {
            return try await CredentialProcess(command: command, profile: name, environment: environment).find()
        }
        if profile.keys.contains(where: { $0.hasPrefix("sso_") }) {
            throw fault(
                name,
                "Sluice does not sign in to IAM Identity Center: run `aws configure export-credentials --profile "
                    + "\(name) --format env`, or name it as credential_process of another profile")
        }
        // A profile that only says a region leaves the question to the next source.
        return nil
    }

    private func assume(
        _ arn: String, _ name: String, _ profile: [String: String], _ files: ProfileFiles, path: [String]
    ) async throws -> Credentials {
        guard profile.value("mfa_serial") == nil else {
            throw fault(name, "its role wants a code of a device (mfa_serial), and nobody is there to type it")
        }
        var role = TokenService.Role(arn: arn, region: profile.value("region") ?? region)
        if let session = profile.value("role_session_name") { role.sessionName = session }
        role.externalId = profile.value("external_id")
        role.durationSeconds = profile.value("duration_seconds").flatMap { Int($0) }
        if let file = profile.value("web_identity_token_file") {
            return try await tokens.assume(role, webIdentityToken: WebIdentityCredentials.token(file))
        }
        return try await tokens.assume(role, with: source(name, profile, files, path: path))
    }

    /// Whose credentials assume the role: `source_profile` (which may be the profile itself, with keys of its own) or
    /// `credential_source`.
    private func source(
        _ name: String, _ profile: [String: String], _ files: ProfileFiles, path: [String]
    ) async throws -> Credentials {
        let found: Credentials?
        switch (profile.value("source_profile"), profile.value("credential_source")) {
        case (let other?, _): found = try await credentials(of: other, files, path: path)
        case (nil, "Environment"?): found = try EnvironmentCredentials(environment: environment).find()
        case (nil, "EcsContainer"?):
            found = try await ContainerCredentials(environment: environment, http: http).find()
        case (nil, "Ec2InstanceMetadata"?):
            found = try await InstanceMetadataCredentials(environment: environment, http: http).find()
        case (nil, let other?):
            throw fault(
                name, "credential_source is Environment, EcsContainer or Ec2InstanceMetadata, not \(other)")
        case (nil, nil): throw fault(name, "it has a role_arn, but no source_profile and no credential_source")
        }
        guard let found else { throw fault(name, "the source of its role has no credentials") }
        return found
    }
}
