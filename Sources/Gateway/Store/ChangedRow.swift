import GRDB
import JSON

/// Where a row is: its table and its primary key as a JSON array.
struct RowPlace: Hashable, Sendable {
    let table: String
    let key: String
}

/// A row of any kept table as an object of its columns.
struct RowImage: Hashable, Sendable {
    var columns: JSONObject

    init(_ columns: JSONObject) {
        self.columns = columns
    }

    init?(_ text: String?) throws {
        guard let text else { return nil }
        guard case .object(let columns) = try JSON(parsing: text) else { return nil }
        self.columns = columns
    }

    func text(_ column: String) -> String? { columns[column]?.string }

    /// The resource in AWS's shape, where the row holds one.
    func document() throws -> JSON? {
        try text("document").map { try JSON(parsing: $0) }
    }

    func decode<Model: Decodable>(_ type: Model.Type) throws -> Model {
        try Document.decode(text("document") ?? "", as: type, what: "a row of the journal")
    }
}

/// A row that a change made, altered or took away.
struct ChangedRow: Sendable {
    let place: RowPlace
    /// `nil` if there was none.
    let before: RowImage?
    /// `nil` if there is none now.
    let after: RowImage?
}

/// Rows of kept tables by their places.
enum KeptRow {
    /// Columns that are large or secret are left out where only `shown` ones are asked for.
    static let hidden: Set<String> = ["snapshot", "parts", "value", "private_key"]

    static func find(_ db: Database, _ place: RowPlace, _ shape: TableShape, shown: Bool = false) throws -> RowImage? {
        let columns = shape.columns.filter { !shown || !hidden.contains($0) }
        let object = columns.map { "'\($0)', \"\($0)\"" }.joined(separator: ", ")
        return try RowImage(
            String.fetchOne(
                db, sql: "SELECT json_object(\(object)) FROM \"\(shape.name)\" WHERE \(condition(shape.key))",
                arguments: try arguments(of: place)))
    }

    /// The place of a row that has these values; `nil` if there is none.
    static func place(_ db: Database, _ shape: TableShape, where columns: [(String, JSON)]) throws -> RowPlace? {
        let key = shape.key.map { "\"\($0)\"" }.joined(separator: ", ")
        let found = try String.fetchOne(
            db,
            sql: """
                SELECT json_array(\(key)) FROM "\(shape.name)" WHERE \(condition(columns.map(\.0))) LIMIT 1
                """,
            arguments: StatementArguments(columns.map { value($0.1) }))
        return found.map { RowPlace(table: shape.name, key: $0) }
    }

    static func insert(_ db: Database, _ row: RowImage, _ shape: TableShape) throws {
        let columns = shape.columns.map { "\"\($0)\"" }.joined(separator: ", ")
        let marks = shape.columns.map { _ in "?" }.joined(separator: ", ")
        try db.execute(
            sql: "INSERT INTO \"\(shape.name)\" (\(columns)) VALUES (\(marks))",
            arguments: StatementArguments(shape.columns.map { value(row.columns[$0] ?? .null) }))
    }

    static func update(_ db: Database, _ place: RowPlace, to row: RowImage, _ shape: TableShape) throws {
        let changed = shape.columns.filter { !shape.key.contains($0) }
        guard !changed.isEmpty else { return }
        let assignments = changed.map { "\"\($0)\" = ?" }.joined(separator: ", ")
        try db.execute(
            sql: "UPDATE \"\(shape.name)\" SET \(assignments) WHERE \(condition(shape.key))",
            arguments: StatementArguments(changed.map { value(row.columns[$0] ?? .null) }) + arguments(of: place))
    }

    static func delete(_ db: Database, _ place: RowPlace, _ shape: TableShape) throws {
        try db.execute(
            sql: "DELETE FROM \"\(shape.name)\" WHERE \(condition(shape.key))", arguments: try arguments(of: place))
    }

    private static func condition(_ columns: [String]) -> String {
        columns.map { "\"\($0)\" IS ?" }.joined(separator: " AND ")
    }

    private static func arguments(of place: RowPlace) throws -> StatementArguments {
        StatementArguments((try JSON(parsing: place.key).array ?? []).map(value))
    }

    private static func value(_ json: JSON) -> DatabaseValue {
        switch json {
        case .string(let text): text.databaseValue
        case .number(let number): number.int.map(\.databaseValue) ?? number.double.databaseValue
        case .bool(let bool): bool.databaseValue
        case .null, .array, .object: .null
        }
    }
}
