import ControlAPI
import Foundation
import JSON
import NIOCore
import Testing

@testable import Lambda

extension FunctionRuns {
    /// Functions with a `bootstrap` of their own, those that behave and those that do not.
    @Suite(.needsCurl) struct ProvidedFunctionTests {
        @Test func aShellScriptAnswers() async throws {
            try await TestHost.run { test in
                try test.publish(
                    runtime: "provided.al2023", handler: "my.handler",
                    files: Bootstrap.shell("printf '{\"got\":%s,\"handler\":\"%s\"}' \"$body\" \"$_HANDLER\" | answer"))
                let first = await test.invoke("f", #"{"a":1}"#)
                #expect(first.payload == #"{"got":{"a":1},"handler":"my.handler"}"#)
                #expect(first.functionError == nil)
                #expect(first.executedVersion == "$LATEST")
                let second = await test.invoke("f", "")
                #expect(second.json?["got"] == [:])
                #expect(first.requestId != second.requestId)
                #expect(test.state?.invocations == 2)
                #expect(test.state?.coldStarts == 1)
                #expect(test.state?.errors == 0)
                #expect(test.state?.environments == 1)
                #expect(test.state?.state == "Active")
                #expect(test.state?.initDuration != nil)
            }
        }

        @Test func anAnswerThatIsNoJsonGoesThroughAsItIs() async throws {
            try await TestHost.run { test in
                try test.publish(runtime: "provided", files: Bootstrap.shell("printf 'no { json' | answer"))
                let result = await test.invoke()
                #expect(result.payload == "no { json")
                #expect(result.functionError == nil)
            }
        }

        @Test func anErrorIsAnsweredAsItWasPosted() async throws {
            try await TestHost.run { test in
                let error = #"{"errorMessage":"no cat","errorType":"CatError"}"#
                try test.publish(runtime: "provided", files: Bootstrap.shell("printf '\(error)' | fail CatError"))
                let result = await test.invoke()
                #expect(result.payload == error)
                #expect(result.functionError == "Unhandled")
                #expect(test.state?.errors == 1)
                #expect(test.state?.lastError == "no cat")
                try await test.eventually("no report") { test.log().contains { $0.contains("Error Type: CatError") } }
            }
        }

        @Test func anErrorAtInitIsTheInvocationsAnswer() async throws {
            try await TestHost.run { test in
                let error = #"{"errorMessage":"no config","errorType":"ConfigError"}"#
                let before = "printf '\(error)' | curl -sS -d @- \"$api/init/error\"; exit 1"
                try test.publish(runtime: "provided", files: Bootstrap.shell(before: before, "exit 2"))
                let result = await test.invoke()
                #expect(result.payload == error)
                #expect(result.functionError == "Unhandled")
                try await test.eventually("the environment stays") { test.state?.environments == 0 }
            }
        }

        @Test(arguments: [
            ("exit 1", "Runtime exited with error: exit status 1"),
            ("exit 0", "Runtime exited without providing a reason"),
            ("kill -9 $$", "Runtime exited with error: signal: killed"),
            ("kill -SEGV $$", "Runtime exited with error: signal: segmentation fault"),
        ])
        func anExitIsAnError(action: String, reason: String) async throws {
            try await TestHost.run { test in
                for files in [Bootstrap.shell(action), Bootstrap.shell(before: action, "true")] {
                    try test.publish(runtime: "provided", files: files)
                    let result = await test.invoke()
                    #expect(result.json?["errorType"] == "Runtime.ExitError")
                    #expect(result.json?["errorMessage"]?.string == "RequestId: \(result.requestId) Error: \(reason)")
                    #expect(result.functionError == "Unhandled")
                }
                try await test.eventually("an environment stays") { test.state?.environments == 0 }
            }
        }

        @Test func aHangIsEndedAtTheTimeLimitWithAllItsProcesses() async throws {
            try await TestHost.run { test in
                let body = "sleep 1000 & echo $! > \"$TMPDIR/../../child\"; setsid sleep 1001 & sleep 1002"
                try test.publish(runtime: "provided", files: Bootstrap.shell(body)) { $0.timeout = 1 }
                let result = await test.invoke()
                let message = result.json?["errorMessage"]?.string ?? ""
                #expect(message.hasSuffix("Z \(result.requestId) Task timed out after 1.00 seconds"))
                #expect(result.json?["errorType"] == nil)
                #expect(result.functionError == "Unhandled")
                #expect(test.state?.timeouts == 1)
                try await test.eventually("the environment stays") { test.state?.environments == 0 }
                let stream = try #require(test.log().first { $0.hasPrefix("REPORT") })
                #expect(stream.hasSuffix("Status: timeout"))
                let child = try String(contentsOfFile: test.directory + "/host/child", encoding: .utf8)
                try await test.eventually("a process stays") {
                    Processes.with("LAMBDA_TASK_ROOT=\(test.directory)/code/f").isEmpty
                }
                #expect(Int(child.trimmingCharacters(in: .whitespacesAndNewlines)) != nil)
            }
        }

        @Test func anInitThatHangsCountsAsTheInvocationsTimeAfterItsOwn() async throws {
            try await TestHost.run({ $0.initLimit = .milliseconds(100) }) { test in
                try test.publish(runtime: "provided", files: Bootstrap.shell(before: "sleep 1000", "true")) {
                    $0.timeout = 1
                }
                let result = await test.invoke()
                #expect(result.payload.contains("Task timed out after 1.00 seconds"))
            }
        }

        @Test func aSlowInitIsLetInWithinTheInvocationsTime() async throws {
            try await TestHost.run({ $0.initLimit = .milliseconds(50) }) { test in
                try test.publish(runtime: "provided", files: Bootstrap.shell(before: "sleep 0.3", "echo ok | answer"))
                let result = await test.invoke()
                #expect(result.payload == "ok\n")
            }
        }

        @Test func aHundredMegabytesOfOutputStopNothing() async throws {
            try await TestHost.run { test in
                let noisy = try test.function(
                    "noisy", runtime: "provided",
                    files: Bootstrap.shell("yes 'a line of noise' | head -c 100000000; echo done | answer")
                ) { $0.timeout = 300 }
                let quiet = try test.function(
                    "quiet", runtime: "provided", files: Bootstrap.shell("echo quiet | answer"))
                test.host.publish([noisy, quiet])
                async let noise = test.invoke("noisy")
                #expect(await test.invoke("quiet").payload == "quiet\n")
                let result = await noise
                #expect(result.payload == "done\n")
                #expect(test.log("noisy").count <= 2000)
                try await test.eventually("nothing says what was dropped") {
                    test.log("noisy").contains { $0.hasSuffix("were dropped: too much a second]") }
                }
            }
        }

        @Test func aResponseOverTheLimitIsRefused() async throws {
            try await TestHost.run { test in
                // 6,291,556 bytes are taken, one more is not.
                let body =
                    #"head -c "$(printf '%s' "$body" | tr -d '"')" /dev/zero | tr '\0' x | answer > "$TMPDIR/../../status""#
                try test.publish(runtime: "provided", files: Bootstrap.shell(body))
                #expect(await test.invoke("f", "6291556").payload.utf8.count == 6_291_556)
                let result = await test.invoke("f", "6291557")
                #expect(result.json?["errorType"] == "Function.ResponseSizeTooLarge")
                #expect(
                    result.json?["errorMessage"]?.string
                        == "Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes)."
                )
                #expect(result.functionError == "Unhandled")
                try await test.eventually("the process got no 413") {
                    (try? String(contentsOfFile: test.directory + "/host/status", encoding: .utf8)) == "413"
                }
                // The environment goes on.
                #expect(await test.invoke("f", "3").payload == "xxx")
            }
        }

        @Test func aSecondResponseIsRefusedAndChangesNothing() async throws {
            try await TestHost.run { test in
                let body = "echo first | answer; echo second | answer > \"$TMPDIR/../../status\""
                try test.publish(runtime: "provided", files: Bootstrap.shell(body))
                #expect(await test.invoke().payload == "first\n")
                #expect(await test.invoke().payload == "first\n")
                try await test.eventually("the second is not refused") {
                    (try? String(contentsOfFile: test.directory + "/host/status", encoding: .utf8)) == "400"
                }
            }
        }

        @Test func processesGetLambdasEnvironmentAndNothingElse() async throws {
            try await TestHost.run({ $0.variables = ["AWS_ENDPOINT_URL": "http://127.0.0.1:5000"] }) { test in
                try test.publish(runtime: "provided.al2023", files: Bootstrap.shell("/usr/bin/env | answer")) {
                    $0.environment = ["TABLE": "cats", "AWS_REGION": "mine"]
                }
                let lines = await test.invoke().payload.split(separator: "\n").map(String.init)
                let variables = Dictionary(
                    lines.compactMap { line -> (String, String)? in
                        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
                    }, uniquingKeysWith: { $1 })
                let expected = [
                    "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
                    "AWS_EXECUTION_ENV": "AWS_Lambda_provided.al2023", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
                    "AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
                    "AWS_REGION": "us-east-1", "LAMBDA_RUNTIME_DIR": test.directory + "/host/runtime",
                    "LAMBDA_TASK_ROOT": test.directory + "/code/f", "LANG": "en_US.UTF-8", "TABLE": "cats",
                    "TZ": ":UTC",
                    "_HANDLER": "app.handler",
                ]
                for (name, value) in expected { #expect(variables[name] == value, "\(name)") }
                #expect(variables["AWS_LAMBDA_LOG_STREAM_NAME"]?.contains("/[$LATEST]") == true)
                #expect(variables["HOME"] == nil)
                #expect(variables["PWD"] == test.directory + "/code/f")
            }
        }

        @Test func anEnvironmentHasATmpFolderThatGoesWithIt() async throws {
            try await TestHost.run({ $0.idleLifetime = .zero }) { test in
                let body = "touch \"$TMPDIR/kept\"; printf '%s' \"$TMPDIR\" | answer"
                try test.publish(runtime: "provided", files: Bootstrap.shell(body))
                let folder = await test.invoke().payload
                #expect(folder.hasPrefix(test.directory + "/host/tmp/"))
                try await test.eventually("the idle environment stays") { test.state?.environments == 0 }
                try await test.eventually("its folder stays") { !FileManager.default.fileExists(atPath: folder) }
            }
        }

        @Test(.needsPython) func aProcessInheritsNoDescriptor() async throws {
            let source = """
                inherited = []
                for file in os.listdir("/proc/self/fd"):
                    try: target = os.readlink("/proc/self/fd/" + file)
                    except OSError: continue
                    if int(file) > 2 and ("socket:" in target or "pipe:" in target or "anon_inode:" in target):
                        inherited.append(target)
                while True: answer(next(), ",".join(inherited))
                """
            try await TestHost.run { test in
                try test.publish(runtime: "provided", files: Bootstrap.python(source))
                #expect(await test.invoke().payload == "")
            }
        }

        @Test func logLinesStandBetweenStartAndReport() async throws {
            try await TestHost.run { test in
                try test.publish(
                    runtime: "provided",
                    files: Bootstrap.shell("echo one; echo two >&2; echo '\"x\"' | answer"))
                let lines = test.host.logLines(of: .function(name: "f"))
                let result = await test.invoke { $0.wantsLogTail = true }
                let id = result.requestId
                let log = test.log()
                #expect(log.count == 5)
                #expect(
                    Array(log.prefix(4)) == [
                        "START RequestId: \(id) Version: $LATEST", "one", "two", "END RequestId: \(id)",
                    ])
                #expect(log.last?.hasPrefix("REPORT RequestId: \(id)\tDuration: ") == true)
                #expect(log.last?.contains("\tInit Duration: ") == true)
                #expect(String(decoding: result.logTail ?? [], as: UTF8.self) == log.joined(separator: "\n") + "\n")
                var heard: [String] = []
                for await batch in lines {
                    heard += batch.records.map(\.message)
                    if heard.count >= 5 { break }
                }
                #expect(heard == log)
                #expect(test.host.logs(function: "f", limit: 10).allSatisfy { $0.requestId == id })
                #expect(await test.invoke().logTail == nil)
            }
        }

        @Test(arguments: [
            ("provided.al2023", "bootstrap"), ("python3.12", "folder"), ("java21", "bootstrap"),
            ("ruby3.3", "bootstrap"),
        ])
        func whatCannotRunSaysWhy(runtime: String, reason: String) async throws {
            try await TestHost.run { test in
                try test.publish(runtime: runtime, files: reason == "folder" ? [:] : ["README": "nothing"])
                let result = await test.invoke()
                #expect(result.json?["errorType"] == "Runtime.InvalidEntrypoint")
                #expect(result.payload.contains(reason))
                #expect(test.state?.state == "Failed")
                #expect(test.state?.stateReason?.contains(reason) == true)
            }
        }

        @Test func aProgramThatTheKernelCannotStartSaysWhy() async throws {
            try await TestHost.run { test in
                try test.publish(runtime: "provided", files: ["bootstrap": "#!/no/such/interpreter\n"])
                let result = await test.invoke()
                #expect(result.json?["errorType"] == "Runtime.InvalidEntrypoint")
                #expect(result.payload.contains("No such file or directory"))
                // Once it is put right, it runs.
                try test.write(Bootstrap.shell("echo ok | answer"))
                #expect(await test.invoke().payload == "ok\n")
            }
        }

        @Test func memoryOverTheLimitIsTheEnd() async throws {
            try await TestHost.run { test in
                // What has no line end is kept as a whole.
                let body = "head -c 300000000 /dev/zero | tail -n 1 | sleep 1000"
                try test.publish(runtime: "provided", files: Bootstrap.shell(body)) {
                    $0.memorySize = 128
                    $0.timeout = 60
                }
                let result = await test.invoke()
                #expect(result.json?["errorType"] == "Runtime.ExitError")
                #expect(result.payload.contains("Runtime exited with error: signal: killed"))
                try await test.eventually("the environment stays") { test.state?.environments == 0 }
            }
        }

        @Test func tooManyProcessesAreTheEnd() async throws {
            try await TestHost.run({ $0.maximumProcesses = 20 }) { test in
                let body = "for n in $(seq 40); do sleep 1000 & done; wait"
                try test.publish(runtime: "provided", files: Bootstrap.shell(body))
                #expect(await test.invoke().json?["errorType"] == "Runtime.ExitError")
                try await test.eventually("the environment stays") { test.state?.environments == 0 }
                try await test.eventually("a process stays") {
                    Processes.with("LAMBDA_TASK_ROOT=\(test.directory)/code/f").isEmpty
                }
            }
        }
    }
}
