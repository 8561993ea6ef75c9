import ControlAPI
package import Terminal

/// The answers that an API's gateway gives itself, and which of them were customised.
package struct GatewayResponsesScreen: Screen {
    package struct Row: TableRow {
        let response: GatewayResponse
        /// What customises it: itself, or the fallback it takes everything from.
        let source: GatewayResponseSource

        package var id: String { response.responseType ?? "" }

        package func anyText(_ test: (String) -> Bool) -> Bool {
            test(id) || test(source.text) || (response.statusCode.map(test) ?? false)
        }

        package func field(_ column: String) -> Field? {
            switch column {
            case "type": .text(id)
            case "status": response.statusCode.flatMap(Double.init).map { .number($0) } ?? .text("")
            case "source": .text(source.text)
            default: nil
            }
        }
    }

    let apiId: String
    private(set) var table = Table<Row>(GatewayResponsesScreen.columns)

    package init(apiId: String) {
        self.apiId = apiId
    }

    package var contexts: [CommandContext] { [.gatewayResponses, .rows, .api, .table, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }
    package func crumbs(_ workspace: Workspace) -> [String] { workspace.crumbs(.api(apiId)) + ["gateway responses"] }

    package func requests(_ workspace: Workspace) -> [Request] {
        [.gatewayResponses(apiId: apiId)] + (workspace.model.apis.value == nil ? [.apis] : [])
    }

    package func focus(_ workspace: Workspace) -> Focus { Focus(apiId: apiId, id: table.selected?.id) }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        let all = workspace.model.gatewayResponses(apiId)?.value ?? []
        let rows = all.map { Row(response: $0, source: GatewayResponseSource(of: $0, among: all)) }
        // What somebody changed is what one looks for.
        table.set(
            rows.sorted { ($0.source.rank, $0.id) < ($1.source.rank, $1.id) }, workspace)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: workspace.bodyHeight - 1, workspace) { return [] }
        guard let row = table.selected else { return [] }
        switch command {
        case .open: workspace.open(GatewayResponseScreen(apiId: apiId, type: row.id))
        case .edit: return GatewayResponseActions.edit(apiId, row.response, &workspace)
        case .reset: return GatewayResponseActions.reset(apiId, row.response, &workspace)
        default: break
        }
        return []
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        table.mouse(event, workspace) ? perform(.open, &workspace) : []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        table.view(
            &canvas, workspace, empty: Empty.text(workspace.model.gatewayResponses(apiId), "no types", workspace))
    }

    private static let columns: [Column<Row>] = [
        Column("type", "TYPE", width: 30, key: { row, _ in .text(row.id) }) { row, _ in
            TableCell(row.id, row.source.isOwn ? Style.plain.bold : .plain)
        },
        Column(
            "status", "STATUS", width: 6, .right,
            key: { row, _ in .number(row.response.statusCode.flatMap(Double.init) ?? 0) }
        ) { row, space in
            guard let code = row.response.statusCode else { return TableCell(Cells.dash(space), .dim) }
            return TableCell(code, Int(code).map { LogLine.status($0) } ?? .plain)
        },
        Column("source", "ANSWERED AS", width: 18, key: { row, _ in .number(Double(row.source.rank)) }) { row, _ in
            TableCell(row.source.text, row.source.style)
        },
        Column(
            "headers", "HEADERS", width: 7, .right, drop: 2,
            key: { row, _ in .number(Double(row.response.responseParameters?.count ?? 0)) }
        ) { row, space in
            let count = row.response.responseParameters?.count ?? 0
            return count == 0 ? TableCell(Cells.dash(space), .dim) : TableCell("\(count)")
        },
        Column(
            "template", "TEMPLATE", width: 16, stretch: 2, drop: 1,
            key: { row, _ in .text(row.response.responseTemplates?.values.sorted().first ?? "") }
        ) { row, _ in
            let text = row.response.responseTemplates?.sorted { $0.key < $1.key }.first?.value ?? ""
            return TableCell(text.split(whereSeparator: \.isNewline).joined(separator: " "), .dim)
        },
    ]
}

/// Where a type's answer comes from.
enum GatewayResponseSource: Equatable {
    case own
    /// `DEFAULT_4XX` or `DEFAULT_5XX`, which was customised and which this type falls back to.
    case fallback(String)
    case builtIn

    init(of response: GatewayResponse, among all: [GatewayResponse]) {
        guard response.defaultResponse == true else {
            self = .own
            return
        }
        let fallback = response.statusCode?.first == "5" ? "DEFAULT_5XX" : "DEFAULT_4XX"
        let isCustom = all.contains { $0.responseType == fallback && $0.defaultResponse != true }
        self =
            isCustom && response.responseType != fallback && response.statusCode != nil ? .fallback(fallback) : .builtIn
    }

    var isOwn: Bool { self == .own }

    var text: String {
        switch self {
        case .own: "customised"
        case .fallback(let type): "as \(type)"
        case .builtIn: "built in"
        }
    }

    var style: Style {
        switch self {
        case .own: .accent
        case .fallback: .warning
        case .builtIn: .dim
        }
    }

    var rank: Int {
        switch self {
        case .own: 0
        case .fallback: 1
        case .builtIn: 2
        }
    }
}
