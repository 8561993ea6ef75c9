package import ControlAPI
package import Terminal

/// Asks before a stage is changed: what will change stands first, and Cancel has the focus. Enter on Cancel cancels, so
/// neither a stray Enter nor a held key ever changes anything; whoever means it moves to the button or types.
package struct ConfirmDialog: Overlay {
    package enum Typing: Sendable {
        case nothing
        /// The stage's name, to promote.
        case stageName
        /// Percent of traffic.
        case weight
    }

    let key: StageKey
    private(set) var change: StageChange
    private let typing: Typing
    private let title: String
    private let button: String
    private var input = TextInput(limit: 40)
    private var confirms = false
    private var problem: String?

    package init(_ key: StageKey, _ change: StageChange, typing: Typing = .nothing, title: String, button: String) {
        self.key = key
        self.change = change
        self.typing = typing
        self.title = title
        self.button = button
    }

    package var hints: [(key: String, word: String)] {
        var hints = [("tab", "other button"), ("enter", confirms ? button.lowercased() : "cancel"), ("esc", "cancel")]
        if typing == .weight { hints.insert(("+ -", "5 %"), at: 0) }
        return hints
    }

    package mutating func key(_ key: Key, _ workspace: inout Workspace) -> OverlayOutcome {
        problem = nil
        switch key {
        case .escape: return .close([])
        case .tab, .backTab, .left, .right:
            confirms.toggle()
        case .enter:
            guard confirms else { return .close([]) }
            return confirm(&workspace)
        case .character("+") where typing == .weight: step(5, workspace)
        case .character("-") where typing == .weight: step(-5, workspace)
        case .up where typing == .weight: step(1, workspace)
        case .down where typing == .weight: step(-1, workspace)
        default:
            guard typing != .nothing, input.key(key) else { return .stay([]) }
            typed()
        }
        return .stay([])
    }

    package mutating func paste(_ text: String, _ workspace: inout Workspace) -> OverlayOutcome {
        guard typing != .nothing else { return .stay([]) }
        input.insert(text)
        typed()
        return .stay([])
    }

    private mutating func step(_ by: Double, _ workspace: Workspace) {
        guard case .canaryWeight(let percent) = change else { return }
        // Steps land on whole fives.
        let target =
            abs(by) == 5
            ? (by > 0 ? (percent / 5).rounded(.down) * 5 + 5 : (percent / 5).rounded(.up) * 5 - 5) : percent + by
        change = .canaryWeight(min(100, max(0, target)))
        input.replace("")
    }

    /// What was typed in full moves the focus to the button; anything less moves it back.
    private mutating func typed() {
        switch typing {
        case .nothing: break
        case .stageName:
            // A held key must not spell a name that is one letter over and over.
            confirms = input.text == key.stageName && Set(key.stageName).count > 1
        case .weight:
            if let percent = Self.percent(input.text) {
                change = .canaryWeight(percent)
                confirms = true
            } else {
                confirms = false
                if !input.text.isEmpty { problem = "a number from 0 to 100, please" }
            }
        }
    }

    static func percent(_ text: String) -> Double? {
        let number = text.filter { $0 != "%" && $0 != " " }
        guard !number.isEmpty, number.allSatisfy({ $0.isNumber || $0 == "." }), let percent = Double(number),
            percent >= 0, percent <= 100
        else { return nil }
        return (percent * 100).rounded() / 100
    }

    private mutating func confirm(_ workspace: inout Workspace) -> OverlayOutcome {
        guard let stage = workspace.model.acknowledgedStage(key) else {
            problem = "the stage is gone"
            return .stay([])
        }
        if workspace.isLost {
            problem = "the engine does not answer: nothing was sent"
            return .stay([])
        }
        if workspace.model.pending[key] != nil {
            problem = "another change of this stage is under way"
            return .stay([])
        }
        if change.applied(to: stage) == stage {
            problem = "this changes nothing"
            return .stay([])
        }
        return .close(workspace.change(key, change))
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let lines = ChangePreview(key: key, change: change, workspace: workspace).lines
        let labels = 13
        let widest = lines.map { labels + $0.pieces.reduce(0) { $0 + TextWidth.of($1.text) } }.max() ?? 0
        let content = DialogBox.open(
            &canvas, title: "\(title) \(workspace.model.apiName(key.apiId)) / \(key.stageName)",
            width: max(64, widest + 4), lines: lines.count + 2, workspace)
        canvas.draw(in: content) { canvas in
            let rows = canvas.bounds.height - 2
            for (y, line) in lines.prefix(max(0, rows)).enumerated() {
                canvas.put(line.label, x: 0, y: y, style: Style(line.label == "warning" ? .warning : .dim, on: .dialog))
                var x = labels
                for piece in line.pieces {
                    let room = max(0, canvas.bounds.width - x)
                    let text = TextLayout.truncate(piece.text, to: room, ellipsis: workspace.glyphs.ellipsis)
                    x += canvas.put(text, x: x, y: y, style: piece.style.on(.dialog))
                }
            }
            let last = canvas.bounds.row(canvas.bounds.height - 1)
            DialogBox.buttons(&canvas, ["Cancel", button], focus: confirms ? 1 : 0, in: last, workspace)
            prompt(&canvas, y: last.y, width: last.width - 22 - button.count, workspace)
        }
    }

    private func prompt(_ canvas: inout Canvas, y: Int, width: Int, _ workspace: Workspace) {
        if let problem {
            canvas.put(problem, x: 0, y: y, style: Style(.error, on: .dialog), maxWidth: width)
            return
        }
        let focus = canvas.cursor
        switch typing {
        case .nothing: return
        case .stageName:
            var x = canvas.put("type ", x: 0, y: y, style: Style(.dim, on: .dialog), maxWidth: width)
            x += canvas.put(key.stageName, x: x, y: y, style: Style(.text, .bold, on: .dialog), maxWidth: width - x)
            x += canvas.put(" to promote: ", x: x, y: y, style: Style(.dim, on: .dialog), maxWidth: width - x)
            input.view(&canvas, x: x, y: y, width: width - x)
        case .weight:
            let x = canvas.put(
                "type a weight, or + \(workspace.glyphs.minus): ", x: 0, y: y, style: Style(.dim, on: .dialog),
                maxWidth: width)
            input.view(&canvas, x: x, y: y, width: min(8, width - x))
        }
        if input.text.isEmpty || confirms { canvas.cursor = focus }
    }
}
