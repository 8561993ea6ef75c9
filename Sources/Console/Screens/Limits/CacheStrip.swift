import ControlAPI
import Terminal

/// A stage's caches in a line each: how full, and how often they have the answer.
struct CacheStrip {
    let key: StageKey
    let workspace: Workspace

    private var stage: Stage? { workspace.model.stage(key) }

    var lines: [StyledLine] {
        guard stage?.cacheClusterEnabled == true else {
            return [StyledLine([("CACHE     ", .header), ("off: the stage has no cache", .dim)])]
        }
        guard let states = workspace.model.caches(key)?.value else {
            return [
                StyledLine([("CACHE     ", .header), (Empty.text(workspace.model.caches(key), "", workspace), .dim)])
            ]
        }
        guard !states.isEmpty else {
            let status = stage?.cacheClusterStatus ?? "not there yet"
            return [StyledLine([("CACHE     ", .header), (status, .dim)])]
        }
        return states.sorted { !$0.canary && $1.canary }.enumerated().map { line($1, first: $0 == 0) }
    }

    private func line(_ state: CacheState, first: Bool) -> StyledLine {
        let capacity = max(1, state.capacityBytes)
        let fraction = Double(state.bytes) / Double(capacity)
        let bar = BlockBar.parts(
            fraction: fraction, width: workspace.width < 100 ? 10 : 20, graphics: workspace.capabilities.graphics)
        var pieces: [(text: String, style: Style)] = [
            (first ? "CACHE     " : "          ", .header),
            (TextLayout.pad(state.canary ? "canary" : "base", to: 8), state.canary ? .canary : .base),
            (bar.filled + bar.partial, workspace.fresh(Style(.bar))), (bar.empty, Style(.barEmpty)),
            ("  \(Format.bytes(state.bytes)) of \(Format.bytes(state.capacityBytes))", workspace.fresh(.plain)),
            ("   \(Format.grouped(state.entries))", workspace.fresh(.plain)),
            (state.entries == 1 ? " entry" : " entries", .dim),
        ]
        let window = workspace.model.metrics
        let scope = MetricsScope.variant(key, canary: state.canary)
        let hits = window.summary(scope, seconds: workspace.window, histograms: false).cacheHitPercent
        pieces += [("   hit ", .dim), (hits.map { "\(Format.percent($0)) %" } ?? "–", workspace.fresh(.plain))]
        if workspace.width >= 110 {
            let values = window.values(.cacheHitPercent, scope, seconds: window.span(workspace.window), points: 16)
            let spark = Sparkline.text(values, width: 16, top: 100, graphics: workspace.capabilities.graphics)
            pieces.append(("  " + spark, workspace.fresh(Style(state.canary ? .graphCanary : .graphBase))))
        }
        if state.status != "AVAILABLE" { pieces.append(("   \(state.status)", .warning)) }
        return StyledLine(
            pieces.map { (workspace.glyphs.unicode ? $0.text : $0.text.replacingDash(), $0.style) })
    }
}
