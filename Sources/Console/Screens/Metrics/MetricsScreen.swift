import ControlAPI
package import Terminal

/// Live metrics of many stages, base and canary a row each, and a graph of what is selected.
package struct MetricsScreen: Screen {
    package struct Row: TableRow {
        let key: StageKey
        let apiName: String
        let canary: Bool
        let summary: MetricsSummary

        package var id: String { "\(key.apiId)/\(key.stageName)/\(canary)" }
        var variant: String { canary ? "canary" : "base" }

        package func anyText(_ test: (String) -> Bool) -> Bool {
            test(apiName) || test(key.stageName) || test(variant)
        }

        package func field(_ column: String) -> Field? {
            switch column {
            case "api": .text(apiName)
            case "stage": .text(key.stageName)
            case "variant": .text(variant)
            case "rate": .number(summary.rate)
            case "p50": summary.value(of: .latencyP50).map { .number($0) }
            case "p99": summary.value(of: .latencyP99).map { .number($0) }
            case "4xx": summary.clientErrorPercent.map { .number($0) }
            case "5xx": summary.serverErrorPercent.map { .number($0) }
            default: nil
            }
        }
    }

    let scope: ApiScope
    private(set) var table: Table<Row>
    private(set) var graph = Metric.count
    /// The stage to select when it comes in sight first.
    private var wanted: StageKey?
    private var graphValues: [Double?] = []
    private var span: ClosedRange<Int>?

    package init(scope: ApiScope, stage: StageKey? = nil) {
        self.scope = scope
        wanted = stage
        table = Table(Self.columns(withApi: scope == .all))
    }

    package var contexts: [CommandContext] { [.metrics, .stage, .rows, .api, .table, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }
    package func crumbs(_ workspace: Workspace) -> [String] { workspace.crumbs(scope) + ["metrics"] }

    package func requests(_ workspace: Workspace) -> [Request] {
        workspace.apis(in: scope).map { .stages(apiId: $0) }
            + (scope == .all || workspace.model.apis.value == nil ? [.apis] : [])
    }

    package func focus(_ workspace: Workspace) -> Focus {
        guard let row = table.selected else { return Focus(apiId: scope.apiId) }
        return Focus(stage: row.key, id: row.key.stageName)
    }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) {
        table.setFilter(text, workspace)
        refreshGraph(workspace)
    }

    package mutating func refresh(_ workspace: Workspace) {
        let model = workspace.model
        let rows = workspace.apis(in: scope).flatMap { api in
            (model.stages[api]?.value ?? []).flatMap { stage -> [Row] in
                let key = StageKey(api, stage.stageName)
                return (stage.canarySettings == nil ? [false] : [false, true]).map { canary in
                    Row(
                        key: key, apiName: model.apiName(api), canary: canary,
                        summary: model.metrics.summary(.variant(key, canary: canary), seconds: workspace.window))
                }
            }
        }
        table.set(rows, workspace)
        if let stage = wanted, rows.contains(where: { $0.key == stage }) {
            table.select("\(stage.apiId)/\(stage.stageName)/false")
            wanted = nil
        }
        refreshGraph(workspace)
    }

    private mutating func refreshGraph(_ workspace: Workspace) {
        guard let row = table.selected else {
            graphValues = []
            return
        }
        let seconds = workspace.model.metrics.span(workspace.window)
        let points = min(60, seconds)
        graphValues = workspace.model.metrics.values(
            graph, .variant(row.key, canary: row.canary), seconds: seconds, points: points)
        span = workspace.model.metrics.span(seconds: seconds, points: points)
    }

    private func page(_ workspace: Workspace) -> Int { max(1, workspace.bodyHeight - 1 - graphHeight(workspace)) }

    private func graphHeight(_ workspace: Workspace) -> Int {
        workspace.bodyHeight >= 18 ? min(12, workspace.bodyHeight / 2) : 0
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: page(workspace), workspace) {
            refreshGraph(workspace)
            return []
        }
        switch command {
        case .open:
            if let row = table.selected { workspace.open(StageScreen(row.key)) }
            return []
        case .graph:
            let all = Metric.allCases
            graph = all[((all.firstIndex(of: graph) ?? 0) + 1) % all.count]
        case .window: workspace.window = workspace.window == MetricsWindow.length ? 60 : MetricsWindow.length
        default: return []
        }
        refresh(workspace)
        return []
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        let opens = table.mouse(event, workspace)
        refreshGraph(workspace)
        return opens ? perform(.open, &workspace) : []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let (top, bottom) = canvas.bounds.splitBottom(graphHeight(workspace))
        canvas.draw(in: top) { canvas in
            let list = workspace.apis(in: scope).first.map { workspace.model.stages[$0] } ?? nil
            table.view(&canvas, workspace, empty: Empty.text(list, "no stages", workspace))
        }
        guard bottom.height > 3, let row = table.selected else { return }
        canvas.draw(in: bottom) { canvas in
            let style = Style(row.canary ? .graphCanary : .graphBase)
            let title = StyledLine([
                (graph.title, .header), ("   \(row.apiName) / \(row.key.stageName) ", .plain), (row.variant, style),
                ("   \(workspace.keymap.key(.graph)) next", .dim),
            ])
            canvas.put(title, x: 1, y: 1, width: canvas.bounds.width - 2, workspace.glyphs)
            let area = canvas.bounds.inset(left: 1, top: 2, right: 1)
            let graphics = workspace.capabilities.graphics
            let samples = BraillePlot.samples(width: max(1, area.width - 8), graphics: graphics)
            let values = (0..<samples).map { graphValues.isEmpty ? nil : graphValues[$0 * graphValues.count / samples] }
            let plot = BraillePlot(
                series: [.init(values, style: workspace.fresh(style))], scale: PlotScale(holding: graphValues),
                graphics: graphics)
            var marks: [PlotAxes.Mark] = []
            if let span {
                marks = [
                    .init(0, workspace.clock.mark(span.lowerBound, in: span)),
                    .init(1, workspace.clock.mark(span.upperBound, in: span)),
                ]
            }
            PlotAxes(plot, marks: marks).draw(on: &canvas, in: area)
        }
    }

    private static func number(
        _ id: String, _ title: String, width: Int, drop: Int = 0, _ metric: Metric,
        _ format: @escaping @Sendable (Double?) -> String
    ) -> Column<Row> {
        Column(
            id, title, width: width, .right, drop: drop, live: true,
            key: { row, _ in
                .number(row.summary.value(of: metric) ?? -1)
            }
        ) { row, space in
            guard let value = row.summary.value(of: metric) else { return TableCell(Cells.dash(space), .dim) }
            if metric == .serverErrors || metric == .clientErrors { return Cells.percent(value, space) }
            return TableCell(format(value), space.fresh(.plain))
        }
    }

    private static func columns(withApi: Bool) -> [Column<Row>] {
        let api = Column<Row>("api", "API", width: 12, stretch: 1, key: { row, _ in .text(row.apiName.lowercased()) }) {
            row, _ in
            TableCell(row.apiName)
        }
        return (withApi ? [api] : []) + [
            Column("stage", "STAGE", width: 10, stretch: 1, key: { row, _ in .text(row.key.stageName) }) { row, _ in
                TableCell(row.key.stageName, Style.plain.bold)
            },
            Column("variant", "VARIANT", width: 7, key: { row, _ in .text(row.variant) }) { row, _ in
                TableCell(row.variant, row.canary ? .canary : .base)
            },
            number("rate", "REQ/S", width: 7, .count) { Format.rate($0) },
            number("p50", "P50 MS", width: 6, .latencyP50) { Format.milliseconds($0) },
            number("p99", "P99 MS", width: 6, .latencyP99) { Format.milliseconds($0) },
            number("int", "INT P99", width: 7, drop: 2, .integrationP99) { Format.milliseconds($0) },
            number("4xx", "4XX %", width: 5, .clientErrors) { Format.percent($0) },
            number("5xx", "5XX %", width: 5, .serverErrors) { Format.percent($0) },
            number("hits", "HIT/S", width: 6, drop: 1, .cacheHits) { Format.rate($0) },
            number("misses", "MISS/S", width: 6, drop: 1, .cacheMisses) { Format.rate($0) },
        ]
    }
}
