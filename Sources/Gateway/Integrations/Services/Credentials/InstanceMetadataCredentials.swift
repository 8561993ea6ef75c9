import SigV4

/// The role of an EC2 instance, from its metadata service (version 2: with a session's token).
struct InstanceMetadataCredentials: CredentialsSource {
    let environment: [String: String]
    let http: CredentialsHTTP

    static let name = "the instance's metadata service"
    private static let path = "/latest/meta-data/iam/security-credentials/"

    func find() async throws -> Credentials? {
        guard environment.value("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else { return nil }
        var base = environment.value("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254"
        if base.hasSuffix("/") { base.removeLast() }
        let session = try await get(
            "PUT", base + "/latest/api/token", [("X-aws-ec2-metadata-token-ttl-seconds", "21600")])
        let headers = [(name: "X-aws-ec2-metadata-token", value: session.text)]
        let roles = try await get("GET", base + Self.path, headers)
        guard let role = roles.text.split(whereSeparator: \.isNewline).first, !role.isEmpty else { return nil }
        let answer = try await get("GET", base + Self.path + role, headers)
        return try LentCredentials.parse(answer.body, source: Self.name, token: "Token")
    }

    private func get(
        _ verb: String, _ url: String, _ headers: [(name: String, value: String)]
    ) async throws -> CredentialsHTTP.Answer {
        let answer: CredentialsHTTP.Answer
        do {
            answer = try await http.send(verb, url, headers: headers, seconds: 2)
        } catch {
            throw CredentialsFault.unusable(source: Self.name, reason: "\(url) did not answer (\(error))")
        }
        guard answer.isSuccess else {
            throw CredentialsFault.unusable(source: Self.name, reason: "\(url) answered \(answer.status)")
        }
        return answer
    }
}
