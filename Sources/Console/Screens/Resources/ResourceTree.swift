import ControlAPI
import Terminal

/// A line of the tree: a resource with one of its methods. Further methods of the resource have lines of their own.
package struct ResourceRow: TableRow {
    let apiId: String
    let resourceId: String
    let path: String
    /// The tree's lines and the last segment; the whole path where rows stand alone.
    let label: String
    let verb: String?
    let method: Method?
    let hasChildren: Bool
    let isFolded: Bool
    let isFirst: Bool
    /// An API's own line above its tree.
    let isApi: Bool
    /// What the stages do for the method: `cache 300 s`, `limit 50/s`.
    let marks: [String]

    package var id: String { "\(apiId)/\(resourceId)/\(verb ?? "")" }
    var foldId: String { apiId + path }

    package func anyText(_ test: (String) -> Bool) -> Bool {
        test(path) || (verb.map(test) ?? false) || test(kind) || test(target)
    }

    package func field(_ column: String) -> Field? {
        switch column {
        case "path": .text(path)
        case "method": .text(verb ?? "")
        case "integration": .text(kind)
        case "target": .text(target)
        default: nil
        }
    }

    var kind: String { method?.methodIntegration?.type ?? "" }

    var target: String {
        guard let integration = method?.methodIntegration else { return verb == nil ? "" : "no integration" }
        if integration.type == "MOCK" { return "" }
        return integration.uri ?? ""
    }

    /// What a caller has to bring, and what holds or speeds a request: `key`, `AWS_IAM`, `model`, `cache 300 s`.
    var demands: String {
        guard let method else { return "" }
        var words: [String] = []
        if method.apiKeyRequired == true { words.append("key") }
        if let authorization = method.authorizationType, authorization != "NONE" { words.append(authorization) }
        if !(method.requestModels ?? [:]).isEmpty { words.append("model") }
        return (words + marks).joined(separator: "  ")
    }

    static let columns: [Column<ResourceRow>] = [
        Column("path", "PATH", width: 22, stretch: 1, key: { row, _ in .text(row.path) }) { row, _ in
            if row.isApi { return TableCell(row.label, Style.title.bold) }
            let label = row.isFolded ? row.label + " …" : row.label
            return TableCell(label, row.isFirst ? .plain : .dim)
        },
        Column("method", "METHOD", width: 7, key: { row, _ in .text(row.verb ?? "") }) { row, _ in
            TableCell(row.verb ?? "", Style.accent)
        },
        Column("integration", "INTEGRATION", width: 11, key: { row, _ in .text(row.kind) }) { row, _ in
            TableCell(row.kind)
        },
        Column("target", "TARGET", width: 16, stretch: 3, drop: 1, key: { row, _ in .text(row.target) }) { row, _ in
            TableCell(row.target, .dim, cutsHead: true)
        },
        Column("demands", "DEMANDS", width: 10, stretch: 1, drop: 2, key: { row, _ in .text(row.demands) }) { row, _ in
            TableCell(row.demands, .warning)
        },
    ]
}

/// Puts an API's resources in the order of their tree, with the lines that show it.
struct ResourceTree {
    let apiId: String
    /// For trees of several APIs.
    let apiName: String?
    let resources: [Resource]
    var stages: [Stage] = []
    let folded: Set<String>
    let flat: Bool
    let glyphs: Glyphs

    /// Verbs in the order in which people read them.
    private static let verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"]

    var rows: [ResourceRow] {
        var children: [String: [Resource]] = [:]
        var roots: [Resource] = []
        let ids = Set(resources.map(\.id))
        for resource in resources {
            if let parent = resource.parentId, ids.contains(parent), parent != resource.id {
                children[parent, default: []].append(resource)
            } else {
                roots.append(resource)
            }
        }
        for key in children.keys { children[key]?.sort { $0.path < $1.path } }
        var rows: [ResourceRow] = []
        if let apiName, !flat {
            rows.append(
                ResourceRow(
                    apiId: apiId, resourceId: "", path: "", label: apiName, verb: nil, method: nil, hasChildren: false,
                    isFolded: false, isFirst: true, isApi: true, marks: []))
        }
        var seen = Set<String>()
        // With a stack instead of recursion, a tree of any depth can be shown.
        var open: [(resource: Resource, prefix: String, mark: String)] = roots.sorted { $0.path < $1.path }.reversed()
            .map { ($0, "", "") }
        while let (resource, prefix, mark) = open.popLast() {
            guard seen.insert(resource.id).inserted else { continue }
            let own = children[resource.id] ?? []
            let isFolded = folded.contains(apiId + resource.path) && !own.isEmpty
            add(
                resource, lead: prefix + mark, below: below(prefix, mark, !own.isEmpty && !isFolded), own, isFolded,
                &rows)
            guard !isFolded else { continue }
            let next = mark.isEmpty ? prefix : prefix + (mark == glyphs.treeLast + " " ? "   " : glyphs.treeLine + " ")
            for (index, child) in own.enumerated().reversed() {
                let mark = (index == own.count - 1 ? glyphs.treeLast : glyphs.treeBranch) + " "
                open.append((child, next, mark))
            }
        }
        return rows
    }

    /// What stands before the second and later methods of a resource.
    private func below(_ prefix: String, _ mark: String, _ hasChildren: Bool) -> String {
        let line = mark.isEmpty ? "" : mark == glyphs.treeLast + " " ? "   " : glyphs.treeLine + " "
        return prefix + line + (hasChildren ? glyphs.treeLine : "")
    }

    private func add(
        _ resource: Resource, lead: String, below: String, _ children: [Resource], _ isFolded: Bool,
        _ rows: inout [ResourceRow]
    ) {
        let name = resource.pathPart.map { "/" + $0 } ?? resource.path
        let methods = (resource.resourceMethods ?? [:]).sorted { one, other in
            let a = Self.verbs.firstIndex(of: one.key) ?? Self.verbs.count
            let b = Self.verbs.firstIndex(of: other.key) ?? Self.verbs.count
            return (a, one.key) < (b, other.key)
        }
        func row(_ label: String, _ verb: String?, _ method: Method?, first: Bool) -> ResourceRow {
            ResourceRow(
                apiId: apiId, resourceId: resource.id, path: resource.path, label: flat ? resource.path : label,
                verb: verb,
                method: method, hasChildren: !children.isEmpty, isFolded: isFolded && first, isFirst: first || flat,
                isApi: false, marks: verb.map { marks(resource.path, $0) } ?? [])
        }
        guard let first = methods.first else {
            rows.append(row(lead + name, nil, nil, first: true))
            return
        }
        rows.append(row(lead + name, first.key, first.value, first: true))
        for method in methods.dropFirst() { rows.append(row(below, method.key, method.value, first: false)) }
    }

    /// Each mark once, as the first stage that has it says.
    private func marks(_ path: String, _ verb: String) -> [String] {
        let settings = stages.map { SettingsInForce($0, path: path, verb: verb) }
        let ttl = settings.compactMap(\.cacheTtl).first.map { "cache \($0) s" }
        let rate = settings.compactMap(\.ownRate).first.map { "limit \(Format.shortRate($0))/s" }
        return [ttl, rate].compactMap { $0 }
    }
}
