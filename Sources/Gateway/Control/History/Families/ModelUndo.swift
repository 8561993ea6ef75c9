import ControlAPI
import GRDB
import JSON

/// Rows of `model` and `request_validator`.
enum ModelUndo {
    static let models = UndoFamily(
        table: "model", what: "model", name: { row, _ in row.text("name") ?? "" }, check: checkModel)

    static let validators = UndoFamily(
        table: "request_validator", what: "request validator",
        name: { row, _ in try row.decode(RequestValidator.self).name ?? row.text("id") ?? "" }, check: checkValidator)

    private static func checkModel(_ row: ChangedRow, _ undoing: Undoing) throws {
        if let after = row.after {
            let api = after.text("api_id") ?? ""
            let model = try after.decode(Model.self)
            for reference in ModelSchema.references(model) {
                guard let name = ModelReference.name(in: reference, api: api) else { continue }
                let place = RowPlace(table: "model", key: Undoing.key(api, name))
                try undoing.check(place) { try Models.check(name, api: api, undoing.transaction) }
            }
            return
        }
        guard let api = row.before?.text("api_id"), let name = row.before?.text("name") else { return }
        let user = try TreeUndo.user(in: api, undoing) { method in
            method.requestModels?.values.contains(name) == true
                || method.methodResponses?.values.contains { $0.responseModels?.values.contains(name) == true } == true
        }
        if let user { throw try undoing.conflict("a method refers to the model \(name)", at: user) }
        let reference = ModelReference.uri(api: api, name)
        let other = try ModelTable.list(undoing.db, api: api).first { ModelSchema.references($0).contains(reference) }
        if let other {
            throw try undoing.conflict(
                "the model \(other.name) refers to the model \(name)",
                at: RowPlace(table: "model", key: Undoing.key(api, other.name)))
        }
    }

    private static func checkValidator(_ row: ChangedRow, _ undoing: Undoing) throws {
        guard row.after == nil, let api = row.before?.text("api_id"), let id = row.before?.text("id") else { return }
        if let user = try TreeUndo.user(in: api, undoing, where: { $0.requestValidatorId == id }) {
            throw try undoing.conflict("a method names the request validator \(id)", at: user)
        }
    }
}
