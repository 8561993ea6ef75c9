package import Terminal

/// Asks before a call is sent: what it will do stands first, and Cancel has the focus, as in ``ConfirmDialog``.
package struct AskDialog: Overlay {
    package typealias Line = (label: String, text: String, style: Style)

    private let title: String
    private let button: String
    private let job: Job
    private let lines: @Sendable (Workspace) -> [Line]
    private var confirms = false
    private var problem: String?

    /// - Parameter lines: what will happen, taken anew whenever it is drawn.
    package init(title: String, button: String, _ job: Job, lines: @escaping @Sendable (Workspace) -> [Line]) {
        self.title = title
        self.button = button
        self.job = job
        self.lines = lines
    }

    package var hints: [(key: String, word: String)] {
        [("tab", "other button"), ("enter", confirms ? button.lowercased() : "cancel"), ("esc", "cancel")]
    }

    package mutating func key(_ key: Key, _ workspace: inout Workspace) -> OverlayOutcome {
        problem = nil
        switch key {
        case .escape: return .close([])
        case .tab, .backTab, .left, .right: confirms.toggle()
        case .enter:
            guard confirms else { return .close([]) }
            guard !workspace.isLost else {
                problem = "the engine does not answer: nothing was sent"
                return .stay([])
            }
            return .close(workspace.send(job))
        default: break
        }
        return .stay([])
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let labels = 13
        let width = min(76, canvas.width - 2)
        let rows = lines(workspace).flatMap { line in
            TextLayout.wrap(line.text, to: max(20, width - 4 - labels)).enumerated().map { index, text in
                (label: index == 0 ? line.label : "", text: text, style: line.style)
            }
        }
        let content = DialogBox.open(&canvas, title: title, width: width, lines: rows.count + 2, workspace)
        canvas.draw(in: content) { canvas in
            for (y, row) in rows.prefix(max(0, canvas.bounds.height - 2)).enumerated() {
                canvas.put(row.label, x: 0, y: y, style: Style(.dim, on: .dialog))
                canvas.put(
                    row.text, x: labels, y: y, style: row.style.on(.dialog), maxWidth: canvas.bounds.width - labels)
            }
            let last = canvas.bounds.row(canvas.bounds.height - 1)
            DialogBox.buttons(&canvas, ["Cancel", button], focus: confirms ? 1 : 0, in: last, workspace)
            if let problem {
                canvas.put(
                    problem, x: 0, y: last.y, style: Style(.error, on: .dialog),
                    maxWidth: last.width - 22 - button.count)
            }
        }
    }
}
