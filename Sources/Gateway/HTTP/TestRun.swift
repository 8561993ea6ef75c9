import NIOCore

/// One test of a method on its loop: a connection of its own inside the process, so that streaming, timeouts and
/// failures are those of any request. Neither metrics nor the access log know of it.
///
/// The request goes over as HTTP/1.0: it needs no `Host`, and the answer ends where the connection does.
final class TestRun: @unchecked Sendable {
    let plan: StagePlan
    /// Whether the path has values for the resource's variables.
    let hasPath: Bool
    /// Whether it ends before the backend is called.
    let previews: Bool
    /// What the backend would get; only of previews.
    var backendRequest: BackendRequest?
    private(set) var exchangeIsDone = false
    private(set) var requestId = ""
    private(set) var log: [ExecutionLog.Line] = []
    private(set) var latencyMilliseconds = 0
    private(set) var isBuiltInAnswer = false
    private var failure: String?

    init(plan: StagePlan, hasPath: Bool, previews: Bool) {
        self.plan = plan
        self.hasPath = hasPath
        self.previews = previews
    }

    func finish(_ exchange: Exchange, _ now: UInt64) {
        exchangeIsDone = true
        requestId = exchange.requestId.text
        log = exchange.executionLog?.lines ?? []
        isBuiltInAnswer = exchange.gatewayError.map { plan.base.answers[$0.type] == nil } ?? false
        failure = exchange.errorMessage
        latencyMilliseconds = Int((now &- exchange.started) / 1_000_000)
    }

    // MARK: The request on the wire

    /// Headers that say how the test's own connection carries the request: the caller's do not count.
    private static let wireHeaders = [
        "content-length", "transfer-encoding", "connection", "keep-alive", "expect", "upgrade",
    ].map { Array($0.utf8) }

    /// The fields that the caller gave.
    static func withoutWireHeaders(_ fields: [(name: [UInt8], value: [UInt8])]) -> [(name: [UInt8], value: [UInt8])] {
        fields.filter { field in !wireHeaders.contains { Exchange.sameName($0, field.name) } }
    }

    static func request(_ call: TestCall, path: String) throws(TestFailure) -> [UInt8] {
        var bytes = Array("\(call.verb) ".utf8)
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .malformedPath(path)
        }
        for byte in path.utf8 {
            // What a person types into a form: blanks and number signs are part of values.
            switch byte {
            case 0x20: bytes += Array("%20".utf8)
            case 0x23: bytes += Array("%23".utf8)
            default: bytes.append(byte)
            }
        }
        bytes += Array(" HTTP/1.0\r\n".utf8)
        for header in call.headers {
            let name = Array(header.name.utf8)
            let value = Array(header.value.utf8)
            guard HeaderGuard.isName(name), HeaderGuard.value(value) == value else {
                throw .malformedHeader(header.name)
            }
            if wireHeaders.contains(where: { Exchange.sameName($0, name) }) { continue }
            bytes += name + Array(": ".utf8) + value + Array("\r\n".utf8)
        }
        if !call.body.isEmpty { bytes += Array("Content-Length: \(call.body.count)\r\n".utf8) }
        return bytes + Array("\r\n".utf8) + call.body
    }

    // MARK: The answer from the wire

    func outcome(_ answer: ByteBuffer) throws(TestFailure) -> TestOutcome {
        var scanner = HeadScanner.response()
        let table = HeaderTable()
        let parsed: (status: Int, headers: [(name: [UInt8], value: [UInt8])], end: Int)? =
            answer.withUnsafeReadableBytes { bytes in
                guard let base = bytes.baseAddress, case .complete(let start, let end) = scanner.scan(bytes),
                    let head = try? ResponseHead.parse(bytes, start: start, end: end, toHead: false, into: table)
                else { return nil }
                return (head.status, Exchange.fields(table, base), end)
            }
        guard let parsed else { throw .unavailable("the pipeline gave no answer") }
        let body = Array(answer.readableBytesView.dropFirst(parsed.end))
        guard exchangeIsDone else { throw .malformedRequest(String(decoding: body, as: UTF8.self)) }
        let contentType = Array("content-type".utf8)
        var headers: [(name: String, value: String)] = []
        for field in parsed.headers where !AnswerHeaders.isTransport(field.name) {
            // Recorded from AWS: the gateway's own answers have no content type in a test, unless the API chose one.
            if isBuiltInAnswer, Exchange.sameName(field.name, contentType) { continue }
            headers.append((String(decoding: field.name, as: UTF8.self), String(decoding: field.value, as: UTF8.self)))
        }
        var outcome = TestOutcome(
            requestId: requestId, status: parsed.status, headers: headers, body: body, log: log,
            latencyMilliseconds: latencyMilliseconds)
        outcome.backendRequest = backendRequest
        outcome.failure = failure
        return outcome
    }
}

extension Exchange {
    /// The test that this request belongs to.
    @inline(__always)
    var test: TestRun? { connection.test }

    /// A test goes past stage, canary, keys and limits: its method is known, and AWS does not ask for the others.
    func begin(_ test: TestRun) {
        stage = test.plan
        variant = test.plan.base
        stagePath = head.path
        pathAfterStage = head.path
        method = withBytes { base in
            test.plan.base.routes.match(base, head.path.lower, head.path.upper, verb: head.verb, captures: &captures)
        }
        if !test.hasPath { captures.removeAll() }
        executionLog = ExecutionLog(level: .info, traces: true)
        phase = .payload
    }
}
