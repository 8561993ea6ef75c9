import JSON

/// Where a mapped parameter's value comes from: a mapping expression, compiled (API Gateway's "Request and response
/// data mappings" reference). Stage variables are constants of a compiled stage and become literals.
enum ParameterSource: Sendable {
    case literal([UInt8])
    /// Place in the method's path parameters.
    case path(Int)
    case query(name: [UInt8], multi: Bool)
    case header(name: [UInt8], multi: Bool)
    /// `nil` for the whole body.
    case body(path: JSONPath?)
    case responseHeader(name: [UInt8], multi: Bool)
    case responseBody(path: JSONPath?)
    case context(String)

    enum Side { case request, response }

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
        if let name = rest("stageVariables.") {
            self = .literal(bytes(variables[name] ?? ""))
        } else if let name = rest("context.") {
            self = .context(name)
        } else if side == .request, let name = rest("method.request.path.") {
            guard let place = pathParameters.firstIndex(of: name) else {
                throw fault("the resource has no path parameter {\(name)}")
            }
            self = .path(place)
        } else if side == .request, let name = rest("method.request.querystring.") {
            self = .query(name: bytes(name), multi: false)
        } else if side == .request, let name = rest("method.request.multivaluequerystring.") {
            self = .query(name: bytes(name), multi: true)
        } else if side == .request, let name = rest("method.request.header.") {
            self = .header(name: bytes(name), multi: false)
        } else if side == .request, let name = rest("method.request.multivalueheader.") {
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
            throw fault(
                side == .request
                    ? "it has to be method.request.{path|querystring|header|body}…, stageVariables…, context… or 'text'"
                    : "it has to be integration.response.{header|body}…, stageVariables…, context… or 'text'")
        }
    }

    /// Whether the request's body has to be there before this can be read.
    var needsRequestBody: Bool {
        if case .body = self { return true }
        return false
    }
}
