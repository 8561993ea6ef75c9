package import Terminal

/// A short list to choose one of: deployments, stages, themes.
package struct Chooser: Overlay {
    package struct Item: Sendable {
        package var id: String
        package var title: String
        package var note: String

        package init(_ id: String, _ title: String, note: String = "") {
            self.id = id
            self.title = title
            self.note = note
        }
    }

    let title: String
    let items: [Item]
    private(set) var cursor: Int
    private var top = 0
    private let moved: @Sendable (String) -> [Effect]
    private let cancelled: @Sendable () -> [Effect]
    private let chosen: @Sendable (String, inout Workspace) -> [Effect]

    package init(
        title: String, items: [Item], selected: String? = nil,
        moved: @escaping @Sendable (String) -> [Effect] = { _ in [] },
        cancelled: @escaping @Sendable () -> [Effect] = { [] },
        chosen: @escaping @Sendable (String, inout Workspace) -> [Effect]
    ) {
        self.title = title
        self.items = items
        self.moved = moved
        self.cancelled = cancelled
        self.chosen = chosen
        cursor = items.firstIndex { $0.id == selected } ?? 0
    }

    package var hints: [(key: String, word: String)] { [("up down", "move"), ("enter", "choose"), ("esc", "cancel")] }

    package mutating func key(_ key: Key, _ workspace: inout Workspace) -> OverlayOutcome {
        switch key {
        case .escape, .character("q"): return .close(cancelled())
        case .up, .character("k"): return move(-1)
        case .down, .character("j"): return move(1)
        case .pageUp: return move(-10)
        case .pageDown: return move(10)
        case .home, .character("g"): return move(-items.count)
        case .end, .character("G"): return move(items.count)
        case .enter:
            guard items.indices.contains(cursor) else { return .close(cancelled()) }
            return .close(chosen(items[cursor].id, &workspace))
        default: return .stay([])
        }
    }

    private mutating func move(_ steps: Int) -> OverlayOutcome {
        guard !items.isEmpty else { return .stay([]) }
        let before = cursor
        cursor = min(max(0, cursor + steps), items.count - 1)
        return .stay(cursor == before ? [] : moved(items[cursor].id))
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let titles = items.map { TextWidth.of($0.title) }.max() ?? 0
        let notes = items.map { TextWidth.of($0.note) }.max() ?? 0
        let height = min(max(1, items.count), max(1, canvas.height - 8))
        let content = DialogBox.open(
            &canvas, title: title, width: max(44, titles + notes + 9, TextWidth.of(title) + 4), lines: height, workspace
        )
        canvas.draw(in: content) { canvas in
            let width = canvas.bounds.width
            let start = max(0, min(cursor - height / 2, items.count - height))
            for line in 0..<min(height, items.count) where start + line < items.count {
                let item = items[start + line]
                let ellipsis = workspace.glyphs.ellipsis
                canvas.put(
                    TextLayout.fit(item.title, to: min(titles, width - 2), ellipsis: ellipsis), x: 1, y: line,
                    style: Style(.text, on: .dialog))
                canvas.put(
                    TextLayout.truncate(item.note, to: max(0, width - titles - 4), ellipsis: ellipsis), x: titles + 3,
                    y: line,
                    style: Style(.dim, on: .dialog))
                if start + line == cursor {
                    canvas.restyle(Rect(x: 0, y: line, width: width, height: 1)) { $0.on(.selection) }
                    canvas.cursor = Point(x: 0, y: line)
                }
            }
        }
    }

    /// Themes are tried on while moving; cancelling puts the former one back.
    static func themes(_ workspace: Workspace) -> Chooser {
        let former = workspace.theme
        return Chooser(
            title: "Theme", items: workspace.themes.map { Item($0, $0, note: $0 == former ? "now" : "") },
            selected: former,
            moved: { [.useTheme($0)] }, cancelled: { former.isEmpty ? [] : [.useTheme(former)] },
            chosen: { name, _ in [.useTheme(name), .rememberTheme(name)] })
    }
}
