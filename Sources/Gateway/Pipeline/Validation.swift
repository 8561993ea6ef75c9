import JSON
import NIOCore

extension Exchange {
    /// The method's request validator: first the parameters, then the body.
    func validate() -> Verdict {
        guard let plan = method?.validation else { return .next }
        let missing = plan.required.filter { !isPresent($0.source) }.map(\.name)
        if !missing.isEmpty {
            let message = "Missing required request parameters: [\(missing.joined(separator: ", "))]"
            return .answer(.badRequestParameters, cause: message, message: message)
        }
        guard !plan.schemas.isEmpty else { return .next }
        let type = requestContentType()
        guard let schema = plan.schema(for: type) else { return .next }
        if let reason = bodyFault(schema) {
            validationError = reason
            return .answer(
                .badRequestBody,
                cause: "Request body does not match model schema for content type \(type): \(reason)")
        }
        trace("Request validation succeeded for content type \(type)")
        return .next
    }

    /// Whether there is a value with another character than white space.
    private func isPresent(_ source: ParameterSource) -> Bool {
        requestValues(source).contains { value in value.contains { $0 > 0x20 } }
    }

    /// Why the body is not what the schema asks for; `nil` if it is. No body counts as `{}`.
    private func bodyFault(_ schema: JSONSchema) -> String? {
        do {
            let body = collectedBody?.readableBytesView
            let document =
                body.map(\.isEmpty) ?? true ? .object(JSONObject()) : try JSON(parsing: body ?? ByteBufferView())
            let violations = try schema.validate(document)
            return violations.isEmpty ? nil : JSONSchema.errorString(violations)
        } catch {
            return "[\(error)]"
        }
    }
}
