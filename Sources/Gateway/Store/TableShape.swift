import GRDB
import JSON

/// How a table is built, as the database itself tells it.
struct TableShape: Sendable {
    let name: String
    let columns: [String]
    /// The columns of the primary key, in its order.
    let key: [String]
    /// Every other set of columns that is unique.
    let unique: [[String]]
    let parents: [Parent]

    /// A foreign key.
    struct Parent: Sendable {
        let table: String
        /// From this table's column to the parent's.
        let columns: [(from: String, to: String)]
        /// Whether rows go with their parent.
        let cascades: Bool
    }

    /// The column that names the API to which a row belongs; `nil` where there is none.
    var apiColumn: String? {
        if name == "rest_api" { return "id" }
        return columns.contains("api_id") ? "api_id" : nil
    }

    init(_ db: Database, table: String) throws {
        name = table
        let info = try Row.fetchAll(
            db, sql: "SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", arguments: [table])
        columns = info.map { $0["name"] }
        let keyed: [(place: Int, name: String)] = info.map { ($0["pk"], $0["name"]) }
        key = keyed.filter { $0.place > 0 }.sorted { $0.place < $1.place }.map(\.name)
        let indexes = try String.fetchAll(
            db, sql: "SELECT name FROM pragma_index_list(?) WHERE \"unique\" AND origin <> 'pk' AND NOT partial",
            arguments: [table])
        unique = try indexes.map { index in
            try String.fetchAll(db, sql: "SELECT name FROM pragma_index_info(?) ORDER BY seqno", arguments: [index])
        }
        var found: [Int: (table: String, columns: [(from: String, to: String)], cascades: Bool)] = [:]
        let foreign = try Row.fetchAll(
            db,
            sql: "SELECT id, \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq",
            arguments: [table])
        for row in foreign {
            let action: String = row["on_delete"]
            let from: String = row["from"]
            let to: String? = row["to"]
            found[row["id"], default: (row["table"], [], action == "CASCADE")].columns.append((from, to ?? from))
        }
        parents = found.sorted { $0.key < $1.key }.map {
            Parent(table: $0.value.table, columns: $0.value.columns, cascades: $0.value.cascades)
        }
    }
}
