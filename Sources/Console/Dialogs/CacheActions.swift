import ControlAPI
import Terminal

/// Emptying the cache of the stage that has the focus. Asks first, and says how much goes.
enum CacheActions {
    @Sendable static func flush(_ state: inout AppState) -> [Effect] {
        guard let key = state.focus.stage else { return [] }
        let name = "\(state.workspace.model.apiName(key.apiId)) / \(key.stageName)"
        let job = Job(
            .flushStageCache(key), doing: "flush the cache of \(key.stageName)",
            done: "the cache of \(key.stageName) was flushed")
        state.overlays.append(
            AskDialog(title: "Flush the cache of \(name)", button: "Flush", job) { workspace in lines(key, workspace) })
        return state.workspace.ask([.caches(key)])
    }

    private static func lines(_ key: StageKey, _ workspace: Workspace) -> [AskDialog.Line] {
        let known = workspace.model.caches(key)
        guard let states = known?.value else {
            return [("entries", Empty.text(known, "", workspace), .dim)]
        }
        let entries = states.reduce(0) { $0 + $1.entries }
        let bytes = states.reduce(0) { $0 + $1.bytes }
        let canary = states.filter(\.canary).reduce(0) { $0 + $1.entries }
        var lines: [AskDialog.Line] = [
            (
                "entries",
                entries == 0
                    ? "none: there is nothing to drop"
                    : "\(Format.grouped(entries)) with \(Format.bytes(bytes)) go at once",
                entries > 0 ? .warning : .plain
            )
        ]
        if canary > 0 { lines.append(("", "\(Format.grouped(canary)) of them are the canary's", .canary)) }
        let hits = workspace.model.metrics.summary(.stage(key), seconds: 60, histograms: false)
        let rate = hits.seconds > 0 ? Double(hits.cacheHits) / Double(hits.seconds) : 0
        if rate >= 0.05 {
            let more = "gets up to \(Format.rate(rate)) req/s more until the cache is warm again"
            lines.append(("backend", more, .warning))
        }
        return lines
    }
}
