package import Lambda

/// Where the data plane listens, and its limits.
package struct DataPlaneConfiguration: Sendable {
    package var host: String
    /// 0 picks a free port.
    package var port: Int
    package var region: String
    package var account: String
    /// Event loops, each with a thread and a listener; by default one a core.
    package var loops: Int
    package var templates: any TemplateEngine
    /// What `AWS` and `AWS_PROXY` integrations invoke functions with; without it there are none.
    package var functions: (any FunctionInvoker)?
    /// Where `AWS` integrations find AWS's services; `nil` for AWS's own endpoints.
    package var awsEndpoint: String?
    /// Who may sign the certificates of HTTPS backends.
    package var backendTrust = BackendTrust()
    /// Of all requests of the engine together; `nil` limits nothing.
    package var accountThrottle: ThrottleLimit?

    /// From a connection's first byte, or the last answer's end where one has come, to the head's end.
    package var headerTimeoutMilliseconds = 10_000
    /// Between requests.
    package var idleTimeoutMilliseconds = 60_000
    /// Without a byte from or to the client within a request.
    package var stallTimeoutMilliseconds = 30_000
    package var maximumPayload = 10_485_760
    package var upstreamIdleMilliseconds = 30_000
    /// Connections to one backend, on each loop; requests beyond wait for one.
    package var upstreamConnectionsPerHost = 256
    package var accessLogRecordsPerLoop = 16_384
    /// Bytes that the caches of all stages together may hold.
    package var cacheMemory = EngineConfiguration.standardCacheMemory
    /// Folder of the stages' log files; `nil` writes none.
    package var logDirectory: String?
    /// Asks for the addresses of targets that are DNS names, so often.
    package var nameResolver: any NameResolver = SystemNameResolver()
    package var nameIntervalMilliseconds = 10_000

    package init(
        host: String = "127.0.0.1", port: Int = 8080, region: String = "us-east-1", account: String = "000000000000",
        loops: Int, templates: any TemplateEngine = LiteralTemplates()
    ) {
        self.host = host
        self.port = port
        self.region = region
        self.account = account
        self.loops = max(1, loops)
        self.templates = templates
    }
}
