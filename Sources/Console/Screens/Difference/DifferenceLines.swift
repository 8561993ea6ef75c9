import ControlAPI
import JSON
import Terminal

/// A difference as lines to look at.
enum DifferenceLines {
    /// `+3 ~2 −1`
    static func counts(_ items: [ApiDifference.Item], _ glyphs: Glyphs) -> String {
        let kinds: [(ApiDifference.Kind, String)] = [(.added, "+"), (.changed, "~"), (.removed, String(glyphs.minus))]
        return kinds.map { kind, mark in "\(mark)\(items.count { $0.kind == kind })" }.joined(separator: " ")
    }

    /// The counts, and one line for each of the first items.
    static func brief(_ difference: ApiDifference, limit: Int, _ workspace: Workspace) -> [StyledLine] {
        guard !difference.items.isEmpty else { return [StyledLine("none", .dim)] }
        return [StyledLine(counts(difference.items, workspace.glyphs))]
            + items(difference.items, more: 0, limit: limit, workspace)
    }

    /// One line for each item, at most `limit` in all; the last one tells how many more there are.
    static func items(
        _ items: [ApiDifference.Item], more: Int, limit: Int, _ workspace: Workspace
    ) -> [StyledLine] {
        let total = items.count + more
        guard total > limit else { return items.map { line($0, workspace) } }
        let shown = min(items.count, max(0, limit - 1))
        return items.prefix(shown).map { line($0, workspace) }
            + [StyledLine("\(workspace.glyphs.ellipsis) and \(total - shown) more", .dim)]
    }

    private static func line(_ item: ApiDifference.Item, _ workspace: Workspace) -> StyledLine {
        var pieces: [(text: String, style: Style)] = [
            (mark(item.kind, workspace.glyphs) + " " + item.name, style(item.kind))
        ]
        if let member = item.member { pieces += [("  " + member + "  ", .plain)] + values(item, limit: 28, workspace) }
        return StyledLine(pieces)
    }

    /// Sections with their items below them as a tree: the API's settings, each resource, each kind of all else.
    static func tree(_ items: [ApiDifference.Item], _ workspace: Workspace) -> [StyledLine] {
        var sections: [(title: String, items: [ApiDifference.Item])] = []
        for item in items {
            let title = section(item)
            if sections.last?.title != title { sections.append((title, [])) }
            sections[sections.count - 1].items.append(item)
        }
        return sections.flatMap { section in
            [StyledLine(section.title, .title)] + branch(section.items, workspace)
        }
    }

    private static func branch(_ items: [ApiDifference.Item], _ workspace: Workspace) -> [StyledLine] {
        let glyphs = workspace.glyphs
        var groups: [[ApiDifference.Item]] = []
        for item in items {
            if item.member != nil, let last = groups.last?.last, last.member != nil, last.name == item.name {
                groups[groups.count - 1].append(item)
            } else {
                groups.append([item])
            }
        }
        return groups.enumerated().flatMap { index, group -> [StyledLine] in
            let isLast = index == groups.count - 1
            let line = isLast ? "   " : glyphs.treeLine + " "
            let head = StyledLine([
                ((isLast ? glyphs.treeLast : glyphs.treeBranch) + " ", .dim),
                (mark(group[0].kind, glyphs) + " " + label(group[0]), style(group[0].kind)),
            ])
            return [head]
                + group.filter { $0.member != nil }.flatMap { item in
                    member(item, workspace).map { StyledLine([(line + "  ", .dim)] + $0.pieces) }
                }
        }
    }

    /// A member and its values: on one line, or for texts of several lines, line by line.
    private static func member(_ item: ApiDifference.Item, _ workspace: Workspace) -> [StyledLine] {
        let name = item.member ?? ""
        if let texts = texts(item), texts.0.count + texts.1.count < 20_000 {
            let changes = LineDifference.of(texts.0, texts.1)
            return [StyledLine(name)]
                + changes.map { change in
                    switch change {
                    case .same(let text): StyledLine("  " + text, .dim)
                    case .added(let text): StyledLine("+ " + text, Style(.added))
                    case .removed(let text): StyledLine("\(workspace.glyphs.minus) " + text, Style(.removed))
                    }
                }
        }
        return [StyledLine([(name + "  ", .plain)] + values(item, limit: 60, workspace))]
    }

    private static func texts(_ item: ApiDifference.Item) -> ([String], [String])? {
        let before = item.before?.string ?? (item.before == nil ? "" : nil)
        let after = item.after?.string ?? (item.after == nil ? "" : nil)
        guard let before, let after, before.contains("\n") || after.contains("\n") else { return nil }
        func lines(_ text: String) -> [String] {
            text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
        return (item.before == nil ? [] : lines(before), item.after == nil ? [] : lines(after))
    }

    private static func values(
        _ item: ApiDifference.Item, limit: Int, _ workspace: Workspace
    ) -> [(text: String, style: Style)] {
        [
            (DocumentDifference.brief(item.before, limit: limit), Style(.removed)),
            (" \(workspace.glyphs.arrowRight) ", .dim),
            (DocumentDifference.brief(item.after, limit: limit), Style(.added)),
        ]
    }

    /// Where an item stands: `/pets/{petId}` for all of a resource.
    private static func section(_ item: ApiDifference.Item) -> String {
        switch item.what {
        case "resource": item.path
        case "method", "integration", "method response", "integration response":
            item.path.split(separator: " ", maxSplits: 2).dropFirst().first.map(String.init) ?? item.path
        default: item.what + "s"
        }
    }

    private static func label(_ item: ApiDifference.Item) -> String {
        switch item.what {
        case "resource": "resource"
        case "method", "integration", "method response", "integration response":
            ([item.path.split(separator: " ").first.map(String.init) ?? "", item.what]
                + item.path.split(separator: " ").dropFirst(2).map(String.init)).joined(separator: " ")
        case "api setting": "settings"
        default: item.path
        }
    }

    static func mark(_ kind: ApiDifference.Kind, _ glyphs: Glyphs) -> String {
        switch kind {
        case .added: "+"
        case .removed: String(glyphs.minus)
        case .changed: "~"
        }
    }

    private static func style(_ kind: ApiDifference.Kind) -> Style {
        switch kind {
        case .added: Style(.added)
        case .removed: Style(.removed)
        case .changed: .warning
        }
    }
}
