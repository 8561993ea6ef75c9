import NIOCore
import NIOHTTP1

/// A call of the Lambda Runtime API, version 2018-06-01.
enum RuntimeRequest {
    /// `GET /runtime/invocation/next`
    case next
    /// `POST /runtime/invocation/{id}/response`
    case response(id: String, RuntimeBody)
    /// `POST /runtime/invocation/{id}/error`
    case error(id: String, type: String?, RuntimeBody)
    /// `POST /runtime/init/error`
    case initError(type: String?, RuntimeBody)

    /// What Lambda takes of a response: 6 MB, and room for what it puts around it.
    static let maximumBody = 6_291_556
    private static let prefix = "/2018-06-01/runtime/"

    /// `nil` where the path is none of the API's; an answer where it is, but not with this method.
    static func parse(_ head: HTTPRequestHead, body: RuntimeBody) -> Result<RuntimeRequest, RuntimeAnswer> {
        let path = head.uri.prefix { $0 != "?" }
        guard path.hasPrefix(prefix) else { return .failure(.notFound) }
        let parts = path.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
        let type = head.headers.first(name: "Lambda-Runtime-Function-Error-Type")
        switch (parts.count, parts.first, parts.last) {
        case (2, "invocation", "next"):
            return head.method == .GET ? .success(.next) : .failure(.methodNotAllowed)
        case (2, "init", "error"):
            return head.method == .POST ? .success(.initError(type: type, body)) : .failure(.methodNotAllowed)
        case (3, "invocation", "response"):
            let id = String(parts[1])
            return head.method == .POST ? .success(.response(id: id, body)) : .failure(.methodNotAllowed)
        case (3, "invocation", "error"):
            let id = String(parts[1])
            return head.method == .POST ? .success(.error(id: id, type: type, body)) : .failure(.methodNotAllowed)
        default:
            return .failure(.notFound)
        }
    }
}

/// What came with a call. Over the limit, only its length is known.
struct RuntimeBody {
    private(set) var bytes = ByteBuffer()
    private(set) var length = 0
    /// A streamed response that failed in the middle says so in its trailers: the error's type.
    var errorType: String?
    /// The error as JSON, of the same trailers.
    var error: ByteBuffer?

    var isTooLarge: Bool { length > RuntimeRequest.maximumBody }

    mutating func append(_ part: inout ByteBuffer) {
        length += part.readableBytes
        if isTooLarge {
            bytes = ByteBuffer()
        } else if bytes.readableBytes == 0 {
            bytes = part
        } else {
            bytes.writeBuffer(&part)
        }
    }
}
