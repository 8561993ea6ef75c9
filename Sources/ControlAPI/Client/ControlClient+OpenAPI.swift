public import JSON

/// OpenAPI documents in and out.
extension ControlClient {
    /// Makes an API from an OpenAPI 2.0 or 3.0 document, JSON or YAML, of at most 6 MB.
    /// - Parameter basePath: `ignore`, `prepend` or `split`.
    public func importRestApi(
        document: [UInt8], basePath: String? = nil, failOnWarnings: Bool = false, endpointType: String? = nil
    ) async throws -> RestApi {
        var query = [("mode", "import")] + Self.query(basePath: basePath, failOnWarnings: failOnWarnings)
        if let endpointType { query.append(("endpointConfigurationTypes", endpointType)) }
        var request = ControlRequest(.post, ["restapis"], query: query)
        request.document = document
        return try await call(request)
    }

    /// Puts a document into an API that is there.
    /// - Parameter mode: `merge` or `overwrite`.
    public func putRestApi(
        apiId: String, document: [UInt8], mode: String, basePath: String? = nil, failOnWarnings: Bool = false
    ) async throws -> RestApi {
        let query = [("mode", mode)] + Self.query(basePath: basePath, failOnWarnings: failOnWarnings)
        var request = ControlRequest(.put, ["restapis", apiId], query: query)
        request.document = document
        return try await call(request)
    }

    private static func query(basePath: String?, failOnWarnings: Bool) -> [(name: String, value: String)] {
        var query = [(name: "failonwarnings", value: failOnWarnings ? "true" : "false")]
        if let basePath { query.append(("basepath", basePath)) }
        return query
    }

    /// What a stage serves, as an OpenAPI document.
    /// - Parameters:
    ///   - format: `oas30` or `swagger`.
    ///   - extensions: any of `integrations`, `apigateway`, `authorizers`, `documentation`, `validators`, `postman`.
    public func export(
        apiId: String, stageName: String, format: String, extensions: [String]
    ) async throws -> JSON {
        let query = extensions.isEmpty ? [] : [(name: "extensions", value: extensions.joined(separator: ","))]
        return try await send(
            ControlRequest(.get, ["restapis", apiId, "stages", stageName, "exports", format], query: query))
    }
}
