import JSON

/// `$input`.
final class InputObject: TemplateObject {
    private let host: TemplateContext
    private lazy var body = String(decoding: host.body.isEmpty ? Array("{}".utf8) : host.body, as: UTF8.self)
    private lazy var parameters = makeParameters()
    private var document: JSON?

    init(_ host: TemplateContext) {
        self.host = host
    }

    func property(_ name: String, _ evaluator: Evaluator) -> Value? {
        name == "body" ? .string(body) : nil
    }

    func call(_ method: String, _ arguments: [Value], _ evaluator: Evaluator) throws(TemplateFailure) -> Value? {
        switch (method, arguments.count) {
        case ("json", 1):
            guard let path = arguments.string(0) else { return nil }
            guard let found = try find(path, evaluator) else { return .string("") }
            let limit = evaluator.meter.limits.stringBytes
            guard let text = found.text(atMost: limit) else {
                throw TemplateFailure(limit: "the template builds more than \(limit) bytes of text")
            }
            try evaluator.meter.string(text.utf8.count)
            return .string(text)
        case ("path", 1):
            guard let path = arguments.string(0) else { return nil }
            guard let found = try find(path, evaluator) else { return .string("") }
            return try Value(found, evaluator.meter)
        case ("params", 0): return .map(parameters)
        case ("params", 1):
            guard let name = arguments.string(0) else { return nil }
            return .string(parameter(name) ?? "")
        case ("getBody", 0), ("body", 0): return .string(body)
        default: return nil
        }
    }

    func text(_ evaluator: Evaluator) -> String { body }

    /// What a path leads to; `nil` if nowhere. A body that is no JSON is an error, as on AWS.
    private func find(_ text: String, _ evaluator: Evaluator) throws(TemplateFailure) -> JSON? {
        let path: JSONPath
        if let compiled = evaluator.paths[text] {
            path = compiled
        } else {
            do { path = try JSONPath(text) } catch { throw TemplateFailure("\(error)") }
        }
        let document = try parsed()
        var left = JSONPath.standardSteps
        let found: JSON?
        do { found = try path.evaluate(document, stepsLeft: &left) } catch { throw TemplateFailure("\(error)") }
        try evaluator.meter.step(JSONPath.standardSteps - left)
        return found
    }

    private func parsed() throws(TemplateFailure) -> JSON {
        if let document { return document }
        do {
            let json = host.body.isEmpty ? .object(JSONObject()) : try JSON(parsing: host.body)
            document = json
            return json
        } catch {
            throw TemplateFailure(body: "the body is no JSON: \(error)")
        }
    }

    // MARK: Parameters

    /// Path first, then query string, then header.
    private func parameter(_ name: String) -> String? {
        if let found = host.path.last(where: { $0.name == name }) { return found.value }
        if let found = host.querystring.last(where: { $0.name == name }) { return found.value }
        let wanted = name.lowercased()
        return host.header.last { $0.name.lowercased() == wanted }?.value
    }

    private func makeParameters() -> MapValue {
        func map(_ parameters: TemplateContext.Parameters) -> Value {
            .map(MapValue(parameters.map { (key: $0.name, value: .string($0.value)) }))
        }
        return MapValue([
            (key: "path", value: map(host.path)), (key: "querystring", value: map(host.querystring)),
            (key: "header", value: map(host.header)),
        ])
    }
}
