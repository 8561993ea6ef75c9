import ControlAPI

/// What `TestInvokeMethod` sends through the pipeline: one method as it is now, deployed or not.
package struct TestCall: Sendable {
    /// Stage `test-invoke-stage` with the call's stage variables, and an API of one resource with one method.
    package var publication: StagePublication
    /// A verb that API Gateway knows, in capitals.
    package var verb: String
    /// As the caller gave it; `nil` tests the resource's path without values for its variables.
    package var pathWithQueryString: String?
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// Whether it ends before the backend is called, and tells what the backend would get.
    package var previews = false

    package init(
        publication: StagePublication, verb: String, pathWithQueryString: String?,
        headers: [(name: String, value: String)], body: [UInt8]
    ) {
        self.publication = publication
        self.verb = verb
        self.pathWithQueryString = pathWithQueryString
        self.headers = headers
        self.body = body
    }
}

/// What came of a test.
package struct TestOutcome: Sendable {
    package var requestId: String
    package var status: Int
    /// Without those that the gateway writes on every answer.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// Times in nanoseconds since 1970.
    package var log: [(wall: Int64, text: String)]
    package var latencyMilliseconds: Int
    /// Of a preview, where the pipeline came as far as the backend.
    package var backendRequest: BackendRequest?
    /// Why the gateway answered itself.
    package var failure: String?

    package init(
        requestId: String, status: Int, headers: [(name: String, value: String)], body: [UInt8],
        log: [(wall: Int64, text: String)], latencyMilliseconds: Int
    ) {
        self.requestId = requestId
        self.status = status
        self.headers = headers
        self.body = body
        self.log = log
        self.latencyMilliseconds = latencyMilliseconds
    }
}

/// What a backend would get. A mock gets a body alone: what its request template makes.
package struct BackendRequest: Hashable, Sendable {
    package struct Header: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    package var httpMethod: String?
    /// The whole address, or the function's ARN.
    package var uri: String?
    /// In the order in which they go over the wire.
    package var headers: [Header] = []
    package var body: [UInt8] = []
}

/// Why a test could not be run.
package enum TestFailure: Error, Hashable, Sendable {
    case pathDoesNotMatch(path: String, resource: String)
    case malformedPath(String)
    case malformedHeader(String)
    /// The request as a whole is no HTTP request: too long, or a `Host` that is none.
    case malformedRequest(String)
    case tooManyAtOnce(Int)
    case answerTooLarge(bytes: Int)
    /// The engine is stopping, or out of file descriptors.
    case unavailable(String)
}

extension TestFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .pathDoesNotMatch(let path, let resource):
            "Invalid pathWithQueryString specified: \(path) does not match the resource's path \(resource)"
        case .malformedPath(let path):
            "Invalid pathWithQueryString specified: \(path). It must begin with / and hold no control characters"
        case .malformedHeader(let name):
            "Invalid header specified: \(name). Names must be tokens, and values must not hold control characters"
        case .malformedRequest(let reason): "Invalid test request: \(reason)"
        case .tooManyAtOnce(let limit): "Too many test invocations: at most \(limit) run at once"
        case .answerTooLarge(let bytes): "The answer is larger than \(bytes) bytes: it cannot be shown"
        case .unavailable(let reason): "The test could not be run: \(reason)"
        }
    }
}
