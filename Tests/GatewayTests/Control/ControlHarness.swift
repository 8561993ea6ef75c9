import ControlAPI
import Foundation
import JSON
import Logging
import Synchronization
import Testing

@testable import Gateway

/// A home of its own, gone with the value.
final class TemporaryHome: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.path + "/sluice-test-\(UUID().uuidString.prefix(8))"
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A data plane that only takes notes.
final class NotingPublisher: StagePublisher {
    enum Note: Equatable {
        case publish(stage: String, base: String, canary: String?, variables: [String: String])
        case withdraw(stage: String)
        case flush(stage: String)
    }

    struct Prepared: PreparedStage { let publication: StagePublication }
    struct CannotCompile: Error, CustomStringConvertible { var description: String { "the template has no end" } }

    private let state = Mutex<(notes: [Note], refuses: Bool, refusedStage: String?)>(([], false, nil))

    var notes: [Note] { state.withLock { $0.notes } }
    var refuses: Bool {
        get { state.withLock { $0.refuses } }
        set { state.withLock { $0.refuses = newValue } }
    }
    /// Only this stage is refused.
    var refusedStage: String? {
        get { state.withLock { $0.refusedStage } }
        set { state.withLock { $0.refusedStage = newValue } }
    }

    func prepare(_ publication: StagePublication) throws -> any PreparedStage {
        if refuses || refusedStage == publication.stage.stageName { throw CannotCompile() }
        return Prepared(publication: publication)
    }

    func publish(_ prepared: any PreparedStage) async {
        guard let prepared = prepared as? Prepared else { return }
        let one = prepared.publication
        state.withLock {
            $0.notes.append(
                .publish(
                    stage: one.stage.stageName, base: one.base.deploymentId, canary: one.canary?.deploymentId,
                    variables: one.stage.variables ?? [:]))
        }
    }

    func withdraw(apiId: String, stageName: String) async {
        state.withLock { $0.notes.append(.withdraw(stage: stageName)) }
    }

    func test(_ call: TestCall) async throws -> TestOutcome {
        TestOutcome(
            requestId: "r", status: 200, headers: call.headers, body: call.body, log: [], latencyMilliseconds: 1)
    }

    // MARK: Keys

    private let limits = Mutex<(keys: [KeyPublication], extended: [ClientIdentity: Int])>(([], [:]))
    /// What requests used, as a test tells it.
    private let used = Mutex<[ClientIdentity: StoredUsage]>([:])

    /// Every publication of keys and plans, the first one first.
    var publishedKeys: [KeyPublication] { limits.withLock { $0.keys } }
    var extended: [ClientIdentity: Int] { limits.withLock { $0.extended } }

    func use(_ identity: ClientIdentity, _ usage: StoredUsage) { used.withLock { $0[identity] = usage } }

    func publish(keys: KeyPublication) async { limits.withLock { $0.keys.append(keys) } }

    // MARK: VPC links

    private let links = Mutex<[String: VpcLinkPublication]>([:])

    /// The links that are live, by id.
    var vpcLinks: [String: VpcLinkPublication] { links.withLock { $0 } }

    func publish(vpcLink: VpcLinkPublication) async { links.withLock { $0[vpcLink.id] = vpcLink } }

    func withdraw(vpcLink id: String) async { links.withLock { $0[id] = nil } }
    private let domains = Mutex<[DomainPublication]>([])
    /// Every publication of custom domain names, the first one first.
    var publishedDomains: [DomainPublication] { domains.withLock { $0 } }

    func publish(domains: DomainPublication) async { self.domains.withLock { $0.append(domains) } }

    func extendUsage(_ identity: ClientIdentity, by number: Int, inWindow firstDay: Int) {
        limits.withLock { $0.extended[identity] = number }
    }

    func drainUsage(today: Int) -> [ClientIdentity: StoredUsage] {
        used.withLock { used in
            defer { used = [:] }
            return used
        }
    }

    func keepUsage(_ drained: [ClientIdentity: StoredUsage]) { used.withLock { $0.merge(drained) { kept, _ in kept } } }
}

extension NotingPublisher: CacheService {
    func flushCache(apiId: String, stageName: String) { state.withLock { $0.notes.append(.flush(stage: stageName)) } }

    func cacheStates(apiId: String?, stageName: String?) -> [CacheState] {
        [
            CacheState(
                apiId: apiId ?? "any", stageName: stageName ?? "any", canary: false, entries: 1, bytes: 2,
                capacityBytes: 3, status: "AVAILABLE")
        ]
    }
}

/// Traffic as a test tells it.
final class ToldReports: TrafficReports {
    private let readers = Mutex<[AsyncStream<TrafficReport>.Continuation]>([])
    private let ended = Mutex(0)

    var endedReaders: Int { ended.withLock { $0 } }
    var readerCount: Int { readers.withLock { $0.count } }

    func metrics(apiId: String?, stageName: String?, since: Int) async -> [MetricsSample] {
        [MetricsSample(time: since, apiId: apiId ?? "any", stageName: stageName ?? "any", canary: false, count: 7)]
    }

    func throttles(apiId: String?, stageName: String?) async -> [ThrottleState] {
        var state = ThrottleState(level: .stage, rateLimit: 1, burstLimit: 2, available: 1.5, throttled: 3)
        (state.apiId, state.stageName) = (apiId, stageName)
        return [state]
    }

    /// What the data plane says of targets, as a test tells it.
    var targetStates: [TargetPool.Target] {
        get { toldTargets.withLock { $0 } }
        set { toldTargets.withLock { $0 = newValue } }
    }
    private let toldTargets = Mutex<[TargetPool.Target]>([])

    func targets(vpcLinkId: String) async -> [TargetPool.Target] { targetStates }

    func accessLog(_ query: AccessLogQuery) async -> [AccessLogRecord] {
        [.sample(path: "\(query.apiId ?? "any")/\(query.stageName ?? "any")/\(query.since ?? 0)/\(query.limit)")]
    }

    func methodMetrics(apiId: String?, stageName: String?, since: Int) async -> [MetricsSample] {
        var sample = MetricsSample(time: since, apiId: apiId ?? "any", stageName: stageName ?? "any", canary: false)
        (sample.resourcePath, sample.httpMethod) = ("/pets", "GET")
        return [sample]
    }

    func executionLog(requestId: String) async -> ExecutionLogRecord? {
        requestId == "known" ? .sample(requestId) : nil
    }

    func executionLogs(apiId: String?, stageName: String?, limit: Int) async -> [ExecutionLogRecord] {
        [.sample("\(apiId ?? "any")/\(stageName ?? "any")/\(limit)")]
    }

    func reports(access: EventSelection.AccessSelection) -> AsyncStream<TrafficReport> {
        AsyncStream { continuation in
            continuation.onTermination = { _ in self.ended.withLock { $0 += 1 } }
            readers.withLock { $0.append(continuation) }
        }
    }

    func tell(_ report: TrafficReport) {
        for reader in readers.withLock({ $0 }) { reader.yield(report) }
    }
}

extension ExecutionLogRecord {
    static func sample(_ requestId: String) -> ExecutionLogRecord {
        ExecutionLogRecord(
            requestId: requestId, apiId: "a", stage: "s", isCanaryRequest: false,
            lines: [Line(time: 1, message: "Starting execution for request: \(requestId)")])
    }
}

extension AccessLogRecord {
    static func sample(path: String) -> AccessLogRecord {
        AccessLogRecord(
            requestTimeEpoch: 1, requestId: "r", apiId: "a", stage: "s", isCanaryRequest: false, httpMethod: "GET",
            path: path, resourcePath: nil, status: 200, responseLatency: 1, integrationLatency: nil,
            responseLength: 0, sourceIp: "127.0.0.1")
    }
}

/// A control plane over a store of its own.
struct ControlHarness: Sendable {
    let home: TemporaryHome
    let store: Store
    let publisher = NotingPublisher()
    let reports = ToldReports()
    let plane: ControlPlane

    init(home: TemporaryHome = TemporaryHome()) throws {
        self.home = home
        let opened = try Home(path: home.path)
        store = try Store(file: opened.databasePath)
        let info = EngineInfo(
            version: "test", pid: 1, region: "us-east-1", account: "000000000000", home: home.path, data: "",
            control: nil, socket: opened.socketPath, startedDate: .now)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        plane = ControlPlane(
            store: store, publisher: publisher, reports: reports, caches: publisher, info: info,
            logger: logger)
    }

    /// Calls of a control plane that is there already.
    init(home: TemporaryHome, store: Store, plane: ControlPlane) {
        self.home = home
        self.store = store
        self.plane = plane
    }

    struct Reply: Sendable {
        let status: Int
        let body: JSON
        let headers: [String: String]

        var code: String? { headers["x-amzn-ErrorType"] }
        var message: String? { body["message"]?.string }
        subscript(_ member: String) -> JSON? { body[member] }
        /// A member that is text.
        func text(_ member: String) -> String { body[member]?.string ?? "" }
    }

    @discardableResult
    func call(_ verb: String, _ target: String, _ body: JSON? = nil) async throws -> Reply {
        try await send(verb, target, Array((body?.text() ?? "").utf8))
    }

    @discardableResult
    func send(_ verb: String, _ target: String, _ body: [UInt8], caller: ControlCall.Caller = .local(uid: 7))
        async throws
        -> Reply
    {
        let call = ControlCall(verb: verb, target: target, headers: [], body: body, caller: caller)
        let response = await ControlResponder(plane: plane).respond(to: call)
        guard case .answer(let answer) = response else {
            Issue.record("\(target) is a feed")
            throw CancellationError()
        }
        return Reply(
            status: answer.status, body: answer.body.isEmpty ? .null : try JSON(parsing: answer.body),
            headers: Dictionary(answer.headers.map { ($0.name, $0.value) }) { $1 })
    }

    /// The call has to succeed.
    @discardableResult
    func done(
        _ verb: String, _ target: String, _ body: JSON? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Reply {
        let reply = try await call(verb, target, body)
        #expect(reply.status < 300, "\(verb) \(target): \(reply.body.text())", sourceLocation: sourceLocation)
        return reply
    }

    @discardableResult
    func patch(_ target: String, _ steps: [PatchOperation]) async throws -> Reply {
        try await call("PATCH", target, ["patchOperations": try JSON(encoding: steps)])
    }

    /// An API with `GET /` that is a MOCK. Returns its id and its root's.
    func api() async throws -> (id: String, root: String) {
        let api = try await done("POST", "/restapis", ["name": "shop"])
        let (id, root) = (api.text("id"), api.text("rootResourceId"))
        let method = "/restapis/\(id)/resources/\(root)/methods/GET"
        try await done("PUT", method, ["authorizationType": "NONE"])
        try await done("PUT", method + "/integration", ["type": "MOCK"])
        return (id, root)
    }

    /// Such an API with a stage `prod`. Returns its id and the deployment's.
    func deployedApi(variables: JSON = [:]) async throws -> (id: String, deployment: String) {
        let (id, _) = try await api()
        let deployment = try await done(
            "POST", "/restapis/\(id)/deployments", ["stageName": "prod", "variables": variables])
        return (id, deployment.text("id"))
    }

    /// All rows of all tables, to see whether anything changed.
    func contents() async throws -> String { try await store.contents() }
}

extension Store {
    func contents() async throws -> String {
        try await read { db in
            var text = ""
            for table in [
                "rest_api", "resource", "method", "deployment", "stage", "account", "credential", "journal", "model",
                "request_validator", "gateway_response", "api_key", "usage_plan", "usage_plan_key", "usage_window",
                "usage_day", "documentation_part", "documentation_version", "authorizer", "vpc_link",
                "client_certificate", "domain_name", "base_path_mapping", "domain_name_access_association",
                "target_pool",
            ] {
                text += "\(table):\n" + (try Rows.all(db, of: table)) + "\n"
            }
            return text
        }
    }
}

/// A patch operation, the text with which it is refused (empty if it is taken), and what then stands where.
struct PatchCase: Sendable, CustomTestStringConvertible {
    let step: PatchOperation
    let refusal: String
    let place: String
    let expected: String
    var testDescription: String { "\(step.op ?? "") \(step.path ?? "") \(step.value ?? "")" }

    init(
        _ op: String, _ path: String, _ value: String, _ refusal: String = "", _ place: String = "",
        _ expected: String = ""
    ) {
        step = PatchOperation(op: op, path: path, value: value)
        self.refusal = refusal
        self.place = place
        self.expected = expected
    }
}

/// A body and the text with which it is refused; an empty text if it is taken.
struct BodyCase: Sendable, CustomTestStringConvertible {
    let body: JSON
    let message: String
    var testDescription: String { body.text() }

    init(_ body: JSON, _ message: String = "") {
        self.body = body
        self.message = message
    }
}
