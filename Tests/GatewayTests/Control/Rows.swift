import GRDB

enum Rows {
    static func all(_ db: Database, of table: String) throws -> String {
        try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\($0)" }.joined(separator: "\n")
    }
}
