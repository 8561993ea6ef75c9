import ControlAPI
package import Terminal

/// What changes from one deployment to another: methods and variables.
package struct DifferenceDialog: Overlay {
    let key: StageKey
    let from: String?
    let to: String?

    package var hints: [(key: String, word: String)] { [("esc", "close")] }

    package mutating func key(_ key: Key, _ workspace: inout Workspace) -> OverlayOutcome {
        switch key {
        case .enter, .escape, .character("q"), .character("d"): .close([])
        default: .stay([])
        }
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let lines = lines(workspace)
        let width = max(60, (lines.map { TextWidth.of($0.text) }.max() ?? 0) + 4)
        let title = "\(from ?? "none")  \(workspace.glyphs.arrowRight)  \(to ?? "none")"
        let content = DialogBox.open(&canvas, title: title, width: width, lines: lines.count, workspace)
        canvas.draw(in: content) { canvas in
            for (y, line) in lines.prefix(canvas.bounds.height).enumerated() {
                canvas.put(
                    TextLayout.truncate(line.text, to: canvas.bounds.width, ellipsis: workspace.glyphs.ellipsis), x: 0,
                    y: y,
                    style: line.style.on(.dialog))
            }
        }
    }

    private func lines(_ workspace: Workspace) -> [(text: String, style: Style)] {
        let model = workspace.model
        var lines: [(text: String, style: Style)] = []
        let known = from.flatMap { from in
            to.flatMap { model.difference(key.apiId, from: from, to: $0)?.value }
        }
        let difference = DeploymentDifference(
            from: model.methods(of: from, api: key.apiId),
            to: model.methods(of: to, api: key.apiId))
        if from == to {
            lines.append(("base and canary are the same deployment", .dim))
        } else if let known {
            lines += DifferenceLines.brief(known, limit: max(3, workspace.height - 12), workspace).map {
                ($0.text, $0.pieces.first?.style ?? .plain)
            }
        } else if let difference {
            lines += difference.added.map { ("+ \($0)", Style(.added)) }
            lines += difference.changed.map { ("~ \($0)  (authorization)", .warning) }
            lines += difference.removed.map { ("\(workspace.glyphs.minus) \($0)", Style(.removed)) }
            if lines.isEmpty { lines.append(("the same methods", .dim)) }
        } else if [from, to].contains(where: { id in
            id.map { model.isLoading(.deployment(apiId: key.apiId, deploymentId: $0)) } ?? false
        }) {
            lines.append(("asking the engine", .dim))
        } else {
            lines.append(("the engine does not tell the methods of these deployments", .dim))
        }
        guard let stage = model.stage(key) else { return lines }
        for (name, value) in (stage.canarySettings?.stageVariableOverrides ?? [:]).sorted(by: { $0.key < $1.key }) {
            let before = stage.variables?[name] ?? "not set"
            lines.append(("~ \(name)  \(before)  \(workspace.glyphs.arrowRight)  \(value)", .warning))
        }
        return lines
    }
}
