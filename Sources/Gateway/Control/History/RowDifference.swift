import ControlAPI
import JSON

/// What changed in rows, as people are told.
enum RowDifference {
    /// In the order of the families, then by name. Of an API that comes or goes as a whole only the API itself and its
    /// stages are listed.
    static func items(_ rows: [ChangedRow], _ undoing: Undoing) throws -> [ApiDifference.Item] {
        let wholes = Set(
            rows.filter { $0.place.table == "rest_api" && ($0.before == nil || $0.after == nil) }.compactMap {
                ($0.before ?? $0.after)?.text("id")
            })
        var items: [(place: Int, item: ApiDifference.Item)] = []
        for row in rows {
            guard let (place, family) = UndoFamilies.byTable[row.place.table], let one = row.after ?? row.before else {
                continue
            }
            if let api = one.text("api_id"), wholes.contains(api), family.table != "stage" { continue }
            let name = try family.name(one, undoing)
            let before = try row.before.flatMap(family.shown)
            let after = try row.after.flatMap(family.shown)
            let found =
                family.table == "method"
                ? MethodDifference.items(name, before, after)
                : DifferenceItems.of(family.what, name, before, after)
            items += found.map { (place, $0) }
        }
        return items.sorted { ($0.place, $0.item.path) < ($1.place, $1.item.path) }.map(\.item)
    }
}
