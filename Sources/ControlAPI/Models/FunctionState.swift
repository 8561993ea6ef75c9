/// A function of this machine as it runs now: an item of `GET /sluice/functions`.
public struct FunctionState: Codable, Sendable, Hashable {
    public var functionName: String
    public var functionArn: String
    public var runtime: String
    public var handler: String
    /// Lambda's `Pending`, `Active` or `Failed`.
    public var state: String
    /// Why it cannot run, for example an interpreter that is not there.
    public var stateReason: String?
    /// The folder with the code.
    public var codeDirectory: String
    /// Whether what is saved in the folder runs at the next invocation.
    public var watchesCode: Bool
    /// Mebibytes.
    public var memorySize: Int
    /// Seconds.
    public var timeout: Int
    /// Execution environments that are there, and those of them that are at work.
    public var environments: Int
    public var busy: Int
    /// Executions at once that are let in; `nil` for the engine's own ceiling.
    public var reservedConcurrency: Int?
    /// Since the engine started.
    public var invocations: Int
    public var coldStarts: Int
    public var errors: Int
    public var timeouts: Int
    public var throttles: Int
    /// Milliseconds; `nil` before the first invocation.
    public var durationP50: Double?
    public var durationP99: Double?
    /// Of the newest cold start, milliseconds.
    public var initDuration: Double?
    /// The newest error's message.
    public var lastError: String?
    /// Who may invoke it: one line a statement of its policy, `apigateway.amazonaws.com arn:aws:execute-api:…`.
    public var permissions: [String]

    public init(
        functionName: String, functionArn: String, runtime: String, handler: String, codeDirectory: String,
        memorySize: Int, timeout: Int
    ) {
        self.functionName = functionName
        self.functionArn = functionArn
        self.runtime = runtime
        self.handler = handler
        self.codeDirectory = codeDirectory
        self.memorySize = memorySize
        self.timeout = timeout
        state = "Active"
        watchesCode = false
        environments = 0
        busy = 0
        invocations = 0
        coldStarts = 0
        errors = 0
        timeouts = 0
        throttles = 0
        permissions = []
    }
}
