import Foundation
import Lambda
import NIOCore
import NIOPosix
import SigV4
import Testing

@testable import Gateway

/// Lambda's `Invoke` as a client, and which functions go there (specification 10, Lambda API 2015-03-31).
@Suite struct RemoteFunctionsTests {
    private static let key = Credentials(accessKeyId: "AKID", secretAccessKey: "secret", sessionToken: "token")

    private func remote(
        _ endpoint: String, credentials: any CredentialsProvider = StaticCredentials(key), seconds: Int64 = 10,
        limit: Int = 10
    ) throws -> RemoteFunctions {
        try RemoteFunctions(
            endpoint: endpoint, region: "eu-west-1", credentials: credentials, timeoutSeconds: seconds, limit: limit)
    }

    private func invoke(_ functions: any FunctionInvoker, _ invocation: FunctionInvocation) async -> InvocationResult {
        await withCheckedContinuation { continuation in
            functions.invoke(invocation) { continuation.resume(returning: $0) }
        }
    }

    private static func http(_ status: Int, _ headers: String, _ body: String) -> String {
        "HTTP/1.1 \(status) X\r\nx-amzn-RequestId: rid\r\n\(headers)"
            + (status == 204 ? "\r\n" : "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    @Test(arguments: ["", "/", "/base"]) func sendsASignedInvoke(_ base: String) async throws {
        let backend = try RecordingBackend(
            .init(status: 200, headers: ["X-Amz-Executed-Version: 7"], body: Array("[1]".utf8)))
        let functions = try remote("http://127.0.0.1:\(backend.port)\(base)")
        let invocation = FunctionInvocation(
            function: "arn:aws:lambda:eu-west-1:000000000000:function:hello:live", qualifier: "$LATEST",
            kind: .requestResponse, payload: ByteBuffer(string: #"{"a":"ä"}"#), traceId: "Root=1-a",
            clientContext: "e30=",
            wantsLogTail: true)
        let result = await invoke(functions, invocation)
        guard case .finished(let payload, nil, "7") = result.answer else {
            Issue.record("\(result.answer)")
            return
        }
        #expect(String(buffer: payload) == "[1]")
        let request = try #require(backend.last)
        let prefix = base == "/" ? "" : base
        let target =
            "\(prefix)/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Ahello%3Alive"
            + "/invocations"
        #expect(request.startLine == "POST \(target)?Qualifier=%24LATEST HTTP/1.1")
        #expect(request["x-amz-invocation-type"] == "RequestResponse")
        #expect(request["x-amz-log-type"] == "Tail")
        #expect(request["x-amz-client-context"] == "e30=")
        #expect(request["x-amzn-trace-id"] == "Root=1-a")
        #expect(request["x-amz-security-token"] == "token")
        #expect(request.text == #"{"a":"ä"}"#)
        let signed = SignableRequest(
            method: "POST", path: target, query: "Qualifier=%24LATEST", headers: request.headers, body: request.body)
        let claim = try PresentedSignature(of: signed)
        #expect(claim.scope.service == "lambda" && claim.scope.region == "eu-west-1")
        try claim.verify(
            signed, secret: "secret", sessionToken: "token", region: "eu-west-1", services: ["lambda"],
            time: Int(Date().timeIntervalSince1970))
    }

    static let answers: [(response: String, answer: String)] = [
        (http(200, "", "{}"), "finished {} - $LATEST"),
        (
            http(200, "X-Amz-Function-Error: Unhandled\r\nX-Amz-Executed-Version: 3\r\n", "{}"),
            "finished {} Unhandled 3"
        ),
        (http(202, "", ""), "accepted"), (http(204, "", ""), "checked"),
        (
            http(
                404, "x-amzn-ErrorType: ResourceNotFoundException:http://x/\r\n", #"{"Type":"User","Message":"none"}"#),
            "refused 404 ResourceNotFoundException none"
        ),
        (
            http(429, "", #"{"__type":"a.b#TooManyRequestsException","message":"slow"}"#),
            "refused 429 TooManyRequestsException slow"
        ),
        (http(500, "", "<html/>"), "refused 500  "), (http(301, "Location: http://x/\r\n", ""), "refused 301  "),
    ]

    @Test(arguments: answers) func readsTheAnswer(_ row: (response: String, answer: String)) async throws {
        let backend = try ScriptedBackend.serving { _ in row.response }
        let result = await invoke(
            try remote("http://127.0.0.1:\(backend.port)"), FunctionInvocation(function: "f", payload: ByteBuffer()))
        let text =
            switch result.answer {
            case .finished(let payload, let error, let version):
                "finished \(String(buffer: payload)) \(error ?? "-") \(version)"
            case .accepted: "accepted"
            case .checked: "checked"
            case .refused(let status, let code, let message): "refused \(status) \(code) \(message)"
            case .unreachable(let reason): "unreachable \(reason)"
            }
        #expect(text == row.answer)
        #expect(result.requestId == "rid")
    }

    /// Refuses, resets, sends garbage, sends too much, stalls.
    @Test(arguments: ["refuses", "closes", "garbage", "endless", "stalls"])
    func whatCannotBeReachedIsSaid(_ fault: String) async throws {
        let refusing = try RefusingPort()
        defer { refusing.close() }
        let backend = try ScriptedBackend { connection, _ in
            _ = try connection.message()
            switch fault {
            case "garbage": try connection.send("nonsense\r\n\r\n")
            case "endless":
                try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                let piece = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65_536) + Array("\r\n".utf8)
                while true { try connection.send(piece) }
            case "stalls": _ = try connection.message()
            default: return
            }
        }
        let port = fault == "refuses" ? refusing.port : backend.port
        let functions = try remote("http://127.0.0.1:\(port)", seconds: fault == "stalls" ? 1 : 10)
        let result = await invoke(functions, FunctionInvocation(function: "f", payload: ByteBuffer()))
        guard case .unreachable(let reason) = result.answer else {
            Issue.record("\(result.answer)")
            return
        }
        #expect(reason.contains("127.0.0.1:\(port)"))
    }

    @Test(arguments: ["", "localhost:3000", "ftp://x", "http://", "http:///path"])
    func refusesWhatIsNoEndpoint(_ endpoint: String) {
        #expect(throws: RemoteFunctions.EndpointFault.self) { try remote(endpoint) }
    }

    @Test func atMostSoManyAtOnce() async throws {
        let backend = try ScriptedBackend { connection, _ in
            _ = try connection.message(); _ = try connection.message()
        }
        let functions = try remote("http://127.0.0.1:\(backend.port)", seconds: 2, limit: 1)
        async let first = invoke(functions, FunctionInvocation(function: "f", payload: ByteBuffer()))
        #expect(await eventually { backend.connections == 1 })
        guard
            case .refused(429, "TooManyRequestsException", _) = await invoke(
                functions, FunctionInvocation(function: "f", payload: ByteBuffer())
            ).answer
        else {
            Issue.record("not refused")
            return
        }
        _ = await first
    }

    @Test func missingCredentialsAreARefusal() async throws {
        struct None: CredentialsProvider {
            struct Missing: Error, CustomStringConvertible { let description = "no credentials: set AWS_PROFILE" }
            func credentials() async throws -> Credentials { throw Missing() }
        }
        let functions = try remote("http://127.0.0.1:1", credentials: None())
        let result = await invoke(functions, FunctionInvocation(function: "f", payload: ByteBuffer()))
        guard case .refused(403, _, "no credentials: set AWS_PROFILE") = result.answer else {
            Issue.record("\(result.answer)")
            return
        }
    }

    // MARK: Dispatch

    @Test(
        arguments: [
            (200, "", true, "local"), (404, "ResourceNotFoundException", true, "remote"), (404, "Other", true, "local"),
            (403, "AccessDeniedException", true, "local"), (404, "ResourceNotFoundException", false, "local"),
        ])
    func aFunctionOfThisMachineRunsHere(_ status: Int, _ code: String, _ hasRemote: Bool, _ place: String) async throws
    {
        let local = FakeFunctions { _ in
            status == 200 ? FakeFunctions.success("1") : FakeFunctions.refusal(status, code, "")
        }
        let remote = FakeFunctions(payload: "2")
        let functions = try #require(FunctionDispatch(local: local, remote: hasRemote ? remote : nil))
        let result = await invoke(functions, FunctionInvocation(function: "f", payload: ByteBuffer()))
        #expect(local.invocations.count == 1)
        #expect(remote.invocations.count == (place == "remote" ? 1 : 0))
        if case .finished(let payload, _, _) = result.answer {
            #expect(String(buffer: payload) == (place == "remote" ? "2" : "1"))
        } else {
            #expect(place == "local" && status != 200)
        }
    }

    @Test func withoutEitherThereIsNoInvoker() {
        #expect(FunctionDispatch(local: nil, remote: nil) == nil)
    }
}
