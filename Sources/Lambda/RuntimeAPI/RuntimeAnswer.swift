import JSON
import NIOCore
import NIOHTTP1

/// What the Runtime API answers a process.
enum RuntimeAnswer: Error {
    /// The next invocation.
    case invocation(HTTPHeaders, ByteBuffer)
    case accepted
    /// There is no such invocation under way.
    case invalidRequestId
    /// The invocation is not where this call could follow.
    case invalidStateTransition
    case tooLarge
    case notFound
    case methodNotAllowed

    var status: HTTPResponseStatus {
        switch self {
        case .invocation: .ok
        case .accepted: .accepted
        case .invalidRequestId: .badRequest
        case .invalidStateTransition: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .tooLarge: .payloadTooLarge
        }
    }

    /// `{"errorMessage":"…","errorType":"…"}`, or `{"status":"OK"}`.
    var body: ByteBuffer {
        switch self {
        case .invocation(_, let payload): payload
        case .accepted: ByteBuffer(string: "{\"status\":\"OK\"}\n")
        case .invalidRequestId: Self.error("InvalidRequestID", "Invalid request ID")
        case .invalidStateTransition:
            Self.error("InvalidStateTransition", "The invocation is not in a state that allows this call")
        case .notFound: Self.error("NotFound", "The Runtime API has no such path")
        case .methodNotAllowed: Self.error("MethodNotAllowed", "The Runtime API has no such method for this path")
        case .tooLarge:
            Self.error(
                "RequestEntityTooLarge", "Exceeded maximum allowed payload size (\(RuntimeRequest.maximumBody) bytes).")
        }
    }

    private static func error(_ type: String, _ message: String) -> ByteBuffer {
        let error: JSON = ["errorMessage": .string(message), "errorType": .string(type)]
        return ByteBuffer(bytes: error.bytes())
    }
}
