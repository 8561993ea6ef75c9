package import ControlAPI

/// An API as it was when it was deployed: what a deployment stores and the compiler reads. Never changed.
package struct DeploymentSnapshot: Codable, Sendable, Hashable {
    /// The deployment's id.
    package var deploymentId: String
    package var restApi: RestApi
    /// Every resource, with its methods, their integrations and responses in full.
    package var resources: [Resource]
    /// `nil` in snapshots of before these were stored.
    package var models: [Model]?
    package var requestValidators: [RequestValidator]?
    /// The customised ones by type.
    package var gatewayResponses: [String: GatewayResponse]?
    package var authorizers: [Authorizer]?

    package init(
        deploymentId: String, restApi: RestApi, resources: [Resource], models: [Model]? = nil,
        requestValidators: [RequestValidator]? = nil, gatewayResponses: [String: GatewayResponse]? = nil,
        authorizers: [Authorizer]? = nil
    ) {
        self.deploymentId = deploymentId
        self.restApi = restApi
        self.resources = resources
        self.models = models
        self.requestValidators = requestValidators
        self.gatewayResponses = gatewayResponses
        self.authorizers = authorizers
    }
}

/// A client certificate with its key, for connections to HTTPS backends. Both texts are PEM.
package struct PublishedCertificate: Sendable, Hashable {
    package var id: String
    package var certificate: String
    package var privateKey: String

    package init(id: String, certificate: String, privateKey: String) {
        self.id = id
        self.certificate = certificate
        self.privateKey = privateKey
    }
}

extension PublishedCertificate: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the key, which belongs into no log.
    package var description: String { "client certificate \(id)" }
    package var debugDescription: String { description }
}

/// All that a stage needs to answer requests: its settings and the deployments that it points to.
package struct StagePublication: Sendable, Hashable {
    package var apiId: String
    package var stage: Stage
    package var base: DeploymentSnapshot
    /// There if the stage has a canary, also at 0 %.
    package var canary: DeploymentSnapshot?
    /// The stage's own, where it has one.
    package var clientCertificate: PublishedCertificate?

    package init(
        apiId: String, stage: Stage, base: DeploymentSnapshot, canary: DeploymentSnapshot?,
        clientCertificate: PublishedCertificate? = nil
    ) {
        self.clientCertificate = clientCertificate
        self.apiId = apiId
        self.stage = stage
        self.base = base
        self.canary = canary
    }
}

/// A stage compiled for the data plane. The control plane only carries it from ``StagePublisher/prepare(_:)`` to
/// ``StagePublisher/publish(_:)``.
package protocol PreparedStage: Sendable {}

/// The data plane as the control plane sees it.
package protocol StagePublisher: Sendable {
    /// Compiles a stage. Called before the change is committed, so that what cannot be compiled is refused.
    /// Throws an error whose description can be shown to the caller.
    func prepare(_ publication: StagePublication) throws -> any PreparedStage
    /// Makes a stage live. Returns when every loop uses it.
    func publish(_ prepared: any PreparedStage) async
    /// Takes a stage away. Requests in flight finish; later ones get 403. Returns when no loop knows it.
    func withdraw(apiId: String, stageName: String) async
    /// Runs a method that need not be live. Throws ``TestFailure``, or an error that says why it cannot be compiled.
    func test(_ call: TestCall) async throws -> TestOutcome
    /// Makes all keys and usage plans live. Returns when every loop uses them.
    func publish(keys: KeyPublication) async
    /// Makes a VPC link live as it is now. Returns when every loop uses it.
    func publish(vpcLink: VpcLinkPublication) async
    /// Takes a VPC link away. Requests under way finish; later ones get 500.
    func withdraw(vpcLink id: String) async
    /// Makes all custom domain names live. Returns when every loop uses them.
    func publish(domains: DomainPublication) async
    /// What `UpdateUsage` adds to a key's limit in the window that begins at `firstDay`.
    func extendUsage(_ identity: ClientIdentity, by number: Int, inWindow firstDay: Int)
    /// What keys used, of those that used anything since the last call. `today` is a day's number.
    func drainUsage(today: Int) -> [ClientIdentity: StoredUsage]
    /// What was drained could not be written: it comes again.
    func keepUsage(_ drained: [ClientIdentity: StoredUsage])
}

/// What the data plane tells of its traffic.
package protocol TrafficReports: Sendable {
    /// Samples of whole past seconds from `since` (seconds since 1970) on, oldest first. 15 minutes are kept.
    func metrics(apiId: String?, stageName: String?, since: Int) async -> [MetricsSample]
    /// The targets of a VPC link's pool with their health and counts, also those that drain; empty if there is no pool.
    func targets(vpcLinkId: String) async -> [TargetPool.Target]
    /// Every token bucket of the stages asked for, of the usage plans that cover them and of the account.
    func throttles(apiId: String?, stageName: String?) async -> [ThrottleState]
    /// Past requests, oldest first, as far as the ring in memory holds them.
    func accessLog(_ query: AccessLogQuery) async -> [AccessLogRecord]
    /// As ``metrics(apiId:stageName:since:)``, but of single methods, those whose metrics are detailed.
    func methodMetrics(apiId: String?, stageName: String?, since: Int) async -> [MetricsSample]
    /// `nil` if the request's method does not log, or if the log is gone.
    func executionLog(requestId: String) async -> ExecutionLogRecord?
    /// The newest requests with an execution log, oldest first.
    func executionLogs(apiId: String?, stageName: String?, limit: Int) async -> [ExecutionLogRecord]
    /// Metrics each second and, for what `access` selects, records as they come. Ends when the reader stops.
    /// A reader that lags loses records, never metrics, and is told how many.
    func reports(access: EventSelection.AccessSelection) -> AsyncStream<TrafficReport>
}

/// The stages' response caches, as the control plane sees them.
package protocol CacheService: Sendable {
    /// Drops all entries of a stage's cache and of its canary's own. Returns when no request can get one any more;
    /// answers that backends are giving at this moment are not stored either.
    func flushCache(apiId: String, stageName: String)
    /// How full the caches are that are on, by API, stage, base before canary.
    func cacheStates(apiId: String?, stageName: String?) -> [CacheState]
}

package enum TrafficReport: Sendable {
    case metrics(time: Int, samples: [MetricsSample])
    case access(records: [AccessLogRecord], dropped: Int)
}
