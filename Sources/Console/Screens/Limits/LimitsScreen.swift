import ControlAPI
package import Terminal

/// What holds a stage's requests back, live: token buckets, quotas, and how full its cache is.
package struct LimitsScreen: Screen {
    let key: StageKey
    private(set) var table = Table<LimitRow>(LimitRow.columns)
    /// Refused requests as they were told last, to show how many there are a second.
    private var counted: [String: Int] = [:]
    private var countedAt = 0
    private var taken: [ThrottleState] = []
    private var refusing: [String: Double] = [:]

    package init(_ key: StageKey) {
        self.key = key
    }

    package var contexts: [CommandContext] { [.limits, .table, .stage, .api, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }

    package func crumbs(_ workspace: Workspace) -> [String] {
        workspace.crumbs(.api(key.apiId)) + [key.stageName, "limits"]
    }

    package func requests(_ workspace: Workspace) -> [Request] {
        [.stages(apiId: key.apiId), .throttles(key), .caches(key), .usagePlans]
            + plans(workspace).flatMap { plan -> [Request] in
                guard let id = plan.id else { return [] }
                return [.usagePlanKeys(usagePlanId: id)] + (plan.quota == nil ? [] : [.usage(usagePlanId: id)])
            } + (workspace.model.apis.value == nil ? [.apis] : [])
    }

    package func pulse(_ workspace: Workspace, second: Int) -> [Request] {
        let quotas = plans(workspace).filter { $0.quota != nil }.compactMap(\.id)
        return [.throttles(key), .caches(key)] + (second % 2 == 0 ? quotas.map { .usage(usagePlanId: $0) } : [])
    }

    /// The plans that cover the stage.
    private func plans(_ workspace: Workspace) -> [UsagePlan] {
        (workspace.model.usagePlans?.value ?? []).filter { plan in
            (plan.apiStages ?? []).contains { $0.apiId == key.apiId && $0.stage == key.stageName }
        }
    }

    package func focus(_ workspace: Workspace) -> Focus { Focus(stage: key, id: key.stageName) }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        let model = workspace.model
        let states = model.throttles(key)?.value ?? []
        var rows = states.map { LimitRow($0, model) }
        count(rows, states, workspace.now)
        for index in rows.indices { rows[index].refusedNow = refusing[rows[index].id] ?? 0 }
        for plan in plans(workspace) where plan.quota?.limit != nil {
            rows += model.quotaUses(plan).map { LimitRow(plan, $0.key, $0.use) }
        }
        table.set(rows.sorted { ($0.rank, $0.what) < ($1.rank, $1.what) }, workspace)
    }

    private mutating func count(_ rows: [LimitRow], _ states: [ThrottleState], _ now: Int) {
        guard !states.isEmpty else { return }
        guard states != taken || now - countedAt >= 2000 else { return }
        let seconds = Double(now - countedAt) / 1000
        guard seconds >= 0.2 else { return }
        let before = counted
        counted = Dictionary(rows.map { ($0.id, $0.refused ?? 0) }, uniquingKeysWith: { one, _ in one })
        refusing = countedAt == 0 ? [:] : counted.mapValues { _ in 0 }
        if countedAt > 0 {
            for (id, count) in counted { refusing[id] = max(0, Double(count - (before[id] ?? count)) / seconds) }
        }
        taken = states
        countedAt = now
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: workspace.bodyHeight - 1 - strip(workspace), workspace) { return [] }
        guard command == .open, let row = table.selected else { return [] }
        if let plan = row.planId {
            workspace.open(UsagePlanScreen(plan))
            return []
        }
        return workspace.tell("only limits of usage plans can be opened", .news)
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        table.mouse(event, workspace, below: strip(workspace)) ? perform(.open, &workspace) : []
    }

    // MARK: Drawing

    /// Rows above the table: what is limited now, the caches, a blank.
    private func strip(_ workspace: Workspace) -> Int { 2 + cacheLines(workspace).count }

    private func cacheLines(_ workspace: Workspace) -> [StyledLine] { CacheStrip(key: key, workspace: workspace).lines }

    private func now(_ workspace: Workspace) -> StyledLine {
        let lead: (text: String, style: Style) = ("NOW       ", .header)
        guard workspace.model.throttles(key)?.value != nil else {
            return StyledLine([lead, (Empty.text(workspace.model.throttles(key), "", workspace), .dim)])
        }
        let usedUp = table.rows.filter(\.isUsedUp)
        let refused = table.rows.reduce(0) { $0 + $1.refusedNow }
        guard let first = usedUp.first else {
            if refused > 0 {
                return StyledLine([lead, ("\(Format.rate(refused)) requests a second get 429", Style.error.bold)])
            }
            return StyledLine([lead, ("\(workspace.glyphs.check) nothing is limited", .healthy)])
        }
        var text = "\(workspace.glyphs.warning) \(first.level) used up: \(first.what)"
        if usedUp.count > 1 { text += ", and \(usedUp.count - 1) more" }
        if refused > 0 { text += "; \(Format.rate(refused)) requests a second get 429" }
        return StyledLine([lead, (text, workspace.fresh(Style.error.bold))])
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let width = canvas.bounds.width - 2
        canvas.put(now(workspace), x: 1, y: 0, width: width, workspace.glyphs)
        for (y, line) in cacheLines(workspace).enumerated() {
            canvas.put(line, x: 1, y: 1 + y, width: width, workspace.glyphs)
        }
        let (_, rest) = canvas.bounds.splitTop(strip(workspace))
        canvas.draw(in: rest) { canvas in
            table.view(
                &canvas, workspace, empty: Empty.text(workspace.model.throttles(key), "no limits are set", workspace))
        }
    }
}
