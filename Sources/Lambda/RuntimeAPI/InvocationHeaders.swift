import NIOHTTP1

/// The headers of `next`'s answer.
struct InvocationHeaders {
    var requestId: String
    /// Milliseconds since 1970.
    var deadline: Int
    var invokedFunctionArn: String
    var traceId: String
    /// Base64, as in `X-Amz-Client-Context`; a function gets the JSON in it.
    var clientContext: String?

    var fields: HTTPHeaders {
        var headers: HTTPHeaders = [
            "Lambda-Runtime-Aws-Request-Id": requestId,
            "Lambda-Runtime-Deadline-Ms": String(deadline),
            "Lambda-Runtime-Invoked-Function-Arn": invokedFunctionArn,
            "Lambda-Runtime-Trace-Id": Self.fieldValue(traceId),
        ]
        if let clientContext, let json = Base64Text.decode(clientContext) {
            let text = Self.fieldValue(String(decoding: json, as: UTF8.self))
            headers.add(name: "Lambda-Runtime-Client-Context", value: text)
        }
        return headers
    }

    /// Line ends and other control characters, which are white space in JSON if they are anything, become spaces.
    private static func fieldValue(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        return String(decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }

    /// `Root=1-{seconds}-{24 hexadecimal digits};Parent=…;Sampled=0`, for an invocation that came without one.
    static func newTraceId(seconds: Int) -> String {
        let parent = RequestIds.hexadecimal(digits: 16)
        return "Root=1-\(String(seconds, radix: 16))-\(RequestIds.hexadecimal(digits: 24));Parent=\(parent);Sampled=0"
    }
}
