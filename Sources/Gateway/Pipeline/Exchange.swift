import JSON
import NIOCore

/// One request and its answer, from the head's last byte to the log record. A connection has one and uses it again.
///
/// Phases are methods of this class, one file each; their order is in `Pipeline.swift`. Lives on its loop alone.
final class Exchange: @unchecked Sendable {
    let loop: DataLoop
    /// Owns this exchange, and ends it before it goes.
    unowned(unsafe) let connection: ServerConnection

    // MARK: The request

    /// Counts the requests of this connection: whoever comes back late with an older number is not meant any more.
    private(set) var serial: UInt64 = 0
    private(set) var isActive = false
    var phase = Phase.stageLookup
    /// The bytes that `head`'s offsets count in.
    private(set) var bytes = ByteBuffer()
    private(set) var head = RequestHead()
    private(set) var requestId = RequestIdentity(high: 0, low: 0)
    private(set) var started: UInt64 = 0
    /// The body, where the integration needs it whole.
    var collectedBody: ByteBuffer?
    var requestBodyEnded = false
    /// The body came in a coding that it is in no more.
    var payloadWasInflated = false

    // MARK: What the phases found

    var stage: StagePlan?
    var variant: VariantPlan?
    var method: MethodPlan?
    /// The API key, where the method requires one.
    var apiKey: KeyDirectory.Key?
    /// The key in the usage plan that covers the stage, once it is counted there.
    var client: KeyDirectory.Client?
    /// `$context.path`, `/{stage}/…`: also of calls by `/_aws/execute-api/{apiId}/{stage}/…`. By a custom domain name the
    /// whole path, with the base path and without a stage that the mapping names.
    var stagePath = ByteSpan.empty
    /// Where the path goes on after the stage's name.
    var pathAfterStage = ByteSpan.empty
    /// The custom domain name's mapping that led here; `nil` at the default endpoint.
    var domainMapping: DomainDirectory.Mapping?
    /// Values of the path's variables, in `bytes`.
    var captures: [ByteSpan] = []
    /// The body that goes to the backend or that the client gets, where a template or a mapping made it.
    var outcome = IntegrationOutcome()
    var answerHeaders: [(name: [UInt8], value: [UInt8])] = []
    var answerContentType = "application/json"
    /// `HTTP_PROXY`: the backend's response is collected before the client gets it.
    var collectsResponse = false
    /// The answer's body on its way through a coding.
    var deflater: Deflater?

    /// The place in the stage's cache that this request fills or waits for.
    var cacheFlight: CacheFlight?
    var cacheResult = CacheResult.notCached
    /// The client asked for a fresh answer and may not: the answer says so.
    var warnsOfCacheControl = false

    // MARK: What the log says

    /// `$context.error.validationErrorString`
    var validationError: String?
    /// The gateway's own answer, where the request got one.
    var gatewayError: GatewayError?
    /// Lines of the execution log; `nil` where the method's logging is off.
    var executionLog: ExecutionLog?

    // MARK: The integration under way

    var upstream: UpstreamConnection?
    var upstreamLease: UInt64 = 0
    /// Body bytes that came before the backend was connected.
    var waitingBody: [ByteBuffer] = []
    var hasRetried = false
    var waitsForConnection = false
    /// Counts the connections asked for: one that comes after its time is not meant for a later attempt.
    var connectTicket: UInt64 = 0
    /// Where the integration goes through a VPC link with a pool: who has the request.
    var target: PoolMember?
    /// Targets that have failed this request.
    var triedTargets: [PoolMember] = []
    /// Calls of the backend so far.
    var attempts = 0
    /// The body as it went to the backend, where it may have to go again.
    var keptBody: ByteBuffer?
    var integrationStarted: UInt64 = 0
    var integrationEnded: UInt64 = 0
    var deadline: UInt64 = .max
    var timeout: UInt64 = 0
    /// Place in the loop's list of integrations under way.
    var place = -1
    var clientFraming = ClientFraming.none
    /// The answer's head while no byte of the body has come: a timeout can still become a 504.
    var heldHead: ByteBuffer?
    var headIsInWriter = false
    var responseStarted = false

    // MARK: The answer

    var status = 0
    var responseLength = 0
    var errorMessage: String?

    init(loop: DataLoop, connection: ServerConnection) {
        self.loop = loop
        self.connection = connection
    }

    /// How the answer's body is delimited towards the client.
    enum ClientFraming { case none, length, chunked, untilClose }

    func begin(bytes: ByteBuffer, head: RequestHead, now: UInt64) {
        serial &+= 1
        isActive = true
        phase = .stageLookup
        self.bytes = bytes
        self.head = head
        started = now
        requestId = RequestIdentity(random: &loop.random)
        collectedBody = nil
        requestBodyEnded = head.body == .none
        payloadWasInflated = false
        hasRetried = false
        attempts = 0
        waitsForConnection = false
        integrationStarted = 0
        integrationEnded = 0
        deadline = .max
        clientFraming = .none
        responseStarted = false
        headIsInWriter = false
        status = 0
        responseLength = 0
        errorMessage = nil
        collectsResponse = false
        cacheResult = .notCached
        warnsOfCacheControl = false
        validationError = nil
        gatewayError = nil
    }

    /// A client's own UUID is kept as the request's id.
    func adopt(requestId other: RequestIdentity) { requestId = other }

    /// Another body goes on in place of the collected one.
    func replacePayload(_ body: ByteBuffer) {
        collectedBody = body
        head.body = body.readableBytes == 0 ? .none : .length(body.readableBytes)
    }

    @inline(__always)
    func withBytes<Result>(_ body: (UnsafeRawPointer) -> Result) -> Result {
        bytes.withUnsafeReadableBytes { all in
            // `begin` is given a head, so that there is at least one byte.
            guard let base = all.baseAddress else { return withUnsafePointer(to: 0 as UInt64) { body($0) } }
            return body(base)
        }
    }

    /// Parses the kept head again into the loop's table, for phases that come after other messages used the table.
    func refreshHeaders() {
        bytes.withUnsafeReadableBytes { all in
            _ = try? RequestHead.parse(
                all, start: head.method.lower, end: head.end, into: loop.requestTable)
        }
    }

    /// The answer is written in full. Frees what the request held and makes room for the next.
    func finish() {
        guard isActive else { return }
        let now = LoopClock.monotonic()
        record(now)
        release()
        connection.answered(now)
    }

    /// The client is gone, or the connection has to be given up. `status`: what the connection still says, where no
    /// answer has begun.
    func abandon(_ reason: String, status other: Int = 499) {
        guard isActive else { return }
        if status == 0 || !responseStarted { status = other }
        errorMessage = errorMessage ?? reason
        record(LoopClock.monotonic())
        release()
    }

    private func release() {
        isActive = false
        loop.unwatch(self)
        dropUpstream()
        if target != nil { leaveTarget() }
        if !triedTargets.isEmpty { triedTargets.removeAll() }
        keptBody = nil
        if cacheFlight != nil { leaveCacheFlight() }
        stage = nil
        variant = nil
        method = nil
        apiKey = nil
        client = nil
        if domainMapping != nil { domainMapping = nil }
        collectedBody = nil
        executionLog = nil
        heldHead = nil
        deflater = nil
        if !waitingBody.isEmpty { waitingBody.removeAll() }
        outcome = IntegrationOutcome()
        bytes = ByteBuffer()
    }

    /// Gives up a backend's connection in the middle of an exchange: it can never be used again.
    func dropUpstream() {
        waitsForConnection = false
        guard let upstream else { return }
        self.upstream = nil
        upstream.abandon(lease: upstreamLease)
    }
}

/// What an integration gave that is not streamed: MOCK's choice, or a backend's whole response.
struct IntegrationOutcome {
    /// The backend's status, or the one that a mock's template chose.
    var status = 0
    /// The head's bytes as they came, for header mappings.
    var head: ByteBuffer?
    var headStart = 0
    var headEnd = 0
    var body = ByteBuffer()
    /// Whether the backend's content type is one of the API's binary media types.
    var isBinary = false
    /// What the backend's `Content-Encoding` says. What is known is inflated before anything reads the body.
    var coding = ContentCoding.Announced.plain
    /// `HTTP_PROXY`, where a response has no body by its nature: the length that the backend said it would have.
    var announcedLength: Int?
    /// The client's body as JSON, where a mapping reads it.
    var requestDocument: JSON?
    /// `$context` with the overrides of the request template.
    var overrides: TemplateOverrides?
}
