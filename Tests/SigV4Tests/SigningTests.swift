import Testing

@testable import SigV4

/// 2026-11-21T03:18:56Z.
private let time = 1_795_231_136

extension Credentials {
    fileprivate static let key = Credentials(
        accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    fileprivate static let session = Credentials(
        accessKeyId: "ASIATOKEN", secretAccessKey: "secret/with+signs=", sessionToken: "tok/en==")
}

/// A request to `127.0.0.1:8081`, signed for `apigateway` in `us-east-1` by botocore 1.43.
struct Vector: Sendable, CustomTestStringConvertible {
    let name: String
    let credentials: Credentials
    let request: SignableRequest
    let signedHeaders: String
    let signature: String

    init(
        _ name: String, _ credentials: Credentials, _ method: String, _ path: String, _ query: String,
        _ headers: [(String, String)], _ body: String, _ signedHeaders: String, _ signature: String
    ) {
        self.name = name
        self.credentials = credentials
        request = SignableRequest(
            method: method, path: path, query: query,
            headers: [(name: "Host", value: "127.0.0.1:8081")] + headers.map { (name: $0.0, value: $0.1) },
            body: Array(body.utf8))
        self.signedHeaders = signedHeaders
        self.signature = signature
    }

    var testDescription: String { name }
}

private let vectors: [Vector] = [
    Vector(
        "a list", .key, "GET", "/restapis", "", [], "", "host;x-amz-date",
        "bfe2b58b13b07cad13661bfefb3620b1f561fea56131e592e51f2ee760bbbba9"),
    Vector(
        "the root path", .key, "GET", "", "", [], "", "host;x-amz-date",
        "9372c48002aeab5f0e106b7cff44d4c4857dd1a4e369adc1a2439de522e3f8e8"),
    Vector(
        "query out of order, with a repeated name", .key, "GET", "/restapis/abc/resources",
        "position=b&embed=methods&limit=500&embed=a", [], "", "host;x-amz-date",
        "3d38408195aafc397df572d57fc032fd1e876befa8f821f16349b62f3a2fd914"),
    Vector(
        "encoded query", .key, "GET", "/sluice/logs", "stage=a%20b&apiId=x%2Fy&empty=", [], "", "host;x-amz-date",
        "dcc62e38896e1f35abf38df8309fa166d2aa574f499154f08c45e01ac0d13d8d"),
    Vector(
        "a body", .key, "POST", "/restapis", "", [("Content-Type", "application/json")], "{\"name\":\"café\"}",
        "content-type;host;x-amz-date", "cb31a82bf1faef643b0ddeba0471636da58f2f49547f5f9cd29321156485b8bc"),
    Vector(
        "a path that is encoded already", .key, "GET",
        "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fabc", "", [], "", "host;x-amz-date",
        "aec831d34b13aa0d95114e9a3d557bbbe7d5df3a83a5a66409678504b766cb9e"),
    Vector(
        "dot segments and doubled slashes", .key, "GET", "/restapis/./x/..//abc/", "", [], "", "host;x-amz-date",
        "5a5de6874502b8e691cc2ea57b6da6fc528cbc882119965ab91c75c1c5291999"),
    Vector(
        "header with blanks within", .key, "GET", "/account", "",
        [("X-Note", "  a   b  c "), ("Accept", "application/json")], "", "accept;host;x-amz-date;x-note",
        "265bb121b73d282d88af64edee11709c614c7f980cc740ce0977e6c0207b784f"),
    Vector(
        "a header that comes twice", .key, "GET", "/account", "", [("X-Many", "one"), ("X-Many", "two")], "",
        "host;x-amz-date;x-many", "4e0216f53ee7166d82f25a62a31ea8407fdbb8130c41c1bd0bced672c24b4e91"),
    Vector(
        "headers that are never signed", .key, "GET", "/account", "",
        [("User-Agent", "aws-cli/1.45"), ("Expect", "100-continue"), ("X-Amzn-Trace-Id", "Root=1")], "",
        "host;x-amz-date", "b57ae90803af392d0b20a67578ee0e8df7fb7f7b35c3651dcbd7e6ff55b96f4e"),
    Vector(
        "a session token", .session, "DELETE", "/restapis/abc", "", [], "", "host;x-amz-date;x-amz-security-token",
        "fa440dd49bba46f30659bb10e8bbfa8f4e02f2ec89e9695475ff2fb8b9bec59f"),
]

@Suite struct Signing {
    @Test("signs as botocore does", arguments: vectors)
    func vector(_ vector: Vector) throws {
        let signer = Signer(credentials: vector.credentials, region: "us-east-1", service: "apigateway")
        let headers = signer.headers(for: vector.request, time: time)
        let authorization = try #require(headers.first { $0.name == "Authorization" }?.value)
        #expect(
            authorization
                == "AWS4-HMAC-SHA256 Credential=\(vector.credentials.accessKeyId)/20261121/us-east-1/apigateway/"
                + "aws4_request, SignedHeaders=\(vector.signedHeaders), Signature=\(vector.signature)")
        #expect(headers.first { $0.name == "X-Amz-Date" }?.value == "20261121T031856Z")
    }

    @Test("takes what it signed", arguments: vectors)
    func roundTrip(_ vector: Vector) throws {
        let signer = Signer(credentials: vector.credentials, region: "us-east-1", service: "apigateway")
        var request = vector.request
        request.headers += signer.headers(for: request, time: time)
        let presented = try PresentedSignature(of: request)
        #expect(presented.accessKeyId == vector.credentials.accessKeyId)
        try presented.verify(
            request, secret: vector.credentials.secretAccessKey, sessionToken: vector.credentials.sessionToken,
            region: "us-east-1", services: ["apigateway"], time: time)
    }

    @Test func `the vector of AWS's own suite`() throws {
        let signer = Signer(credentials: .key, region: "us-east-1", service: "service")
        let request = SignableRequest(
            method: "GET", path: "/", headers: [(name: "Host", value: "example.amazonaws.com")])
        let headers = signer.headers(for: request, time: 1_440_938_160)
        #expect(
            headers.last?.value.hasSuffix("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31") == true)
    }

    @Test(
        "presigns as botocore does",
        arguments: [
            (
                Credentials.key, "/restapis", "",
                "44b858b48aad72ee9320cabba3686400de08e687ee4c9a2b572d0660e2e73bd4"
            ),
            (
                Credentials.key, "/restapis/abc/resources", "limit=3&embed=methods",
                "007b65babf2b9f89a2a12da5f221d61b3b9cefe8f77a0afecb61012acd13b336"
            ),
            (
                Credentials.session, "/account", "",
                "d6d14e3a70fa296bb40098f025edb45cf803e1679029b0cdcf00ac3b927c628a"
            ),
        ])
    func presigned(_ credentials: Credentials, path: String, query: String, signature: String) throws {
        let signer = Signer(credentials: credentials, region: "eu-west-1", service: "execute-api")
        var request = SignableRequest(
            method: "GET", path: path, query: query, headers: [(name: "Host", value: "127.0.0.1:8081")])
        request.query = signer.presignedQuery(for: request, time: time, expires: 900)
        #expect(request.query.hasSuffix("&X-Amz-Signature=\(signature)"))
        let presented = try PresentedSignature(of: request)
        func verify(at moment: Int) throws {
            try presented.verify(
                request, secret: credentials.secretAccessKey, sessionToken: credentials.sessionToken,
                region: "eu-west-1", services: ["execute-api"], time: moment)
        }
        try verify(at: time)
        try verify(at: time + 900)
        #expect(throws: SignatureRefusal.self) { try verify(at: time + 901) }
        #expect(throws: SignatureRefusal.self) { try verify(at: time - 301) }
    }
}

@Suite struct Refusals {
    private static let host = (name: "Host", value: "127.0.0.1:8081")

    /// A request that is signed well, changed by `change`, as the verifier sees it.
    private func refusal(
        _ change: (inout SignableRequest) -> Void = { _ in }, secret: String = Credentials.key.secretAccessKey,
        region: String = "us-east-1", services: Set<String> = ["apigateway"], at moment: Int = time
    ) -> SignatureRefusal? {
        var request = SignableRequest(
            method: "POST", path: "/restapis", query: "a=b", headers: [Self.host], body: Array("{}".utf8))
        let signer = Signer(credentials: .key, region: "us-east-1", service: "apigateway")
        request.headers += signer.headers(for: request, time: time)
        change(&request)
        do {
            let presented = try PresentedSignature(of: request)
            try presented.verify(request, secret: secret, region: region, services: services, time: moment)
            return nil
        } catch let refusal as SignatureRefusal {
            return refusal
        } catch {
            Issue.record(error)
            return nil
        }
    }

    private func setAuthorization(_ request: inout SignableRequest, _ value: String) {
        request.headers.removeAll { $0.name == "Authorization" }
        request.headers.append((name: "Authorization", value: value))
    }

    @Test func `a request that was not touched is taken`() {
        #expect(refusal() == nil)
    }

    @Test func `what was signed cannot be changed`() {
        #expect(refusal { $0.method = "PUT" } == .mismatch)
        #expect(refusal { $0.path = "/restapis/x" } == .mismatch)
        #expect(refusal { $0.query = "a=c" } == .mismatch)
        #expect(refusal { $0.body = Array("{ }".utf8) } == .mismatch)
        #expect(refusal { $0.headers[0].value = "evil" } == .mismatch)
        #expect(refusal(secret: "other") == .mismatch)
        #expect(refusal { $0.headers.append(("x-amz-content-sha256", "UNSIGNED-PAYLOAD")) } == .mismatch)
    }

    @Test func `no signature at all`() {
        #expect(refusal { $0.headers = [Self.host] } == .missing)
        #expect(SignatureRefusal.missing.message == "Missing Authentication Token")
    }

    @Test func `a signature with parts missing names them`() {
        let incomplete = refusal { setAuthorization(&$0, "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request") }
        #expect(incomplete?.code == "IncompleteSignatureException")
        #expect(
            incomplete?.message
                == "Authorization header requires 'Signature' parameter. "
                + "Authorization header requires 'SignedHeaders' parameter.")
        let bearer = refusal { setAuthorization(&$0, "Bearer abc") }
        #expect(bearer?.code == "IncompleteSignatureException")
        #expect(
            bearer?.message == "Invalid key=value pair (missing equal-sign) in Authorization header: 'Bearer'.")
        let short = refusal {
            setAuthorization(&$0, "AWS4-HMAC-SHA256 Credential=AKID, SignedHeaders=host, Signature=00")
        }
        #expect(short?.message.hasPrefix("Credential must have exactly 5 slash-delimited elements") == true)
    }

    @Test func `a stale signature`() {
        #expect(refusal(at: time + 300) == nil)
        let stale = refusal(at: time + 301)
        #expect(stale?.code == "InvalidSignatureException")
        #expect(
            stale?.message
                == "Signature expired: 20261121T031856Z is now earlier than 20261121T031857Z "
                + "(20261121T032357Z - 5 min.)")
        #expect(refusal(at: time - 301)?.message.hasPrefix("Signature not yet current: 20261121T031856Z") == true)
    }

    @Test func `a signature for something else`() {
        #expect(refusal(region: "eu-west-1")?.message.contains("not 'us-east-1'") == true)
        #expect(
            refusal(services: ["logs"])?.message == "Credential should be scoped to correct service: 'logs'. ")
        let terminator = refusal {
            setAuthorization(
                &$0,
                "AWS4-HMAC-SHA256 Credential=A/20261121/us-east-1/apigateway/aws3, SignedHeaders=host, Signature=00")
        }
        #expect(terminator?.message.contains("valid terminator: 'aws4_request', not 'aws3'") == true)
        let day = refusal {
            setAuthorization(
                &$0,
                "AWS4-HMAC-SHA256 Credential=A/20261120/us-east-1/apigateway/aws4_request, "
                    + "SignedHeaders=host, Signature=00")
        }
        #expect(day?.message.contains("'20261120' != '20261121'") == true)
    }

    @Test func `the host has to be signed`() {
        let loose = refusal {
            setAuthorization(
                &$0,
                "AWS4-HMAC-SHA256 Credential=A/20261121/us-east-1/apigateway/aws4_request, "
                    + "SignedHeaders=x-amz-date, Signature=00")
        }
        #expect(loose?.message == "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    }

    @Test func `a date that is none`() {
        let dateless = refusal { request in
            request.headers.removeAll { $0.name == "X-Amz-Date" }
            request.headers.append((name: "X-Amz-Date", value: "yesterday"))
        }
        #expect(dateless?.message.hasPrefix("Date must be in ISO-8601 'basic format'. Got 'yesterday'.") == true)
    }

    @Test func `text comparison looks at every byte`() {
        #expect(PresentedSignature.equalInConstantTime("abc", "abc"))
        #expect(!PresentedSignature.equalInConstantTime("abc", "abd"))
        #expect(!PresentedSignature.equalInConstantTime("abc", "xbc"))
        #expect(!PresentedSignature.equalInConstantTime("abc", "ab"))
    }

    @Test(
        "moments are written and read",
        arguments: [
            (0, "19700101T000000Z"), (951_782_400, "20000229T000000Z"), (1_440_938_160, "20150830T123600Z"),
            (4_102_444_799, "20991231T235959Z"),
        ])
    func clock(_ seconds: Int, _ text: String) {
        #expect(Clock.text(seconds) == text)
        #expect(Clock.seconds(text) == seconds)
    }

    @Test func `a Date header will do`() {
        #expect(Clock.seconds(httpDate: "Sun, 30 Aug 2015 12:36:00 GMT") == 1_440_938_160)
        #expect(Clock.seconds(httpDate: "30/08/2015") == nil)
    }
}
