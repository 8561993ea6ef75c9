import ControlAPI
import JSON
import NIOCore
import Testing

@testable import Lambda

extension FunctionRuns {
    /// Handlers for Lambda's Node runtime, run by this machine's own.
    @Suite(.needsNode) struct NodeFunctionTests {
        private func run(
            _ source: String, file: String = "index.js", handler: String = "index.handler",
            _ body: (TestHost) async throws -> Void
        ) async throws {
            try await TestHost.run { test in
                try test.publish(runtime: "nodejs20.x", handler: handler, files: [file: source])
                try await body(test)
            }
        }

        @Test func aHandlerGetsEventAndContext() async throws {
            let source = """
                exports.handler = async (event, context) => ({
                    event, name: context.functionName, version: context.functionVersion, arn: context.invokedFunctionArn,
                    memory: context.memoryLimitInMB, id: context.awsRequestId, group: context.logGroupName,
                    left: context.getRemainingTimeInMillis() > 0, trace: process.env._X_AMZN_TRACE_ID,
                    custom: context.clientContext.custom, folder: process.cwd(),
                });
                """
            try await run(source) { test in
                let result = await test.invoke("f", #"{"a":[1,"é"]}"#) {
                    $0.traceId = "Root=1-2-3"
                    $0.clientContext = "eyJjdXN0b20iOnsidiI6MX19"  // {"custom":{"v":1}}
                }
                let json = result.json
                #expect(json?["event"]?["a"] == [1, "é"])
                #expect(json?["name"] == "f")
                #expect(json?["version"] == "$LATEST")
                #expect(json?["arn"] == "arn:aws:lambda:us-east-1:000000000000:function:f")
                #expect(json?["memory"] == "512")
                #expect(json?["id"]?.string == result.requestId)
                #expect(json?["group"] == "/aws/lambda/f")
                #expect(json?["left"] == true)
                #expect(json?["trace"] == "Root=1-2-3")
                #expect(json?["custom"]?["v"] == 1)
                #expect(json?["folder"]?.string == test.directory + "/code/f")
            }
        }

        @Test(arguments: [
            ("index.mjs", "export const handler = async (event) => event.x + 1;"),
            ("index.cjs", "exports.handler = async (event) => event.x + 1;"),
            ("index.js", "exports.handler = (event, context, callback) => callback(null, event.x + 1);"),
            ("index.js", "exports.handler = (e, c, callback) => { setTimeout(() => callback(null, e.x + 1), 20); };"),
            (
                "index.js",
                "exports.handler = (e, c, cb) => { c.callbackWaitsForEmptyEventLoop = false; setInterval(() => 0, 1e6); cb(null, e.x + 1); };"
            ),
            ("index.js", "exports.handler = (event, context) => context.succeed(event.x + 1);"),
            (
                "index.js",
                "exports.handler = awslambda.streamifyResponse(async (e, out) => { out.write('4'); out.end('2'); });"
            ),
        ])
        func everyKindOfHandlerAnswers(file: String, source: String) async throws {
            try await run(source, file: file) { test in
                for _ in 1...2 {
                    let result = await test.invoke("f", #"{"x":41}"#)
                    #expect(result.payload == "42")
                    #expect(result.functionError == nil)
                }
                #expect(test.state?.coldStarts == 1)
            }
        }

        @Test func noValueIsNull() async throws {
            try await run("exports.handler = async () => {};") { #expect(await $0.invoke().payload == "null") }
            // A promise that nothing will settle.
            try await run("exports.handler = () => new Promise(() => {});") { test in
                #expect(await test.invoke().payload == "null")
                #expect(await test.invoke().payload == "null")
            }
        }

        @Test(arguments: [
            ("async () => { throw new TypeError('no cat'); }", "TypeError", "no cat"),
            ("(e, c, callback) => callback(new Error('no cat'))", "Error", "no cat"),
            ("async () => { throw 'no cat'; }", "string", "no cat"),
            ("() => { nothing(); }", "ReferenceError", "nothing is not defined"),
            ("async () => 1n", "Runtime.MarshalError", "Unable to stringify response body as json"),
        ])
        func errorsAreLambdas(handler: String, type: String, message: String) async throws {
            try await run("exports.handler = \(handler);") { test in
                let result = await test.invoke()
                #expect(result.functionError == "Unhandled")
                #expect(result.json?["errorType"]?.string == type)
                #expect(result.json?["errorMessage"]?.string == message)
                _ = await test.invoke()
                #expect(test.state?.coldStarts == 1)
            }
        }

        @Test func anErrorOutsideOfThePromiseEndsTheEnvironment() async throws {
            let source = "exports.handler = () => new Promise(() => setTimeout(() => { throw new Error('late'); }, 1));"
            try await run(source) { test in
                let result = await test.invoke()
                #expect(result.functionError == "Unhandled")
                #expect(result.json?["errorMessage"] == "late")
                try await test.eventually("the environment stays") { test.state?.environments == 0 }
            }
        }

        @Test(arguments: [
            ("nowhere.handler", "", "Runtime.ImportModuleError", "Error: Cannot find module 'nowhere'"),
            ("index.nothing", "", "Runtime.HandlerNotFound", "index.nothing is undefined or not exported"),
            ("index", "", "Runtime.MalformedHandlerName", "Bad handler index"),
            ("index.handler", "exports.handler = (", "Runtime.UserCodeSyntaxError", "SyntaxError: "),
            ("index.handler", "throw new RangeError('no table');", "RangeError", "no table"),
        ])
        func whatFailsAtInitIsTheAnswer(handler: String, source: String, type: String, message: String) async throws {
            try await run(source, handler: handler) { test in
                let result = await test.invoke()
                #expect(result.functionError == "Unhandled")
                #expect(result.json?["errorType"]?.string == type)
                #expect(result.json?["errorMessage"]?.string?.hasPrefix(message) == true)
            }
        }

        @Test func consoleLinesHaveTimeRequestAndLevel() async throws {
            try await run("exports.handler = async () => { console.log('a %d', 1); console.error('b\\nc'); };") {
                test in
                let result = await test.invoke { $0.wantsLogTail = true }
                let log = test.log()
                #expect(log.contains { $0.hasSuffix("Z\t\(result.requestId)\tINFO\ta 1") })
                #expect(log.contains { $0.hasSuffix("\tERROR\tb\rc") })
            }
        }
    }
}
