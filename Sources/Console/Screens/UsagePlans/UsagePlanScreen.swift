import ControlAPI
package import Terminal

/// A usage plan: its limits above, its keys with what each used below.
package struct UsagePlanScreen: Screen {
    package struct Row: TableRow {
        let key: UsagePlanKey
        let use: QuotaUse

        package var id: String { key.id ?? "" }
        package func anyText(_ test: (String) -> Bool) -> Bool { test(key.name ?? "") || test(id) }

        package func field(_ column: String) -> Field? {
            switch column {
            case "key": .text(key.name ?? "")
            case "id": .text(id)
            case "today": .number(Double(use.usedToday))
            case "remaining": .number(Double(use.remaining ?? Int.max))
            default: nil
            }
        }
    }

    let planId: String
    private(set) var table = Table<Row>(UsagePlanScreen.columns)

    package init(_ planId: String) {
        self.planId = planId
    }

    package var contexts: [CommandContext] { [.table, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }

    package func crumbs(_ workspace: Workspace) -> [String] {
        ["usage plans", workspace.model.usagePlan(planId)?.name ?? planId]
    }

    package func requests(_ workspace: Workspace) -> [Request] {
        [.usagePlans, .usagePlanKeys(usagePlanId: planId), .usage(usagePlanId: planId)]
            + (workspace.model.apis.value == nil ? [.apis] : [])
    }

    package func pulse(_ workspace: Workspace, second: Int) -> [Request] {
        second % 2 == 0 ? [.usage(usagePlanId: planId)] : []
    }

    package func focus(_ workspace: Workspace) -> Focus { Focus(id: table.selected?.id ?? planId) }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        guard let plan = workspace.model.usagePlan(planId) else { return table.set([], workspace) }
        table.set(workspace.model.quotaUses(plan).map(Row.init), workspace)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        _ = table.perform(command, page: workspace.bodyHeight - 1 - facts(workspace).count - 1, workspace)
        return []
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        _ = table.mouse(event, workspace, below: facts(workspace).count + 1)
        return []
    }

    private func facts(_ workspace: Workspace) -> [StyledLine] {
        guard let plan = workspace.model.usagePlan(planId) else { return [] }
        func line(_ label: String, _ value: String?, _ none: String) -> StyledLine {
            StyledLine([(TextLayout.pad(label, to: 11), .header), (value ?? none, value == nil ? .dim : .plain)])
        }
        var lines = [
            line("THROTTLE", plan.throttleText.map { $0 + ", each key" }, "none: the stage's limits alone"),
            line("QUOTA", plan.quotaText.map { $0 + ", each key" }, "none"),
        ]
        let stages = plan.stageNames(workspace.model)
        lines.append(
            line("STAGES", stages.isEmpty ? nil : stages.joined(separator: "  "), "none: its keys open nothing"))
        let methods = (plan.apiStages ?? []).flatMap { stage in
            (stage.throttle ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
        }
        if !methods.isEmpty { lines.append(line("METHODS", methods.prefix(4).joined(separator: "  "), "")) }
        return lines
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let facts = facts(workspace)
        for (y, line) in facts.enumerated() {
            canvas.put(line, x: 1, y: y, width: canvas.bounds.width - 2, workspace.glyphs)
        }
        let (_, rest) = canvas.bounds.splitTop(facts.isEmpty ? 0 : facts.count + 1)
        canvas.draw(in: rest) { canvas in
            table.view(
                &canvas, workspace,
                empty: Empty.text(workspace.model.usagePlanKeys(planId), "no keys are in this plan", workspace))
        }
    }

    private static let columns: [Column<Row>] = [
        Column("key", "KEY", width: 14, stretch: 1, key: { row, _ in .text((row.key.name ?? "").lowercased()) }) {
            row, _ in
            TableCell(row.key.name ?? row.id, Style.plain.bold)
        },
        Column("id", "ID", width: 10, drop: 2, key: { row, _ in .text(row.id) }) { row, _ in TableCell(row.id, .dim) },
        Column("days", "7 DAYS", width: 7, drop: 1, key: { row, _ in .number(Double(row.use.usedToday)) }) {
            row, space in
            let days = row.use.days.map { Double($0) as Double? }
            return TableCell(
                Sparkline.text(days, width: 7, top: nil, graphics: space.capabilities.graphics),
                space.fresh(Style(.graphBase)))
        },
        Column("today", "TODAY", width: 9, .right, key: { row, _ in .number(Double(row.use.usedToday)) }) {
            row, space in
            TableCell(Format.grouped(row.use.usedToday), space.fresh(row.use.usedToday == 0 ? .dim : .plain))
        },
        Column("bar", "QUOTA LEFT", width: 16, key: { row, _ in .number(row.use.left ?? 2) }) { row, space in
            guard let left = row.use.left else { return TableCell("no quota", .dim) }
            let bar = BlockBar.text(fraction: left, width: 16, graphics: space.capabilities.graphics)
            return TableCell(bar, space.fresh(row.use.style))
        },
        Column(
            "remaining", "REMAINING", width: 10, .right,
            key: { row, _ in .number(Double(row.use.remaining ?? Int.max)) }
        ) { row, space in
            guard let remaining = row.use.remaining else { return TableCell(Cells.dash(space), .dim) }
            return TableCell(Format.grouped(remaining), space.fresh(row.use.style))
        },
    ]
}
