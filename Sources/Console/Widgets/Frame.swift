package import Terminal

/// The first and last lines that every screen has: where one is, whether it is live, and what can be done.
package enum Frame {
    /// Rows that the frame takes.
    package static let rows = 4
    package static let leastWidth = 40
    package static let leastHeight = 10

    package static func view(_ state: AppState) -> Canvas {
        let workspace = state.workspace
        var canvas = Canvas(width: workspace.width, height: workspace.height)
        guard workspace.width >= leastWidth, workspace.height >= leastHeight else {
            tooSmall(&canvas, workspace)
            return canvas
        }
        header(&canvas, state)
        rule(&canvas, state, y: 1)
        let body = Rect(x: 0, y: 2, width: workspace.width, height: workspace.height - rows)
        canvas.draw(in: body) { state.top?.view(&$0, workspace) }
        message(&canvas, state, y: workspace.height - 2)
        footer(&canvas, state, y: workspace.height - 1)
        for overlay in state.overlays { overlay.view(&canvas, workspace) }
        return canvas
    }

    private static func tooSmall(_ canvas: inout Canvas, _ workspace: Workspace) {
        let lines = [
            // Each fits the smallest window that anyone has.
            "sluice: too small", "\(workspace.width)×\(workspace.height) of \(leastWidth)×\(leastHeight)",
            "nothing is lost",
        ]
        for (row, line) in lines.prefix(canvas.height).enumerated() {
            canvas.put(
                TextLayout.truncate(line, to: canvas.width, ellipsis: ""), x: 0, y: row,
                style: row == 0 ? .warning : .plain)
        }
    }

    private static func header(_ canvas: inout Canvas, _ state: AppState) {
        let workspace = state.workspace
        let right = status(workspace)
        let rightWidth = right.reduce(0) { $0 + TextWidth.of($1.text) }
        var x = workspace.width - 1 - rightWidth
        for piece in right { x += canvas.put(piece.text, x: x, y: 0, style: piece.style) }

        let end = workspace.width - 1 - rightWidth - 2
        var crumbs = [workspace.contextName] + (state.top?.crumbs(workspace) ?? [])
        let separator = " \(workspace.glyphs.crumb) "
        func length() -> Int { 9 + crumbs.reduce(0) { $0 + TextWidth.of($1) } + 3 * (crumbs.count - 1) }
        // The nearest crumb says most; the ones before it give way.
        while length() > end, crumbs.count > 1 { crumbs.removeFirst() }
        var left = 1 + canvas.put("sluice", x: 1, y: 0, style: Style.accent.bold) + 2
        for (index, crumb) in crumbs.enumerated() {
            if index > 0 { left += canvas.put(separator, x: left, y: 0, style: .dim, maxWidth: max(0, end - left)) }
            let style = index == crumbs.count - 1 ? Style.title.bold : .plain
            let text = TextLayout.truncate(crumb, to: max(0, end - left), ellipsis: workspace.glyphs.ellipsis)
            left += canvas.put(text, x: left, y: 0, style: style)
        }
    }

    private static func status(_ workspace: Workspace) -> [(text: String, style: Style)] {
        var pieces: [(text: String, style: Style)] = []
        switch workspace.connection {
        case .connecting: pieces.append(("\(workspace.glyphs.lost) connecting", .dim))
        case .live: pieces.append(("\(workspace.glyphs.live) live", .healthy))
        case .lost: pieces.append(("\(workspace.glyphs.lost) lost", .error))
        }
        guard let latest = workspace.model.metrics.latest else { return pieces }
        let minute = workspace.model.metrics.summary(.all, seconds: 60, histograms: false)
        // Without traffic nothing changes on screen for a minute, so nothing is sent to the terminal either.
        let time = minute.count > 0 ? workspace.clock.time(latest) : workspace.clock.minute(latest)
        pieces.append(("  " + time, workspace.fresh(.plain)))
        if minute.seconds > 0, workspace.width >= 60 {
            let perMinute = minute.rate * 60
            pieces.append(("  " + Format.short(perMinute), workspace.fresh(.plain)))
            pieces.append((" req/min", .dim))
        }
        return pieces
    }

    private static func rule(_ canvas: inout Canvas, _ state: AppState, y: Int) {
        let workspace = state.workspace
        let line = String(repeating: workspace.glyphs.horizontal, count: max(0, workspace.width - 2))
        canvas.put(line, x: 1, y: y, style: .border)
        guard case .lost(let reason, let retryAt, _) = workspace.connection else { return }
        let seconds = max(0, (retryAt &- workspace.now + 999) / 1000)
        let retry = seconds > 0 ? "reconnecting in \(seconds) s" : "reconnecting"
        let text = " \(workspace.glyphs.warning) engine lost, \(retry) · ctrl-r now · \(reason) "
        canvas.put(
            TextLayout.truncate(text, to: workspace.width - 2, ellipsis: workspace.glyphs.ellipsis), x: 1, y: y,
            style: Style.error.bold)
    }

    /// The line above the hints: what just happened, else a rule.
    private static func message(_ canvas: inout Canvas, _ state: AppState, y: Int) {
        let workspace = state.workspace
        let line = String(repeating: workspace.glyphs.horizontal, count: max(0, workspace.width - 2))
        canvas.put(line, x: 1, y: y, style: .border)
        if let problem = state.top?.filterProblem {
            note(&canvas, "filter: \(problem)", .warning, workspace, y)
        } else if let toast = workspace.toast {
            let style: Style =
                switch toast.kind {
                case .news: .accent
                case .done: .healthy
                case .trouble: .error
                }
            note(&canvas, toast.text, style, workspace, y)
        }
    }

    private static func note(_ canvas: inout Canvas, _ text: String, _ style: Style, _ workspace: Workspace, _ y: Int) {
        let fitted = TextLayout.truncate(text, to: workspace.width - 4, ellipsis: workspace.glyphs.ellipsis)
        canvas.put(" " + fitted + " ", x: 1, y: y, style: style)
    }

    // MARK: Hints

    /// The keys worth showing, the nearest first, as far as they fit; `? keys` and `:` always do.
    private static func footer(_ canvas: inout Canvas, _ state: AppState, y: Int) {
        if let overlay = state.overlays.last {
            hints(&canvas, overlay.hints.map { ($0.key, $0.word, true) }, y: y, end: canvas.width - 1)
            return
        }
        let workspace = state.workspace
        let palette = workspace.keymap.key(.palette) + String(workspace.glyphs.caret)
        canvas.put(palette, x: canvas.width - 1 - TextWidth.of(palette), y: y, style: .dim)
        let keys = [(workspace.keymap.key(.help), "keys", true)]
        let room = canvas.width - 2 - TextWidth.of(palette)
        let last = room - 8
        var shown = entries(state)
        func width(_ list: [(String, String, Bool)]) -> Int {
            list.reduce(0) { $0 + TextWidth.of($1.0) + TextWidth.of($1.1) + 1 + gap(canvas.width) }
        }
        // What cannot be done now goes first, then what is farthest from here. The first one is what the screen is for.
        while width(shown) > last,
            let victim = shown.indices.dropFirst().last(where: { !shown[$0].2 }) ?? shown.indices.last
        {
            shown.remove(at: victim)
        }
        hints(&canvas, shown + keys, y: y, end: room)
    }

    private static func entries(_ state: AppState) -> [(String, String, Bool)] {
        var found: [(key: String, word: String, on: Bool)] = []
        let rows = state.workspace.keymap.rows(in: state.contexts)
        for command in rows.flatMap(\.commands) where !command.hint.isEmpty && command.id != .help {
            guard let key = command.keys.first else { continue }
            let on = command.off(state) == nil
            // Keys that do one thing two ways share a hint: + − weight.
            if let same = found.firstIndex(where: { $0.word == command.hint }) {
                found[same].key += " " + name(key, state.workspace)
            } else {
                found.append((name(key, state.workspace), command.hint, on))
            }
        }
        return found.map { ($0.key, $0.word, $0.on) }
    }

    private static func name(_ key: Key, _ workspace: Workspace) -> String {
        switch key {
        case .enter where workspace.glyphs.unicode: String(workspace.glyphs.enter)
        case .character("-"): String(workspace.glyphs.minus)
        default: key.description
        }
    }

    /// Columns between two hints.
    private static func gap(_ width: Int) -> Int { width < 100 ? 2 : 3 }

    static func hints(_ canvas: inout Canvas, _ entries: [(String, String, Bool)], y: Int, end: Int) {
        var x = 1
        for (key, word, on) in entries {
            guard x + TextWidth.of(key) + TextWidth.of(word) + 1 <= end else { return }
            x += canvas.put(key, x: x, y: y, style: on ? .key : .dim) + 1
            x += canvas.put(word, x: x, y: y, style: on ? .plain : .dim) + gap(canvas.width)
        }
    }
}

extension Workspace {
    /// Rows between the frame's lines.
    package var bodyHeight: Int { max(0, height - Frame.rows) }
}

/// The whole screen. Pure.
package func view(_ state: AppState) -> Canvas {
    Frame.view(state)
}
