import ControlAPI

/// A stage compiled for the loops: immutable, and nothing in it has to be parsed or looked up by name on the way of a
/// request that could be resolved when the stage was published.
package final class StagePlan: PreparedStage {
    let apiId: String
    let apiIdBytes: [UInt8]
    let stageName: String
    let stageNameBytes: [UInt8]
    /// Which counters and log records are this stage's, in every loop and over every publication.
    let identity: Int
    let base: VariantPlan
    let canary: VariantPlan?
    /// Where the stage's cache is on: how much it may hold.
    let caches: StageCaches
    /// A draw of 24 random bits below this goes to the canary: 2^24 for 100 %.
    let canaryThreshold: UInt32
    /// Every bucket that limits the stage or methods of it, once.
    let throttles: [StageThrottle]
    /// `nil` where the stage has no access log.
    let accessLog: AccessLogPlan?
    /// Where the execution logs of base and canary go.
    let executionLogFiles: (base: LogFile, canary: LogFile)
    /// `$context.endpointType`
    let endpointType: String
    /// `disableExecuteApiEndpoint` as it was deployed: only custom domain names lead here.
    let disablesDefaultEndpoint: Bool

    init(
        publication: StagePublication, identity: Int, base: VariantPlan, canary: VariantPlan?, canaryThreshold: UInt32,
        caches: StageCaches = StageCaches(), throttles: [StageThrottle] = []
    ) {
        apiId = publication.apiId
        apiIdBytes = Array(publication.apiId.utf8)
        stageName = publication.stage.stageName
        stageNameBytes = Array(publication.stage.stageName.utf8)
        self.identity = identity
        self.base = base
        self.canary = canary
        self.canaryThreshold = canaryThreshold
        self.caches = caches
        self.throttles = throttles
        let settings = publication.stage.accessLogSettings
        accessLog = AccessLogPlan(format: settings?.format, destinationArn: settings?.destinationArn)
        executionLogFiles = (
            LogFile(executionLogOf: apiId, stage: stageName, isCanary: false),
            LogFile(executionLogOf: apiId, stage: stageName, isCanary: true)
        )
        disablesDefaultEndpoint = publication.base.restApi.disableExecuteApiEndpoint ?? false
        endpointType = publication.base.restApi.endpointConfiguration?.types?.first ?? "EDGE"
    }
}

/// What answers a request once it is drawn: the stage's own deployment or the canary's.
final class VariantPlan: Sendable {
    let isCanary: Bool
    let deploymentId: String
    let routes: RouteTree
    /// The stage's variables, for the canary with its overrides merged over them.
    let variables: [String: String]
    let payload: PayloadSettings
    /// The API's own wording of the gateway's answers.
    let answers: GatewayAnswerTable

    init(
        isCanary: Bool, deploymentId: String, routes: RouteTree, variables: [String: String],
        payload: PayloadSettings = PayloadSettings(), answers: GatewayAnswerTable = GatewayAnswerTable()
    ) {
        self.answers = answers
        self.isCanary = isCanary
        self.deploymentId = deploymentId
        self.routes = routes
        self.variables = variables
        self.payload = payload
    }
}

/// One verb of one resource.
final class MethodPlan: Sendable {
    let resourceId: String
    let resourcePath: String
    /// The path's place in the table that log records are read with.
    let resourcePathNumber: UInt32
    /// Names of the path's variables in the order of the path; ``Exchange/captures`` holds their values.
    let pathParameters: [String]
    let settings: EffectiveSettings
    /// Which counters are the method's own; -1 where its metrics are not detailed.
    let metricsNumber: Int
    /// `nil` where nothing is validated.
    let validation: ValidationPlan?
    let validatesBody: Bool
    let integration: IntegrationPlan
    /// `nil` where nothing of this method is cached.
    let cache: CachePlan?
    let limits: MethodLimits
    /// Why nobody may call it; `nil` where everybody may.
    let authorizationRefusal: String?

    init(
        resource: Resource, number: UInt32, pathParameters: [String], settings: EffectiveSettings = EffectiveSettings(),
        metricsNumber: Int = -1, validation: ValidationPlan? = nil, integration: IntegrationPlan,
        cache: CachePlan? = nil, limits: MethodLimits = MethodLimits(), authorizationRefusal: String? = nil
    ) {
        self.authorizationRefusal = authorizationRefusal
        self.validation = validation
        validatesBody = validation?.schemas.isEmpty == false
        resourceId = resource.id
        resourcePath = resource.path
        resourcePathNumber = number
        self.pathParameters = pathParameters
        self.settings = settings
        self.metricsNumber = metricsNumber
        self.integration = integration
        self.cache = cache
        self.limits = limits
    }
}

enum IntegrationPlan: Sendable {
    case mock(MockPlan)
    case httpProxy(HTTPPlan)
    case http(HTTPPlan)
    /// Known to the control plane, not yet to the data plane: answered with 500 and this reason in the log.
    case unavailable(reason: String)
}

final class MockPlan: Sendable {
    let contentHandling: ContentHandling?
    let request: RequestTemplates
    let responses: ResponseSelection
    /// Why no request can be answered, if that is so.
    let fault: String?

    init(
        contentHandling: ContentHandling? = nil, request: RequestTemplates, responses: ResponseSelection,
        fault: String? = nil
    ) {
        self.contentHandling = contentHandling
        self.request = request
        self.responses = responses
        self.fault = fault
    }
}

final class HTTPPlan: Sendable {
    /// The verb towards the backend; `nil` hands on the client's (`ANY`, or none given).
    let verb: Verb?
    let uri: BackendURI
    let timeoutNanoseconds: UInt64
    /// `integration.request.header.*`.
    let headers: [(name: [UInt8], source: ParameterSource)]
    /// `integration.request.querystring.*`.
    let query: [(name: [UInt8], source: ParameterSource)]
    let contentHandling: ContentHandling?
    let request: RequestTemplates
    let responses: ResponseSelection
    /// Why no request can be sent, if that is so.
    let fault: String?
    /// `connectionType: VPC_LINK`: `uri` gives `Host`, path and query, and the link whom to connect to.
    let vpcLink: VpcLinkPlan?
    /// `nil` where nothing is tried again but what never reached the backend.
    let retry: RetryPlan?
    /// Whether the head towards the backend can only be written when the client's body is there.
    let needsRequestBody: Bool

    init(
        verb: Verb?, uri: BackendURI, timeoutNanoseconds: UInt64, headers: [(name: [UInt8], source: ParameterSource)],
        query: [(name: [UInt8], source: ParameterSource)], contentHandling: ContentHandling? = nil,
        request: RequestTemplates, responses: ResponseSelection, fault: String? = nil, vpcLink: VpcLinkPlan? = nil,
        retry: RetryPlan? = nil
    ) {
        self.fault = fault ?? uri.fault
        self.vpcLink = vpcLink
        self.retry = retry
        let sources =
            headers.map(\.source) + query.map(\.source)
            + (uri.authority + uri.path + uri.query).compactMap { piece in
                if case .parameter(let source, _) = piece { return source }
                return nil
            }
        needsRequestBody = sources.contains(where: \.needsRequestBody)
        self.verb = verb
        self.uri = uri
        self.timeoutNanoseconds = timeoutNanoseconds
        self.headers = headers
        self.query = query
        self.contentHandling = contentHandling
        self.request = request
        self.responses = responses
    }
}

/// A backend's address with its stage variables filled in. Only `{name}`s are left to a request.
struct BackendURI: Sendable {
    enum Piece: Sendable {
        case literal([UInt8])
        /// The name is the one in the address, which overrides go by.
        case parameter(ParameterSource, name: String)
        /// A `{name}` of the path that no mapping fills.
        case unmapped(name: String, text: [UInt8])
    }

    /// `nil` where the address holds a parameter or stage variables left nothing that could be called.
    var backend: Backend?
    /// The `Host` header: as in the URI, with the port where one is given.
    var hostHeader: [UInt8]
    /// Host and port where they depend on the request.
    var authority: [Piece]
    /// `https`: how, if need be with another host. `nil` for `http`.
    var tls: BackendTLS?
    /// From the first slash to the question mark.
    var path: [Piece]
    /// After the question mark.
    var query: [Piece]
    /// Why no request can be sent, if that is so.
    var fault: String?
}

/// Host and port of a backend, and whether TLS is spoken there. `number` is the place of its pool on each loop.
struct Backend: Sendable, Hashable {
    var number: Int
    var host: String
    var port: Int
    /// `nil` for plain HTTP.
    var tls: BackendTLS?
}
