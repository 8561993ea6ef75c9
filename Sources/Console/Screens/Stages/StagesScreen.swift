import ControlAPI
package import Terminal

/// The stages of an API, or of all.
package struct StagesScreen: Screen {
    package struct Row: TableRow {
        let key: StageKey
        let apiName: String
        let stage: Stage
        let description: String
        let pending: Bool

        package var id: String { key.apiId + "/" + key.stageName }

        package func anyText(_ test: (String) -> Bool) -> Bool {
            test(key.stageName) || test(apiName) || test(description) || (stage.deploymentId.map(test) ?? false)
                || (stage.canarySettings != nil && test("canary"))
        }

        package func field(_ column: String) -> Field? {
            switch column {
            case "stage": .text(key.stageName)
            case "api": .text(apiName)
            case "deployment": .text(stage.deploymentId ?? "")
            case "canary": .number(stage.canarySettings?.percentTraffic ?? 0)
            default: nil
            }
        }
    }

    let scope: ApiScope
    private(set) var table: Table<Row>

    package init(scope: ApiScope) {
        self.scope = scope
        table = Table(Self.columns(withApi: scope == .all))
    }

    package var contexts: [CommandContext] { [.stage, .rows, .api, .table, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }

    package func crumbs(_ workspace: Workspace) -> [String] {
        workspace.crumbs(scope) + ["stages"]
    }

    package func requests(_ workspace: Workspace) -> [Request] {
        workspace.apis(in: scope).flatMap { [.stages(apiId: $0), .deployments(apiId: $0)] }
            + (scope == .all || workspace.model.apis.value == nil ? [.apis] : [])
    }

    package func focus(_ workspace: Workspace) -> Focus {
        guard let row = table.selected else { return Focus(apiId: scope.apiId) }
        return Focus(stage: row.key, id: row.key.stageName)
    }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        let model = workspace.model
        let rows = workspace.apis(in: scope).flatMap { api in
            (model.stages[api]?.value ?? []).map { known -> Row in
                let key = StageKey(api, known.stageName)
                let stage = model.stage(key) ?? known
                let description = stage.description ?? model.deployment(stage.deploymentId, api: api)?.description
                return Row(
                    key: key, apiName: model.apiName(api), stage: stage, description: description ?? "",
                    pending: model.pending[key] != nil)
            }
        }
        table.set(rows, workspace)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: workspace.bodyHeight - 1, workspace) { return [] }
        if command == .open, let row = table.selected { workspace.open(StageScreen(row.key)) }
        return []
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        table.mouse(event, workspace) ? perform(.open, &workspace) : []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let first = workspace.apis(in: scope).first
        let list = first.map { workspace.model.stages[$0] } ?? nil
        let none = "no stages: `sluice deploy`, or `aws apigateway create-deployment --stage-name …`, makes one"
        table.view(&canvas, workspace, empty: Empty.text(list, none, workspace))
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
            Column("deployment", "DEPLOYMENT", width: 10, key: { row, _ in .text(row.stage.deploymentId ?? "") }) {
                row, _ in
                TableCell(row.stage.deploymentId ?? "none", .base)
            },
            Column(
                "description", "DESCRIPTION", width: 10, stretch: 2, drop: 2, key: { row, _ in .text(row.description) }
            ) { row, _ in
                TableCell(row.description, .dim)
            },
            Column(
                "canary", "CANARY", width: 8, .right,
                key: { row, _ in
                    .number(row.stage.canarySettings?.percentTraffic ?? -1)
                }
            ) { row, space in
                guard let canary = row.stage.canarySettings else { return TableCell(Cells.dash(space), .dim) }
                return TableCell(
                    Format.weight(canary.percentTraffic) + (row.pending ? "…" : ""), row.pending ? .changed : .canary)
            },
            Column(
                "rate", "REQ/S", width: 7, .right, live: true,
                key: { row, space in
                    .number(space.recent(.stage(row.key)).rate)
                }
            ) { row, space in
                Cells.rate(space.recent(.stage(row.key)), space)
            },
            Column(
                "4xx", "4XX %", width: 5, .right, drop: 3, live: true,
                key: { row, space in
                    .number(space.recent(.stage(row.key)).clientErrorPercent ?? 0)
                }
            ) { row, space in
                let value = space.recent(.stage(row.key)).clientErrorPercent
                return TableCell(
                    value.map { Format.percent($0) } ?? Cells.dash(space), value == nil ? .dim : space.fresh(.plain))
            },
            Column(
                "5xx", "5XX %", width: 5, .right, live: true,
                key: { row, space in
                    .number(space.recent(.stage(row.key)).serverErrorPercent ?? 0)
                }
            ) { row, space in
                Cells.errors(space.recent(.stage(row.key)), space)
            },
            Column(
                "updated", "UPDATED", width: 16, drop: 1,
                key: { row, _ in
                    .number(Double(row.stage.lastUpdatedDate?.seconds ?? 0))
                }
            ) { row, space in
                TableCell(space.clock.date(row.stage.lastUpdatedDate), .dim)
            },
        ]
    }
}

extension Workspace {
    /// The APIs of a scope by id.
    package func apis(in scope: ApiScope) -> [String] {
        switch scope {
        case .api(let id): [id]
        case .all: (model.apis.value ?? []).map(\.id)
        }
    }

    func crumbs(_ scope: ApiScope) -> [String] {
        guard let id = scope.apiId else { return ["all APIs"] }
        let name = model.apiName(id)
        return [name == id ? id : "\(name) (\(id))"]
    }
}
