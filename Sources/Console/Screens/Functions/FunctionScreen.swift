package import ControlAPI
package import Terminal

/// A function: how it is set up, who may invoke it, what it does now, and its log.
package struct FunctionScreen: Screen {
    let name: String
    private var log: FunctionLogPane
    /// Whether the log has the whole screen.
    private var readsLog = false
    private var failures = Rises()

    package init(_ name: String) {
        self.name = name
        log = FunctionLogPane(name)
    }

    package var contexts: [CommandContext] { [.function, .list] }
    package var functionTail: EventSelection.FunctionSelection { .function(name: name) }
    package var filter: String? { log.lines.filter.text }
    package var filterProblem: String? { log.lines.filter.problem }
    package func crumbs(_ workspace: Workspace) -> [String] { ["functions", name] }
    package func requests(_ workspace: Workspace) -> [Request] { [.functions] }
    package func pulse(_ workspace: Workspace, second: Int) -> [Request] { [.functions] }

    package func focus(_ workspace: Workspace) -> Focus {
        Focus(id: workspace.model.function(name)?.functionArn ?? name)
    }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) {
        log.setFilter(text)
        log.take(workspace)
    }

    package mutating func refresh(_ workspace: Workspace) {
        if let function = workspace.model.function(name) {
            failures.take(
                ["errors": function.errors &+ function.timeouts, "throttles": function.throttles], now: workspace.now)
        }
        log.take(workspace)
    }

    /// Rows for lines of the log.
    private func page(_ workspace: Workspace) -> Int { max(1, workspace.bodyHeight - 1 - top(workspace)) }

    /// Rows above the log.
    private func top(_ workspace: Workspace) -> Int {
        let facts = readsLog ? [] : facts(workspace)
        return facts.isEmpty ? 0 : min(facts.count, max(0, workspace.bodyHeight - 4)) + 1
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if let effects = log.perform(command, page: page(workspace), &workspace) { return effects }
        switch command {
        case .otherPane: readsLog.toggle()
        case .invoke: FunctionActions.invoke(name, &workspace)
        case .allow: FunctionActions.allow(name, &workspace)
        case .delete: FunctionActions.delete(name, &workspace)
        default: break
        }
        return []
    }

    package mutating func carriedOut(_ job: Job, _ workspace: inout Workspace) -> [Effect] {
        if job.call == .deleteFunction(functionName: name) { workspace.goBack() }
        return []
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        switch event.action {
        case .wheelUp: log.move(-3, page(workspace))
        case .wheelDown: log.move(3, page(workspace))
        default: break
        }
        return []
    }

    // MARK: Drawing

    private func facts(_ workspace: Workspace) -> [StyledLine] {
        guard let function = workspace.model.function(name) else {
            let known = workspace.model.functions
            return [StyledLine(Empty.text(known, "\(name) was deleted", workspace), .dim)]
        }
        return FunctionFacts(
            function: function, isFailing: failures.isRising("errors"), isThrottled: failures.isRising("throttles"),
            workspace: workspace
        ).lines
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let top = top(workspace)
        for (y, line) in (top > 0 ? facts(workspace) : []).prefix(max(0, top - 1)).enumerated() {
            canvas.put(line, x: 1, y: y, width: canvas.bounds.width - 2, workspace.glyphs)
        }
        let (_, rest) = canvas.bounds.splitTop(top)
        canvas.draw(in: rest) { log.view(&$0, workspace) }
    }
}
