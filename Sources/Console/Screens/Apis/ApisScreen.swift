import ControlAPI
package import Terminal

/// All APIs: the first screen.
package struct ApisScreen: Screen {
    package struct Row: TableRow {
        let api: RestApi

        package var id: String { api.id }

        package func anyText(_ test: (String) -> Bool) -> Bool {
            test(api.name) || test(api.id) || (api.description.map(test) ?? false)
        }

        package func field(_ column: String) -> Field? {
            switch column {
            case "name": .text(api.name)
            case "id": .text(api.id)
            case "type": .text(ApisScreen.type(api))
            default: nil
            }
        }
    }

    private(set) var table = Table<Row>(ApisScreen.columns)

    package init() {}

    package var contexts: [CommandContext] { [.api, .rows, .table, .list] }
    package func crumbs(_ workspace: Workspace) -> [String] { ["apis"] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }

    /// The APIs, and the stages of those in sight.
    package func requests(_ workspace: Workspace) -> [Request] {
        [.apis] + table.visible(workspace.bodyHeight - 1).map { .stages(apiId: $0.id) }
    }

    package func focus(_ workspace: Workspace) -> Focus {
        Focus(apiId: table.selected?.id, id: table.selected?.id)
    }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        let apis = workspace.model.apis.value ?? []
        if apis.count != table.rows.count || !zip(apis, table.rows).allSatisfy({ $0 == $1.api }) {
            table.set(apis.map(Row.init), workspace)
        } else {
            table.resort(workspace)
        }
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: workspace.bodyHeight - 1, workspace) {
            return workspace.ask(requests(workspace).filter { !workspace.model.isAsked($0) })
        }
        if command == .open, let api = table.selected { workspace.open(ResourcesScreen(scope: .api(api.id))) }
        return []
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        table.mouse(event, workspace) ? perform(.open, &workspace) : []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        table.view(
            &canvas, workspace,
            empty: Empty.text(
                workspace.model.apis, "no APIs yet: `aws apigateway create-rest-api`, or `sluice demo` to look around",
                workspace))
    }

    static func type(_ api: RestApi) -> String {
        api.endpointConfiguration?.types?.first ?? "EDGE"
    }

    private static let columns: [Column<Row>] = [
        Column("name", "NAME", width: 16, stretch: 2, key: { row, _ in .text(row.api.name.lowercased()) }) { row, _ in
            TableCell(row.api.name, Style.plain.bold)
        },
        Column("id", "ID", width: 10, key: { row, _ in .text(row.api.id) }) { row, _ in TableCell(row.api.id, .dim) },
        Column("type", "TYPE", width: 8, drop: 3, key: { row, _ in .text(type(row.api)) }) { row, _ in
            TableCell(type(row.api))
        },
        Column(
            "stages", "STAGES, * CANARY", width: 14, stretch: 1, drop: 1,
            key: { row, space in
                .number(Double(space.model.stages[row.id]?.value?.count ?? 0))
            }
        ) { row, space in
            guard let stages = space.model.stages[row.id]?.value else { return TableCell("…", .dim) }
            if stages.isEmpty { return TableCell("none", .dim) }
            let names = stages.map { $0.stageName + ($0.canarySettings == nil ? "" : "*") }
            return TableCell(names.joined(separator: " "), .plain)
        },
        Column(
            "created", "CREATED", width: 16, drop: 2, key: { row, _ in .number(Double(row.api.createdDate.seconds)) }
        ) { row, space in
            TableCell(space.clock.date(row.api.createdDate), .dim)
        },
        Column(
            "rate", "REQ/S", width: 8, .right, live: true,
            key: { row, space in
                .number(space.recent(.api(row.id)).rate)
            }
        ) { row, space in
            Cells.rate(space.recent(.api(row.id)), space)
        },
        Column(
            "errors", "5XX %", width: 6, .right, live: true,
            key: { row, space in
                .number(space.recent(.api(row.id)).serverErrorPercent ?? 0)
            }
        ) { row, space in
            Cells.errors(space.recent(.api(row.id)), space)
        },
    ]
}
