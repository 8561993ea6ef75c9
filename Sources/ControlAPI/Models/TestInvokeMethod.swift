/// The request of `TestInvokeMethod`.
public struct TestInvokeMethodRequest: Codable, Sendable, Hashable {
    /// For example `/pets/7?q=x`.
    public var pathWithQueryString: String?
    public var body: String?
    public var headers: [String: String]?
    public var multiValueHeaders: [String: [String]]?
    public var clientCertificateId: String?
    public var stageVariables: [String: String]?

    public init() {}
}

/// The answer of `TestInvokeMethod`.
public struct TestInvokeMethodResponse: Codable, Sendable, Hashable {
    public var status: Int?
    public var body: String?
    public var headers: [String: String]?
    public var multiValueHeaders: [String: [String]]?
    /// The execution log, one line an event.
    public var log: String?
    /// Milliseconds.
    public var latency: Int?

    public init() {}
}
