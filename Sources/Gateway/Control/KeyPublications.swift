import GRDB

/// Reads all that the data plane needs of keys and usage plans.
enum KeyPublications {
    /// `today` in days since 1 January 1970.
    static func read(_ db: Database, today: Int) throws -> KeyPublication {
        let usage = try UsageTable.all(db, today: today)
        let members = try UsagePlanTable.members(db).map { identity in
            KeyPublication.Member(
                planId: identity.planId, keyId: identity.keyId, usage: usage[identity] ?? StoredUsage())
        }
        return KeyPublication(
            keys: try ApiKeyTable.published(db), plans: try UsagePlanTable.all(db), members: members)
    }
}
