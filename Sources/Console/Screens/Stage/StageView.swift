import ControlAPI
import Terminal

/// Draws a stage. What does not fit goes in this order: graph, difference column, log line. Traffic bar, error rates and
/// keys always stay.
struct StageView {
    let key: StageKey
    let stage: Stage
    let metrics: StageMetrics
    let graph: Metric
    let workspace: Workspace

    private var model: Model { workspace.model }
    private var glyphs: Glyphs { workspace.glyphs }
    private var canary: CanarySettings? { stage.canarySettings }
    private var isPending: Bool { model.pending[key] != nil }

    func draw(_ canvas: inout Canvas) {
        let bounds = canvas.bounds
        var y = traffic(&canvas)
        let tall = bounds.height >= 18
        if tall { y += 1 }
        let table = metricsTable(&canvas, y: y, height: bounds.height - y)
        y += table
        var rest = Rect(x: 0, y: y, width: bounds.width, height: bounds.height - y)
        if tall, rest.height > 3 { rest = rest.inset(top: 1) }

        // From the bottom up: the log line, deployments, variables; the graph takes what is left.
        let variables = variableLines
        let showsLog = rest.height >= 3
        if showsLog {
            let (above, line) = rest.splitBottom(1)
            canvas.put(logLine, x: 1, y: line.y, width: line.width - 2, glyphs)
            rest = above
        }
        var deployments = deploymentLines(workspace.height >= 32 ? 4 : 2)
        let facts = variables.count + deployments.count
        let wantsGraph = rest.height >= facts + 5
        if !wantsGraph { deployments = deploymentLines(rest.height - variables.count) }
        let shown = Array((variables + deployments).prefix(wantsGraph ? facts : rest.height))
        let (above, below) = rest.splitBottom(shown.count)
        for (index, line) in shown.enumerated() {
            canvas.put(line, x: 1, y: below.y + index, width: below.width - 2, glyphs)
        }
        if wantsGraph { graph(&canvas, in: above.inset(bottom: 1)) }
    }

    // MARK: Traffic

    /// The bar of base and canary. Returns the rows it took.
    private func traffic(_ canvas: inout Canvas) -> Int {
        let width = canvas.bounds.width
        let percent = canary?.percentTraffic ?? 0
        let base = 100 - percent
        var right: [(text: String, style: Style)] = []
        if canary == nil {
            right.append(("  no canary", .dim))
        } else {
            right.append(("  canary ", Style(.canary, .bold)))
            right.append(
                (
                    TextLayout.pad(Format.weight(percent), to: 5, .right),
                    isPending ? Style(.changed, .bold) : Style(.canary, .bold)
                ))
        }
        var left: [(text: String, style: Style)] = [
            ("TRAFFIC   ", .header), ("base  ", Style(.base, .bold)), ("", .base),
            ("  \(Format.weight(base))  ", Style(.base, .bold)),
        ]
        let room = width - 2 - StyledLine(left).width - StyledLine(right).width - Self.leastBar
        left[2].text = name(stage.deploymentId, room: room)
        let start = 1 + canvas.put(StyledLine(left), x: 1, y: 0, width: width - 2, glyphs)
        let rightWidth = StyledLine(right).width
        let bar = max(4, width - 1 - rightWidth - start)
        let parts = BlockBar.parts(fraction: base / 100, width: bar, graphics: workspace.capabilities.graphics)
        var x = start
        x += canvas.put(parts.filled + parts.partial, x: x, y: 0, style: .base)
        x += canvas.put(parts.empty, x: x, y: 0, style: .canary)
        canvas.put(StyledLine(right), x: x, y: 0, width: width - x, glyphs)
        return 1 + secondLine(&canvas, width)
    }

    /// What was measured, and what the canary is.
    private func secondLine(_ canvas: inout Canvas, _ width: Int) -> Int {
        var pieces: [(text: String, style: Style)] = [("          ", .dim)]
        let recent = metrics.recent
        if isPending {
            pieces.append(("sending: \(model.pending[key]?.change.doing ?? "")", .changed))
        } else if recent.seconds == 0 || recent.count == 0 {
            pieces.append(("no traffic in the last 10 s", .dim))
        } else {
            pieces.append((Format.rate(recent.rate), workspace.fresh(.plain)))
            pieces.append((" req/s", .dim))
            if canary != nil {
                let share = 100 * Double(metrics.recentCanary.count) / Double(recent.count)
                pieces.append((", ", .dim))
                pieces.append(("\(Format.percent(share)) %", workspace.fresh(.plain)))
                pieces.append((" to the canary, last 10 s", .dim))
            }
        }
        let used = canvas.put(StyledLine(pieces), x: 1, y: 1, width: width - 2, glyphs)
        if let canary {
            let text = TextLayout.truncate(
                name(canary.deploymentId), to: max(0, width - used - 4), ellipsis: glyphs.ellipsis)
            canvas.put(text, x: width - 1 - TextWidth.of(text), y: 1, style: .canary)
        }
        return 1
    }

    /// Columns that the traffic bar has at least.
    private static let leastBar = 16

    /// `d7f3 "v42 checkout"`; the id alone where there is no room for a word.
    private func name(_ id: String?, room: Int = .max) -> String {
        guard let id else { return "none" }
        guard let text = model.deployment(id, api: key.apiId)?.description, !text.isEmpty else { return id }
        let most = min(28, room - TextWidth.of(id) - 3)
        guard most >= min(6, TextWidth.of(text)) else { return id }
        return "\(id) \"\(TextLayout.truncate(text, to: most, ellipsis: glyphs.ellipsis))\""
    }

    // MARK: Metrics

    private func metricsTable(_ canvas: inout Canvas, y: Int, height: Int) -> Int {
        let width = canvas.bounds.width
        let hasCanary = canary != nil
        let names = 20
        let units = width >= 90 ? 14 : 0
        let number = max(9, metrics.rows.flatMap { [$0.base.text.count, $0.canary.text.count] }.max() ?? 0)
        let differences = hasCanary && width >= 78 ? 23 : 0
        let sides = hasCanary ? 2 : 1
        let spare = width - 2 - names - units - differences - sides * (number + 3)
        let spark = max(0, min(StageMetrics.sparks, spare / sides))
        let side = number + 1 + spark + 2
        let first = 1 + names + units

        let window =
            metrics.span < 60
            ? "last \(metrics.span) s" : metrics.span == 60 ? "last minute" : "last \(metrics.span / 60) min"
        canvas.put(window, x: 1, y: y, style: .dim)
        canvas.put(TextLayout.pad("base", to: number, .right), x: first, y: y, style: Style(.base, .bold))
        if hasCanary {
            canvas.put(
                TextLayout.pad("canary", to: number, .right), x: first + side, y: y, style: Style(.canary, .bold))
            if differences > 0 { canvas.put("difference", x: first + 2 * side + 1, y: y, style: .header) }
        }
        let rows = fitting(max(0, height - 1))
        for (index, row) in rows.enumerated() {
            let line = y + 1 + index
            let chosen = row.metric == graph
            canvas.put(row.name, x: 1, y: line, style: chosen ? .accent : .plain)
            if units > 0 { canvas.put(row.unit, x: 1 + names, y: line, style: .dim) }
            cell(&canvas, row, row.base, x: first, y: line, number, spark, Style(.graphBase))
            if hasCanary {
                cell(&canvas, row, row.canary, x: first + side, y: line, number, spark, Style(.graphCanary))
                if differences > 0 { difference(&canvas, row, x: first + 2 * side + 1, y: line, differences) }
            }
        }
        return 1 + rows.count
    }

    /// The rows that fit, in their order; error rates stay longest.
    private func fitting(_ count: Int) -> [StageMetrics.Row] {
        let worth: [Metric] = [
            .serverErrors, .count, .latencyP99, .clientErrors, .integrationP99, .cacheHitPercent, .cacheMisses,
        ]
        let kept = Set(worth.prefix(count))
        return metrics.rows.filter { kept.contains($0.metric) }
    }

    private func cell(
        _ canvas: inout Canvas, _ row: StageMetrics.Row, _ side: StageMetrics.Side, x: Int, y: Int, _ number: Int,
        _ spark: Int, _ style: Style
    ) {
        let isZero = ["0", "0.0", "–"].contains(side.text)
        var ink: Style = isZero ? .dim : side.changed ? .changed : .plain
        if row.isError, !isZero { ink = Style.error.bold }
        let text = glyphs.unicode ? side.text : side.text.replacingDash()
        canvas.put(
            TextLayout.fit(text, to: number, .right, ellipsis: glyphs.ellipsis), x: x, y: y, style: workspace.fresh(ink)
        )
        guard spark >= 4 else { return }
        let top = (row.base.values + row.canary.values).compactMap { $0 }.max()
        let line = Sparkline.text(side.values, width: spark, top: top, graphics: workspace.capabilities.graphics)
        canvas.put(line, x: x + number + 1, y: y, style: workspace.fresh(style))
    }

    private func difference(_ canvas: inout Canvas, _ row: StageMetrics.Row, x: Int, y: Int, _ width: Int) {
        let style: Style =
            switch row.judgement {
            case .worse: Style.error.bold
            case .better: Style.healthy.bold
            case .noEvidence, .nothingToCompare: .dim
            }
        guard row.judgement != .nothingToCompare else { return }
        let text = glyphs.unicode ? row.difference : row.difference.replacingDash()
        let shown = canvas.put(
            TextLayout.pad(text, to: 11), x: x, y: y,
            style: workspace.fresh(row.judgement == .noEvidence ? .dim : .plain))
        canvas.put(row.judgement.word, x: x + shown, y: y, style: workspace.fresh(style), maxWidth: width - shown)
    }

    // MARK: Graph

    private func graph(_ canvas: inout Canvas, in rect: Rect) {
        let (title, area) = rect.splitTop(1)
        var pieces: [(text: String, style: Style)] = [(graph.title, .header)]
        pieces.append(("   base \(glyphs.baseLine)", Style(.graphBase)))
        if canary != nil { pieces.append(("  canary \(glyphs.canaryLine)", Style(.graphCanary))) }
        pieces.append(("   \(workspace.keymap.key(.graph)) next", .dim))
        canvas.put(StyledLine(pieces), x: 1, y: title.y, width: title.width - 2, glyphs)

        let drawing = area.inset(left: 1, right: 1)
        let samples = BraillePlot.samples(width: max(1, drawing.width - 8), graphics: workspace.capabilities.graphics)
        var series = [
            BraillePlot.Series(stretch(metrics.graphBase, to: samples), style: workspace.fresh(Style(.graphBase)))
        ]
        if canary != nil {
            series.append(
                BraillePlot.Series(
                    stretch(metrics.graphCanary, to: samples), style: workspace.fresh(Style(.graphCanary)),
                    line: .dotted))
        }
        let scale = PlotScale(
            holding: (metrics.graphBase + metrics.graphCanary),
            atLeast: graph == .serverErrors || graph == .clientErrors ? 1 : 0)
        let plot = BraillePlot(series: series, scale: scale, graphics: workspace.capabilities.graphics)
        var marks: [PlotAxes.Mark] = []
        if let span = metrics.marks {
            let middle = (span.lowerBound + span.upperBound) / 2
            marks = [
                .init(0, workspace.clock.mark(span.lowerBound, in: span)),
                .init(0.5, workspace.clock.mark(middle, in: span)),
                .init(1, workspace.clock.mark(span.upperBound, in: span)),
            ]
        }
        PlotAxes(plot, marks: marks).draw(on: &canvas, in: drawing)
    }

    /// Repeats steps so that they fill the width.
    private func stretch(_ values: [Double?], to count: Int) -> [Double?] {
        guard !values.isEmpty, count > 0 else { return [] }
        return (0..<count).map { values[$0 * values.count / count] }
    }

    // MARK: Facts

    private var variableLines: [StyledLine] {
        let variables = stage.variables ?? [:]
        let overrides = canary?.stageVariableOverrides ?? [:]
        let names = Set(variables.keys).union(overrides.keys).sorted {
            // What the canary has otherwise is what one looks for.
            ((overrides[$0] == nil ? 1 : 0), $0) < ((overrides[$1] == nil ? 1 : 0), $1)
        }
        let most = workspace.height >= 32 ? 5 : 2
        var lines = names.prefix(most).enumerated().map { index, name -> StyledLine in
            var pieces: [(text: String, style: Style)] = [(index == 0 ? "VARIABLES    " : "             ", .header)]
            pieces.append((name + "  ", .dim))
            pieces.append((variables[name] ?? "not set", overrides[name] == nil ? .plain : .base))
            if let value = overrides[name] {
                pieces.append(("  \(glyphs.arrowRight)  canary ", .dim))
                pieces.append((value, .canary))
            }
            return StyledLine(pieces)
        }
        if names.count > most, let last = lines.indices.last {
            lines[last].pieces.append(("   and \(names.count - most) more", .dim))
        }
        return lines
    }

    private func deploymentLines(_ most: Int) -> [StyledLine] {
        guard most > 0 else { return [] }
        let all = (model.deployments[key.apiId]?.value ?? []).sorted { $0.createdDate > $1.createdDate }
        return all.prefix(most).enumerated().map { index, deployment in
            var pieces: [(text: String, style: Style)] = [(index == 0 ? "DEPLOYMENTS  " : "             ", .header)]
            let isBase = deployment.id == stage.deploymentId
            let isCanary = deployment.id == canary?.deploymentId
            let style: Style = isBase ? .base : isCanary ? .canary : .plain
            pieces.append((TextLayout.fit(deployment.id, to: 10) + "  ", style))
            pieces.append((workspace.clock.date(deployment.createdDate) + "  ", .dim))
            pieces.append((deployment.description ?? "", .plain))
            if isBase { pieces.append(("  \(glyphs.arrowLeft) base", .base)) }
            if isCanary { pieces.append(("  \(glyphs.arrowLeft) canary", .canary)) }
            if index == most - 1, all.count > most { pieces.append(("   and \(all.count - most) older", .dim)) }
            return StyledLine(pieces)
        }
    }

    private var logLine: StyledLine {
        guard let record = metrics.logLine.flatMap({ model.log[$0] }) else {
            return StyledLine([("LOG          ", .header), ("no requests yet", .dim)])
        }
        return StyledLine([("LOG          ", .header)] + LogLine.short(record, workspace))
    }
}

extension String {
    /// ASCII in place of the few signs that formats use.
    func replacingDash() -> String {
        String(
            map { character in
                switch character {
                case "–", "−": "-"
                case "×": "x"
                case "±": "~"
                default: character
                }
            })
    }
}
