import Foundation
import NIOHTTP1
import Testing

@testable import ControlAPI

/// The retry table of the specification, 9.4.
@Suite struct RetryPolicyTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var status: Int
        var code: String
        /// Of calls that may be sent twice, and of others.
        var idempotent: Bool
        var other: Bool

        var testDescription: String { "\(status) \(code)" }
    }

    @Test(arguments: [
        Row(status: 400, code: "BadRequestException", idempotent: false, other: false),
        Row(status: 403, code: "AccessDeniedException", idempotent: false, other: false),
        Row(status: 404, code: "NotFoundException", idempotent: false, other: false),
        Row(status: 409, code: "ConflictException", idempotent: false, other: false),
        Row(status: 429, code: "LimitExceededException", idempotent: false, other: false),
        Row(status: 429, code: "TooManyRequestsException", idempotent: true, other: true),
        Row(status: 500, code: "InternalFailure", idempotent: false, other: false),
        Row(status: 502, code: "BadGatewayException", idempotent: true, other: false),
        Row(status: 503, code: "ServiceUnavailableException", idempotent: true, other: true),
        Row(status: 504, code: "EndpointRequestTimedOutException", idempotent: true, other: false),
    ])
    func `what is worth another try`(_ row: Row) {
        let policy = RetryPolicy.standard
        #expect(policy.isWorthAnotherTry(status: row.status, code: row.code, isIdempotent: true) == row.idempotent)
        #expect(policy.isWorthAnotherTry(status: row.status, code: row.code, isIdempotent: false) == row.other)
    }

    @Test func `waits double up to their ceiling, with full jitter`() {
        let policy = RetryPolicy(attempts: 9, base: 0.1, ceiling: 0.5)
        for (attempt, bound) in [(2, 0.1), (3, 0.2), (4, 0.4), (5, 0.5), (9, 0.5), (90, 0.5)] {
            let waits = (0..<2000).map { _ in policy.delay(before: attempt) }
            #expect(waits.allSatisfy { (0...bound).contains($0) })
            #expect((waits.min() ?? 1) < bound / 10)
            #expect((waits.max() ?? 0) > bound * 0.9)
        }
    }

    @Test func `a server may ask for a longer wait, but not for any`() throws {
        let policy = RetryPolicy(attempts: 3, base: 0.1, ceiling: 5, patience: 30)
        #expect(policy.delay(before: 2, retryAfter: 7) == 7)
        #expect(policy.delay(before: 2, retryAfter: 31) == nil)
        #expect(try #require(policy.delay(before: 2, retryAfter: 0)) <= 0.1)
        #expect(try #require(policy.delay(before: 2, retryAfter: nil)) <= 0.1)
    }

    @Test(arguments: [
        ("120", 120.0), (" 3 ", 3), ("0", 0), ("Sun, 06 Nov 1994 08:49:47 GMT", 10),
        ("Sun, 06 Nov 1994 08:49:07 GMT", 0),
        ("", nil), ("-1", nil), ("1.5", nil), ("soon", nil),
    ])
    func `Retry-After`(_ text: String, _ seconds: Double?) {
        // 06 Nov 1994 08:49:37 GMT.
        let now = Date(timeIntervalSince1970: 784_111_777)
        #expect(RetryPolicy.seconds(retryAfter: text, now: now) == seconds)
    }

    @Test func `Retry-After is waited for`() async throws {
        let busy = ClientTests.Prepared(
            status: .serviceUnavailable, body: "{}", type: "ServiceUnavailableException", retryAfter: "1")
        let none = ClientTests.Prepared(status: .ok, body: #"{"item":[]}"#)
        try await ClientTests().served([busy, none]) { client, server in
            let begun = ContinuousClock().now
            _ = try await client.restApis()
            #expect(server.requests.count == 2)
            #expect(ContinuousClock().now - begun >= .milliseconds(990))
        }
        let away = ClientTests.Prepared(
            status: .serviceUnavailable, body: "{}", type: "ServiceUnavailableException", retryAfter: "3600")
        try await ClientTests().served([away, none]) { client, server in
            await #expect(throws: ControlError.self) { _ = try await client.restApis() }
            #expect(server.requests.count == 1)
        }
    }
}
