import ControlAPI
package import Terminal

/// The access log, live: of a stage, an API, or everything. Following, filter and time are independent of each other.
package struct LogScreen: Screen {
    enum Variant: Sendable, Equatable {
        case both, canary, base

        var next: Variant {
            switch self {
            case .both: .canary
            case .canary: .base
            case .base: .both
            }
        }
    }

    let selection: TailSelection
    private(set) var follows = true
    private(set) var wraps = false
    private(set) var variant = Variant.both
    /// Minutes back; `nil` for all.
    private(set) var since: Int?
    private(set) var lines = LogLines()

    package init(_ selection: TailSelection) {
        self.selection = selection
    }

    package var contexts: [CommandContext] { [.rows, .log, .list] }
    package var tail: TailSelection { selection }
    package var filter: String? { lines.filter.text }
    package var filterProblem: String? { lines.filter.problem }

    package func crumbs(_ workspace: Workspace) -> [String] {
        switch selection {
        case .stage(let api, let stage): workspace.crumbs(.api(api)) + [stage, "logs"]
        case .api(let api): workspace.crumbs(.api(api)) + ["logs"]
        case .all, .none: ["all APIs", "logs"]
        }
    }

    package func focus(_ workspace: Workspace) -> Focus {
        let record = lines.selected(workspace.model.log)
        var focus = record.map(RequestScreen.focus) ?? Focus()
        switch selection {
        case .stage(let api, let stage): focus.stage = StageKey(api, stage)
        case .api(let api): focus.apiId = api
        case .all, .none: break
        }
        focus.apiId = focus.apiId ?? focus.stage?.apiId
        return focus
    }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) {
        lines.filter = Filter(text, columns: AccessLogRecord.columns)
        refresh(workspace)
    }

    package mutating func refresh(_ workspace: Workspace) {
        guard workspace.model.log.selection == selection else { return }
        let variant = self.variant
        let limit = since.map { workspace.now - $0 * 60_000 }
        lines.take(workspace.model.log, since: limit) { record in
            switch variant {
            case .both: true
            case .canary: record.isCanaryRequest
            case .base: !record.isCanaryRequest
            }
        }
        if follows { lines.toEnd() }
    }

    /// Rows for requests: without the line of settings and the heading.
    private func page(_ workspace: Workspace) -> Int { max(1, workspace.bodyHeight - 2) }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        let page = page(workspace)
        switch command {
        case .up: move(-1, page)
        case .down: move(1, page)
        case .pageUp: move(-max(1, page - 1), page)
        case .pageDown: move(max(1, page - 1), page)
        case .top: move(-lines.count, page)
        case .bottom: lines.toEnd()
        case .follow: follows.toggle()
        case .wrap: wraps.toggle()
        case .variant:
            variant = variant.next
            lines.forget()
        case .since:
            let steps: [Int?] = [nil, 1, 5, 15]
            since = steps[((steps.firstIndex(of: since) ?? 0) + 1) % steps.count]
            lines.forget()
        case .nextError: return find(1, workspace: &workspace, what: "5XX") { $0.status >= 500 }
        case .previousError: return find(-1, workspace: &workspace, what: "5XX") { $0.status >= 500 }
        case .nextMatch: return findMatch(1, &workspace)
        case .previousMatch: return findMatch(-1, &workspace)
        case .open:
            if let record = lines.selected(workspace.model.log) { workspace.open(RequestScreen(record)) }
        case .save:
            let text = lines.text(workspace)
            return [.save(name: "access-log", text: text)]
        default: break
        }
        refresh(workspace)
        return []
    }

    /// Whoever moves away from the end wants to read: following pauses.
    private mutating func move(_ steps: Int, _ page: Int) {
        if steps < 0 { follows = false }
        lines.move(steps, page: page)
    }

    private mutating func find(
        _ direction: Int, workspace: inout Workspace, what: String, _ test: (AccessLogRecord) -> Bool
    ) -> [Effect] {
        if lines.find(direction, in: workspace.model.log, page: page(workspace), test) {
            follows = false
            return []
        }
        let other: CommandID =
            switch (what == "5XX", direction > 0) {
            case (true, true): .previousError
            case (true, false): .nextError
            case (false, true): .previousMatch
            case (false, false): .nextMatch
            }
        let way = direction > 0 ? "later" : "earlier"
        return workspace.tell("no \(way) \(what): \(workspace.keymap.key(other)) looks the other way", .news)
    }

    private mutating func findMatch(_ direction: Int, _ workspace: inout Workspace) -> [Effect] {
        let filter = Filter(workspace.lastFilter, columns: AccessLogRecord.columns)
        guard filter.isActive else {
            return workspace.tell("type a filter first: \(workspace.keymap.key(.filter))", .news)
        }
        var run = FilterRun(filter)
        return find(direction, workspace: &workspace, what: "match of \(filter.text)") { run.keeps($0) }
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        switch event.action {
        case .wheelUp: move(-3, page(workspace))
        case .wheelDown: move(3, page(workspace))
        default: break
        }
        return []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        LogView(screen: self, workspace: workspace).draw(&canvas)
    }
}
