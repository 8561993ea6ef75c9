import Foundation
import SigV4
import Testing

@testable import Gateway

/// The engine's own credentials, with files in a folder of their own and services on loopback.
@Suite struct CredentialsChainTests {
    /// Home of an imagined user.
    private struct Folder {
        let path = NSTemporaryDirectory() + "/sluice-credentials-\(UUID().uuidString.prefix(8))"

        init(credentials: String = "", config: String = "") throws {
            try FileManager.default.createDirectory(atPath: path + "/.aws", withIntermediateDirectories: true)
            try credentials.write(toFile: path + "/.aws/credentials", atomically: true, encoding: .utf8)
            try config.write(toFile: path + "/.aws/config", atomically: true, encoding: .utf8)
        }

        func write(_ text: String, to name: String) throws -> String {
            try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
            return path + "/" + name
        }

        func remove() { try? FileManager.default.removeItem(atPath: path) }
    }

    private func find(
        _ environment: [String: String], sts: String? = nil, usesInstanceMetadata: Bool = false
    ) async throws -> Credentials {
        try await CredentialsChain(
            environment: environment, region: "us-east-1", stsEndpoint: sts,
            usesInstanceMetadata: usesInstanceMetadata
        ).find()
    }

    private func answer(_ body: String, status: Int = 200) -> String {
        "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// A token service that says in the key it lends what it was asked for.
    private func tokenService() throws -> ScriptedBackend {
        try ScriptedBackend.serving { request in
            let form = Dictionary(
                request.text.split(separator: "&").map { pair -> (String, String) in
                    let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    return (String(halves[0]), String(halves[1]).removingPercentEncoding ?? "")
                }, uniquingKeysWith: { $1 })
            let role = form["RoleArn"]?.split(separator: "/").last.map(String.init) ?? ""
            if role == "closed" {
                return answer(
                    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not &lt;you&gt;</Message></Error></ErrorResponse>",
                    status: 403)
            }
            let signer =
                request["authorization"]?.split(separator: "/").first?.split(separator: "=").last.map(String.init)
                ?? form["WebIdentityToken"] ?? "nobody"
            return answer(
                """
                <AssumeRoleResponse><AssumeRoleResult><Credentials>
                <AccessKeyId>\(role) by \(signer) as \(form["RoleSessionName"] ?? "")</AccessKeyId>
                <SecretAccessKey>s&amp;t</SecretAccessKey><SessionToken>tok</SessionToken>
                <Expiration>2999-01-01T00:00:00Z</Expiration>
                </Credentials></AssumeRoleResult></AssumeRoleResponse>
                """)
        }
    }

    @Test func `the environment comes first`() async throws {
        let folder = try Folder(credentials: "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n")
        defer { folder.remove() }
        let found = try await find([
            "HOME": folder.path, "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
            "AWS_CREDENTIAL_EXPIRATION": "2999-01-01T00:00:00Z",
        ])
        #expect(found.accessKeyId == "ENV")
        #expect(found.sessionToken == "t")
        #expect(found.expiration != nil)
        #expect(try await find(["HOME": folder.path, "AWS_ACCESS_KEY_ID": ""]).accessKeyId == "FILE")
        await #expect(throws: CredentialsFault.self) {
            _ = try await find(["HOME": folder.path, "AWS_ACCESS_KEY_ID": "ENV"])
        }
    }

    @Test func `nothing anywhere says what to set`() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        await #expect(throws: CredentialsFault.none) { _ = try await find(["HOME": folder.path]) }
        #expect(CredentialsFault.none.description.contains("--instance-metadata"))
    }

    private static let config = """
        # a comment
        [default]
        region = eu-west-1
        s3 =
            max_concurrent_requests = 20
        [profile keys]
        aws_access_key_id=CONFIG ; a comment
        aws_secret_access_key=s
        [profile chained]
        role_arn = arn:aws:iam::1:role/second
        source_profile = assumed
        [profile assumed]
        role_arn = arn:aws:iam::1:role/first
        role_session_name = me
        source_profile = keys
        [profile own]
        role_arn = arn:aws:iam::1:role/own
        source_profile = own
        aws_access_key_id = OWN
        aws_secret_access_key = s
        [profile environment]
        role_arn = arn:aws:iam::1:role/env
        credential_source = Environment
        [profile closed]
        role_arn = arn:aws:iam::1:role/closed
        source_profile = keys
        [profile circle]
        role_arn = arn:aws:iam::1:role/x
        source_profile = circle2
        [profile circle2]
        role_arn = arn:aws:iam::1:role/x
        source_profile = circle
        [profile mfa]
        role_arn = arn:aws:iam::1:role/x
        source_profile = keys
        mfa_serial = arn:aws:iam::1:mfa/x
        [profile sourceless]
        role_arn = arn:aws:iam::1:role/x
        [profile sso]
        sso_session = corp
        [profile process]
        credential_process = echo '{"Version": 1, "AccessKeyId": "PROC", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2999-01-01T00:00:00Z"}'
        [profile badprocess]
        credential_process = exit 3
        [profile noisyprocess]
        credential_process = head -c 300000 /dev/zero
        [profile half]
        aws_access_key_id = HALF
        [sso-session corp]
        aws_access_key_id = NOPROFILE
        """

    @Test(
        "profiles",
        arguments: [
            (nil, "SHARED"), ("keys", "CONFIG"), ("other", "OTHER"), ("assumed", "first by CONFIG as me"),
            ("chained", "second by first by CONFIG as me as sluice"), ("own", "own by OWN as sluice"),
            ("environment", "env by ENV as sluice"), ("process", "PROC"),
        ] as [(String?, String)])
    func profile(_ name: String?, _ key: String) async throws {
        let folder = try Folder(
            credentials: """
                [default]
                aws_access_key_id = SHARED
                aws_secret_access_key = s
                [other]
                aws_access_key_id = OTHER
                aws_secret_access_key = s
                """, config: Self.config)
        defer { folder.remove() }
        let sts = try tokenService()
        var environment = ["HOME": folder.path, "PATH": "/usr/bin:/bin"]
        environment["AWS_PROFILE"] = name
        if name == "environment" {
            // Keys of the environment would win; only the profile's own source reads them here.
            let keys = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"]
            let http = CredentialsHTTP()
            let found = try await ProfileCredentials(
                environment: environment.merging(keys) { $1 }, region: "us-east-1",
                tokens: TokenService(endpoint: "http://127.0.0.1:\(sts.port)", http: http), http: http
            ).find()
            #expect(found?.accessKeyId == key)
            return
        }
        let found = try await find(environment, sts: "http://127.0.0.1:\(sts.port)")
        #expect(found.accessKeyId == key)
        if key.contains(" by ") {
            #expect(found.secretAccessKey == "s&t")
            #expect(found.expiration == ExpirationTime.seconds("2999-01-01T00:00:00Z"))
        }
    }

    @Test(
        "profiles that cannot be used say why",
        arguments: [
            ("missing", "neither the credentials file nor the configuration file has it"),
            ("closed", "API Gateway does not have permission to assume the provided role arn:aws:iam::1:role/closed"),
            ("closed", "answered 403: not <you>"), ("circle", "leads back to itself"), ("mfa", "mfa_serial"),
            ("sourceless", "no source_profile and no credential_source"), ("sso", "aws configure export-credentials"),
            ("badprocess", "ended with status 3"), ("noisyprocess", "more than 262144 bytes"),
            ("half", "no aws_secret_access_key"),
        ])
    func refusedProfile(_ name: String, _ reason: String) async throws {
        let folder = try Folder(config: Self.config)
        defer { folder.remove() }
        let sts = try tokenService()
        do {
            let found = try await find(
                ["HOME": folder.path, "AWS_PROFILE": name, "PATH": "/usr/bin:/bin"],
                sts: "http://127.0.0.1:\(sts.port)")
            Issue.record("found \(found.accessKeyId)")
        } catch let fault as CredentialsFault {
            #expect(fault.description.contains(reason), "\(fault)")
        }
    }

    @Test func `a web identity's token is exchanged`() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let sts = try tokenService()
        let found = try await find(
            [
                "HOME": folder.path, "AWS_WEB_IDENTITY_TOKEN_FILE": folder.write("jwt\n", to: "token"),
                "AWS_ROLE_ARN": "arn:aws:iam::1:role/pod", "AWS_ROLE_SESSION_NAME": "p",
            ], sts: "http://127.0.0.1:\(sts.port)")
        #expect(found.accessKeyId == "pod by jwt as p")
        await #expect(throws: CredentialsFault.self) {
            _ = try await find([
                "AWS_WEB_IDENTITY_TOKEN_FILE": folder.path + "/none", "AWS_ROLE_ARN": "arn:aws:iam::1:role/pod",
            ])
        }
    }

    @Test func `a container's endpoint`() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let endpoint = try ScriptedBackend.serving { request in
            guard request["authorization"] == "secret" else { return answer("{}", status: 401) }
            return answer(
                #"{"AccessKeyId": "BOX", "SecretAccessKey": "s", "Token": "t", "Expiration": "2999-01-01T00:00:00Z"}"#)
        }
        var environment = [
            "HOME": folder.path, "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:\(endpoint.port)/x",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "secret",
        ]
        let found = try await find(environment)
        #expect(found.accessKeyId == "BOX")
        #expect(found.sessionToken == "t")
        environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "wrong"
        await #expect(throws: CredentialsFault.self) { _ = try await find(environment) }
        environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://example.com/x"
        await #expect(throws: CredentialsFault.self) { _ = try await find(environment) }
    }

    @Test func `an instance's metadata only where it is asked for`() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let service = try ScriptedBackend.serving { request in
            if request.startLine.hasPrefix("PUT /latest/api/token "),
                request["x-aws-ec2-metadata-token-ttl-seconds"] != nil
            {
                return answer("session")
            }
            guard request["x-aws-ec2-metadata-token"] == "session" else { return answer("", status: 401) }
            switch request.startLine.split(separator: " ")[1] {
            case "/latest/meta-data/iam/security-credentials/": return answer("web-role\n")
            case "/latest/meta-data/iam/security-credentials/web-role":
                return answer(#"{"AccessKeyId": "EC2", "SecretAccessKey": "s", "Token": "t"}"#)
            default: return answer("", status: 404)
            }
        }
        var environment = [
            "HOME": folder.path, "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:\(service.port)/",
        ]
        #expect(try await find(environment, usesInstanceMetadata: true).accessKeyId == "EC2")
        let asked = service.connections
        await #expect(throws: CredentialsFault.none) { _ = try await find(environment) }
        environment["AWS_EC2_METADATA_DISABLED"] = "true"
        await #expect(throws: CredentialsFault.none) { _ = try await find(environment, usesInstanceMetadata: true) }
        #expect(service.connections == asked)
    }
}
