import ControlAPI
package import Terminal

/// A stage: its traffic, base and canary side by side, and whether the canary does harm. What this program is for.
package struct StageScreen: Screen {
    package let key: StageKey
    private(set) var metrics = StageMetrics()
    private(set) var graph = Metric.latencyP99

    package init(_ key: StageKey) {
        self.key = key
    }

    package var contexts: [CommandContext] { [.stage, .stageScreen, .api, .rows, .list] }

    package func crumbs(_ workspace: Workspace) -> [String] {
        workspace.crumbs(.api(key.apiId)) + [key.stageName]
    }

    package func requests(_ workspace: Workspace) -> [Request] {
        [.stages(apiId: key.apiId), .deployments(apiId: key.apiId)] + (workspace.model.apis.value == nil ? [.apis] : [])
    }

    package var tail: TailSelection { .stage(apiId: key.apiId, stageName: key.stageName) }
    package func focus(_ workspace: Workspace) -> Focus { Focus(stage: key, id: key.stageName) }

    package mutating func refresh(_ workspace: Workspace) {
        metrics.refresh(key, graph, workspace)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        switch command {
        case .graph, .right, .down: step(1)
        case .left, .up: step(-1)
        case .window:
            workspace.window = workspace.window == MetricsWindow.length ? 60 : MetricsWindow.length
        case .open:
            workspace.open(LogScreen(tail))
            return []
        default: return []
        }
        metrics.refresh(key, graph, workspace)
        return []
    }

    private mutating func step(_ by: Int) {
        let all = Metric.allCases
        guard let place = all.firstIndex(of: graph) else { return }
        graph = all[(place + by + all.count) % all.count]
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] { [] }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        guard let stage = workspace.model.stage(key) else {
            let list = workspace.model.stages[key.apiId]
            let text = Empty.text(list, "there is no stage \(key.stageName) in this API", workspace)
            canvas.put(text, x: 1, y: 1, style: .dim, maxWidth: canvas.bounds.width - 2)
            return
        }
        StageView(key: key, stage: stage, metrics: metrics, graph: graph, workspace: workspace).draw(&canvas)
    }
}
