import JSON

/// A parsed mapping template. Immutable: parse it once, render it for every request on any thread.
package struct Template: Sendable {
    let nodes: [Node]
    let macros: [String: Macro]
    let paths: [String: JSONPath]

    /// Parses a template of at most ``TemplateLimits/templateSize`` bytes.
    package init(parsing text: String, limits: TemplateLimits = .standard) throws(TemplateError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= limits.templateSize else {
            throw TemplateError(
                kind: .limit,
                message: "the template has \(bytes.count) bytes; at most \(limits.templateSize) are allowed",
                position: TemplatePosition(line: 1, column: 1))
        }
        let shared = TemplateParser.Shared()
        var parser = TemplateParser(bytes: bytes, shared: shared)
        nodes = try parser.template()
        macros = shared.macros
        paths = shared.paths
    }

    /// Renders with any bindings; ``render(_:limits:)-(TemplateContext,_)`` is API Gateway's way.
    package func render(
        bindings: any TemplateBindings, limits: TemplateLimits = .standard
    ) throws(TemplateError) -> [UInt8] {
        let evaluator = Evaluator(template: self, bindings: bindings, limits: limits)
        defer { evaluator.dispose() }
        do {
            _ = try evaluator.render(nodes)
        } catch {
            throw error.at(evaluator.here)
        }
        return evaluator.output
    }
}
