import JSON

/// Where a mapped parameter's value comes from: a mapping expression, compiled (API Gateway's "Request and response
/// data mappings" reference). Stage variables are constants of a compiled stage and become literals.
enum ParameterSource: Sendable {
    case literal([UInt8])
    /// Place in the method's path parameters.
    case path(Int)
    /// A path parameter of whatever method the request reaches: gateway responses belong to the whole API.
    case pathNamed(String)
    case query(name: [UInt8], multi: Bool)
    case header(name: [UInt8], multi: Bool)
    /// `nil` for the whole body.
    case body(path: JSONPath?)
    case responseHeader(name: [UInt8], multi: Bool)
    case responseBody(path: JSONPath?)
    case context(String)

    /// Which message the parameter goes into: the backend's, the client's, or one of the gateway's own answers.
    enum Side { case request, response, gatewayResponse }

    init(
        expression: String, target: String, side: Side, pathParameters: [String], variables: [String: String]
    ) throws {
        func jsonPath(_ path: String) throws -> JSONPath {
            do {
                return try JSONPath(path)
            } catch {
                throw fault(error.message)
            }
        }
        func fault(_ reason: String) -> PlanError {
            .mapping(target: target, expression: expression, reason: reason)
        }
        if expression.hasPrefix("'"), expression.hasSuffix("'"), expression.count >= 2 {
            self = .literal(Array(expression.dropFirst().dropLast().utf8))
            return
        }
        func rest(_ prefix: String) -> String? {
            expression.hasPrefix(prefix) ? String(expression.dropFirst(prefix.count)) : nil
        }
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        let readsRequest = side != .response
        if let name = rest("stageVariables.") {
            self = .literal(bytes(variables[name] ?? ""))
        } else if let name = rest("context.") {
            self = .context(name)
        } else if side == .gatewayResponse, let name = rest("method.request.path.") {
            self = .pathNamed(name)
        } else if side == .request, let name = rest("method.request.path.") {
            guard let place = pathParameters.firstIndex(of: name) else {
                throw fault("the resource has no path parameter {\(name)}")
            }
            self = .path(place)
        } else if readsRequest, let name = rest("method.request.querystring.") {
            self = .query(name: bytes(name), multi: false)
        } else if readsRequest, let name = rest("method.request.multivaluequerystring.") {
            self = .query(name: bytes(name), multi: true)
        } else if readsRequest, let name = rest("method.request.header.") {
            self = .header(name: bytes(name), multi: false)
        } else if readsRequest, let name = rest("method.request.multivalueheader.") {
            self = .header(name: bytes(name), multi: true)
        } else if side == .request, expression == "method.request.body" {
            self = .body(path: nil)
        } else if side == .request, let path = rest("method.request.body.") {
            self = .body(path: try jsonPath(path))
        } else if side == .response, let name = rest("integration.response.header.") {
            self = .responseHeader(name: bytes(name), multi: false)
        } else if side == .response, let name = rest("integration.response.multivalueheader.") {
            self = .responseHeader(name: bytes(name), multi: true)
        } else if side == .response, expression == "integration.response.body" {
            self = .responseBody(path: nil)
        } else if side == .response, let path = rest("integration.response.body.") {
            self = .responseBody(path: try jsonPath(path))
        } else {
            let own =
                switch side {
                case .request: "method.request.{path|querystring|header|body}"
                case .response: "integration.response.{header|body}"
                case .gatewayResponse: "method.request.{path|querystring|header}"
                }
            throw fault("it has to be \(own)…, stageVariables…, context… or 'text'")
        }
    }

    /// Whether the request's body has to be there before this can be read.
    var needsRequestBody: Bool {
        if case .body = self { return true }
        return false
    }
}
