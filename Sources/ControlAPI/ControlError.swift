/// Why a control call failed.
public enum ControlError: Error, Sendable, Hashable {
    /// The engine answered with an error: AWS's code (`NotFoundException`), status and message.
    case refused(status: Int, code: String, message: String, requestId: String?)
    /// No engine answered at `endpoint`.
    case unreachable(endpoint: String, reason: String)
    /// An answer came that is none of the control plane's.
    case malformedAnswer(endpoint: String, reason: String)
    case timedOut(endpoint: String, seconds: Double)
}

extension ControlError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .refused(let status, let code, let message, _): "\(message) (\(code), \(status))"
        case .unreachable(let endpoint, let reason): "no engine answers at \(endpoint): \(reason)"
        case .malformedAnswer(let endpoint, let reason): "\(endpoint) gave an answer that is not understood: \(reason)"
        case .timedOut(let endpoint, let seconds): "\(endpoint) did not answer within \(seconds) s"
        }
    }
}
