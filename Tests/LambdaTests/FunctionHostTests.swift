import ControlAPI
import Foundation
import JSON
import NIOCore
import Testing

@testable import Lambda

extension FunctionRuns {
    /// Concurrency, events, reload and the host's own life.
    @Suite(.needsPython) struct FunctionHostTests {
        /// Answers its process id when the file that the event names is there.
        private static let gated = """
            import os, time
            def handler(event, context):
                if "log" in event:
                    with open(event["log"], "a") as log: log.write("x")
                while event.get("gate") and not os.path.exists(event["gate"]): time.sleep(0.005)
                if event.get("fail"): raise ValueError("failed")
                return os.getpid()
            """

        private func publish(
            _ test: TestHost, reserved: Int? = nil, _ change: (inout FunctionVersion) -> Void = { _ in }
        )
            throws
        {
            try test.publish(runtime: "python3.11", files: ["app.py": Self.gated], reserved: reserved, change)
        }

        private func gate(_ test: TestHost) -> (event: String, open: @Sendable () -> Void) {
            let path = "\(test.directory)/gate-\(RequestIds.hexadecimal(digits: 8))"
            return (#"{"gate":"\#(path)"}"#, { _ = FileManager.default.createFile(atPath: path, contents: nil) })
        }

        @Test func invocationsAtOnceHaveAnEnvironmentEachThatIsUsedAgain() async throws {
            try await TestHost.run { test in
                try publish(test)
                let gate = gate(test)
                async let one = test.invoke("f", gate.event)
                async let two = test.invoke("f", gate.event)
                async let three = test.invoke("f", gate.event)
                try await test.eventually("they do not run at once") { test.state?.busy == 3 }
                gate.open()
                let pids = await Set([one.payload, two.payload, three.payload])
                #expect(pids.count == 3)
                #expect(test.state?.coldStarts == 3)
                #expect(test.state?.busy == 0)
                let again = await test.invoke().payload
                #expect(pids.contains(again))
                #expect(await pids.contains(test.invoke().payload))
                #expect(test.state?.coldStarts == 3)
            }
        }

        @Test(arguments: [(1, 100), (nil, 1)] as [(Int?, Int)])
        func whatIsOverTheLimitIsThrottled(reserved: Int?, ceiling: Int) async throws {
            try await TestHost.run({ $0.maximumEnvironments = ceiling }) { test in
                try publish(test, reserved: reserved)
                let gate = gate(test)
                async let first = test.invoke("f", gate.event)
                try await test.eventually("it does not run") { test.state?.busy == 1 }
                let second = await test.invoke()
                #expect(second.refusal == "429 TooManyRequestsException")
                #expect(test.state?.throttles == 1)
                gate.open()
                #expect(await first.functionError == nil)
                // One after the other there is room.
                for _ in 1...20 { #expect(await test.invoke().refusal == nil) }
                #expect(test.state?.coldStarts == 1)
            }
        }

        @Test func noConcurrencyAtAllRefusesAll() async throws {
            try await TestHost.run { test in
                try publish(test, reserved: 0)
                #expect(await test.invoke().refusal == "429 TooManyRequestsException")
            }
        }

        @Test func anIdleEnvironmentMakesRoomForAnotherFunction() async throws {
            try await TestHost.run({ $0.maximumEnvironments = 1 }) { test in
                test.host.publish(
                    try ["a", "b"].map { try test.function($0, runtime: "python3.11", files: ["app.py": Self.gated]) })
                for name in ["a", "b", "a"] { #expect(await test.invoke(name).functionError == nil) }
            }
        }

        @Test func refusalsAreLambdas() async throws {
            try await TestHost.run { test in
                try publish(test)
                #expect(await test.invoke("g").refusal == "404 ResourceNotFoundException")
                #expect(await test.invoke("f:9").refusal == "404 ResourceNotFoundException")
                #expect(await test.invoke("f", "{").refusal == "400 InvalidRequestContentException")
                let big = "\"\(String(repeating: "x", count: 6 << 20))\""
                #expect(await test.invoke("f", big).refusal == "413 RequestTooLargeException")
                let bigEvent = "\"\(String(repeating: "x", count: 1 << 20))\""
                #expect(await test.invoke("f", bigEvent, kind: .event).refusal == "413 RequestTooLargeException")
                let gateway = await test.invoke {
                    $0.caller = .apiGateway(sourceArn: "arn:aws:execute-api:us-east-1:000000000000:abc/prod/GET/")
                }
                #expect(gateway.refusal == "403 AccessDeniedException")
                let dry = await test.invoke("f", "{}", kind: .dryRun)
                guard case .checked = dry.answer else {
                    Issue.record("a dry run was \(dry.answer)")
                    return
                }
                #expect(test.state?.invocations == 0)
            }
        }

        @Test func versionsRunSideBySide() async throws {
            try await TestHost.run { test in
                let source =
                    "import os\ndef handler(event, context): return os.environ['AWS_LAMBDA_FUNCTION_VERSION']\n"
                var function = try test.function(runtime: "python3.11", files: ["app.py": source])
                var first = try #require(function.versions["$LATEST"])
                first.version = "1"
                function.versions["1"] = first
                function.aliases["live"] = FunctionAlias(version: "1")
                test.host.publish([function])
                #expect(await test.invoke("f").payload == "\"$LATEST\"")
                let live = await test.invoke("f:live")
                #expect(live.payload == "\"1\"")
                #expect(live.executedVersion == "1")
            }
        }

        // MARK: Events

        private func runs(_ path: String) -> Int {
            (FileManager.default.contents(atPath: path) ?? Data()).count
        }

        @Test func anEventIsAcceptedAtOnceAndTriedThriceIfItFails() async throws {
            try await TestHost.run({ $0.eventRetryDelays = [.milliseconds(10), .milliseconds(20)] }) { test in
                try publish(test)
                let log = "\(test.directory)/runs"
                let result = await test.invoke("f", #"{"log":"\#(log)","fail":true}"#, kind: .event)
                guard case .accepted = result.answer else {
                    Issue.record("an event was \(result.answer)")
                    return
                }
                try await test.eventually("it is not dropped") {
                    test.log().contains { $0 == "The event \(result.requestId) was dropped: it failed 3 times." }
                }
                #expect(runs(log) == 3)
                #expect(test.state?.errors == 3)
                // Retries keep the request's id.
                #expect(test.log().filter { $0.hasPrefix("START RequestId: \(result.requestId) ") }.count == 3)
            }
        }

        @Test func eventsWaitForRoomAndThenRun() async throws {
            try await TestHost.run({ $0.maximumWaitingEvents = 4 }) { test in
                try publish(test, reserved: 1)
                let log = "\(test.directory)/runs"
                let gate = gate(test)
                async let first = test.invoke("f", gate.event)
                try await test.eventually("it does not run") { test.state?.busy == 1 }
                for _ in 1...4 { #expect(await test.invoke("f", #"{"log":"\#(log)"}"#, kind: .event).refusal == nil) }
                // No more may wait.
                #expect(await test.invoke("f", "{}", kind: .event).refusal == "429 TooManyRequestsException")
                #expect(runs(log) == 0)
                gate.open()
                _ = await first
                try await test.eventually("they do not run") { runs(log) == 4 }
                #expect(test.state?.coldStarts == 1)
            }
        }

        // MARK: New code

        @Test func savedCodeRunsAtTheNextInvocation() async throws {
            try await TestHost.run { test in
                let source = { (text: String) in "from lib.part import x\ndef handler(e, c): return ['\(text)', x]\n" }
                try test.publish(runtime: "python3.11", files: ["app.py": source("one"), "lib/part.py": "x = 1\n"]) {
                    $0.watchesCode = true
                }
                #expect(await test.invoke().json == ["one", 1])
                #expect(await test.invoke().json == ["one", 1])
                #expect(test.state?.coldStarts == 1)
                for round in 2...5 {
                    try test.write(["app.py": source("round \(round)")])
                    #expect(await test.invoke().json?[0]?.string == "round \(round)")
                }
                #expect(test.state?.coldStarts == 5)
            }
        }

        @Test func codeThatIsNotWatchedRunsUntilItIsPublished() async throws {
            try await TestHost.run { test in
                let source = { (number: Int) in ["app.py": "def handler(e, c): return \(number)\n"] }
                try test.publish(runtime: "python3.11", files: source(1))
                #expect(await test.invoke().payload == "1")
                try test.write(source(2))
                #expect(await test.invoke().payload == "1")
                try test.publish(runtime: "python3.11", files: source(3)) { $0.revision = "2" }
                #expect(await test.invoke().payload == "3")
            }
        }

        @Test func anInvocationUnderWayEndsWithTheCodeThatItBeganWith() async throws {
            try await TestHost.run { test in
                try publish(test)
                let gate = gate(test)
                async let old = test.invoke("f", gate.event)
                try await test.eventually("it does not run") { test.log().contains { $0.hasPrefix("START") } }
                try test.publish(runtime: "python3.11", files: ["app.py": "def handler(e, c): return 'new'\n"]) {
                    $0.revision = "2"
                }
                #expect(await test.invoke().payload == "\"new\"")
                gate.open()
                #expect(await old.json?.int != nil)
                try await test.eventually("the old environment stays") { test.state?.environments == 1 }
                #expect(await test.invoke().payload == "\"new\"")
            }
        }

        @Test func aFunctionThatIsRemovedIsGone() async throws {
            try await TestHost.run { test in
                try publish(test)
                #expect(await test.invoke().functionError == nil)
                test.host.publish([])
                #expect(await test.invoke().refusal == "404 ResourceNotFoundException")
                #expect(test.host.states().isEmpty)
                try await test.eventually("its process stays") {
                    Processes.with("LAMBDA_TASK_ROOT=\(test.directory)/code/f").isEmpty
                }
            }
        }

        // MARK: Life

        @Test func shutdownWaitsAsLongAsItMayAndKillsTheRest() async throws {
            let test = try TestHost()
            try await test.host.start()
            try publish(test)
            let gate = gate(test)
            async let served = test.invoke("f", gate.event)
            try await test.eventually("it does not run") { test.state?.busy == 1 }
            async let end: Void = test.host.shutdown(grace: .seconds(60))
            try await test.eventually("it is let in") { true }
            gate.open()
            #expect(await served.functionError == nil)
            await end
            #expect(await test.invoke().refusal == "500 ServiceException")
            try await test.eventually("a process stays") {
                Processes.with("LAMBDA_TASK_ROOT=\(test.directory)/code/f").isEmpty
            }
            try? FileManager.default.removeItem(atPath: test.directory)
        }

        @Test func shutdownWithoutGraceAnswersWhatItKills() async throws {
            let test = try TestHost()
            try await test.host.start()
            try publish(test)
            async let killed = test.invoke("f", gate(test).event)
            try await test.eventually("it does not run") { test.log().contains { $0.hasPrefix("START") } }
            await test.host.shutdown(grace: .zero)
            #expect(await killed.functionError == "Unhandled")
            try await test.eventually("a process stays") {
                Processes.with("LAMBDA_TASK_ROOT=\(test.directory)/code/f").isEmpty
            }
            #expect(!FileManager.default.fileExists(atPath: test.directory + "/host/tmp"))
            try? FileManager.default.removeItem(atPath: test.directory)
        }

        @Test func functionsOfAHostThatHasNotStartedAreRunOnceItHas() async throws {
            let test = try TestHost()
            try publish(test)
            #expect(await test.invoke().refusal == "500 ServiceException")
            try await test.host.start()
            #expect(await test.invoke().functionError == nil)
            await test.host.shutdown(grace: .zero)
            try? FileManager.default.removeItem(atPath: test.directory)
        }
    }
}
