import ControlAPI
package import Terminal

/// Usage plans: who may call which stages how often.
package struct UsagePlansScreen: Screen {
    package struct Row: TableRow {
        let plan: UsagePlan
        let stages: [String]
        /// `nil` while it is not known.
        let keys: Int?

        package var id: String { plan.id ?? "" }

        package func anyText(_ test: (String) -> Bool) -> Bool {
            test(plan.name ?? "") || test(id) || stages.contains(where: test) || (plan.description.map(test) ?? false)
        }

        package func field(_ column: String) -> Field? {
            switch column {
            case "name": .text(plan.name ?? "")
            case "id": .text(id)
            case "stages": .text(stages.joined(separator: " "))
            case "keys": .number(Double(keys ?? 0))
            default: nil
            }
        }
    }

    private(set) var table = Table<Row>(UsagePlansScreen.columns)

    package init() {}

    package var contexts: [CommandContext] { [.rows, .table, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }
    package func crumbs(_ workspace: Workspace) -> [String] { ["usage plans"] }

    /// The plans, and the keys of those in sight.
    package func requests(_ workspace: Workspace) -> [Request] {
        [.usagePlans] + (workspace.model.apis.value == nil ? [.apis] : [])
            + table.visible(workspace.bodyHeight - 1).map { .usagePlanKeys(usagePlanId: $0.id) }
    }

    package func focus(_ workspace: Workspace) -> Focus { Focus(id: table.selected?.id) }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        let model = workspace.model
        let rows = (model.usagePlans?.value ?? []).map { plan in
            Row(
                plan: plan, stages: plan.stageNames(model),
                keys: plan.id.flatMap { model.usagePlanKeys($0)?.value?.count })
        }
        table.set(rows, workspace)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: workspace.bodyHeight - 1, workspace) {
            return workspace.ask(requests(workspace).filter { !workspace.model.isAsked($0) })
        }
        if command == .open, let row = table.selected { workspace.open(UsagePlanScreen(row.id)) }
        return []
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        table.mouse(event, workspace) ? perform(.open, &workspace) : []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        table.view(
            &canvas, workspace,
            empty: Empty.text(
                workspace.model.usagePlans, "no usage plans: `aws apigateway create-usage-plan` makes one", workspace))
    }

    private static let columns: [Column<Row>] = [
        Column("name", "NAME", width: 12, stretch: 1, key: { row, _ in .text((row.plan.name ?? "").lowercased()) }) {
            row, _ in
            TableCell(row.plan.name ?? row.id, Style.plain.bold)
        },
        Column("id", "ID", width: 6, drop: 3, key: { row, _ in .text(row.id) }) { row, _ in TableCell(row.id, .dim) },
        Column(
            "rate", "RATE/S", width: 8, .right, key: { row, _ in .number(row.plan.throttle?.rateLimit ?? .infinity) }
        ) { row, space in
            row.plan.throttle?.rateLimit.map { TableCell(Format.rate($0)) } ?? TableCell(Cells.dash(space), .dim)
        },
        Column(
            "burst", "BURST", width: 6, .right, drop: 2,
            key: { row, _ in .number(Double(row.plan.throttle?.burstLimit ?? Int.max)) }
        ) { row, space in
            row.plan.throttle?.burstLimit.map { TableCell(Format.grouped($0)) } ?? TableCell(Cells.dash(space), .dim)
        },
        Column(
            "quota", "QUOTA", width: 18, .right, key: { row, _ in .number(Double(row.plan.quota?.limit ?? Int.max)) }
        ) { row, space in
            row.plan.quotaText.map { TableCell($0) } ?? TableCell(Cells.dash(space), .dim)
        },
        Column("keys", "KEYS", width: 5, .right, key: { row, _ in .number(Double(row.keys ?? 0)) }) { row, space in
            guard let keys = row.keys else { return TableCell(space.glyphs.ellipsis, .dim) }
            return TableCell("\(keys)", keys == 0 ? .dim : .plain)
        },
        Column("stages", "STAGES", width: 14, stretch: 3, drop: 1, key: { row, _ in .number(Double(row.stages.count)) })
        {
            row, _ in
            row.stages.isEmpty ? TableCell("none", .dim) : TableCell(row.stages.joined(separator: " "))
        },
    ]
}

extension UsagePlan {
    /// `petstore/prod`
    func stageNames(_ model: Model) -> [String] {
        (apiStages ?? []).map { "\(model.apiName($0.apiId ?? ""))/\($0.stage ?? "")" }
    }
}
