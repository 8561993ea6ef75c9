import ControlAPI
import JSON

/// What differs between two snapshots of an API.
enum SnapshotDifference {
    /// Members of an API that no deployment has of its own.
    private static let unshown: Set<String> = ["id", "createdDate", "rootResourceId", "warnings", "tags"]

    static func items(from old: DeploymentSnapshot, to new: DeploymentSnapshot) throws -> [ApiDifference.Item] {
        let settings = DifferenceItems.of(
            "api setting", "", try JSON(encoding: old.restApi), try JSON(encoding: new.restApi), without: unshown)
        return try settings + tree(old.resources, new.resources)
            + each("model", old.models, new.models) { $0.name }
            + each("request validator", old.requestValidators, new.requestValidators) { $0.name ?? $0.id }
            + DifferenceItems.ofEach(
                "gateway response", try JSON(encoding: old.gatewayResponses ?? [:]),
                try JSON(encoding: new.gatewayResponses ?? [:])
            ) { $0 }
            + each("authorizer", old.authorizers, new.authorizers) { $0.name }
    }

    /// By path; a resource before its methods.
    private static func tree(_ old: [Resource], _ new: [Resource]) throws -> [ApiDifference.Item] {
        let before = Dictionary(old.map { ($0.path, $0) }) { first, _ in first }
        let after = Dictionary(new.map { ($0.path, $0) }) { first, _ in first }
        return try Set(before.keys).union(after.keys).sorted().flatMap { path in
            let (one, other) = (before[path], after[path])
            var items: [ApiDifference.Item] = []
            if one == nil { items.append(ApiDifference.Item(kind: .added, what: "resource", path: path)) }
            if other == nil { items.append(ApiDifference.Item(kind: .removed, what: "resource", path: path)) }
            let methods = (one?.resourceMethods ?? [:], other?.resourceMethods ?? [:])
            for verb in Set(methods.0.keys).union(methods.1.keys).sorted() where methods.0[verb] != methods.1[verb] {
                items += MethodDifference.items(
                    "\(verb) \(path)", try methods.0[verb].map { try JSON(encoding: $0) },
                    try methods.1[verb].map { try JSON(encoding: $0) })
            }
            return items
        }
    }

    /// By name. Snapshots of before these were stored have none, and nothing is said of them.
    private static func each<Model: Encodable & Equatable>(
        _ what: String, _ old: [Model]?, _ new: [Model]?, name: (Model) -> String
    ) throws -> [ApiDifference.Item] {
        guard let old, let new else { return [] }
        let before = Dictionary(old.map { (name($0), $0) }) { first, _ in first }
        let after = Dictionary(new.map { (name($0), $0) }) { first, _ in first }
        return try Set(before.keys).union(after.keys).sorted().flatMap { name in
            before[name] == after[name]
                ? []
                : DifferenceItems.of(
                    what, name, try before[name].map { try JSON(encoding: $0) },
                    try after[name].map { try JSON(encoding: $0) })
        }
    }
}
