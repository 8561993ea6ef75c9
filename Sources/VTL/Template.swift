import JSON

/// A parsed mapping template. Immutable: parse it once, render it for every request on any thread.
///
/// The language is Apache Velocity 1.7's, with its white space and its rules for what is null, true or equal. What
/// API Gateway does not have, and what is different here:
///
/// - `#parse` and `#include` are read, and fail when they are reached: there are no other templates.
/// - A loop ends after 1000 rounds; macros, blocks and `#evaluate` go 20 deep. ``TemplateLimits`` has the other bounds.
/// - `getClass` and with it Java's reflection do not exist.
/// - A method that a value does not have leaves its reference in the output, as in Velocity; a method that fails (an
///   index out of bounds, text that is no number) fails the template.
/// - Lists that come out of JSON print as JSON, all others and maps as Java prints them.
/// - `#set( ${name} = … )` sets `name`; Velocity 1.7 takes it without effect. An empty pair of brackets may hold blanks.
/// - `##` after an undefined property (`$a.b## …`) begins a comment, where Velocity 1.7 prints it.
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
