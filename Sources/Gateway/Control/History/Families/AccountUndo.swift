import ControlAPI
import GRDB
import JSON

/// Rows of `vpc_link`, `client_certificate` and `account`.
enum AccountUndo {
    static let vpcLinks = UndoFamily(
        table: "vpc_link", what: "vpc link",
        name: { row, _ in try row.decode(VpcLink.self).name ?? row.text("id") ?? "" }, check: checkLink)

    static let certificates = UndoFamily(
        table: "client_certificate", what: "client certificate", name: { row, _ in row.text("id") ?? "" },
        check: checkCertificate)

    static let account = UndoFamily(table: "account", what: "account", name: { _, _ in "" })

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
