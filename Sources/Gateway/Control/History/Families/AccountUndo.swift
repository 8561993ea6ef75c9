import ControlAPI
import GRDB
import JSON

/// Rows of `vpc_link`, `target_pool`, `client_certificate` and `account`.
enum AccountUndo {
    static let vpcLinks = UndoFamily(
        table: "vpc_link", what: "vpc link",
        name: { row, _ in try row.decode(VpcLink.self).name ?? row.text("id") ?? "" }, check: checkLink,
        live: { row, transaction in publish(row, "id", transaction) })

    static let targetPools = UndoFamily(
        table: "target_pool", what: "target pool", name: { row, _ in row.text("vpc_link_id") ?? "" },
        live: { row, transaction in publish(row, "vpc_link_id", transaction) })

    static let certificates = UndoFamily(
        table: "client_certificate", what: "client certificate", name: { row, _ in row.text("id") ?? "" },
        check: checkCertificate)

    static let account = UndoFamily(table: "account", what: "account", name: { _, _ in "" })

    /// The link with its pool, as they are now.
    private static func publish(_ row: ChangedRow, _ column: String, _ transaction: Transaction) {
        if let id = (row.after ?? row.before)?.text(column) { transaction.publish(vpcLink: id) }
    }

    private static func checkLink(_ row: ChangedRow, _ undoing: Undoing) throws {
        guard row.after == nil, let id = row.before?.text("id"),
            let user = try ResourceTable.integration(undoing.db, through: id)
        else { return }
        // AWS prints these as verb, resource, API.
        let parts = user.split(separator: ":", maxSplits: 2).map(String.init)
        guard parts.count == 3 else { return }
        throw try undoing.conflict(
            "the integration \(user) goes through it",
            at: RowPlace(table: "method", key: Undoing.key(parts[2], parts[1], parts[0])))
    }

    private static func checkCertificate(_ row: ChangedRow, _ undoing: Undoing) throws {
        guard row.after == nil, let id = row.before?.text("id"),
            let user = try StageTable.place(undoing.db, usingCertificate: id)
        else { return }
        let parts = user.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return }
        throw try undoing.conflict(
            "the stage \(user) shows it", at: RowPlace(table: "stage", key: Undoing.key(parts[0], parts[1])))
    }
}
