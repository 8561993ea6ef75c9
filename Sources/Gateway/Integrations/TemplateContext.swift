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
}
