import ControlAPI
package import Terminal

/// An API's tree with its methods, its stages above; or the trees of all APIs.
package struct ResourcesScreen: Screen {
    let scope: ApiScope
    private(set) var table = Table<ResourceRow>(ResourceRow.columns)
    /// Resources whose children are not shown, by API and path.
    private var folded: Set<String> = []
    private var rowsFor: [String: [Resource]] = [:]
    private var stagesFor: [String: [Stage]] = [:]

    package init(scope: ApiScope) {
        self.scope = scope
    }

    package var contexts: [CommandContext] { [.rows, .resources, .api, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }

    package func crumbs(_ workspace: Workspace) -> [String] { workspace.crumbs(scope) + ["resources"] }

    package func requests(_ workspace: Workspace) -> [Request] {
        let apis = workspace.apis(in: scope)
        let stages: [Request] = scope.apiId.map { [.stages(apiId: $0), .deployments(apiId: $0)] } ?? []
        return stages + apis.map { .resources(apiId: $0) }
            + (scope == .all || workspace.model.apis.value == nil ? [.apis] : [])
    }

    package func focus(_ workspace: Workspace) -> Focus {
        guard let row = table.selected else { return Focus(apiId: scope.apiId) }
        return Focus(apiId: row.apiId, path: row.path, method: row.verb, id: row.resourceId)
    }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) {
        let wasEmpty = table.filter.text.isEmpty
        table.setFilter(text, workspace)
        // Filtered rows stand alone, so they carry their whole path instead of the tree's lines.
        if wasEmpty != text.isEmpty { build(workspace) }
    }

    package mutating func refresh(_ workspace: Workspace) {
        var known: [String: [Resource]] = [:]
        var stages: [String: [Stage]] = [:]
        for api in workspace.apis(in: scope) {
            known[api] = workspace.model.resources[api]?.value
            stages[api] = workspace.model.stages[api]?.value
        }
        guard known != rowsFor || stages != stagesFor || table.rows.isEmpty else { return }
        rowsFor = known
        stagesFor = stages
        build(workspace)
    }

    private mutating func build(_ workspace: Workspace) {
        let flat = !table.filter.text.isEmpty
        let rows = workspace.apis(in: scope).flatMap { api -> [ResourceRow] in
            guard let resources = rowsFor[api] else { return [] }
            let tree = ResourceTree(
                apiId: api, apiName: scope == .all ? workspace.model.apiName(api) : nil, resources: resources,
                stages: stagesFor[api] ?? [], folded: flat ? [] : folded, flat: flat, glyphs: workspace.glyphs)
            return tree.rows
        }
        table.set(rows, workspace)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        let page = workspace.bodyHeight - 1 - stageLines(workspace)
        if table.perform(command, page: page, workspace) { return [] }
        guard let row = table.selected else { return [] }
        switch command {
        case .open:
            if let verb = row.verb {
                workspace.open(MethodScreen(apiId: row.apiId, resourceId: row.resourceId, path: row.path, verb: verb))
            } else {
                fold(row, workspace)
            }
        case .fold: fold(row, workspace)
        case .left: if !folded.contains(row.foldId), row.hasChildren { fold(row, workspace) }
        case .right: if folded.contains(row.foldId) { fold(row, workspace) }
        default: break
        }
        return []
    }

    private mutating func fold(_ row: ResourceRow, _ workspace: Workspace) {
        guard row.hasChildren else { return }
        if folded.remove(row.foldId) == nil { folded.insert(row.foldId) }
        build(workspace)
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        table.mouse(event, workspace, below: stageLines(workspace)) ? perform(.open, &workspace) : []
    }

    // MARK: Drawing

    private func stages(_ workspace: Workspace) -> [Stage] {
        scope.apiId.flatMap { workspace.model.stages[$0]?.value } ?? []
    }

    /// Rows that the stages take above the tree.
    private func stageLines(_ workspace: Workspace) -> Int {
        guard scope != .all, workspace.height >= 16 else { return 0 }
        let count = stages(workspace).count
        return count == 0 ? 0 : min(count, 4) + 1
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let lines = stageLines(workspace)
        let (top, rest) = canvas.bounds.splitTop(lines)
        if lines > 0, let api = scope.apiId {
            canvas.draw(in: top) { StageStrip(api: api, stages: stages(workspace)).view(&$0, workspace) }
        }
        canvas.draw(in: rest) { canvas in
            let list = workspace.apis(in: scope).first.map { workspace.model.resources[$0] } ?? nil
            table.view(&canvas, workspace, empty: Empty.text(list, "no resources", workspace))
        }
    }
}

/// An API's stages in a line each.
struct StageStrip {
    let api: String
    let stages: [Stage]

    func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let shown = stages.prefix(stages.count > 4 ? 3 : 4)
        for (y, stage) in shown.enumerated() {
            let key = StageKey(api, stage.stageName)
            let now = workspace.recent(.stage(key))
            var pieces: [(text: String, style: Style)] = [
                (y == 0 ? "STAGES    " : "          ", .header),
                (TextLayout.fit(stage.stageName, to: 12, ellipsis: workspace.glyphs.ellipsis), Style.plain.bold),
                (TextLayout.fit(stage.deploymentId ?? "none", to: 12), .base),
            ]
            if let canary = workspace.model.stage(key)?.canarySettings {
                pieces.append((TextLayout.pad("canary \(Format.weight(canary.percentTraffic))", to: 16), .canary))
            } else {
                pieces.append((TextLayout.pad("no canary", to: 16), .dim))
            }
            let rate = Cells.rate(now, workspace)
            pieces.append((TextLayout.pad(rate.text, to: 8, .right), rate.style))
            pieces.append((" req/s", .dim))
            let errors = Cells.errors(now, workspace)
            pieces.append((TextLayout.pad(errors.text, to: 7, .right), errors.style))
            pieces.append((" % 5XX", .dim))
            canvas.put(StyledLine(pieces), x: 1, y: y, width: canvas.bounds.width - 2, workspace.glyphs)
        }
        if stages.count > 4 {
            let more = "\(stages.count - 3) more: \(workspace.keymap.key(.stages))"
            canvas.put(more, x: 11, y: 3, style: .dim)
        }
    }
}
