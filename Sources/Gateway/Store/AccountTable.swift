import ControlAPI
import GRDB

/// The only row of `account`.
enum AccountTable {
    static func find(_ db: Database) throws -> Account? {
        try String.fetchOne(db, sql: "SELECT document FROM account").map {
            try Document.decode($0, what: "the account")
        }
    }

    static func put(_ db: Database, _ account: Account) throws {
        try db.execute(
            sql: """
                INSERT INTO account (only, document) VALUES (1, ?)
                ON CONFLICT (only) DO UPDATE SET document = excluded.document
                """,
            arguments: [Document.text(account)])
    }
}
