import ControlAPI
import JSON

/// `PUT /restapis/{restapi_id}/documentation/parts`: the parts of an OpenAPI file's
/// `x-amazon-apigateway-documentation`.
///
/// `mode=merge`, which is meant where none is given, keeps the parts that the file does not have, and adds the file's
/// properties to those of a part that is there, its own members winning; `mode=overwrite` lets the file's parts alone
/// remain. A part that cannot be taken is a warning and left out; with `failonwarnings=true` nothing is imported then.
enum DocumentationImport {
    static let largestWarningCount = 100

    private struct Entry {
        let location: DocumentationPartLocation
        let properties: JSONObject
    }

    static func run(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let mode = input.query("mode").flatMap { $0.isEmpty ? nil : $0 } ?? "merge"
        var violations = Violations()
        violations.check(mode, at: "mode", oneOf: ["overwrite", "merge"])
        try violations.throwIfAny()
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        var warnings: [String] = []
        let entries = try entries(in: input.text, &warnings)
        if !warnings.isEmpty, input.query("failonwarnings")?.lowercased() == "true" {
            throw ApiError.badRequest("Warnings found during import: \(warnings.joined(separator: "; "))")
        }
        let ids =
            mode == "overwrite"
            ? try overwrite(entries, api: api, transaction) : try merge(entries, api: api, transaction)
        return try OperationOutput(
            200, encoding: DocumentationPartIds(ids: ids, warnings: warnings.isEmpty ? nil : warnings))
    }

    // MARK: Reading

    /// Every part once: of two for one place the later one is taken.
    private static func entries(in text: [UInt8], _ warnings: inout [String]) throws -> [Entry] {
        let document: JSON
        do {
            document = try JSON(parsing: text)
        } catch {
            throw ApiError.badRequest("Unable to parse the documentation file: \(error)")
        }
        guard let parts = document["x-amazon-apigateway-documentation"]?["documentationParts"]?.array else {
            throw ApiError.badRequest(
                "The documentation file has no x-amazon-apigateway-documentation with documentationParts")
        }
        var order: [DocumentationPartLocation] = []
        var found: [DocumentationPartLocation: Entry] = [:]
        for (number, part) in parts.enumerated() {
            do {
                let entry = try entry(part)
                if found.updateValue(entry, forKey: entry.location) == nil { order.append(entry.location) }
            } catch let error as ApiError {
                guard warnings.count < largestWarningCount else { continue }
                warnings.append("documentationParts[\(number)]: \(error.message)")
            }
        }
        return order.compactMap { found[$0] }
    }

    private static func entry(_ part: JSON) throws -> Entry {
        guard let location = part["location"], let type = location["type"]?.string else {
            throw ApiError.badRequest("location.type is missing")
        }
        guard let properties = part["properties"]?.object else {
            throw ApiError.badRequest("properties is no object")
        }
        let place = DocumentationPartLocation(
            type: type, path: location["path"]?.string, method: location["method"]?.string,
            statusCode: location["statusCode"]?.string, name: location["name"]?.string)
        try DocumentationParts.check(properties: JSON.object(properties).text())
        return Entry(location: try DocumentationLocationRule.completed(place), properties: properties)
    }

    // MARK: Writing

    private static func overwrite(_ entries: [Entry], api: String, _ transaction: Transaction) throws -> [String] {
        for part in try DocumentationPartTable.list(transaction.db, api: api) {
            try DocumentationParts.remove(part, api: api, transaction)
        }
        return try entries.map { try insert($0, api: api, transaction) }
    }

    private static func merge(_ entries: [Entry], api: String, _ transaction: Transaction) throws -> [String] {
        try entries.map { entry in
            guard let before = try DocumentationPartTable.find(transaction.db, api: api, at: entry.location) else {
                return try insert(entry, api: api, transaction)
            }
            var properties = try JSON(parsing: before.properties ?? "{}").object ?? JSONObject()
            for (name, value) in entry.properties.members { properties[name] = value }
            var part = before
            part.properties = JSON.object(properties).text()
            try DocumentationParts.store(part, before: before, api: api, transaction)
            return part.id ?? ""
        }
    }

    private static func insert(_ entry: Entry, api: String, _ transaction: Transaction) throws -> String {
        let properties = JSON.object(entry.properties).text()
        return try DocumentationParts.insert(entry.location, properties, api: api, transaction).id ?? ""
    }
}
