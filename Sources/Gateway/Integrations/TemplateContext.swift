import JSON
import NIOCore

/// `$context.requestOverride` and `$context.responseOverride` after a template ran.
struct TemplateOverrides: Sendable {
    var requestHeaders: [(String, String)] = []
    var requestPath: [(String, String)] = []
    var requestQuery: [(String, String)] = []
    var responseHeaders: [(String, String)] = []
    /// Only an integer 100–599 counts.
    var status: Int?
    /// What the response template finds in `$context.responseOverride`.
    var response: JSON?

    init?(_ context: JSONObject) {
        let request = context["requestOverride"]
        let response = context["responseOverride"]
        guard request != nil || response != nil else { return nil }
        requestHeaders = Self.pairs(request?["header"])
        requestPath = Self.pairs(request?["path"])
        requestQuery = Self.pairs(request?["querystring"])
        responseHeaders = Self.pairs(response?["header"])
        status = response?["status"]?.int.flatMap { (100...599).contains($0) ? $0 : nil }
        self.response = response
    }

    private static func pairs(_ value: JSON?) -> [(String, String)] {
        (value?.object?.members ?? []).map { member in
            if let list = member.value.array { return (member.key, list.map(text).joined(separator: ",")) }
            return (member.key, text(member.value))
        }
    }

    private static func text(_ value: JSON) -> String { value.string ?? value.text() }
}

extension Exchange {
    func templateInput(body: ByteBuffer?) -> TemplateInput {
        var input = TemplateInput()
        input.body = Array((body ?? ByteBuffer()).readableBytesView)
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        for (place, name) in (method?.pathParameters ?? []).enumerated() {
            input.pathParameters.append((name, text(pathValue(place))))
        }
        input.queryParameters = rawQuery().map {
            (text(PercentCoding.decode($0.name)), text(PercentCoding.decode($0.value)))
        }
        input.headers = requestHeaders().map { (text($0.name), text($0.value)) }
        input.stageVariables = variant?.variables ?? [:]
        input.context = contextObject()
        if let response = outcome.overrides?.response { input.context["responseOverride"] = response }
        return input
    }

    /// `$context`, as far as this request has got.
    func contextObject() -> JSONObject {
        var context = JSONObject()
        for name in Self.contextNames {
            if let value = contextValue(name) {
                let parts = name.split(separator: ".")
                if parts.count == 2 {
                    var inner = context[String(parts[0])]?.object ?? JSONObject()
                    inner[String(parts[1])] = .string(value)
                    context[String(parts[0])] = .object(inner)
                } else {
                    context[name] = .string(value)
                }
            }
        }
        return context
    }

    private static let contextNames = [
        "accountId", "apiId", "deploymentId", "domainName", "domainPrefix", "extendedRequestId", "httpMethod",
        "identity.sourceIp", "identity.userAgent", "isCanaryRequest", "path", "protocol", "requestId", "requestTime",
        "requestTimeEpoch", "resourceId", "resourcePath", "stage",
    ]

    /// One `$context` variable by its name after the `$context.`; `nil` for those that this request has not.
    func contextValue(_ name: String) -> String? {
        func text(_ span: ByteSpan) -> String { withBytes { ByteScan.string($0, span) } }
        if name.hasPrefix("error.") { return errorValue(name.dropFirst(6)) }
        let wall = loop.clock.wall(started)
        switch name {
        case "accountId": return loop.configuration.account
        case "apiId": return stage?.apiId
        case "deploymentId": return variant?.deploymentId
        case "domainName": return text(head.host).split(separator: ":").first.map(String.init)
        case "domainPrefix": return text(head.host).split(separator: ".").first.map(String.init)
        case "extendedRequestId": return extendedId
        case "httpMethod": return text(head.wantedMethod)
        case "identity.sourceIp": return String(decoding: connection.peer, as: UTF8.self)
        case "identity.userAgent": return requestHeader("user-agent")
        case "isCanaryRequest": return variant?.isCanary == true ? "true" : "false"
        case "path": return text(stagePath)
        case "protocol": return head.minorVersion == 1 ? "HTTP/1.1" : "HTTP/1.0"
        case "requestId": return requestId.text
        case "requestTime": return LoopClock.commonLogTime(second: wall / 1_000_000_000)
        case "requestTimeEpoch": return String(wall / 1_000_000)
        case "resourceId": return method?.resourceId
        case "resourcePath": return method?.resourcePath
        case "stage": return stage?.stageName
        default: return nil
        }
    }
}

extension LoopClock {
    /// `10/Oct/2000:13:55:36 +0000`
    static func commonLogTime(second: Int64) -> String {
        // "Tue, 10 Oct 2000 13:55:36 GMT"
        let date = String(decoding: format(second: second), as: UTF8.self).split(separator: " ")
        guard date.count == 6 else { return "" }
        return "\(date[1])/\(date[2])/\(date[3]):\(date[4]) +0000"
    }
}
