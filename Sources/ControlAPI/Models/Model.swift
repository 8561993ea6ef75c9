/// A JSON schema of an API as `GetModel` returns it.
public struct Model: Codable, Sendable, Hashable {
    public var id: String?
    /// Letters and digits, unique in its API.
    public var name: String
    public var description: String?
    /// JSON Schema draft 4 as text.
    public var schema: String?
    public var contentType: String?

    public init(id: String?, name: String, schema: String?, contentType: String?, description: String? = nil) {
        self.id = id
        self.name = name
        self.schema = schema
        self.contentType = contentType
        self.description = description
    }
}
