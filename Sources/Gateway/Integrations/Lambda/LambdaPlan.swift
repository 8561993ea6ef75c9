import Lambda

/// `AWS_PROXY` and `AWS` with a function behind it, compiled.
final class LambdaPlan: Sendable {
    /// `AWS_PROXY`: the function gets the event and gives the whole response. Else templates make both.
    let isProxy: Bool
    /// As it stands in the address; empty where there is a fault.
    let function: String
    /// `https://lambda.{region}.amazonaws.com/2015-03-31/functions/{function}/invocations`, for the log.
    let endpoint: String
    let timeoutNanoseconds: UInt64
    /// With `credentials` the account itself invokes; without them API Gateway does, whom the function's policy has to
    /// let in.
    let caller: FunctionInvocation.Caller
    /// `integration.request.header.*`. Those of Lambda's `Invoke` count: `X-Amz-Invocation-Type`, `X-Amz-Log-Type` and
    /// `X-Amz-Client-Context`.
    let headers: [(name: [UInt8], source: ParameterSource)]
    let contentHandling: ContentHandling?
    let request: RequestTemplates
    let responses: ResponseSelection
    let frame: ProxyEventFrame
    /// Why no request can be sent, if that is so.
    let fault: String?
    /// Whether a mapping reads the client's body, which then has to be JSON.
    let needsRequestBody: Bool

    init(
        isProxy: Bool, address: FunctionAddress?, timeoutNanoseconds: UInt64, caller: FunctionInvocation.Caller,
        headers: [(name: [UInt8], source: ParameterSource)], contentHandling: ContentHandling?,
        request: RequestTemplates, responses: ResponseSelection, frame: ProxyEventFrame, fault: String?
    ) {
        self.isProxy = isProxy
        function = address?.function ?? ""
        endpoint =
            "https://lambda.\(address?.region ?? "").amazonaws.com/2015-03-31/functions/\(function)/invocations"
        self.timeoutNanoseconds = timeoutNanoseconds
        self.caller = caller
        self.headers = headers
        self.contentHandling = contentHandling
        self.request = request
        self.responses = responses
        self.frame = frame
        self.fault = fault
        needsRequestBody = headers.contains { $0.source.needsRequestBody }
    }
}

/// Where a method stands, as functions are told and as their policies name it.
struct MethodSite: Sendable {
    var region: String
    var account: String
    var apiId: String
    var stageName: String
    /// Empty for a test-invoke, which has none.
    var deploymentId: String
    /// `nil` where the stage has no canary.
    var isCanary: Bool?
    var resourceId: String
    var resourcePath: String
    /// `ANY` or a verb.
    var verb: String
    var pathParameters: [String]
    var variables: [String: String]

    /// `arn:aws:execute-api:{region}:{account}:{apiId}/{stage}/{verb}/{resource path}`, with `*` for `ANY` and the
    /// braces of the path kept.
    var sourceArn: String {
        let verb = verb == "ANY" ? "*" : verb
        return "arn:aws:execute-api:\(region):\(account):\(apiId)/\(stageName)/\(verb)\(resourcePath)"
    }
}
