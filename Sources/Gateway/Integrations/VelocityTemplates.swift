import JSON
import VTL

/// Mapping templates in Velocity's language.
package struct VelocityTemplates: TemplateEngine {
    package init() {}

    package func compile(_ source: String) throws -> any CompiledTemplate {
        do {
            return VelocityTemplate(template: try VTL.Template(parsing: source))
        } catch {
            throw PlanError.template(source: String(source.prefix(60)), reason: "\(error)")
        }
    }
}

private struct VelocityTemplate: CompiledTemplate {
    let template: VTL.Template

    func render(_ input: TemplateInput) throws -> TemplateOutput {
        var context = VTL.TemplateContext(
            body: input.body, path: input.pathParameters, querystring: input.queryParameters, header: input.headers,
            context: input.context, stageVariables: input.stageVariables)
        context.context["responseOverride"] = nil
        context.overrides = Self.overrides(input.context["responseOverride"])
        let rendered: RenderedTemplate
        do {
            rendered = try template.render(context)
        } catch {
            throw error.kind == .body ? TemplateFault.body(reason: "\(error)") : .failed(reason: "\(error)")
        }
        var output = input.context
        output["requestOverride"] = Self.object([
            ("header", rendered.overrides.requestHeader), ("path", rendered.overrides.requestPath),
            ("querystring", rendered.overrides.requestQuerystring),
        ])
        var response = Self.object([("header", rendered.overrides.responseHeader)])
        if let status = rendered.overrides.responseStatus {
            var members = response?.object ?? JSONObject()
            members["status"] = .number(JSONNumber(status))
            response = .object(members)
        }
        output["responseOverride"] = response
        return TemplateOutput(body: rendered.body, context: output)
    }

    /// What the request's template left for the response's.
    private static func overrides(_ json: JSON?) -> VTL.TemplateOverrides {
        var overrides = VTL.TemplateOverrides()
        overrides.responseHeader = (json?["header"]?.object?.members ?? []).map { member in
            VTL.TemplateOverrides.Entry(name: member.key, value: member.value.string ?? member.value.text())
        }
        overrides.responseStatus = json?["status"]?.int
        return overrides
    }

    /// `nil` if nothing was set.
    private static func object(_ groups: [(String, [VTL.TemplateOverrides.Entry])]) -> JSON? {
        var object = JSONObject()
        for (name, entries) in groups where !entries.isEmpty {
            object[name] = .object(JSONObject(entries.map { (key: $0.name, value: .string($0.value)) }))
        }
        return object.isEmpty ? nil : .object(object)
    }
}
