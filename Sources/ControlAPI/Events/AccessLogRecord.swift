/// One request as the data plane finished it. Members carry the names of API Gateway's `$context` variables.
public struct AccessLogRecord: Codable, Sendable, Hashable {
    /// When the request's first byte came, in milliseconds since 1970 (`$context.requestTimeEpoch`).
    public var requestTimeEpoch: Int
    public var requestId: String
    public var apiId: String
    public var stage: String
    public var isCanaryRequest: Bool
    public var httpMethod: String
    /// The path as the client sent it, with the stage.
    public var path: String
    /// The resource that matched, for example `/pets/{petId}`; `nil` where none did.
    public var resourcePath: String?
    public var status: Int
    public var protocolName: String
    /// Milliseconds from the request's first byte to the answer's last, with fractions.
    public var responseLatency: Double
    /// Milliseconds the backend took; `nil` where none was called.
    public var integrationLatency: Double?
    public var responseLength: Int
    public var sourceIp: String
    /// `$context.error.message` of a gateway response, with what the engine knows of the cause.
    public var errorMessage: String?

    /// When the answer's last byte went, in milliseconds since 1970: the order in which requests are logged.
    public var responseTimeEpoch: Int { requestTimeEpoch + Int(min(max(0, responseLatency), 1e12).rounded()) }

    public init(
        requestTimeEpoch: Int, requestId: String, apiId: String, stage: String, isCanaryRequest: Bool,
        httpMethod: String, path: String, resourcePath: String?, status: Int, protocolName: String = "HTTP/1.1",
        responseLatency: Double, integrationLatency: Double?, responseLength: Int, sourceIp: String,
        errorMessage: String? = nil
    ) {
        self.requestTimeEpoch = requestTimeEpoch
        self.requestId = requestId
        self.apiId = apiId
        self.stage = stage
        self.isCanaryRequest = isCanaryRequest
        self.httpMethod = httpMethod
        self.path = path
        self.resourcePath = resourcePath
        self.status = status
        self.protocolName = protocolName
        self.responseLatency = responseLatency
        self.integrationLatency = integrationLatency
        self.responseLength = responseLength
        self.sourceIp = sourceIp
        self.errorMessage = errorMessage
    }

    enum CodingKeys: String, CodingKey {
        case requestTimeEpoch, requestId, apiId, stage, isCanaryRequest, httpMethod, path, resourcePath, status
        case protocolName = "protocol"
        case responseLatency, integrationLatency, responseLength, sourceIp, errorMessage
    }
}
