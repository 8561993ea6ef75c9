import ControlAPI
package import Terminal

/// The deployments of an API, or of all, newest first; and the list from which a roll back is chosen.
package struct DeploymentsScreen: Screen {
    package struct Row: TableRow {
        let apiId: String
        let apiName: String
        let deployment: Deployment
        let stages: [String]
        /// Chosen to be compared with another.
        var isMarked = false

        package var id: String { apiId + "/" + deployment.id }

        package func anyText(_ test: (String) -> Bool) -> Bool {
            test(deployment.id) || (deployment.description.map(test) ?? false) || test(apiName)
                || stages.contains(where: test)
        }

        package func field(_ column: String) -> Field? {
            switch column {
            case "id": .text(deployment.id)
            case "api": .text(apiName)
            case "description": .text(deployment.description ?? "")
            case "stages": .text(stages.joined(separator: " "))
            default: nil
            }
        }
    }

    let scope: ApiScope
    /// The stage that is being rolled back, if that is why the list was opened.
    let rollingBack: StageKey?
    private(set) var table: Table<Row>
    private var marked: String?

    package init(scope: ApiScope, rollingBack: StageKey? = nil) {
        self.scope = scope
        self.rollingBack = rollingBack
        table = Table(Self.columns(withApi: scope == .all))
    }

    package var contexts: [CommandContext] { [.deployments, .rows, .api, .table, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }

    package func crumbs(_ workspace: Workspace) -> [String] {
        if let rollingBack { return workspace.crumbs(scope) + [rollingBack.stageName, "roll back to …"] }
        return workspace.crumbs(scope) + ["deployments"]
    }

    package func requests(_ workspace: Workspace) -> [Request] {
        workspace.apis(in: scope).flatMap { [.deployments(apiId: $0), .stages(apiId: $0)] }
            + (scope == .all || workspace.model.apis.value == nil ? [.apis] : [])
    }

    package func focus(_ workspace: Workspace) -> Focus {
        guard let row = table.selected else { return Focus(apiId: scope.apiId, stage: rollingBack) }
        return Focus(apiId: row.apiId, stage: rollingBack, deploymentId: row.deployment.id, id: row.deployment.id)
    }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        let model = workspace.model
        let marked = marked
        let rows = workspace.apis(in: scope).flatMap { api in
            (model.deployments[api]?.value ?? []).map {
                Row(
                    apiId: api, apiName: model.apiName(api), deployment: $0,
                    stages: model.stagesPointing(to: $0.id, api: api), isMarked: marked == api + "/" + $0.id)
            }
        }.sorted { $0.deployment.createdDate > $1.deployment.createdDate }
        table.set(rows, workspace)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: workspace.bodyHeight - 1, workspace) { return [] }
        guard let row = table.selected else { return [] }
        switch command {
        case .mark:
            marked = marked == row.id ? nil : row.id
            refresh(workspace)
            return []
        case .difference: return compare(row, &workspace)
        case .open: return open(row, &workspace)
        default: return []
        }
    }

    /// The marked deployment with the selected one, the older first; without a mark, the selected one with the API.
    private func compare(_ row: Row, _ workspace: inout Workspace) -> [Effect] {
        guard let other = table.rows.first(where: { $0.id == marked }), other.id != row.id, other.apiId == row.apiId
        else {
            workspace.open(DifferenceScreen(apiId: row.apiId, from: row.deployment.id))
            return []
        }
        let ordered = [other, row].sorted { $0.deployment.createdDate < $1.deployment.createdDate }
        workspace.open(
            DifferenceScreen(apiId: row.apiId, from: ordered[0].deployment.id, to: ordered[1].deployment.id))
        return []
    }

    private func open(_ row: Row, _ workspace: inout Workspace) -> [Effect] {
        if let rollingBack {
            workspace.present(StageActions.rollbackDialog(rollingBack, row.deployment.id))
            return StageActions.ask(rollingBack, also: row.deployment.id, &workspace)
        } else if let name = row.stages.first?.split(separator: " ").first {
            workspace.open(StageScreen(StageKey(row.apiId, String(name))))
        } else {
            let key = workspace.keymap.key(.rollback)
            return workspace.tell("no stage points to \(row.deployment.id): \(key) rolls one back to it", .news)
        }
        return []
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        table.mouse(event, workspace) ? perform(.open, &workspace) : []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let list = workspace.apis(in: scope).first.map { workspace.model.deployments[$0] } ?? nil
        table.view(&canvas, workspace, empty: Empty.text(list, "no deployments: `sluice deploy` makes one", workspace))
    }

    private static func columns(withApi: Bool) -> [Column<Row>] {
        let api = Column<Row>("api", "API", width: 12, stretch: 1, key: { row, _ in .text(row.apiName.lowercased()) }) {
            row, _ in
            TableCell(row.apiName)
        }
        return (withApi ? [api] : []) + [
            Column("id", "DEPLOYMENT", width: 10, key: { row, _ in .text(row.deployment.id) }) { row, space in
                let mark = row.isMarked ? " \(space.glyphs.check)" : ""
                return TableCell(row.deployment.id + mark, row.isMarked ? .accent : Style.plain.bold)
            },
            Column(
                "description", "DESCRIPTION", width: 16, stretch: 2,
                key: { row, _ in .text(row.deployment.description ?? "") }
            ) { row, _ in
                TableCell(row.deployment.description ?? "")
            },
            Column(
                "created", "CREATED", width: 16, drop: 1,
                key: { row, _ in .number(Double(row.deployment.createdDate.seconds)) }
            ) { row, space in
                TableCell(space.clock.date(row.deployment.createdDate), .dim)
            },
            Column(
                "stages", "STAGES", width: 14, stretch: 1, key: { row, _ in .text(row.stages.joined(separator: " ")) }
            ) { row, space in
                if row.stages.isEmpty { return TableCell(Cells.dash(space), .dim) }
                let canary = row.stages.allSatisfy { $0.hasSuffix(" canary") }
                return TableCell(row.stages.joined(separator: ", "), canary ? .canary : .base)
            },
        ]
    }
}
