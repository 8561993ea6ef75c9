package import ControlAPI
import JSON
package import Terminal

/// The journal: who changed what, newest first.
package struct ChangesScreen: Screen {
    package struct Row: TableRow {
        let entry: JournalEntry
        let what: String
        /// Taken once: some documents are whole APIs.
        let summary: String

        package var id: String { String(entry.sequence) }

        /// Whether it is not in force: it was undone, or refused.
        var isOff: Bool { entry.undoneBy != nil || entry.refused != nil }

        init(_ entry: JournalEntry, summary: String, _ model: Model) {
            self.entry = entry
            self.summary = summary
            // In front, so that it is seen where the column is narrow.
            let mark = entry.undoneBy.map { "undone by #\($0)  " } ?? (entry.refused == nil ? "" : "refused  ")
            what = mark + ResourcePath(entry.resource).short(model)
        }

        package func anyText(_ test: (String) -> Bool) -> Bool {
            test(entry.operation) || test(what) || test(entry.actor) || test(entry.resource) || test(summary)
        }

        package func field(_ column: String) -> Field? {
            switch column {
            case "operation": .text(entry.operation)
            case "what": .text(what)
            case "who": .text(entry.actor)
            case "change": .text(summary)
            case "number": .number(Double(entry.sequence))
            default: nil
            }
        }
    }

    private(set) var table = Table<Row>(ChangesScreen.columns)

    package init() {}

    package var contexts: [CommandContext] { [.history, .rows, .table, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }
    package func crumbs(_ workspace: Workspace) -> [String] { ["history"] }
    package func requests(_ workspace: Workspace) -> [Request] { [.journal] }

    package func focus(_ workspace: Workspace) -> Focus {
        guard let entry = table.selected?.entry else { return Focus() }
        let path = ResourcePath(entry.resource)
        return Focus(apiId: path.apiId, stage: path.stage, id: entry.resource)
    }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        let journal = workspace.model.journal
        guard
            !journal.elementsEqual(
                table.rows.map(\.entry), by: { $0.sequence == $1.sequence && $0.undoneBy == $1.undoneBy })
        else { return }
        let known = Dictionary(table.rows.map { ($0.entry.sequence, $0.summary) }) { first, _ in first }
        table.set(
            journal.map { Row($0, summary: known[$0.sequence] ?? $0.summary, workspace.model) }, workspace)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: workspace.bodyHeight - 1, workspace) { return [] }
        guard let row = table.selected else { return [] }
        if command == .open { workspace.open(ChangeScreen(row.entry)) }
        return command == .undo ? workspace.askUndo(row.entry) : []
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        table.mouse(event, workspace) ? perform(.open, &workspace) : []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        table.view(&canvas, workspace, empty: "no changes are known")
    }

    private static let columns: [Column<Row>] = [
        Column("number", "#", width: 5, drop: 2, key: { row, _ in .number(Double(row.entry.sequence)) }) { row, _ in
            TableCell(String(row.entry.sequence), .dim)
        },
        Column("time", "TIME", width: 16, key: { row, _ in .number(Double(row.entry.sequence)) }) { row, space in
            TableCell(space.clock.date(row.entry.time), .dim)
        },
        Column("operation", "OPERATION", width: 18, key: { row, _ in .text(row.entry.operation) }) { row, _ in
            let undoes = row.entry.undoes.map { " #\($0)" } ?? ""
            return TableCell(row.entry.operation + undoes, row.isOff ? .dim : Style.plain.bold)
        },
        Column("what", "WHAT", width: 16, stretch: 4, key: { row, _ in .text(row.what) }) { row, _ in
            TableCell(row.what, row.isOff ? .dim : .plain)
        },
        Column(
            "change", "CHANGE", width: 30, stretch: 4, drop: 3, key: { row, _ in .text(row.summary) }
        ) { row, _ in
            TableCell(row.summary, .dim)
        },
        Column("who", "WHO", width: 13, stretch: 1, drop: 1, key: { row, _ in .text(row.entry.actor) }) { row, _ in
            TableCell(row.entry.actor, .dim)
        },
    ]
}

/// One change: its document before and after, line by line.
package struct ChangeScreen: Screen {
    private(set) var entry: JournalEntry
    private var pane = TextPane()

    package init(_ entry: JournalEntry) {
        self.entry = entry
    }

    package var contexts: [CommandContext] { [.history, .list] }
    package func crumbs(_ workspace: Workspace) -> [String] { ["history", "\(entry.operation) #\(entry.sequence)"] }

    package func focus(_ workspace: Workspace) -> Focus {
        let path = ResourcePath(entry.resource)
        return Focus(apiId: path.apiId, stage: path.stage, id: entry.resource)
    }

    package mutating func refresh(_ workspace: Workspace) {
        entry = workspace.model.entry(entry.sequence) ?? entry
        var lines: [StyledLine] = [
            .name("operation", entry.operation), .name("resource", entry.resource), .name("who", entry.actor),
            .name("time", workspace.clock.date(entry.time)),
        ]
        if let undoes = entry.undoes { lines.append(.name("undoes", "#\(undoes)")) }
        if let by = entry.undoneBy { lines.append(.name("undone by", "#\(by)", style: .warning)) }
        if let refused = entry.refused { lines.append(.name("refused", refused, style: .error)) }
        if let refusal = entry.undoRefusal { lines.append(.name("cannot be undone", refusal, style: .dim)) }
        lines.append(StyledLine())
        let before = Self.lines(entry.before)
        let after = Self.lines(entry.after)
        guard before.count + after.count < 20_000 else {
            lines.append(StyledLine("\(before.count) lines before, \(after.count) after", .dim))
            return pane.set(lines)
        }
        for change in LineDifference.of(before, after) {
            switch change {
            case .same(let text): lines.append(StyledLine("  " + text, .dim))
            case .added(let text): lines.append(StyledLine("+ " + text, Style(.added)))
            case .removed(let text): lines.append(StyledLine("\(workspace.glyphs.minus) " + text, Style(.removed)))
            }
        }
        pane.set(lines)
    }

    private static func lines(_ value: JSON?) -> [String] {
        guard let value else { return [] }
        return value.text(.pretty).split(separator: "\n").map(String.init)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if pane.perform(command, page: workspace.bodyHeight) { return [] }
        return command == .undo ? workspace.askUndo(entry) : []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) { pane.view(&canvas, workspace) }
}

/// What was added to and removed from a list of lines.
enum LineDifference: Equatable {
    case same(String)
    case added(String)
    case removed(String)

    /// `+3 −1 lines`
    static func summary(_ before: String, _ after: String, _ glyphs: Glyphs) -> String {
        let old = before.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let new = after.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // Beyond this the exact difference takes longer than anyone waits for it.
        guard old.count + new.count < 20_000 else { return "\(new.count) lines" }
        let changes = new.difference(from: old)
        return "+\(changes.insertions.count) \(glyphs.minus)\(changes.removals.count) lines"
    }

    static func of(_ before: [String], _ after: [String]) -> [LineDifference] {
        let difference = after.difference(from: before)
        var removed = Set<Int>()
        var inserted = Set<Int>()
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var result: [LineDifference] = []
        var old = 0
        var new = 0
        while old < before.count || new < after.count {
            if old < before.count, removed.contains(old) {
                result.append(.removed(before[old]))
                old += 1
            } else if new < after.count, inserted.contains(new) {
                result.append(.added(after[new]))
                new += 1
            } else if new < after.count {
                result.append(.same(after[new]))
                old += 1
                new += 1
            } else {
                old += 1
            }
        }
        return result
    }
}
