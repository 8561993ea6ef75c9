import ControlAPI
import Foundation
import Logging
import SigV4
import Testing

@testable import Gateway

/// Requests as a service gets them, over a socket.
@Suite struct ServiceRequestTests {
    private static let key = Credentials(accessKeyId: "AKID", secretAccessKey: "secret", sessionToken: "tok")
    private static let prefix = "arn:aws:apigateway:us-east-1:"

    private static func fixed(_ credentials: Credentials) -> CachedCredentials {
        CachedCredentials(name: "the test", logger: Logger(label: "test")) { credentials }
    }

    private func integration(_ uri: String, verb: String = "POST") -> Integration {
        var integration = Integration(type: "AWS")
        integration.httpMethod = verb
        integration.uri = Self.prefix + uri
        integration.integrationResponses = ["200": IntegrationResponse(statusCode: "200")]
        return integration
    }

    private func plane(
        _ integration: Integration, path: String = "/", backend: ScriptedBackend,
        credentials: CachedCredentials? = ServiceRequestTests.fixed(ServiceRequestTests.key)
    ) async throws -> TestPlane {
        try await TestPlane([TestPlane.resource(path, integration)]) { configuration in
            configuration.awsEndpoint = "http://127.0.0.1:\(backend.port)"
            configuration.awsCredentials = credentials
        }
    }

    /// What the echo said: the request line, its headers and its body.
    private struct Echo {
        var line: String
        var headers: [(name: String, value: String)]
        var body: String

        init(_ text: String) {
            let halves = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
            let lines = halves[0].split(separator: "\n")
            line = String(lines.first ?? "")
            headers = lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
            }
            body = halves.count > 1 ? String(halves[1]) : ""
        }

        subscript(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

        /// Whether the signature is one of `key` over all of this.
        func verify(service: String) throws {
            let words = line.split(separator: " ")
            let halves = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            let request = SignableRequest(
                method: String(words[0]), path: String(halves[0]), query: halves.count > 1 ? String(halves[1]) : "",
                headers: headers, body: Array(body.utf8))
            let stamp = self["x-amz-date"] ?? ""
            try PresentedSignature(of: request).verify(
                request, secret: ServiceRequestTests.key.secretAccessKey,
                sessionToken: ServiceRequestTests.key.sessionToken, region: "us-east-1", services: [service],
                time: ExpirationTime.seconds(Self.readable(stamp)) ?? 0)
        }

        /// `20261121T031856Z` → `2026-11-21T03:18:56Z`
        private static func readable(_ stamp: String) -> String {
            let digits = Array(stamp)
            guard digits.count == 16 else { return "" }
            func part(_ range: Range<Int>) -> String { String(digits[range]) }
            return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
        }
    }

    @Test func `a JSON action goes out with its target, signed`() async throws {
        let backend = try ScriptedBackend.echo()
        var integration = integration("dynamodb:action/PutItem")
        integration.requestTemplates = ["application/json": #"{"TableName": "t"}"#]
        let plane = try await plane(integration, backend: backend)
        let answer = try await plane.call(
            "/prod", verb: "POST", headers: "Content-Type: application/json\r\nX-Own: 1\r\nAuthorization: Bearer b\r\n",
            body: "{}")
        #expect(answer.status == 200)
        #expect(answer["content-type"] == "application/json")
        let echo = Echo(answer.text)
        #expect(echo.line == "POST /?Action=PutItem HTTP/1.1")
        #expect(echo["host"] == "127.0.0.1:\(backend.port)")
        #expect(echo["x-amz-target"] == "DynamoDB_20120810.PutItem")
        #expect(echo["content-type"] == "application/x-amz-json-1.0")
        #expect(echo["x-amz-security-token"] == "tok")
        #expect(echo["user-agent"] == "AmazonAPIGateway_abc123")
        #expect(echo["accept"] == "application/json")
        #expect(echo["x-amzn-trace-id"]?.hasPrefix("Root=1-") == true)
        #expect(echo["x-own"] == nil)
        #expect(echo["x-forwarded-for"] == nil)
        #expect(echo.headers.count { $0.name.lowercased() == "authorization" } == 1)
        #expect(echo.body == #"{"TableName": "t"}"#)
        try echo.verify(service: "dynamodb")
        await plane.stop()
    }

    @Test func `what is mapped is sent and signed`() async throws {
        let backend = try ScriptedBackend.echo()
        var integration = integration("sqs:path/123456789012/{queue}")
        integration.requestParameters = [
            "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
            "integration.request.header.X-Amz-Date": "'19700101T000000Z'",
            "integration.request.querystring.a b": "method.request.querystring.q",
            "integration.request.path.queue": "method.request.path.name",
        ]
        integration.requestTemplates = ["application/json": "Action=SendMessage&MessageBody=x"]
        let plane = try await plane(integration, path: "/{name}", backend: backend)
        let answer = try await plane.call(
            "/prod/orders?q=1%202%2B3", verb: "POST", headers: "Content-Type: application/json\r\n", body: "{}")
        let echo = Echo(answer.text)
        #expect(echo.line == "POST /123456789012/orders?a%20b=1%202%2B3 HTTP/1.1")
        #expect(echo["content-type"] == "application/x-www-form-urlencoded")
        #expect(echo["x-amz-date"] != "19700101T000000Z")
        #expect(echo.body == "Action=SendMessage&MessageBody=x")
        try echo.verify(service: "sqs")
        await plane.stop()
    }

    @Test func `a key of S3 is signed as it is sent`() async throws {
        let backend = try ScriptedBackend.echo()
        var integration = integration("s3:path/bucket/{key}", verb: "ANY")
        integration.requestParameters = ["integration.request.path.key": "method.request.path.key"]
        let plane = try await plane(integration, path: "/{key+}", backend: backend)
        let answer = try await plane.call(
            "/prod/a//b%20c/d%2Fe", verb: "PUT", headers: "Content-Type: text/plain\r\n", body: "hello")
        let echo = Echo(answer.text)
        #expect(echo.line == "PUT /bucket/a//b%20c/d%2Fe HTTP/1.1")
        #expect(echo["content-type"] == "text/plain")
        #expect(echo["x-amz-content-sha256"] == Array("hello".utf8).withUnsafeBytes(PayloadHash.hexSHA256))
        #expect(echo["authorization"]?.contains("/us-east-1/s3/aws4_request") == true)
        await plane.stop()
    }

    @Test func `a JSON action without a body is called with its query`() async throws {
        let backend = try ScriptedBackend.echo()
        var parameters = integration("ssm:action/GetParameter")
        parameters.requestParameters = ["integration.request.querystring.Name": "'a/b'"]
        var plane = try await plane(parameters, backend: backend)
        var echo = Echo(try await plane.call("/prod").text)
        #expect(echo.line == "POST /?Action=GetParameter&Name=a%2Fb HTTP/1.1")
        #expect(echo["x-amz-target"] == nil)
        #expect(echo["content-type"] == nil)
        #expect(echo["content-length"] == "0")
        try echo.verify(service: "ssm")
        await plane.stop()

        plane = try await self.plane(integration("dynamodb:action/ListTables"), backend: backend)
        echo = Echo(try await plane.call("/prod").text)
        #expect(echo["x-amz-target"] == "DynamoDB_20120810.ListTables")
        #expect(echo.body == "{}")
        try echo.verify(service: "dynamodb")
        await plane.stop()
    }

    @Test func `the service's status chooses the answer`() async throws {
        let backend = try ScriptedBackend.serving { _ in
            "HTTP/1.1 400 X\r\nX-Amzn-RequestId: r1\r\nContent-Length: 14\r\n\r\n{\"__type\":\"V\"}"
        }
        var integration = integration("dynamodb:action/PutItem")
        var refused = IntegrationResponse(statusCode: "422")
        refused.selectionPattern = "4\\d{2}"
        refused.responseParameters = ["method.response.header.X-Id": "integration.response.header.X-Amzn-RequestId"]
        integration.integrationResponses?["422"] = refused
        let plane = try await plane(integration, backend: backend)
        let answer = try await plane.call("/prod", verb: "POST", body: "{}")
        #expect(answer.status == 422)
        #expect(answer["x-id"] == "r1")
        #expect(answer.text == #"{"__type":"V"}"#)
        await plane.stop()
    }

    @Test func `without credentials nothing is sent`() async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await plane(integration("sqs:path/a/b"), backend: backend, credentials: nil)
        for _ in 0..<2 {
            let answer = try await plane.call("/prod", verb: "POST", body: "{}")
            #expect(answer.status == 500)
            #expect(answer.text == #"{"message": "Internal server error"}"#)
        }
        #expect(backend.connections == 0)
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        #expect(
            record?.errorMessage?.hasPrefix("Execution failed due to configuration error: No AWS credentials: set AWS_")
                == true)
        await plane.stop()
    }

    @Test func `credentials that a service calls expired are read again`() async throws {
        let backend = try ScriptedBackend.serving { request in
            let isOld = request["authorization"]?.contains("Credential=OLD/") == true
            let body = isOld ? #"{"__type":"com.amazon.coral.service#ExpiredTokenException"}"# : "{}"
            return "HTTP/1.1 \(isOld ? 400 : 200) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        let calls = CallCounter()
        let credentials = CachedCredentials(name: "the test", logger: Logger(label: "test")) {
            Credentials(accessKeyId: calls.next() == 1 ? "OLD" : "NEW", secretAccessKey: "s")
        }
        let plane = try await plane(integration("dynamodb:action/PutItem"), backend: backend, credentials: credentials)
        #expect(try await plane.call("/prod", verb: "POST", body: "{}").status == 500)
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        #expect(record?.errorMessage?.contains("dynamodb says that the credentials of the test have expired") == true)
        #expect(try await plane.call("/prod", verb: "POST", body: "{}").status == 200)
        await plane.stop()
    }

    @Test func `a role is assumed once, and the engine's own credentials sign where it is refused`() async throws {
        let sts =
            #"<R><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"#
            + "<Expiration>2999-01-01T00:00:00Z</Expiration></R>"
        let assumed = CallCounter()
        let backend = try ScriptedBackend.serving { request in
            var status = 200
            var body = request["authorization"] ?? ""
            if request.text.hasPrefix("Action=AssumeRole&") {
                let isKnown = request.text.contains("role%2Fknown")
                if isKnown { _ = assumed.next() }
                (status, body) = (isKnown ? 200 : 403, isKnown ? sts : "<E><Message>no such role</Message></E>")
            }
            return "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        for (role, key) in [("known", "Credential=ROLE/"), ("unknown", "Credential=AKID/")] {
            var integration = integration("sqs:path/a/b")
            integration.credentials = "arn:aws:iam::123456789012:role/\(role)"
            let plane = try await plane(integration, backend: backend)
            for _ in 0..<3 {
                #expect(try await plane.call("/prod", verb: "POST", body: "{}").text.contains(key))
            }
            await plane.stop()
        }
        #expect(assumed.value == 1)
    }
}

/// Counts calls from any thread.
final class CallCounter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0

    func next() -> Int {
        lock.withLock {
            count += 1
            return count
        }
    }

    var value: Int { lock.withLock { count } }
}
