import ControlAPI

/// What is wrong with a method's mappings, in the words of AWS's execution log. The control plane refuses most of it;
/// what gets past it, because the method was changed after its integration, is answered with 500.
enum MappingFaults {
    /// Of `requestParameters`: headers that nobody may set, and sources that the method does not declare.
    static func request(_ integration: Integration, method: Method) -> String? {
        for (target, expression) in (integration.requestParameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let name = rest(of: target, after: "integration.request.header."),
                HeaderTreatment.isForbidden(HeaderID(named: name.utf8), isAWS: integration.type.hasPrefix("AWS"))
            {
                return "\(name) header already present"
            }
            guard let declaration = declaration(of: expression) else { continue }
            if method.requestParameters?[declaration] == nil {
                return "Invalid mapping expression parameter specified: \(expression)"
            }
        }
        return nil
    }

    /// Of an integration response: its status and its headers have to be the method's.
    static func response(_ response: IntegrationResponse, code: String, method: Method) -> String? {
        guard let declared = method.methodResponses?[code] else {
            return "Output mapping refers to an invalid method response: \(code)"
        }
        for target in (response.responseParameters ?? [:]).keys.sorted()
        where declared.responseParameters?[target] == nil {
            return "Invalid mapping expression parameter specified: \(target)"
        }
        return nil
    }

    /// The parameter that a method has to declare for a source; `nil` for sources that need no declaration.
    static func declaration(of expression: String) -> String? {
        for (prefix, base) in [
            ("method.request.path.", "path"), ("method.request.querystring.", "querystring"),
            ("method.request.multivaluequerystring.", "querystring"), ("method.request.header.", "header"),
            ("method.request.multivalueheader.", "header"),
        ] {
            if let name = rest(of: expression, after: prefix) { return "method.request.\(base).\(name)" }
        }
        return nil
    }

    private static func rest(of text: String, after prefix: String) -> String? {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }
}
