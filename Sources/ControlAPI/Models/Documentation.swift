/// What is said about one entity of an API, as `GetDocumentationPart` returns it.
public struct DocumentationPart: Codable, Sendable, Hashable {
    /// `nil` for an entity that nothing is said about yet (`locationStatus=UNDOCUMENTED`).
    public var id: String?
    public var location: DocumentationPartLocation
    /// A JSON object as text, for example `{"description": "All pets."}`.
    public var properties: String?

    public init(id: String?, location: DocumentationPartLocation, properties: String?) {
        self.id = id
        self.location = location
        self.properties = properties
    }
}

/// Which entity of an API a part is about.
public struct DocumentationPartLocation: Codable, Sendable, Hashable {
    /// `API`, `AUTHORIZER`, `MODEL`, `RESOURCE`, `METHOD`, `PATH_PARAMETER`, `QUERY_PARAMETER`, `REQUEST_HEADER`,
    /// `REQUEST_BODY`, `RESPONSE`, `RESPONSE_HEADER` or `RESPONSE_BODY`.
    public var type: String
    /// A resource's path, of `RESOURCE` and all below it.
    public var path: String?
    /// A verb, or `*` for all, of `METHOD` and all below it.
    public var method: String?
    /// Of responses; `*` for all.
    public var statusCode: String?
    /// Of authorizers, models, parameters and headers.
    public var name: String?

    public init(
        type: String, path: String? = nil, method: String? = nil, statusCode: String? = nil, name: String? = nil
    ) {
        self.type = type
        self.path = path
        self.method = method
        self.statusCode = statusCode
        self.name = name
    }
}

/// All parts of an API as they were at one moment, as `GetDocumentationVersion` returns it.
public struct DocumentationVersion: Codable, Sendable, Hashable {
    public var version: String
    public var createdDate: Timestamp
    public var description: String?

    public init(version: String, createdDate: Timestamp, description: String? = nil) {
        self.version = version
        self.createdDate = createdDate
        self.description = description
    }
}

/// What `ImportDocumentationParts` answers.
public struct DocumentationPartIds: Codable, Sendable, Hashable {
    public var ids: [String]
    public var warnings: [String]?

    public init(ids: [String], warnings: [String]?) {
        self.ids = ids
        self.warnings = warnings
    }
}
