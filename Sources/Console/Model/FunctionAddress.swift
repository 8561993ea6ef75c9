import ControlAPI

/// Which function an integration invokes.
enum FunctionAddress {
    /// The name in `arn:aws:apigateway:…:lambda:path/2015-03-31/functions/{ARN or name}/invocations`; `nil` for other
    /// integrations, and where a stage variable that is not set is part of it.
    static func name(in uri: String, variables: [String: String]) -> String? {
        guard let address = address(in: uri).flatMap({ filled($0, variables) }) else { return nil }
        let parts = address.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        // arn:aws:lambda:region:account:function:name[:qualifier], or name[:qualifier]
        let name = parts.count > 6 && parts[5] == "function" ? parts[6] : parts[0]
        return name.isEmpty || name == "arn" ? nil : name
    }

    /// What stands between `functions/` and `/invocations`, with its stage variables as they are written.
    static func address(in uri: String) -> String? {
        guard uri.contains(":lambda:path/"), let start = uri.firstRange(of: "/functions/") else { return nil }
        let rest = uri[start.upperBound...]
        return String(rest.firstRange(of: "/invocations").map { rest[..<$0.lowerBound] } ?? rest)
    }

    private static func filled(_ text: String, _ variables: [String: String]) -> String? {
        var output = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${stageVariables.") {
            output += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}"), let value = variables[String(rest[..<end])] else { return nil }
            output += value
            rest = rest[rest.index(after: end)...]
        }
        return output + rest
    }
}

extension Model {
    /// The functions that a method invokes: several where stages name different ones.
    func functions(of key: MethodKey) -> [String] {
        guard let uri = integration(key)?.uri else { return [] }
        var names: [String] = []
        for stage in stages[key.apiId]?.value ?? [] {
            if let name = FunctionAddress.name(in: uri, variables: stage.variables ?? [:]) { names.append(name) }
            if stage.canarySettings != nil,
                let name = FunctionAddress.name(in: uri, variables: stage.canaryVariables)
            {
                names.append(name)
            }
        }
        if names.isEmpty, let name = FunctionAddress.name(in: uri, variables: [:]) { names.append(name) }
        return names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The VPC link that a method's requests go through.
    func vpcLinkId(of key: MethodKey) -> String? {
        guard let integration = integration(key), integration.connectionType == "VPC_LINK" else { return nil }
        return integration.connectionId.flatMap { $0.isEmpty || $0.contains("${") ? nil : $0 }
    }

    /// Methods that invoke a function, as far as their APIs are known: `petstore GET /orders`.
    func methods(invoking name: String) -> [String] {
        resources.sorted { $0.key < $1.key }.flatMap { api, list in
            (list.value ?? []).flatMap { resource in
                (resource.resourceMethods ?? [:]).keys.sorted().filter { verb in
                    let key = MethodKey(apiId: api, resourceId: resource.id, path: resource.path, verb: verb)
                    return functions(of: key).contains(name)
                }.map { "\(apiName(api)) \($0) \(resource.path)" }
            }
        }
    }
}
