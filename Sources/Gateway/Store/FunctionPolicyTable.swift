import GRDB
import Lambda

/// A policy with what tells its states apart.
struct StoredPolicy: Codable, Sendable, Hashable {
    var revisionId: String
    var policy: FunctionPolicy
}

/// Rows of `lambda_policy`. The qualifier is empty for the function as a whole.
enum FunctionPolicyTable {
    static func find(_ db: Database, function: String, qualifier: String) throws -> StoredPolicy? {
        try String.fetchOne(
            db, sql: "SELECT document FROM lambda_policy WHERE function_name = ? AND qualifier = ?",
            arguments: [function, qualifier]
        ).map { try Document.decode($0, what: "the policy of function \(function)") }
    }

    /// By qualifier.
    static func all(_ db: Database, function: String) throws -> [String: FunctionPolicy] {
        var policies: [String: FunctionPolicy] = [:]
        for row in try Row.fetchAll(
            db, sql: "SELECT qualifier, document FROM lambda_policy WHERE function_name = ?", arguments: [function])
        {
            policies[row["qualifier"]] = try Document.decode(
                row["document"], as: StoredPolicy.self, what: "the policy of function \(function)"
            ).policy
        }
        return policies
    }

    static func put(_ db: Database, function: String, qualifier: String, _ policy: StoredPolicy) throws {
        try db.execute(
            sql: """
                INSERT INTO lambda_policy (function_name, qualifier, document) VALUES (?, ?, ?)
                ON CONFLICT (function_name, qualifier) DO UPDATE SET document = excluded.document
                """,
            arguments: [function, qualifier, Document.text(policy)])
    }

    static func delete(_ db: Database, function: String, qualifier: String) throws {
        try db.execute(
            sql: "DELETE FROM lambda_policy WHERE function_name = ? AND qualifier = ?",
            arguments: [function, qualifier])
    }
}
