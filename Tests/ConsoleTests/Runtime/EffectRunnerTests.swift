import ControlAPI
import Synchronization
import Testing

@testable import Console

@Suite("Effects that call the engine")
struct EffectRunnerTests {
    /// A service whose feeds say what they are given and then stay open or fail.
    private static func service(
        feed: [ControlEvent] = [], ends: ControlError? = nil,
        apis: @escaping @Sendable () async throws -> [RestApi] = { [] }
    ) -> ControlService {
        ControlService(
            endpoint: "test", apis: apis, resources: { _ in [] }, stages: { _ in Fixtures.stages },
            deployments: { _ in [] }, deployment: { _, id in Deployment(id: id, createdDate: Timestamp(seconds: 0)) },
            metrics: { _ in [] }, journal: { [] }, accessLog: { _ in Fixtures.records },
            change: { _, change in
                if case .disableCanary = change { throw Fixtures.conflict }
                return change.applied(to: Fixtures.stages[1])
            },
            answer: { request in
                guard case .models = request else { throw Fixtures.conflict }
                return .models(Fixtures.models)
            },
            perform: { call in if case .deleteApiKey = call { throw Fixtures.conflict } },
            test: { _, verb, request in
                guard verb == "GET" else { throw Fixtures.conflict }
                var answer = TestInvokeMethodResponse()
                answer.body = request.pathWithQueryString
                return answer
            },
            invoke: { name, payload in
                guard name == "hello" else { throw Fixtures.conflict }
                return InvocationAnswer(payload)
            },
            events: { selection in
                AsyncThrowingStream { continuation in
                    for event in feed { continuation.yield(event) }
                    if selection.functions != .none {
                        continuation.yield(.functions(records: Fixtures.functionLog, dropped: 2))
                    }
                    if selection.access != .none {
                        continuation.yield(.access(records: Fixtures.records, dropped: 1))
                    }
                    if let ends { continuation.finish(throwing: ends) }
                }
            })
    }

    /// Collects until a condition holds, three minutes at most.
    private func events(_ mailbox: Mailbox, until done: ([AppEvent]) -> Bool) async throws -> [AppEvent] {
        var all: [AppEvent] = []
        let deadline = ContinuousClock.now + .seconds(180)
        while ContinuousClock.now < deadline {
            all += mailbox.drain()
            if done(all) { return all }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("waited too long; there are \(all)")
        return all
    }

    @Test func answersAndErrorsComeBackAsEvents() async throws {
        let mailbox = Mailbox {}
        let runner = EffectRunner(service: Self.service { throw Fixtures.conflict }, mailbox: mailbox)
        runner.fetch(.stages(apiId: "a"))
        runner.fetch(.apis)
        let all = try await events(mailbox) { $0.count >= 2 }
        #expect(
            all.contains {
                if case .answered(.stages(apiId: "a"), .stages(Fixtures.stages)) = $0 { return true }
                return false
            })
        #expect(
            all.contains {
                if case .failed(.apis, Fixtures.conflict) = $0 { return true }
                return false
            })
    }

    @Test func changesAreSentAndTheirEndTold() async throws {
        let mailbox = Mailbox {}
        let runner = EffectRunner(service: Self.service(), mailbox: mailbox)
        runner.change(Fixtures.prod, .canaryWeight(25), token: 1)
        runner.change(Fixtures.prod, .disableCanary, token: 2)
        let all = try await events(mailbox) { $0.count >= 2 }
        #expect(
            all.contains {
                if case .changed(Fixtures.prod, token: 1, let stage) = $0 {
                    return stage.canarySettings?.percentTraffic == 25
                }
                return false
            })
        #expect(
            all.contains {
                if case .changeFailed(Fixtures.prod, token: 2, Fixtures.conflict) = $0 { return true }
                return false
            })
    }

    @Test func callsAndTestsAreSentAndTheirEndTold() async throws {
        let mailbox = Mailbox {}
        let runner = EffectRunner(service: Self.service(), mailbox: mailbox)
        let flush = Job(.flushStageCache(Fixtures.prod), doing: "", done: "")
        let delete = Job(.deleteApiKey(keyId: "k"), doing: "", done: "")
        var request = TestInvokeMethodRequest()
        request.pathWithQueryString = "/orders/7"
        runner.fetch(.models(apiId: "a"))
        runner.perform(flush, token: 1)
        runner.perform(delete, token: 2)
        runner.test(Fixtures.oneOrder, verb: "GET", request, token: 3)
        runner.test(Fixtures.oneOrder, verb: "PUT", request, token: 4)
        let all = try await events(mailbox) { $0.count >= 5 }
        func has(_ test: (AppEvent) -> Bool) -> Bool { all.contains(where: test) }
        #expect(has { if case .answered(.models, .models(Fixtures.models)) = $0 { true } else { false } })
        #expect(has { if case .performed(flush, token: 1) = $0 { true } else { false } })
        #expect(has { if case .refused(delete, token: 2, Fixtures.conflict) = $0 { true } else { false } })
        #expect(
            has {
                if case .tested(Fixtures.oneOrder, token: 3, let answer) = $0 { return answer.body == "/orders/7" }
                return false
            })
        #expect(
            has { if case .testFailed(Fixtures.oneOrder, token: 4, Fixtures.conflict) = $0 { true } else { false } })
    }

    @Test func aFeedThatEndsIsALostEngine() async throws {
        let mailbox = Mailbox {}
        let service = Self.service(feed: [.hello(Fixtures.engine)], ends: Fixtures.refusedConnection)
        let runner = EffectRunner(service: service, mailbox: mailbox)
        runner.connect(afterMilliseconds: 0)
        let all = try await events(mailbox) { $0.count >= 2 }
        guard case .feed(.hello(Fixtures.engine))? = all.first, case .feedLost(Fixtures.refusedConnection)? = all.last
        else {
            Issue.record("\(all)")
            return
        }
        runner.stop()
    }

    @Test func aTailHandsRecordsOnUntilItIsStopped() async throws {
        let mailbox = Mailbox {}
        let runner = EffectRunner(service: Self.service(), mailbox: mailbox)
        runner.tail(.api(apiId: "a"))
        let all = try await events(mailbox) { !$0.isEmpty }
        guard case .tail(.api(apiId: "a"), let records, dropped: 1)? = all.first else {
            Issue.record("\(all)")
            return
        }
        #expect(records == Fixtures.records)
        runner.tail(.none)
    }

    @Test func whatAFunctionWritesIsHandedOnBesideTheAccessLog() async throws {
        let mailbox = Mailbox {}
        let runner = EffectRunner(service: Self.service(), mailbox: mailbox)
        runner.tail(.api(apiId: "a"))
        runner.tailFunctions(.function(name: "hello"))
        let all = try await events(mailbox) { $0.count >= 2 }
        #expect(
            all.contains {
                guard case .functionTail(.function(name: "hello"), let records, dropped: 2) = $0 else { return false }
                return records == Fixtures.functionLog
            })
        #expect(all.contains { if case .tail = $0 { true } else { false } })
        runner.stop()
    }

    @Test func functionsAreInvokedAndTheirAnswersTold() async throws {
        let mailbox = Mailbox {}
        let runner = EffectRunner(service: Self.service(), mailbox: mailbox)
        runner.invoke(functionName: "hello", payload: "{}", token: 1)
        runner.invoke(functionName: "other", payload: "{}", token: 2)
        let all = try await events(mailbox) { $0.count >= 2 }
        #expect(
            all.contains {
                guard case .invoked("hello", token: 1, let answer) = $0 else { return false }
                return answer == InvocationAnswer("{}")
            })
        #expect(
            all.contains {
                if case .invokeFailed("other", token: 2, Fixtures.conflict) = $0 { true } else { false }
            })
    }

    /// Otherwise what happens between the answer and the feed's start would be lost.
    @Test func aTailAsksForThePastWhenTheFeedSpeaks() async throws {
        let mailbox = Mailbox {}
        let service = Self.service(feed: [.hello(Fixtures.engine)], ends: nil)
        let runner = EffectRunner(service: service, mailbox: mailbox)
        runner.tail(.api(apiId: "a"))
        let all = try await events(mailbox) { $0.count >= 2 }
        #expect(
            all.contains {
                if case .answered(.log(.api(apiId: "a")), .log(Fixtures.records)) = $0 { return true }
                return false
            })
        runner.stop()
    }

    /// Thousands of APIs are asked for their stages a few at a time.
    @Test func onlySoManyCallsAreUnderWay() async throws {
        let now = Mutex((running: 0, most: 0))
        let service = Self.service {
            now.withLock { $0 = ($0.running + 1, max($0.most, $0.running + 1)) }
            await Task.yield()
            try await Task.sleep(for: .milliseconds(1))
            now.withLock { $0.running -= 1 }
            return []
        }
        let mailbox = Mailbox {}
        let runner = EffectRunner(service: service, mailbox: mailbox)
        for _ in 0..<100 { runner.fetch(.apis) }
        let all = try await events(mailbox) { $0.count == 100 }
        #expect(all.count == 100)
        #expect(now.withLock { $0.most } <= EffectRunner.parallelCalls)
    }
}
