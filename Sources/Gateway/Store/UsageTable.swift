import GRDB

/// Rows of `usage_window` and `usage_day`: what keys used of their plans.
enum UsageTable {
    /// Days that are kept for `GetUsage`.
    static let keptDays = 90

    /// The windows of all keys, and their requests of today and of the day before.
    static func all(_ db: Database, today: Int) throws -> [ClientIdentity: StoredUsage] {
        var all: [ClientIdentity: StoredUsage] = [:]
        func identity(_ row: Row) -> ClientIdentity { ClientIdentity(planId: row["plan_id"], keyId: row["key_id"]) }
        let windows = try Row.fetchCursor(db, sql: "SELECT * FROM usage_window")
        while let row = try windows.next() {
            var usage = StoredUsage()
            usage.window = row["first_day"]
            usage.used = row["used"]
            usage.extended = row["extended"]
            all[identity(row)] = usage
        }
        let days = try Row.fetchCursor(
            db, sql: "SELECT plan_id, key_id, day, used FROM usage_day WHERE day BETWEEN ? AND ?",
            arguments: [today - 1, today])
        while let row = try days.next() {
            all[identity(row), default: StoredUsage()].days[row["day"]] = row["used"]
        }
        return all
    }

    /// The window of one key; `nil` before the first request that a quota counted.
    static func window(_ db: Database, _ identity: ClientIdentity) throws -> (firstDay: Int, used: Int, extended: Int)?
    {
        try Row.fetchOne(
            db, sql: "SELECT first_day, used, extended FROM usage_window WHERE plan_id = ? AND key_id = ?",
            arguments: [identity.planId, identity.keyId]
        ).map { ($0["first_day"], $0["used"], $0["extended"]) }
    }

    /// Day → requests and what was left at the end of it.
    static func days(
        _ db: Database, _ identity: ClientIdentity, from first: Int, to last: Int
    ) throws -> [Int: (used: Int, remaining: Int?)] {
        var days: [Int: (used: Int, remaining: Int?)] = [:]
        for row in try Row.fetchAll(
            db,
            sql: "SELECT day, used, remaining FROM usage_day WHERE plan_id = ? AND key_id = ? AND day BETWEEN ? AND ?",
            arguments: [identity.planId, identity.keyId, first, last])
        {
            days[row["day"]] = (row["used"], row["remaining"])
        }
        return days
    }

    /// Writes what the counters say. A plan or key that is gone takes nothing. `today` is a day's number: what is
    /// left is known for today alone.
    static func put(_ db: Database, _ identity: ClientIdentity, _ usage: StoredUsage, today: Int) throws {
        let exists = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM usage_plan WHERE id = ?) AND EXISTS (SELECT 1 FROM api_key WHERE id = ?)
                """,
            arguments: [identity.planId, identity.keyId])
        guard exists == true else { return }
        if let window = usage.window {
            try db.execute(
                sql: """
                    INSERT INTO usage_window (plan_id, key_id, first_day, used, extended) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (plan_id, key_id) DO UPDATE SET first_day = excluded.first_day, used = excluded.used,
                        extended = excluded.extended
                    """,
                arguments: [identity.planId, identity.keyId, window, usage.used, usage.extended])
        }
        for (day, used) in usage.days {
            try db.execute(
                sql: """
                    INSERT INTO usage_day (plan_id, key_id, day, used, remaining) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (plan_id, key_id, day) DO UPDATE SET used = excluded.used,
                        remaining = coalesce(excluded.remaining, remaining)
                    """,
                arguments: [
                    identity.planId, identity.keyId, day, used, day == today ? usage.remaining : nil,
                ])
        }
    }

    static func deleteDays(_ db: Database, before day: Int) throws {
        try db.execute(sql: "DELETE FROM usage_day WHERE day < ?", arguments: [day])
    }
}
