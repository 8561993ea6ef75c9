/// The `uri` of an `AWS` integration that calls a service:
/// `arn:{partition}:apigateway:{region}:{[subdomain.]service}:path/{path}` or `…:action/{Action}[&{name}={value}…]`.
struct ServiceURI: Hashable, Sendable {
    enum Call: Hashable, Sendable {
        /// The request's path from its first slash on, with a query where one is given.
        case path(String)
        /// `query`: what stands behind the action's name, without the first `&`.
        case action(String, query: String)
    }

    struct Fault: Error, Hashable { let text: String }

    var partition: String
    var region: String
    /// What stands before the service: `runtime` of `runtime.sagemaker`, a bucket of `my-bucket.s3`.
    var subdomain: String?
    var service: String
    var call: Call

    /// `text` has its stage variables filled in. Throws ``Fault``.
    init(_ text: String) throws(Fault) {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "apigateway" else {
            throw Fault(
                text: "Invalid endpoint address: \"\(text)\" is not "
                    + "arn:aws:apigateway:{region}:{service}:path/… or :action/…")
        }
        guard Self.isName(parts[1]), Self.isName(parts[3]) else {
            throw Fault(text: "Invalid endpoint address: \"\(text)\" names no region")
        }
        partition = String(parts[1])
        region = String(parts[3])
        let dot = parts[4].lastIndex(of: ".")
        service = String(dot.map { parts[4][parts[4].index(after: $0)...] } ?? parts[4]).lowercased()
        subdomain = dot.map { String(parts[4][..<$0]) }
        guard Self.isName(service[...]), subdomain.map({ Self.isHost($0) }) ?? true else {
            throw Fault(text: "Invalid endpoint address: \"\(text)\" names no service")
        }
        if parts[5].hasPrefix("action/") {
            let rest = parts[5].dropFirst("action/".count)
            let end = rest.firstIndex { $0 == "&" || $0 == "?" } ?? rest.endIndex
            guard end > rest.startIndex else {
                throw Fault(text: "Invalid endpoint address: \"\(text)\" names no action")
            }
            let query = rest[end...].dropFirst()
            call = .action(String(rest[..<end]), query: String(query))
        } else if parts[5] == "path" || parts[5].hasPrefix("path/") {
            // `path//` is the root as well: the console writes a path override with its slash.
            let rest = parts[5].dropFirst("path".count).drop { $0 == "/" }
            call = .path("/" + rest)
        } else {
            throw Fault(text: "AWS ARN for integration must contain path or action")
        }
    }

    /// `lambda:path/2015-03-31/functions/{function ARN}/invocations`: no service call but a function's invocation.
    static func isFunctionInvocation(_ uri: String) -> Bool {
        let parts = uri.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[4] == "lambda", parts[5].hasPrefix("path/") else { return false }
        let path = parts[5].dropFirst("path".count).drop { $0 == "/" }
        return path.hasPrefix("2015-03-31/functions/") && path.hasSuffix("/invocations")
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isNameByte)
    }

    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isName)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
