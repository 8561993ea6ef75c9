import ControlAPI
import Foundation
import Testing

@testable import Gateway

/// An integration's `retry`, with real backends that misbehave.
@Suite struct RetryTests {
    /// Answers with these statuses in turn, the last one again and again. `0` closes the connection without an answer,
    /// and `-1` says nothing.
    private static func backend(_ statuses: [Int], headers: String = "", seen: Counter) throws -> ScriptedBackend {
        let bodies = Bodies()
        return try ScriptedBackend { connection, _ in
            while true {
                let request = try connection.message()
                seen.add(1)
                let count = bodies.add(request.text)
                switch statuses[min(count, statuses.count) - 1] {
                case 0: return
                case -1:
                    _ = connection.isAtEnd()
                    return
                case let status:
                    try connection.send(
                        ScriptedBackend.answer("\(count) \(request.text)", status: "\(status) S", headers: headers))
                }
            }
        }
    }

    private final class Bodies: @unchecked Sendable {
        private let lock = NSLock()
        private var count = 0
        func add(_ body: String) -> Int {
            lock.withLock {
                count += 1
                return count
            }
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var statuses: [Int]
        var verb = "GET"
        var retryOn: [String]?
        var attempts = 3
        var type = "HTTP_PROXY"
        var body = ""
        var status: Int
        var calls: Int

        var testDescription: String { "\(type) \(verb) \(statuses) on \(retryOn ?? []) → \(status), \(calls) calls" }
    }

    @Test(arguments: [
        Row(statuses: [503, 502, 200], status: 200, calls: 3),
        Row(statuses: [503, 503, 503, 200], status: 503, calls: 3),
        Row(statuses: [503, 200], attempts: 1, status: 503, calls: 1),
        Row(statuses: [504, 200], status: 200, calls: 2),
        Row(statuses: [429, 200], status: 429, calls: 1),
        Row(statuses: [429, 200], retryOn: ["429"], status: 200, calls: 2),
        Row(statuses: [503, 200], retryOn: ["429"], status: 503, calls: 1),
        Row(statuses: [500, 200], status: 500, calls: 1),
        Row(statuses: [404, 200], status: 404, calls: 1),
        Row(statuses: [0, 200], status: 200, calls: 2),
        Row(statuses: [0, 200], retryOn: ["503"], status: 504, calls: 1),
        Row(statuses: [-1, 200], retryOn: ["timeout"], status: 200, calls: 2),
        Row(statuses: [-1, 200], status: 504, calls: 1),
        // What may have been carried out is never sent again.
        Row(statuses: [503, 200], verb: "POST", body: "b", status: 503, calls: 1),
        Row(statuses: [0, 200], verb: "POST", body: "b", status: 504, calls: 1),
        Row(statuses: [503, 200], verb: "PATCH", body: "b", status: 503, calls: 1),
        Row(statuses: [503, 0, 200], verb: "PUT", body: "all of it", status: 200, calls: 3),
        Row(statuses: [503, 200], verb: "DELETE", status: 200, calls: 2),
        Row(statuses: [503, 0, 200], type: "HTTP", status: 200, calls: 3),
        Row(statuses: [503, 200], verb: "PUT", type: "HTTP", body: "all of it", status: 200, calls: 2),
    ])
    func `what is sent again`(_ row: Row) async throws {
        let seen = Counter()
        let backend = try Self.backend(row.statuses, seen: seen)
        var retry = IntegrationRetry(maxAttempts: row.attempts)
        (retry.baseDelayMillis, retry.retryOn) = (2, row.retryOn)
        var integration = TestPlane.linked(type: row.type, timeout: 900, retry: retry)[0]
        integration.resourceMethods?["ANY"]?.methodIntegration?.connectionType = "INTERNET"
        integration.resourceMethods?["ANY"]?.methodIntegration?.uri = "http://127.0.0.1:\(backend.port)/{proxy}"
        let plane = try await TestPlane([integration])
        let answer = try await plane.call("/prod/x", verb: row.verb, body: row.body)
        #expect(answer.status == row.status)
        #expect(seen.value == row.calls)
        if row.status == 200 { #expect(answer.text == "\(row.calls) \(row.body)") }
        await plane.stop()
    }

    @Test func `without retry nothing that reached the backend is sent again`() async throws {
        for statuses in [[503, 200], [0, 200], [429, 200]] {
            let seen = Counter()
            let backend = try Self.backend(statuses, seen: seen)
            let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
            #expect(try await plane.call("/prod/x").status == (statuses[0] == 0 ? 504 : statuses[0]))
            #expect(seen.value == 1)
            await plane.stop()
        }
    }

    @Test func `Retry-After beyond the timeout ends it`() async throws {
        let seen = Counter()
        let backend = try Self.backend([503, 200], headers: "Retry-After: 5\r\n", seen: seen)
        let plane = try await TestPlane(TestPlane.linked(timeout: 2000, retry: IntegrationRetry(maxAttempts: 3)))
        await plane.publish(TestPlane.pool([backend.port]))
        let answer = try await plane.call("/prod/x")
        #expect(answer.status == 503)
        #expect(answer["retry-after"] == "5")
        #expect(seen.value == 1)
        await plane.stop()
    }

    @Test func `a POST goes to another target when no connection took it`() async throws {
        let nobody = try RefusingPort()
        defer { nobody.close() }
        let echo = try ScriptedBackend.echo()
        var retry = IntegrationRetry(maxAttempts: 2)
        retry.baseDelayMillis = 1
        let plane = try await TestPlane(TestPlane.linked(retry: retry))
        await plane.publish(TestPlane.pool([nobody.port, echo.port]))
        for _ in 0..<4 {
            let answer = try await plane.call("/prod/x", verb: "POST", body: "all of it")
            #expect(answer.status == 200)
            #expect(answer.text.hasSuffix("\nall of it"))
        }
        await plane.stop()
    }

    @Test func `each attempt goes to another target`() async throws {
        let seen = Counter()
        let failing = try Self.backend([503], seen: seen)
        let well = try ScriptedBackend.named("well")
        var retry = IntegrationRetry(maxAttempts: 2)
        (retry.baseDelayMillis, retry.budgetPercent) = (0, 100)
        let plane = try await TestPlane(TestPlane.linked(retry: retry))
        await plane.publish(TestPlane.pool([failing.port, well.port]))
        #expect(Set(try await plane.bodies(10)) == ["well"])
        #expect(seen.value == 5)
        #expect(await plane.target(failing.port)?.failures == 5)
        await plane.stop()
    }

    @Test func `the budget ends retries`() async throws {
        let seen = Counter()
        let backend = try Self.backend([503], seen: seen)
        var retry = IntegrationRetry(maxAttempts: 2)
        (retry.baseDelayMillis, retry.budgetPercent) = (0, 0)
        let plane = try await TestPlane(TestPlane.linked(retry: retry))
        await plane.publish(TestPlane.pool([backend.port]))
        let begun = ContinuousClock().now
        for _ in 0..<40 { #expect(try await plane.call("/prod/x").status == 503) }
        let seconds = Int((ContinuousClock().now - begun).components.seconds) + 1
        #expect(seen.value <= 40 + RetryBudget.reserve * (seconds + 1))
        #expect(seen.value > 40)
        await plane.stop()
    }

    @Test func `each retry has its line`() async throws {
        let backend = try Self.backend([503, 200], seen: Counter())
        var retry = IntegrationRetry(maxAttempts: 3)
        retry.baseDelayMillis = 0
        let plane = try await TestPlane([])
        var stage = Stage(stageName: "prod", deploymentId: "base")
        var settings = MethodSetting()
        settings.loggingLevel = "ERROR"
        stage.methodSettings = ["*/*": settings]
        try await plane.publish(TestPlane.linked(retry: retry), stage: stage)
        await plane.publish(TestPlane.pool([backend.port]))
        #expect(try await plane.call("/prod/x").status == 200)
        let lines = await plane.plane.executionLogs(apiId: nil, stageName: nil, limit: 1).first?.lines.map(\.message)
        #expect(lines?.contains("Attempt 2 of 3 follows in 0 ms: status 503") == true, "\(lines ?? [])")
        await plane.stop()
    }

    // MARK: The parts

    @Test func `waits double up to their bound`() {
        var retry = IntegrationRetry(maxAttempts: 5)
        (retry.baseDelayMillis, retry.maxDelayMillis) = (100, 300)
        let plan = RetryPlan(retry, timeoutMilliseconds: 29_000)
        var random = LoopRandom()
        for (attempt, bound) in [(2, 100), (3, 200), (4, 300), (5, 300)] {
            let waits = (0..<2000).map { _ in plan.delay(before: attempt, random: &random) / 1_000_000 }
            #expect(waits.allSatisfy { $0 <= bound })
            // Full jitter: anything between nothing and the bound.
            #expect((waits.min() ?? .max) < bound / 10)
            #expect((waits.max() ?? 0) > UInt64(bound) * 9 / 10)
        }
    }

    @Test(arguments: [(20, 100, 20), (50, 10, 5), (0, 1000, 0), (100, 1000, 100), (200, 10, 10)])
    func `the budget is a share of the requests`(_ percent: Int, _ requests: Int, _ retries: Int) {
        let budget = RetryBudget(percent: percent)
        for _ in 0..<requests { budget.deposit() }
        let now: UInt64 = 1_000_000_000_000
        var granted = 0
        while budget.withdraw(at: now) { granted += 1 }
        #expect(granted == retries + RetryBudget.reserve)
        #expect(!budget.withdraw(at: now))
        #expect(budget.withdraw(at: now + 1_000_000_000))
    }

    @Test(arguments: [
        (nil as [String]?, nil as Int?, 900), (["timeout"], nil, 300), (["timeout"], 50, 50), (nil, 70, 70),
    ])
    func `the time of an attempt`(_ retryOn: [String]?, _ given: Int?, _ milliseconds: Int) {
        var retry = IntegrationRetry(maxAttempts: 3)
        (retry.retryOn, retry.attemptTimeoutMillis) = (retryOn, given)
        let plan = RetryPlan(retry, timeoutMilliseconds: 900)
        #expect(plan.attemptTimeout == UInt64(milliseconds) * 1_000_000)
    }
}
