import ControlAPI
import Terminal

/// What a change of a stage will do, told before it is done.
struct ChangePreview {
    struct Line {
        var label: String
        var pieces: [(text: String, style: Style)]
    }

    let key: StageKey
    let change: StageChange
    let workspace: Workspace

    private var model: Model { workspace.model }
    private var arrow: String { "  \(workspace.glyphs.arrowRight)  " }

    var lines: [Line] {
        guard let before = model.acknowledgedStage(key) else { return [] }
        let after = change.applied(to: before)
        return [deployment(before, after)] + variables(before, after) + [traffic(before, after)]
            + difference(before, after) + warnings(before, after)
    }

    // MARK: Rows

    private func deployment(_ before: Stage, _ after: Stage) -> Line {
        var pieces: [(String, Style)] = [(name(before.deploymentId), .base)]
        if after.deploymentId == before.deploymentId {
            pieces.append(("  stays", .dim))
        } else {
            pieces += [(arrow, .dim), (name(after.deploymentId), .canary)]
        }
        if case .disableCanary = change, let canary = before.canarySettings?.deploymentId {
            pieces += [("   loses  ", .dim), (name(canary), .canary)]
        }
        return Line(label: "deployment", pieces: pieces)
    }

    private func variables(_ before: Stage, _ after: Stage) -> [Line] {
        let old = before.variables ?? [:]
        let new = after.variables ?? [:]
        var lines: [Line] = []
        for variable in Set(old.keys).union(new.keys).sorted() where old[variable] != new[variable] {
            lines.append(
                Line(
                    label: "variables",
                    pieces: [
                        (variable + "  ", .plain), (old[variable] ?? "not set", .base), (arrow, .dim),
                        (new[variable] ?? "not set", .canary),
                    ]))
        }
        if case .disableCanary = change {
            for (variable, value) in (before.canarySettings?.stageVariableOverrides ?? [:]).sorted(by: {
                $0.key < $1.key
            }) {
                lines.append(
                    Line(
                        label: "variables",
                        pieces: [
                            (variable + "  ", .plain), (value, .canary), (arrow, .dim),
                            (old[variable] ?? "not set", .base),
                        ]))
            }
        }
        if lines.isEmpty { lines = [Line(label: "variables", pieces: [("none change", .dim)])] }
        for index in lines.indices.dropFirst() { lines[index].label = "" }
        return lines
    }

    private func traffic(_ before: Stage, _ after: Stage) -> Line {
        let old = before.canarySettings?.percentTraffic ?? 0
        let new = after.canarySettings?.percentTraffic ?? 0
        var pieces: [(String, Style)] = []
        if before.canarySettings == nil {
            pieces.append(("100 %", .plain))
        } else {
            pieces += [("canary ", .plain), (Format.weight(old), .canary)]
            if after.canarySettings == nil {
                pieces += [(arrow, .dim), ("no canary", .base)]
            } else if old == new {
                pieces.append(("  stays", .dim))
            } else {
                pieces += [(arrow, .dim), (Format.weight(new), .canary)]
            }
        }
        let summary = model.metrics.summary(.stage(key), seconds: 60, histograms: false)
        let moved = moved(before, after)
        if moved == 0 {
            // Nothing to tell: no request goes elsewhere.
        } else if summary.count > 0 {
            pieces.append(("     \(Format.rate(summary.rate * moved)) req/s move at once", .plain))
        } else {
            pieces.append(("     no traffic in the last minute", .dim))
        }
        return Line(label: "traffic", pieces: pieces)
    }

    /// The share of the stage's requests that another deployment will answer.
    private func moved(_ before: Stage, _ after: Stage) -> Double {
        let old = (before.canarySettings?.percentTraffic ?? 0) / 100
        let new = (after.canarySettings?.percentTraffic ?? 0) / 100
        switch change {
        case .canaryWeight: return abs(new - old)
        case .disableCanary: return old
        case .promoteCanary: return 1 - old
        case .rollback: return before.deploymentId == after.deploymentId ? 0 : 1 - old
        }
    }

    private func difference(_ before: Stage, _ after: Stage) -> [Line] {
        guard after.deploymentId != before.deploymentId else { return [] }
        if let from = before.deploymentId, let to = after.deploymentId,
            let known = model.difference(key.apiId, from: from, to: to)?.value
        {
            return DifferenceLines.brief(known, limit: 6, workspace).enumerated().map { index, line in
                Line(label: index == 0 ? "difference" : "", pieces: line.pieces)
            }
        }
        let difference = DeploymentDifference(
            from: model.methods(of: before.deploymentId, api: key.apiId),
            to: model.methods(of: after.deploymentId, api: key.apiId))
        guard let difference else { return [] }
        return [Line(label: "difference", pieces: difference.pieces(workspace))]
    }

    private func warnings(_ before: Stage, _ after: Stage) -> [Line] {
        var found: [String] = []
        let gains: Bool =
            switch change {
            case .promoteCanary: true
            case .canaryWeight(let percent): percent > before.canarySettings?.percentTraffic ?? 0
            case .disableCanary, .rollback: false
            }
        if gains {
            let comparison = Comparison(model.metrics, key, seconds: workspace.window)
            found = comparison.warnings
            if comparison.canary.count < 100 {
                found.append(
                    "the canary has answered only \(Format.grouped(comparison.canary.count)) requests: too few to judge"
                )
            }
        }
        if case .rollback = change, before.canarySettings != nil {
            found.append("the canary stays as it is: x takes it away")
        }
        return found.enumerated().map { index, text in
            Line(label: index == 0 ? "warning" : "", pieces: [(text, .warning)])
        }
    }

    /// `d7f3 "v42 checkout"`
    private func name(_ id: String?) -> String {
        guard let id else { return "none" }
        guard let text = model.deployment(id, api: key.apiId)?.description, !text.isEmpty else { return id }
        return "\(id) \"\(text)\""
    }
}

/// Which methods one deployment has and another has not.
struct DeploymentDifference: Equatable {
    var added: [String] = []
    var removed: [String] = []
    var changed: [String] = []

    /// `nil` if one of them is not known in detail.
    init?(from old: [String: [String: MethodSnapshot]]?, to new: [String: [String: MethodSnapshot]]?) {
        guard let old, let new else { return nil }
        let before = Self.methods(old)
        let after = Self.methods(new)
        added = after.keys.filter { before[$0] == nil }.sorted()
        removed = before.keys.filter { after[$0] == nil }.sorted()
        changed = after.keys.filter { key in before[key].map { $0 != after[key] } ?? false }.sorted()
    }

    private static func methods(_ summary: [String: [String: MethodSnapshot]]) -> [String: MethodSnapshot] {
        var methods: [String: MethodSnapshot] = [:]
        for (path, verbs) in summary {
            for (verb, snapshot) in verbs { methods["\(verb) \(path)"] = snapshot }
        }
        return methods
    }

    func pieces(_ workspace: Workspace) -> [(text: String, style: Style)] {
        func list(_ mark: String, _ names: [String], _ style: Style) -> (text: String, style: Style) {
            let shown = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", … \(names.count - 3) more" : "")
            return ("\(mark) \(names.isEmpty ? "none" : shown)    ", names.isEmpty ? .dim : style)
        }
        return [
            list("+", added, Style(.added)), list("~", changed, .warning),
            list(String(workspace.glyphs.minus), removed, Style(.removed)),
        ]
    }
}
