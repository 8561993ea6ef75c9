import ControlAPI
import GRDB

/// Rows of `usage_plan` and of `usage_plan_key`.
enum UsagePlanTable {
    private static func plan(_ row: Row) throws -> UsagePlan {
        let id: String = row["id"]
        return try Document.decode(row["document"], what: "usage plan \(id)")
    }

    static func find(_ db: Database, _ id: String) throws -> UsagePlan? {
        try Row.fetchOne(db, sql: "SELECT id, document FROM usage_plan WHERE id = ?", arguments: [id]).map(plan)
    }

    static func exists(_ db: Database, _ id: String) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM usage_plan WHERE id = ?)", arguments: [id]) ?? false
    }

    static func count(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM usage_plan") ?? 0
    }

    /// The day on which the quota was set, counted from 1 January 1970.
    static func quotaSince(_ db: Database, _ id: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT quota_since FROM usage_plan WHERE id = ?", arguments: [id]) ?? 0
    }

    /// In the order of creation, those after `position`; only those that have the key, where one is given.
    static func list(
        _ db: Database, key: String?, after position: Int, limit: Int
    ) throws -> [(position: Int, plan: UsagePlan)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT sequence, id, document FROM usage_plan WHERE sequence > ?
                    AND (? IS NULL OR id IN (SELECT plan_id FROM usage_plan_key WHERE key_id = ?))
                ORDER BY sequence LIMIT ?
                """,
            arguments: [position, key, key, limit]
        ).map { ($0["sequence"], try plan($0)) }
    }

    static func all(_ db: Database) throws -> [KeyPublication.Plan] {
        try Row.fetchAll(db, sql: "SELECT id, quota_since, document FROM usage_plan ORDER BY sequence")
            .map { KeyPublication.Plan(plan: try plan($0), quotaSince: $0["quota_since"]) }
    }

    static func insert(_ db: Database, _ plan: UsagePlan, quotaSince day: Int) throws {
        try db.execute(
            sql: "INSERT INTO usage_plan (id, quota_since, document) VALUES (?, ?, ?)",
            arguments: [plan.id, day, Document.text(plan)])
    }

    static func update(_ db: Database, _ plan: UsagePlan, quotaSince day: Int) throws {
        try db.execute(
            sql: "UPDATE usage_plan SET document = ?, quota_since = ? WHERE id = ?",
            arguments: [Document.text(plan), day, plan.id])
    }

    /// Takes its keys' places and their use along.
    static func delete(_ db: Database, _ id: String) throws {
        try db.execute(sql: "DELETE FROM usage_plan WHERE id = ?", arguments: [id])
    }

    // MARK: Keys

    static func hasKey(_ db: Database, plan: String, key: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM usage_plan_key WHERE plan_id = ? AND key_id = ?)",
            arguments: [plan, key]) ?? false
    }

    static func addKey(_ db: Database, plan: String, key: String) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO usage_plan_key (plan_id, key_id) VALUES (?, ?)", arguments: [plan, key])
    }

    static func removeKey(_ db: Database, plan: String, key: String) throws {
        try db.execute(sql: "DELETE FROM usage_plan_key WHERE plan_id = ? AND key_id = ?", arguments: [plan, key])
    }

    /// In the order in which they were added, those after `position` whose names begin with `prefix`.
    static func keys(
        _ db: Database, plan: String, namePrefix prefix: String = "", after position: Int = 0, limit: Int = -1
    ) throws -> [(position: Int, id: String, value: String, name: String)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT place.sequence, api_key.id, api_key.value, api_key.name
                FROM usage_plan_key AS place JOIN api_key ON api_key.id = place.key_id
                WHERE place.plan_id = ? AND place.sequence > ? AND substr(api_key.name, 1, length(?)) = ?
                ORDER BY place.sequence LIMIT ?
                """,
            arguments: [plan, position, prefix, prefix, limit]
        ).map { ($0["sequence"], $0["id"], $0["value"], $0["name"]) }
    }

    /// A key that is in both plans.
    static func sharedKey(_ db: Database, _ one: String, _ other: String) throws -> String? {
        try String.fetchOne(
            db,
            sql: """
                SELECT key_id FROM usage_plan_key WHERE plan_id = ?
                    AND key_id IN (SELECT key_id FROM usage_plan_key WHERE plan_id = ?) LIMIT 1
                """,
            arguments: [one, other])
    }

    /// The plans that have a key.
    static func plans(_ db: Database, ofKey key: String) throws -> [UsagePlan] {
        try list(db, key: key, after: 0, limit: -1).map(\.plan)
    }

    /// Every key's place in every plan.
    static func members(_ db: Database) throws -> [ClientIdentity] {
        try Row.fetchAll(db, sql: "SELECT plan_id, key_id FROM usage_plan_key ORDER BY sequence")
            .map { ClientIdentity(planId: $0["plan_id"], keyId: $0["key_id"]) }
    }
}
