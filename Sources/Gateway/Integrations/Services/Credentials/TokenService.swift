import Foundation
import SigV4

/// AWS's Security Token Service: lends the credentials of a role.
struct TokenService: Sendable {
    /// Instead of `https://sts.{region}.amazonaws.com`.
    let endpoint: String?
    let http: CredentialsHTTP
    var clock: @Sendable () -> Int = CachedCredentials.wallClock

    struct Role: Sendable {
        var arn: String
        var region: String
        var sessionName = "sluice"
        var externalId: String?
        /// 900–43,200.
        var durationSeconds: Int?
    }

    /// `AssumeRole`, signed. Throws ``CredentialsFault/refused(role:reason:)``.
    func assume(_ role: Role, with credentials: Credentials) async throws -> Credentials {
        var form = [("Action", "AssumeRole")] + Self.parameters(role)
        if let externalId = role.externalId { form.append(("ExternalId", externalId)) }
        return try await call(role, form, signedWith: credentials)
    }

    /// `AssumeRoleWithWebIdentity`, which the token vouches for.
    func assume(_ role: Role, webIdentityToken token: String) async throws -> Credentials {
        let form = [("Action", "AssumeRoleWithWebIdentity")] + Self.parameters(role) + [("WebIdentityToken", token)]
        return try await call(role, form, signedWith: nil)
    }

    private static func parameters(_ role: Role) -> [(String, String)] {
        var form = [
            ("Version", "2011-06-15"), ("RoleArn", role.arn), ("RoleSessionName", role.sessionName),
        ]
        if let seconds = role.durationSeconds { form.append(("DurationSeconds", String(seconds))) }
        return form
    }

    private func call(
        _ role: Role, _ form: [(String, String)], signedWith credentials: Credentials?
    ) async throws -> Credentials {
        let partition = role.arn.split(separator: ":").dropFirst().first.map(String.init) ?? "aws"
        let domain = ServiceEndpoint.domain(ofPartition: partition, region: role.region)
        let base = endpoint ?? "https://sts.\(role.region).\(domain)"
        let body = form.map { name, value in
            "\(name)=\(String(decoding: PercentCoding.encode(Array(value.utf8)), as: UTF8.self))"
        }.joined(separator: "&")
        guard let url = URL(string: base + "/"), let host = url.host() else {
            throw CredentialsFault.refused(role: role.arn, reason: "\(base) is no address of a token service")
        }
        var headers: [(name: String, value: String)] = [
            ("Host", url.port.map { "\(host):\($0)" } ?? host),
            ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
        ]
        if let credentials {
            let signer = Signer(credentials: credentials, region: role.region, service: "sts")
            headers += signer.headers(
                for: SignableRequest(method: "POST", path: url.path(), headers: headers, body: Array(body.utf8)),
                time: clock())
        }
        let answer: CredentialsHTTP.Answer
        do {
            answer = try await http.send("POST", base + "/", headers: headers, body: Array(body.utf8))
        } catch {
            throw CredentialsFault.refused(role: role.arn, reason: "\(base) did not answer (\(error))")
        }
        guard answer.isSuccess else {
            let reason = XMLText.first("Message", in: answer.text) ?? String(answer.text.prefix(200))
            throw CredentialsFault.refused(role: role.arn, reason: "\(base) answered \(answer.status): \(reason)")
        }
        guard let key = XMLText.first("AccessKeyId", in: answer.text),
            let secret = XMLText.first("SecretAccessKey", in: answer.text)
        else {
            throw CredentialsFault.refused(
                role: role.arn, reason: "\(base) answered without credentials: it is no token service")
        }
        return Credentials(
            accessKeyId: key, secretAccessKey: secret, sessionToken: XMLText.first("SessionToken", in: answer.text),
            expiration: XMLText.first("Expiration", in: answer.text).flatMap(ExpirationTime.seconds))
    }
}

/// The text of elements that hold text alone, as in the token service's answers.
enum XMLText {
    static func first(_ element: String, in text: String) -> String? {
        guard let open = text.range(of: "<\(element)>"),
            let close = text.range(of: "</\(element)>", range: open.upperBound..<text.endIndex)
        else { return nil }
        let inner = text[open.upperBound..<close.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines)
        guard !inner.isEmpty else { return nil }
        return [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(inner) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
}
