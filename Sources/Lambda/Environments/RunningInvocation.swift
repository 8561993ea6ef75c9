import JSON
import NIOCore

/// One execution of a function. Touched on the host's loop alone.
final class RunningInvocation: @unchecked Sendable {
    let id: String
    let target: InvocationTarget
    let payload: ByteBuffer
    let traceId: String?
    let clientContext: String?
    /// Called once.
    private var completion: ((InvocationOutcome, RunningInvocation) -> Void)?
    /// Where it was asked for.
    private(set) var logTail: LogTail?
    /// When its time began to run; `nil` while its environment starts.
    var started: NIODeadline?
    /// Whether the dispatcher counts it among what it executes.
    var isCounted = false
    /// Of the environment that was started for it, milliseconds.
    var initDuration: Double?

    init(
        id: String, target: InvocationTarget, payload: ByteBuffer, traceId: String?, clientContext: String?,
        wantsLogTail: Bool, completion: @escaping (InvocationOutcome, RunningInvocation) -> Void
    ) {
        self.id = id
        self.target = target
        self.payload = payload
        self.traceId = traceId
        self.clientContext = clientContext
        self.completion = completion
        if wantsLogTail { logTail = LogTail() }
    }

    var timeLimit: TimeAmount { .seconds(Int64(target.version.timeout)) }

    func logged(_ line: String) {
        logTail?.add(line)
    }

    func complete(_ outcome: InvocationOutcome) {
        guard let completion else { return }
        self.completion = nil
        completion(outcome, self)
    }
}

/// How an execution ended.
enum InvocationOutcome {
    case answered(ByteBuffer)
    /// The function, or its runtime's client, said so.
    case failed(payload: ByteBuffer, type: String?)
    case fault(InvocationFault)
    case refused(InvocationRefusal)

    var reportStatus: InvocationReport.Status {
        switch self {
        case .answered, .refused: .success
        case .failed(_, let type): .error(type: type ?? "Runtime.Unknown")
        case .fault(.timedOut): .timeout
        case .fault(let fault): .error(type: fault.type)
        }
    }

    var isFunctionError: Bool {
        switch self {
        case .failed, .fault: true
        case .answered, .refused: false
        }
    }

    /// The error's message, for figures and logs; `nil` if there is no error.
    func errorMessage(requestId: String) -> String? {
        switch self {
        case .answered: nil
        case .refused(let refusal): refusal.message
        case .fault(let fault): fault.message(requestId: requestId)
        case .failed(let payload, let type): Self.message(in: payload) ?? type ?? "The function failed."
        }
    }

    /// Errors whose message is looked for, in bytes.
    private static let readLimit = 64 << 10

    private static func message(in payload: ByteBuffer) -> String? {
        guard payload.readableBytes <= readLimit, let error = try? JSON(parsing: payload.readableBytesView) else {
            return nil
        }
        return error["errorMessage"]?.string
    }
}
