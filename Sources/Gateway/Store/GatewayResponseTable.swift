import ControlAPI
import GRDB

/// Rows of `gateway_response`: the customised ones alone.
enum GatewayResponseTable {
    static func find(_ db: Database, api: String, _ type: String) throws -> GatewayResponse? {
        try String.fetchOne(
            db, sql: "SELECT document FROM gateway_response WHERE api_id = ? AND response_type = ?",
            arguments: [api, type]
        ).map { try Document.decode($0, what: "gateway response \(type) of API \(api)") }
    }

    /// By type.
    static func all(_ db: Database, api: String) throws -> [String: GatewayResponse] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT response_type, document FROM gateway_response WHERE api_id = ?", arguments: [api])
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let type: String = row["response_type"]
                return (type, try Document.decode(row["document"], what: "gateway response \(type) of API \(api)"))
            })
    }

    static func put(_ db: Database, api: String, type: String, _ response: GatewayResponse) throws {
        try db.execute(
            sql: """
                INSERT INTO gateway_response (api_id, response_type, document) VALUES (?, ?, ?)
                ON CONFLICT (api_id, response_type) DO UPDATE SET document = excluded.document
                """,
            arguments: [api, type, Document.text(response)])
    }

    static func delete(_ db: Database, api: String, _ type: String) throws {
        try db.execute(
            sql: "DELETE FROM gateway_response WHERE api_id = ? AND response_type = ?", arguments: [api, type])
    }
}
