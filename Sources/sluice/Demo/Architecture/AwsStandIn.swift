import AsyncHTTPClient
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import SigV4

/// `moto_server` in the place of AWS: a process on a free loopback port, with a bucket, a table and a state machine.
struct AwsStandIn: Sendable {
    /// What the sample's integrations name.
    struct Names: Sendable {
        var bucket = "storefront-docs"
        var table = "orders"
        var stateMachine = "arn:aws:states:us-east-1:000000000000:stateMachine:shipping"
    }

    let endpoint: String
    private let process: ChildProcess

    /// `nil` where `moto_server` is not installed. Throws where it is and does not start.
    static func start(environment: [String: String] = ProcessInfo.processInfo.environment) async throws -> AwsStandIn? {
        guard let program = ChildProcess.find("moto_server", in: environment["PATH"] ?? "") else { return nil }
        let port = try ChildProcess.freePort()
        // It keeps accounts apart, and looks for things in the account of a role's ARN.
        let process = try ChildProcess(
            program, ["-H", "127.0.0.1", "-p", "\(port)"],
            environment: environment.merging(["MOTO_ACCOUNT_ID": "000000000000"]) { $1 })
        let standIn = AwsStandIn(endpoint: "http://127.0.0.1:\(port)", process: process)
        do {
            try await standIn.awaitAnswer()
            return standIn
        } catch {
            process.stop()
            throw error
        }
    }

    func stop() { process.stop() }

    private func awaitAnswer() async throws {
        for _ in 0..<300 {
            let request = HTTPClientRequest(url: endpoint + "/moto-api/data.json")
            if let answer = try? await HTTPClient.shared.execute(request, timeout: .seconds(2)), answer.status == .ok {
                _ = try? await answer.body.collect(upTo: 1 << 24)
                return
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw DemoFailure("moto_server did not answer at \(endpoint); run it by hand to see why")
    }

    /// What the integrations refer to.
    func furnish(_ names: Names) async throws {
        try await call("s3", .PUT, "/\(names.bucket)")
        for (file, title) in [("index.html", "Documents"), ("guide.html", "Guide"), ("prices.html", "Prices")] {
            try await call(
                "s3", .PUT, "/\(names.bucket)/\(file)", type: "text/html",
                body: "<!doctype html><title>\(title)</title><h1>\(title)</h1>\n")
        }
        try await call(
            "dynamodb", .POST, "/", type: "application/x-amz-json-1.0", target: "DynamoDB_20120810.CreateTable",
            body: """
                {"TableName": "\(names.table)", "BillingMode": "PAY_PER_REQUEST",
                 "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                 "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
                """)
        try await call(
            "states", .POST, "/", type: "application/x-amz-json-1.0", target: "AWSStepFunctions.CreateStateMachine",
            body: """
                {"name": "shipping", "roleArn": "\(ArchitectureDocument.role)",
                 "definition": "{\\"StartAt\\": \\"Ship\\", \\"States\\": {\\"Ship\\": {\\"Type\\": \\"Pass\\", \\"End\\": true}}}"}
                """)
    }

    private func call(
        _ service: String, _ method: HTTPMethod, _ path: String, type: String = "application/octet-stream",
        target: String? = nil, body: String = ""
    ) async throws {
        var headers = [
            (name: "Host", value: String(endpoint.dropFirst("http://".count))), (name: "Content-Type", value: type),
        ]
        if let target { headers.append((name: "X-Amz-Target", value: target)) }
        let signable = SignableRequest(method: method.rawValue, path: path, headers: headers, body: Array(body.utf8))
        let signer = Signer(
            credentials: SigV4.Credentials(accessKeyId: "test", secretAccessKey: "test"), region: "us-east-1",
            service: service)
        var request = HTTPClientRequest(url: endpoint + path)
        request.method = method
        for (name, value) in headers + signer.headers(for: signable, time: Int(Date().timeIntervalSince1970)) {
            request.headers.replaceOrAdd(name: name, value: value)
        }
        request.body = .bytes(ByteBuffer(string: body))
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let text = String(buffer: try await answer.body.collect(upTo: 1 << 20))
        guard (200..<300).contains(answer.status.code) else {
            throw DemoFailure("\(target ?? service) at \(endpoint) answered \(answer.status.code): \(text.prefix(300))")
        }
    }
}

/// Why a sample could not be set up.
struct DemoFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
