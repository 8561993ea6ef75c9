import ControlAPI
import Foundation

@testable import Gateway

/// A plane with one method on `/` of an API with binary media types or compression, and a backend that keeps what it got.
struct PayloadPlane {
    let plane: TestPlane
    let backend: RecordingBackend

    static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0xFF, 0x00, 0x80]
    static let pngBase64 = Array("iVBORw0KGgoA/wCA".utf8)
    /// What is left of it where it is taken for text: each byte that is no UTF-8 became U+FFFD.
    static let pngAsText = Array("\u{FFFD}PNG\r\n\u{1A}\n\0\u{FFFD}\0\u{FFFD}".utf8)

    /// `integration` is filled in: its type is given, everything else only if it is not there.
    init(
        _ integration: Integration, binaryTypes: [String]? = nil, minimumCompressionSize: Int? = nil,
        verb: String = "ANY",
        response: RecordingBackend.Response = .init()
    ) async throws {
        backend = try RecordingBackend(response)
        var integration = integration
        if integration.type != "MOCK" {
            integration.uri = "http://127.0.0.1:\(backend.port)/"
            if integration.integrationResponses == nil {
                integration.integrationResponses = ["200": IntegrationResponse(statusCode: "200")]
            }
        }
        var api = RestApi(id: TestPlane.apiId, name: "test", createdDate: Timestamp(seconds: 0))
        api.binaryMediaTypes = binaryTypes
        api.minimumCompressionSize = minimumCompressionSize
        plane = try await TestPlane([]) { $0.templates = VelocityTemplates() }
        let snapshot = DeploymentSnapshot(
            deploymentId: "base", restApi: api, resources: [TestPlane.resource("/", integration, verb: verb)])
        let publication = StagePublication(
            apiId: TestPlane.apiId, stage: Stage(stageName: "prod", deploymentId: "base"), base: snapshot, canary: nil)
        await plane.plane.publish(try plane.plane.prepare(publication))
    }

    /// `chunks`: the body goes out in chunks of this size.
    func call(_ verb: String = "POST", _ headers: [String] = [], body: [UInt8] = [], chunks: Int? = nil) async throws
        -> Message
    {
        var request = "\(verb) /prod HTTP/1.1\r\nHost: \(TestPlane.apiId).execute-api.us-east-1.localhost\r\n"
        for header in headers { request += header + "\r\n" }
        var bytes: [UInt8]
        if let chunks {
            bytes = Array((request + "Transfer-Encoding: chunked\r\n\r\n").utf8)
            for start in stride(from: 0, to: body.count, by: chunks) {
                let part = body[start..<min(body.count, start + chunks)]
                bytes += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + Array("\r\n".utf8)
            }
            bytes += Array("0\r\n\r\n".utf8)
        } else {
            if !body.isEmpty { request += "Content-Length: \(body.count)\r\n" }
            bytes = Array((request + "\r\n").utf8) + body
        }
        return try await blocking { [bytes, port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(bytes)
            return try socket.message(toHead: verb == "HEAD")
        }
    }

    /// What the log says of the last request's error.
    func lastError() async -> String? { await plane.plane.accessLog(AccessLogQuery()).last?.errorMessage }

    func stop() async { await plane.stop() }
}

/// Answers each request with the same bytes and keeps the requests.
final class RecordingBackend: @unchecked Sendable {
    struct Response: Sendable {
        var status = 200
        var headers: [String] = ["Content-Type: text/plain"]
        var body: [UInt8] = Array("ok".utf8)
        /// With `Content-Length`, or in one chunk.
        var isChunked = false
    }

    private let lock = NSLock()
    private var requests: [Message] = []
    private var backend: ScriptedBackend?

    init(_ response: Response) throws {
        var head = "HTTP/1.1 \(response.status) X\r\n" + response.headers.map { $0 + "\r\n" }.joined()
        let size = response.body.count
        head += response.isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: \(size)\r\n\r\n"
        var bytes = Array(head.utf8)
        if response.isChunked {
            bytes += Array("\(String(size, radix: 16))\r\n".utf8) + response.body + Array("\r\n0\r\n\r\n".utf8)
        } else {
            bytes += response.body
        }
        backend = try ScriptedBackend { [self, bytes, head] connection, _ in
            while true {
                let request = try connection.message()
                lock.withLock { requests.append(request) }
                try connection.send(request.startLine.hasPrefix("HEAD") ? Array(head.utf8) : bytes)
            }
        }
    }

    var port: Int { backend?.port ?? 0 }
    var last: Message? { lock.withLock { requests.last } }
    var count: Int { lock.withLock { requests.count } }
}
