package import JSON

/// Compiles mapping templates when a stage is published. The language stands behind this seam.
package protocol TemplateEngine: Sendable {
    func compile(_ source: String) throws -> any CompiledTemplate
}

package protocol CompiledTemplate: Sendable {
    /// Throws ``TemplateFault``.
    func render(_ input: TemplateInput) throws -> TemplateOutput
}

/// Why a template could not be rendered.
package enum TemplateFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The template asked for a part of the body, which is no JSON.
    case body(reason: String)
    case failed(reason: String)

    package var description: String {
        switch self {
        case .body(let reason), .failed(let reason): reason
        }
    }
}

/// What a template reads (`$input`, `$context`, `$stageVariables`).
package struct TemplateInput: Sendable {
    /// `$input.body`: the request's body in request templates, the backend's in response templates.
    package var body: [UInt8] = []
    /// Decoded as API Gateway does: paths as they came, queries decoded; a name that repeats comes several times.
    package var pathParameters: [(name: String, value: String)] = []
    package var queryParameters: [(name: String, value: String)] = []
    package var headers: [(name: String, value: String)] = []
    package var stageVariables: [String: String] = [:]
    /// `$context`, with an override of the request template still in it for the response template.
    package var context = JSONObject()

    package init() {}
}

package struct TemplateOutput: Sendable {
    package var body: [UInt8]
    /// `$context` afterwards: its `requestOverride` and `responseOverride` are applied.
    package var context: JSONObject

    package init(body: [UInt8], context: JSONObject) {
        self.body = body
        self.context = context
    }
}

/// Stands in where no template language is wired: takes text without `$` and `#`, which any template renders to itself.
package struct LiteralTemplates: TemplateEngine {
    package init() {}

    package func compile(_ source: String) throws -> any CompiledTemplate {
        throw PlanError.template(source: String(source.prefix(60)), reason: "no template language is available")
    }
}

/// A template that is ready to render. Text that is the same for each request is kept as bytes.
enum Template: Sendable {
    case literal([UInt8])
    case compiled(any CompiledTemplate)

    init(_ source: String, engine: any TemplateEngine) throws {
        if source.utf8.contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "#") }) {
            self = .compiled(try engine.compile(source))
        } else {
            self = .literal(Array(source.utf8))
        }
    }
}

enum PassthroughBehavior: Sendable {
    case whenNoMatch, whenNoTemplates, never
}

/// Templates by content type, in the order in which they are tried.
struct RequestTemplates: Sendable {
    enum Choice {
        case template(Template)
        case passthrough
        case unsupportedMediaType
    }

    var byType: [(type: String, template: Template)] = []
    var passthrough = PassthroughBehavior.whenNoMatch

    /// `contentType` in lower case without parameters.
    func choose(_ contentType: String) -> Choice {
        for entry in byType where entry.type == contentType { return .template(entry.template) }
        for entry in byType where entry.type == "$default" { return .template(entry.template) }
        switch passthrough {
        case .whenNoMatch: return .passthrough
        case .whenNoTemplates: return byType.isEmpty ? .passthrough : .unsupportedMediaType
        case .never: return .unsupportedMediaType
        }
    }
}
