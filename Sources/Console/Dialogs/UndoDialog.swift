package import ControlAPI
package import Terminal

/// Asks before a change is taken back: what will change stands first, and Cancel has the focus, as in
/// ``ConfirmDialog``. What stands in the way is told in the place of it.
package struct UndoDialog: Overlay {
    let entry: JournalEntry
    private var confirms = false
    private var problem: String?

    /// Changes that are shown at most.
    private static let largestCount = 12

    package init(_ entry: JournalEntry) {
        self.entry = entry
    }

    package var hints: [(key: String, word: String)] {
        [("tab", "other button"), ("enter", confirms ? "undo" : "cancel"), ("esc", "cancel")]
    }

    package mutating func key(_ key: Key, _ workspace: inout Workspace) -> OverlayOutcome {
        problem = nil
        switch key {
        case .escape: return .close([])
        case .tab, .backTab, .left, .right: confirms.toggle()
        case .enter:
            guard confirms else { return .close([]) }
            return confirm(&workspace)
        default: break
        }
        return .stay([])
    }

    private mutating func confirm(_ workspace: inout Workspace) -> OverlayOutcome {
        guard !workspace.isLost else {
            problem = "the engine does not answer: nothing was sent"
            return .stay([])
        }
        let known = workspace.model.undoPreview(entry.sequence)
        if known?.error != nil {
            problem = "this cannot be undone"
            return .stay([])
        }
        guard let known, !known.isLoading, known.value != nil else {
            problem = "the engine still looks what would change"
            return .stay([])
        }
        return .close(
            workspace.send(
                Job(
                    .undo(sequence: entry.sequence, resource: entry.resource),
                    doing: "undo #\(entry.sequence) \(entry.operation)",
                    done: "#\(entry.sequence) \(entry.operation) is undone")))
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let labels = 10
        let width = min(96, canvas.width - 2)
        let rows = rows(width: max(20, width - 4 - labels), workspace)
        let content = DialogBox.open(
            &canvas, title: "Undo #\(entry.sequence) \(entry.operation)", width: width, lines: rows.count + 2, workspace
        )
        canvas.draw(in: content) { canvas in
            for (y, row) in rows.prefix(max(0, canvas.bounds.height - 2)).enumerated() {
                canvas.put(row.label, x: 0, y: y, style: Style(.dim, on: .dialog))
                let line = StyledLine(row.line.pieces.map { ($0.text, $0.style.on(.dialog)) })
                canvas.put(line, x: labels, y: y, width: canvas.bounds.width - labels, workspace.glyphs)
            }
            let last = canvas.bounds.row(canvas.bounds.height - 1)
            DialogBox.buttons(&canvas, ["Cancel", "Undo"], focus: confirms ? 1 : 0, in: last, workspace)
            if let problem {
                canvas.put(problem, x: 0, y: last.y, style: Style(.error, on: .dialog), maxWidth: last.width - 26)
            }
        }
    }

    private func rows(width: Int, _ workspace: Workspace) -> [(label: String, line: StyledLine)] {
        let path = ResourcePath(entry.resource)
        let what = "\(path.short(workspace.model)), by \(entry.actor) at \(workspace.clock.date(entry.time))"
        let room = min(Self.largestCount, max(3, workspace.height - 12))
        var lines: [StyledLine]
        let known = workspace.model.undoPreview(entry.sequence)
        var label = "changes"
        if let error = known?.error {
            label = "refused"
            lines = TextLayout.wrap(Self.reason(error), to: width).map { StyledLine($0, .error) }
        } else if let outcome = known?.value, known?.isLoading == false {
            lines = DifferenceLines.items(outcome.changes, more: outcome.more, limit: room, workspace)
            if lines.isEmpty { lines = [StyledLine("nothing that is shown", .dim)] }
        } else {
            lines = [StyledLine("asking the engine", .dim)]
        }
        let subject = TextLayout.wrap(what, to: width).enumerated().map {
            (label: $0 == 0 ? "change" : "", line: StyledLine($1))
        }
        return subject + lines.enumerated().map { (label: $0 == 0 ? label : "", line: $1) }
    }

    private static func reason(_ error: ControlError) -> String {
        if case .refused(_, _, let message, _) = error { return message }
        return "\(error)"
    }
}

extension Workspace {
    /// Shows what the undo of an entry would change, and asks; or tells why it cannot be.
    mutating func askUndo(_ entry: JournalEntry) -> [Effect] {
        if entry.refused != nil { return tell("#\(entry.sequence) was refused: there is nothing to undo", .news) }
        if let refusal = entry.undoRefusal { return tell("#\(entry.sequence) cannot be undone: \(refusal)", .trouble) }
        if let by = entry.undoneBy { return tell("#\(entry.sequence) is undone already, by #\(by)", .news) }
        present(UndoDialog(entry))
        return ask([.undoPreview(sequence: entry.sequence)])
    }
}
