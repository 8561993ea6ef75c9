import JSON

/// Models as the JSON text that stands in a row.
enum Document {
    static func text(_ model: some Encodable) throws -> String {
        try JSON(encoding: model).text()
    }

    /// `what` names the row in the error.
    static func decode<Model: Decodable>(_ text: String, as type: Model.Type = Model.self, what: String) throws -> Model
    {
        do {
            return try JSON(parsing: text).decode(type)
        } catch {
            throw StoreError.unreadable(what: what, reason: "\(error)")
        }
    }
}
