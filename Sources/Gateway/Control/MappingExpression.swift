/// What may stand in `requestParameters` and `responseParameters` (REST parameter mapping).
enum MappingExpression {
    private static func refusal(_ reason: String) -> ApiError {
        .badRequest(
            "Invalid mapping expression specified: Validation Result: warnings : [], errors : [\(reason)]")
    }

    private static func unknown(_ expression: String) -> ApiError {
        refusal("Invalid mapping expression specified: \(expression)")
    }

    /// The bare name of a method's declared parameter: `X` of `method.request.header.X`.
    static func declaredRequestParameter(_ key: String) throws -> String {
        for prefix in ["method.request.path.", "method.request.querystring.", "method.request.header."] {
            if let name = name(in: key, after: prefix) { return name }
        }
        throw unknown(key)
    }

    /// `method.response.header.X`.
    static func checkResponseTarget(_ key: String) throws {
        guard name(in: key, after: "method.response.header.") != nil else { throw unknown(key) }
    }

    /// `integration.request.{path|querystring|header}.X`.
    static func checkRequestTarget(_ key: String) throws {
        for prefix in ["integration.request.path.", "integration.request.querystring.", "integration.request.header."]
        where name(in: key, after: prefix) != nil {
            return
        }
        throw unknown(key)
    }

    /// The source of an integration's request parameter. `declared` are the method's `requestParameters`.
    static func checkRequestSource(_ expression: String, declared: some Collection<String>) throws {
        if isCommon(expression) || isBody(expression, "method.request.body") { return }
        for (prefix, base) in [
            ("method.request.path.", "path"), ("method.request.querystring.", "querystring"),
            ("method.request.multivaluequerystring.", "querystring"), ("method.request.header.", "header"),
            ("method.request.multivalueheader.", "header"),
        ] {
            guard let name = name(in: expression, after: prefix) else { continue }
            guard declared.contains("method.request.\(base).\(name)") else {
                throw refusal("Invalid mapping expression parameter specified: \(expression)")
            }
            return
        }
        throw unknown(expression)
    }

    /// The source of an integration response's header.
    static func checkResponseSource(_ expression: String) throws {
        if isCommon(expression) || isBody(expression, "integration.response.body") { return }
        for prefix in ["integration.response.header.", "integration.response.multivalueheader."]
        where name(in: expression, after: prefix) != nil {
            return
        }
        throw unknown(expression)
    }

    /// `gatewayresponse.header.X`.
    static func checkGatewayResponseTarget(_ key: String) throws {
        guard name(in: key, after: "gatewayresponse.header.") != nil else { throw unknown(key) }
    }

    /// The source of a gateway response's header. Nothing is declared: a response may answer any method.
    static func checkGatewayResponseSource(_ expression: String) throws {
        if isCommon(expression) { return }
        for prefix in [
            "method.request.header.", "method.request.querystring.", "method.request.path.",
            "method.request.multivalueheader.", "method.request.multivaluequerystring.",
        ] where name(in: expression, after: prefix) != nil {
            return
        }
        throw unknown(expression)
    }

    private static func isCommon(_ expression: String) -> Bool {
        if expression.utf8.count >= 2, expression.hasPrefix("'"), expression.hasSuffix("'") { return true }
        return name(in: expression, after: "stageVariables.") != nil || name(in: expression, after: "context.") != nil
    }

    private static func isBody(_ expression: String, _ prefix: String) -> Bool {
        expression == prefix || (expression.hasPrefix(prefix + ".") && expression.count > prefix.count + 1)
            || expression.hasPrefix(prefix + "[")
    }

    /// Names match `^[a-zA-Z0-9._$-]+$`.
    private static func name(in text: String, after prefix: String) -> String? {
        guard text.hasPrefix(prefix) else { return nil }
        let name = text.dropFirst(prefix.count)
        let valid = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._$-".utf8.contains(byte)
            }
        }
        return valid && !name.isEmpty ? String(name) : nil
    }
}
