/// What the engine wrote down of one request: the answer of `GET /sluice/logs/execution?requestId=…`.
public struct ExecutionLogRecord: Codable, Sendable, Hashable {
    public struct Line: Codable, Sendable, Hashable {
        /// Milliseconds since 1970.
        public var time: Int
        /// Without the request's id, which CloudWatch puts before it in parentheses.
        public var message: String

        public init(time: Int, message: String) {
            self.time = time
            self.message = message
        }
    }

    public var requestId: String
    public var apiId: String
    public var stage: String
    public var isCanaryRequest: Bool
    public var lines: [Line]

    public init(requestId: String, apiId: String, stage: String, isCanaryRequest: Bool, lines: [Line]) {
        self.requestId = requestId
        self.apiId = apiId
        self.stage = stage
        self.isCanaryRequest = isCanaryRequest
        self.lines = lines
    }
}
