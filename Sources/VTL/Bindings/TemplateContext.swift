package import JSON

/// What API Gateway puts into a mapping template, for one request or response.
package struct TemplateContext {
    /// Names may come more than once; templates see the last value of each, in the order of first appearance.
    package typealias Parameters = [(name: String, value: String)]

    /// The payload. Where it is empty, templates see `{}`.
    package var body: [UInt8]
    package var path: Parameters
    package var querystring: Parameters
    /// Names are compared without regard to case.
    package var header: Parameters
    /// `$context`, without the overrides.
    package var context: JSONObject
    package var stageVariables: [String: String]
    /// What an earlier template has set: `$context.responseOverride` of the request's template is still there in the
    /// response's.
    package var overrides: TemplateOverrides

    package init(
        body: [UInt8] = [], path: Parameters = [], querystring: Parameters = [], header: Parameters = [],
        context: JSONObject = JSONObject(), stageVariables: [String: String] = [:],
        overrides: TemplateOverrides = TemplateOverrides()
    ) {
        self.body = body
        self.path = path
        self.querystring = querystring
        self.header = header
        self.context = context
        self.stageVariables = stageVariables
        self.overrides = overrides
    }
}

/// What templates have set in `$context.requestOverride` and `$context.responseOverride`. A list's elements are joined
/// by commas; what is null is left out.
package struct TemplateOverrides: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var requestHeader: [Entry] = []
    package var requestPath: [Entry] = []
    package var requestQuerystring: [Entry] = []
    package var responseHeader: [Entry] = []
    /// Only set if the template gave a whole number from 100 to 599.
    package var responseStatus: Int?

    package init() {}
}

/// What rendering a template gives.
package struct RenderedTemplate: Sendable, Equatable {
    package let body: [UInt8]
    package let overrides: TemplateOverrides
}

extension Template {
    /// Renders as API Gateway does, with `$input`, `$context`, `$stageVariables` and `$util`.
    package func render(
        _ context: TemplateContext, limits: TemplateLimits = .standard
    ) throws(TemplateError) -> RenderedTemplate {
        let bindings = GatewayBindings(context)
        let evaluator = Evaluator(template: self, bindings: bindings, limits: limits)
        defer { evaluator.dispose() }
        do {
            _ = try evaluator.render(nodes)
            return RenderedTemplate(body: evaluator.output, overrides: try bindings.overrides(evaluator))
        } catch {
            throw error.at(evaluator.here)
        }
    }
}

/// The four names that API Gateway gives to templates. Each is built when a template first asks for it.
final class GatewayBindings: TemplateBindings {
    private let host: TemplateContext
    private lazy var input = InputObject(host)
    private lazy var util = UtilObject()
    private lazy var stageVariables = MapValue(
        host.stageVariables.sorted { $0.key < $1.key }.map { (key: $0.key, value: .string($0.value)) })
    private var context: MapValue?

    init(_ host: TemplateContext) {
        self.host = host
    }

    func value(of name: String) -> Value? {
        switch name {
        case "input": return .object(input)
        case "util": return .object(util)
        case "stageVariables": return .map(stageVariables)
        case "context":
            if let context { return .map(context) }
            let made = makeContext()
            context = made
            return .map(made)
        default: return nil
        }
    }

    private func makeContext() -> MapValue {
        let map = MapValue(host.context.members.map { (key: $0.key, value: Value($0.value)) })
        func once(_ entries: [TemplateOverrides.Entry]) -> Value {
            .map(MapValue(entries.map { (key: $0.name, value: .string($0.value)) }, refusesSecondPut: true))
        }
        let request = MapValue([
            (key: "header", value: once(host.overrides.requestHeader)),
            (key: "path", value: once(host.overrides.requestPath)),
            (key: "querystring", value: once(host.overrides.requestQuerystring)),
        ])
        let response = MapValue([(key: "header", value: once(host.overrides.responseHeader))], refusesSecondPut: true)
        if let status = host.overrides.responseStatus { response.store(.string("status"), .int(status)) }
        map.store(.string("requestOverride"), .map(request))
        map.store(.string("responseOverride"), .map(response))
        return map
    }

    func overrides(_ evaluator: Evaluator) throws(TemplateFailure) -> TemplateOverrides {
        guard let context else { return host.overrides }
        var overrides = TemplateOverrides()
        if case .map(let request)? = context.value("requestOverride") {
            overrides.requestHeader = try entries(request.value("header"), evaluator)
            overrides.requestPath = try entries(request.value("path"), evaluator)
            overrides.requestQuerystring = try entries(request.value("querystring"), evaluator)
        }
        if case .map(let response)? = context.value("responseOverride") {
            overrides.responseHeader = try entries(response.value("header"), evaluator)
            let status: Int? =
                switch response.value("status") {
                case .int(let int)?: int
                case .string(let text)?: Int(text)
                default: nil
                }
            if let status, (100...599).contains(status) { overrides.responseStatus = status }
        }
        return overrides
    }

    private func entries(
        _ value: Value?, _ evaluator: Evaluator
    ) throws(TemplateFailure) -> [TemplateOverrides.Entry] {
        guard case .map(let map)? = value else { return [] }
        var entries: [TemplateOverrides.Entry] = []
        for entry in map.entries where !entry.value.isNull {
            let name = try ValueText.java(entry.key, evaluator)
            guard case .list(let list) = entry.value else {
                entries.append(.init(name: name, value: try ValueText.java(entry.value, evaluator)))
                continue
            }
            var parts: [String] = []
            for element in list.elements { parts.append(try ValueText.java(element, evaluator)) }
            entries.append(.init(name: name, value: parts.joined(separator: ",")))
        }
        return entries
    }
}
