import ControlAPI
package import Terminal

/// VPC links, and how the backends behind each are.
package struct VpcLinksScreen: Screen {
    package struct Row: TableRow {
        let link: VpcLink
        let pool: TargetPool?
        let isFailing: Bool

        package var id: String { link.id ?? "" }

        package func anyText(_ test: (String) -> Bool) -> Bool {
            test(link.name ?? "") || test(id) || test(link.status ?? "") || (link.description.map(test) ?? false)
                || (pool?.targets.contains { test($0.id) } ?? false)
        }

        package func field(_ column: String) -> Field? {
            switch column {
            case "name": .text(link.name ?? "")
            case "id": .text(id)
            case "status": .text(link.status ?? "")
            case "algorithm": .text(pool?.algorithm.words ?? "")
            case "targets": .number(Double(pool?.kept.count ?? 0))
            case "open": .number(Double(pool?.total(\.outstanding) ?? 0))
            case "requests": .number(Double(pool?.total(\.requests) ?? 0))
            case "failures": .number(Double(pool?.total(\.failures) ?? 0))
            default: nil
            }
        }
    }

    private(set) var table = Table<Row>(VpcLinksScreen.columns)
    private var failures = Rises()

    package init() {}

    package var contexts: [CommandContext] { [.rows, .table, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }
    package func crumbs(_ workspace: Workspace) -> [String] { ["VPC links"] }
    package func requests(_ workspace: Workspace) -> [Request] { [.vpcLinks, .targetPools] }
    package func pulse(_ workspace: Workspace, second: Int) -> [Request] { [.targetPools] }
    package func focus(_ workspace: Workspace) -> Focus { Focus(id: table.selected?.id) }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        let pools = Dictionary(
            (workspace.model.targetPools?.value ?? []).map { ($0.vpcLinkId ?? "", $0) },
            uniquingKeysWith: { one, _ in one })
        failures.take(pools.mapValues { $0.total(\.failures) }, now: workspace.now)
        table.set(
            (workspace.model.vpcLinks?.value ?? []).map { link in
                let id = link.id ?? ""
                return Row(link: link, pool: pools[id], isFailing: failures.isRising(id))
            }, workspace)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: workspace.bodyHeight - 1, workspace) { return [] }
        if command == .open, let row = table.selected { workspace.open(VpcLinkScreen(row.id)) }
        return []
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        table.mouse(event, workspace) ? perform(.open, &workspace) : []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        table.view(
            &canvas, workspace,
            empty: Empty.text(
                workspace.model.vpcLinks,
                "no VPC links: `aws apigateway create-vpc-link` makes one, then its targets are added here", workspace))
    }

    private static func number(
        _ id: String, _ title: String, width: Int, drop: Int = 0, _ value: @escaping @Sendable (TargetPool) -> Int,
        style: @escaping @Sendable (Row) -> Style = { _ in .plain }
    ) -> Column<Row> {
        Column(
            id, title, width: width, .right, drop: drop, live: true,
            key: { row, _ in .number(Double(row.pool.map(value) ?? -1)) }
        ) { row, space in
            guard let count = row.pool.map(value) else { return TableCell(Cells.dash(space), .dim) }
            return TableCell(Format.grouped(count), space.fresh(count == 0 ? .dim : style(row)))
        }
    }

    private static let columns: [Column<Row>] = [
        Column("name", "NAME", width: 14, stretch: 2, key: { row, _ in .text((row.link.name ?? "").lowercased()) }) {
            row, _ in
            TableCell(row.link.name ?? row.id, Style.plain.bold)
        },
        Column("id", "ID", width: 6, drop: 3, key: { row, _ in .text(row.id) }) { row, _ in TableCell(row.id, .dim) },
        Column("status", "STATUS", width: 9, key: { row, _ in .text(row.link.status ?? "") }) { row, space in
            TableCell(row.link.status ?? "", space.fresh(row.link.statusStyle))
        },
        Column(
            "algorithm", "ALGORITHM", width: 11, stretch: 1, drop: 2,
            key: { row, _ in
                .text(row.pool?.algorithm.words ?? "")
            }
        ) { row, space in
            row.pool.map { TableCell($0.algorithm.words, .dim) } ?? TableCell(Cells.dash(space), .dim)
        },
        Column(
            "targets", "HEALTHY", width: 10, .right, live: true,
            key: { row, _ in .number(Double(row.pool?.kept.filter(\.isInService).count ?? -1)) }
        ) { row, space in
            guard let pool = row.pool else { return TableCell("no targets", .dim) }
            return TableCell(pool.healthText, space.fresh(pool.healthStyle))
        },
        number("open", "OPEN", width: 5, { $0.total(\.outstanding) }),
        number("requests", "REQUESTS", width: 9, drop: 1, { $0.total(\.requests) }),
        number(
            "failures", "FAILURES", width: 8, { $0.total(\.failures) },
            style: { FaultStyle.of($0.pool?.total(\.failures) ?? 0, isRising: $0.isFailing) }),
    ]
}
