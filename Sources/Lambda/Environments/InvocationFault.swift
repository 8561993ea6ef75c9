import JSON

/// What went wrong with an invocation beside the function's own errors, as Lambda answers it.
enum InvocationFault: Error, Hashable {
    /// The process ended.
    case exited(ProcessEnd)
    /// It was killed for what it had in memory, or for how many processes it had.
    case outOfBounds
    /// `time` as in ISO 8601, `seconds` the function's limit.
    case timedOut(time: String, seconds: Int)
    case responseTooLarge(bytes: Int)
    /// There is nothing that could run it.
    case notRunnable(reason: String)

    var type: String {
        switch self {
        case .exited(.notStarted), .notRunnable: "Runtime.InvalidEntrypoint"
        case .exited, .outOfBounds: "Runtime.ExitError"
        case .timedOut: "Sandbox.Timedout"
        case .responseTooLarge: "Function.ResponseSizeTooLarge"
        }
    }

    func message(requestId: String) -> String {
        switch self {
        case .exited(let end): "RequestId: \(requestId) Error: \(end.reason)"
        case .outOfBounds: "RequestId: \(requestId) Error: Runtime exited with error: signal: killed"
        case .timedOut(let time, let seconds): "\(time) \(requestId) Task timed out after \(seconds).00 seconds"
        case .responseTooLarge(let bytes):
            "Response payload size (\(bytes) bytes) exceeded maximum allowed payload size "
                + "(\(RuntimeRequest.maximumBody) bytes)."
        case .notRunnable(let reason): "RequestId: \(requestId) Error: \(reason)"
        }
    }

    /// `{"errorType":"Runtime.ExitError","errorMessage":"…"}`; a timeout has no type.
    func payload(requestId: String) -> [UInt8] {
        var payload = JSONObject()
        if case .timedOut = self {} else { payload["errorType"] = .string(type) }
        payload["errorMessage"] = .string(message(requestId: requestId))
        return JSON.object(payload).bytes()
    }
}
