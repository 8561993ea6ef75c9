import Testing

@testable import SigV4

/// A request to `s3.us-east-1.amazonaws.com` at 2026-11-21T03:18:56Z, signed by botocore 1.43.
struct S3Vector: Sendable, CustomTestStringConvertible {
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
        let bytes = Array(body.utf8)
        let hash = bytes.withUnsafeBytes(PayloadHash.hexSHA256)
        request = SignableRequest(
            method: method, path: path, query: query,
            headers: [(name: "Host", value: "s3.us-east-1.amazonaws.com")] + headers.map { (name: $0.0, value: $0.1) }
                + [(name: "X-Amz-Content-Sha256", value: hash)], body: bytes)
        self.signedHeaders = signedHeaders
        self.signature = signature
    }

    var testDescription: String { name }
}

private let time = 1_795_231_136
private let key = Credentials(
    accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
private let session = Credentials(
    accessKeyId: "ASIATOKEN", secretAccessKey: "secret/with+signs=", sessionToken: "tok/en==")

@Suite struct S3SigningTests {
    @Test(
        "signs for S3 as botocore does",
        arguments: [
            S3Vector(
                "an object", key, "GET", "/bucket/a/b.txt", "", [], "", "host;x-amz-content-sha256;x-amz-date",
                "291d6ee49dfb86e4033cddad00608351a7c7ac08071bfe93cc51ac5d3ffb17e3"),
            S3Vector(
                "dot segments and doubled slashes belong to the key", key, "GET", "/bucket/a/./b/..//c/", "", [], "",
                "host;x-amz-content-sha256;x-amz-date",
                "4bdb474da19a4a14f169308effcc20a64912a06caa6148941f2f70e9b098bddc"),
            S3Vector(
                "a key that is encoded is not encoded again", key, "GET", "/bucket/a%20b%2Bc/caf%C3%A9", "", [], "",
                "host;x-amz-content-sha256;x-amz-date",
                "111a5dad28c0e73b587bf9828a4fe3a27613cccae68ea3ad1479ebc7153a135e"),
            S3Vector(
                "the same key, encoded in small letters and less of it", key, "GET", "/bucket/a%20b+c/caf%c3%a9", "",
                [],
                "", "host;x-amz-content-sha256;x-amz-date",
                "111a5dad28c0e73b587bf9828a4fe3a27613cccae68ea3ad1479ebc7153a135e"),
            S3Vector(
                "an upload", key, "PUT", "/bucket/key", "", [("Content-Type", "text/plain")], "hello",
                "content-type;host;x-amz-content-sha256;x-amz-date",
                "670e0524fdf5d98e0effa6b7f2f2a2c308664bb4397512281bc3d9c316bd848c"),
            S3Vector(
                "a list, with a session token", session, "GET", "/bucket", "list-type=2&prefix=a%2Fb", [], "",
                "host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
                "179640edcbd54fddd72c9f979f18fd667c06ec6f06653c08fa55c1a1a1de82a9"),
        ])
    func vector(_ vector: S3Vector) throws {
        var signer = Signer(credentials: vector.credentials, region: "us-east-1", service: "s3")
        signer.pathCoding = .once
        let authorization = try #require(
            signer.headers(for: vector.request, time: time).first { $0.name == "Authorization" }?.value)
        #expect(
            authorization
                == "AWS4-HMAC-SHA256 Credential=\(vector.credentials.accessKeyId)/20261121/us-east-1/s3/aws4_request, "
                + "SignedHeaders=\(vector.signedHeaders), Signature=\(vector.signature)")
    }

    @Test func `a kept key signs as a new one does, and only within its scope`() {
        let signer = Signer(credentials: key, region: "us-east-1", service: "s3")
        let request = SignableRequest(method: "GET", path: "/", headers: [(name: "Host", value: "x")])
        let kept = SigningKey(secretAccessKey: key.secretAccessKey, scope: signer.scope(at: time))
        func authorization(at moment: Int, _ kept: SigningKey?) -> String? {
            signer.headers(for: request, time: moment, key: kept).last?.value
        }
        #expect(authorization(at: time, kept) == authorization(at: time, nil))
        let tomorrow = time + 86_400
        #expect(authorization(at: tomorrow, kept) == authorization(at: tomorrow, nil))
    }
}
