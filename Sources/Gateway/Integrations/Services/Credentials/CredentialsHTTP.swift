import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Small calls to those who lend credentials, off the loops: bounded in time and size.
struct CredentialsHTTP: Sendable {
    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var isSuccess: Bool { (200..<300).contains(status) }
    }

    static let largestAnswer = 262_144

    func send(
        _ verb: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        seconds: Int64 = 5
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: verb)
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        if !body.isEmpty { request.body = .bytes(body) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(seconds))
        let buffer = try await response.body.collect(upTo: Self.largestAnswer)
        return Answer(status: Int(response.status.code), body: Array(buffer.readableBytesView))
    }
}
