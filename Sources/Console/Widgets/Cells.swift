import Terminal

/// Cells and words that several screens share.
enum Cells {
    static func rate(_ summary: MetricsSummary, _ workspace: Workspace) -> TableCell {
        guard summary.seconds > 0 else { return TableCell(dash(workspace), .dim) }
        let style: Style = summary.count == 0 ? .dim : .plain
        return TableCell(Format.rate(summary.rate), workspace.fresh(style))
    }

    static func errors(_ summary: MetricsSummary, _ workspace: Workspace) -> TableCell {
        percent(summary.serverErrorPercent, workspace)
    }

    /// An error rate: red from one in a hundred on, yellow above nothing.
    static func percent(_ value: Double?, _ workspace: Workspace) -> TableCell {
        guard let value else { return TableCell(dash(workspace), .dim) }
        let style: Style = value >= 1 ? Style.error.bold : value > 0 ? .warning : .plain
        return TableCell(Format.percent(value), workspace.fresh(style))
    }

    static func dash(_ workspace: Workspace) -> String { String(workspace.glyphs.none) }
}

extension Workspace {
    /// What lists show of traffic: the last ten seconds, which is now without jumping.
    func recent(_ scope: MetricsScope) -> MetricsSummary {
        model.metrics.summary(scope, seconds: 10, histograms: false)
    }
}

/// What a list says while it has no rows.
enum Empty {
    static func text<Value>(_ list: Loadable<Value>?, _ none: String, _ workspace: Workspace) -> String {
        if let error = list?.error, list?.value == nil { return "\(error). \(NoticeDialog.advice(error))" }
        guard list?.value != nil else {
            return workspace.isLost ? "the engine does not answer" : "asking the engine"
        }
        return none
    }
}

extension Table {
    /// Wheel and clicks. A click selects and a click on what is selected opens; true if that is asked for.
    mutating func mouse(_ event: MouseEvent, _ workspace: Workspace, below lines: Int = 0) -> Bool {
        let page = workspace.bodyHeight - 1 - lines
        switch event.action {
        case .wheelUp: move(-3, page)
        case .wheelDown: move(3, page)
        case .press where event.button == .left:
            let line = event.y - 2 - lines
            if line == 0, let place = layout(workspace.width).last(where: { $0.x <= event.x }) {
                sort(byColumn: place.column, workspace)
                return false
            }
            let before = cursor
            return click(line: line, height: page + 1) && cursor == before
        default: break
        }
        return false
    }
}
