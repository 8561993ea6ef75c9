import ControlAPI
import GRDB
import JSON

/// Rows of `documentation_part` and `documentation_version`.
enum DocumentationUndo {
    static let parts = UndoFamily(
        table: "documentation_part", what: "documentation part",
        name: { row, _ in
            let location = try row.decode(DocumentationPart.self).location
            let names = [location.method, location.path, location.name, location.statusCode].compactMap { $0 }
            return ([location.type] + names).joined(separator: " ")
        })

    static let versions = UndoFamily(
        table: "documentation_version", what: "documentation version", name: { row, _ in row.text("version") ?? "" },
        check: checkVersion)

    private static func checkVersion(_ row: ChangedRow, _ undoing: Undoing) throws {
        guard row.after == nil, let api = row.before?.text("api_id"), let version = row.before?.text("version")
        else { return }
        let stages = try StageTable.list(undoing.db, api: api)
        guard let stage = stages.first(where: { $0.documentationVersion == version }) else { return }
        throw try undoing.conflict(
            "the stage \(stage.stageName) shows the documentation version \(version)",
            at: RowPlace(table: "stage", key: Undoing.key(api, stage.stageName)))
    }
}
