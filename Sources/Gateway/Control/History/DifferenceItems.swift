import ControlAPI
import JSON

/// Items of a difference from two documents of one thing.
enum DifferenceItems {
    /// One item where it came or went, else one for each member that changed. Dates that move by themselves are none.
    static func of(
        _ what: String, _ path: String, _ before: JSON?, _ after: JSON?, without unshown: Set<String> = []
    ) -> [ApiDifference.Item] {
        switch (before, after) {
        case (nil, nil): return []
        case (nil, let after?): return [ApiDifference.Item(kind: .added, what: what, path: path, after: after)]
        case (let before?, nil): return [ApiDifference.Item(kind: .removed, what: what, path: path, before: before)]
        case (let before?, let after?):
            return DocumentDifference.changes(from: before, to: after)
                .filter { $0.path.first.map { $0 != "lastUpdatedDate" && !unshown.contains($0) } ?? true }
                .map {
                    ApiDifference.Item(
                        kind: .changed, what: what, path: path, member: $0.member.isEmpty ? nil : $0.member,
                        before: $0.before, after: $0.after)
                }
        }
    }

    /// The members of two objects by name, each as a thing of its own.
    static func ofEach(
        _ what: String, _ before: JSON?, _ after: JSON?, path: (String) -> String
    ) -> [ApiDifference.Item] {
        let old = before?.object ?? JSONObject()
        let new = after?.object ?? JSONObject()
        return Set(old.keys).union(new.keys).sorted().flatMap { of(what, path($0), old[$0], new[$0]) }
    }
}

/// A method with what belongs to it: its responses, its integration and that one's responses.
enum MethodDifference {
    /// A method that came or went is one item, with all that belongs to it.
    static func items(_ name: String, _ before: JSON?, _ after: JSON?) -> [ApiDifference.Item] {
        guard let before, let after else { return DifferenceItems.of("method", name, before, after) }
        guard before != after else { return [] }
        let integrations = (before["methodIntegration"], after["methodIntegration"])
        return DifferenceItems.of("method", name, before, after, without: ["methodIntegration", "methodResponses"])
            + integration(name, integrations.0, integrations.1)
            + DifferenceItems.ofEach("method response", before["methodResponses"], after["methodResponses"]) {
                "\(name) \($0)"
            }
    }

    private static func integration(_ name: String, _ before: JSON?, _ after: JSON?) -> [ApiDifference.Item] {
        guard let before, let after else { return DifferenceItems.of("integration", name, before, after) }
        return DifferenceItems.of("integration", name, before, after, without: ["integrationResponses"])
            + DifferenceItems.ofEach(
                "integration response", before["integrationResponses"], after["integrationResponses"]
            ) { "\(name) \($0)" }
    }
}
