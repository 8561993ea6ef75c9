import ControlAPI
import GRDB
import JSON

/// Rows of `authorizer`.
enum AuthorizerUndo {
    static let family = UndoFamily(
        table: "authorizer", what: "authorizer", name: { row, _ in try row.decode(Authorizer.self).name }, check: check)

    private static func check(_ row: ChangedRow, _ undoing: Undoing) throws {
        guard let after = row.after else {
            guard let api = row.before?.text("api_id"), let id = row.before?.text("id") else { return }
            if let user = try TreeUndo.user(in: api, undoing, where: { $0.authorizerId == id }) {
                throw try undoing.conflict("a method names the authorizer \(id)", at: user)
            }
            return
        }
        let api = after.text("api_id") ?? ""
        let authorizer = try after.decode(Authorizer.self)
        let twin = try AuthorizerTable.list(undoing.db, api: api).first {
            $0.name == authorizer.name && $0.id != authorizer.id
        }
        guard let twin else { return }
        throw try undoing.conflict(
            "another authorizer is called \(authorizer.name)",
            at: RowPlace(table: "authorizer", key: Undoing.key(api, twin.id)))
    }
}
