/// One line that a function wrote, or that Lambda writes about it (`START`, `END`, `REPORT`): the answer of
/// `GET /sluice/functions/{name}/logs`, and of the live feed with `functions=`.
public struct FunctionLogRecord: Codable, Sendable, Hashable {
    /// Milliseconds since 1970.
    public var time: Int
    public var functionName: String
    /// The invocation that it belongs to; `nil` between invocations.
    public var requestId: String?
    public var message: String

    public init(time: Int, functionName: String, requestId: String?, message: String) {
        self.time = time
        self.functionName = functionName
        self.requestId = requestId
        self.message = message
    }
}
