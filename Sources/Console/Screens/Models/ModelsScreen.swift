import ControlAPI
package import Terminal

/// The models of an API: which there are, and where they are used.
package struct ModelsScreen: Screen {
    package struct Row: TableRow {
        let model: ApiModel
        /// Methods whose bodies have to fit it: `POST /pets`.
        let uses: [String]

        package var id: String { model.name }

        package func anyText(_ test: (String) -> Bool) -> Bool {
            test(model.name) || (model.description.map(test) ?? false) || uses.contains(where: test)
        }

        package func field(_ column: String) -> Field? {
            switch column {
            case "name": .text(model.name)
            case "type": .text(model.contentType ?? "")
            case "description": .text(model.description ?? "")
            case "used": .text(uses.joined(separator: " "))
            default: nil
            }
        }
    }

    let apiId: String
    private(set) var table = Table<Row>(ModelsScreen.columns)

    package init(apiId: String) {
        self.apiId = apiId
    }

    package var contexts: [CommandContext] { [.models, .rows, .api, .table, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }
    package func crumbs(_ workspace: Workspace) -> [String] { workspace.crumbs(.api(apiId)) + ["models"] }

    package func requests(_ workspace: Workspace) -> [Request] {
        [.models(apiId: apiId), .resources(apiId: apiId)] + (workspace.model.apis.value == nil ? [.apis] : [])
    }

    package func focus(_ workspace: Workspace) -> Focus { Focus(apiId: apiId, id: table.selected?.model.name) }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        let rows = (workspace.model.models(apiId)?.value ?? []).sorted { $0.name < $1.name }.map {
            Row(model: $0, uses: workspace.model.uses(ofModel: $0.name, api: apiId))
        }
        table.set(rows, workspace)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: workspace.bodyHeight - 1, workspace) { return [] }
        if command == .create {
            ask(&workspace)
            return []
        }
        guard let row = table.selected else { return [] }
        switch command {
        case .open: workspace.open(ModelScreen(apiId: apiId, name: row.model.name))
        case .edit: return workspace.edit(.schema(apiId: apiId, model: row.model.name))
        case .delete: confirmDeletion(row, &workspace)
        default: break
        }
        return []
    }

    private func ask(_ workspace: inout Workspace) {
        let apiId = self.apiId
        let taken = Set((workspace.model.models(apiId)?.value ?? []).map(\.name))
        workspace.present(
            PromptLine(
                "name of the new model", limit: 128,
                check: { name in
                    if taken.contains(name) { return "there is one already" }
                    let fits = !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
                    return fits ? nil : "letters and digits alone"
                },
                entered: { name, workspace in workspace.edit(.newSchema(apiId: apiId, model: name)) }))
    }

    private func confirmDeletion(_ row: Row, _ workspace: inout Workspace) {
        let name = row.model.name
        let uses = row.uses
        let job = Job(
            .deleteModel(apiId: apiId, name: name), doing: "delete the model \(name)", done: "model \(name) deleted")
        workspace.present(
            AskDialog(title: "Delete the model \(name)", button: "Delete", job) { _ in
                uses.isEmpty
                    ? [("used by", "no method", .dim)]
                    : [
                        ("used by", uses.joined(separator: ", "), .warning),
                        ("", "The engine refuses this while methods use it.", .dim),
                    ]
            })
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        table.mouse(event, workspace) ? perform(.open, &workspace) : []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let key = workspace.keymap.key(.create)
        table.view(
            &canvas, workspace,
            empty: Empty.text(workspace.model.models(apiId), "no models: \(key) makes one", workspace))
    }

    private static let columns: [Column<Row>] = [
        Column("name", "NAME", width: 16, stretch: 1, key: { row, _ in .text(row.model.name.lowercased()) }) { row, _ in
            TableCell(row.model.name, Style.plain.bold)
        },
        Column("type", "CONTENT TYPE", width: 16, drop: 2, key: { row, _ in .text(row.model.contentType ?? "") }) {
            row, _ in
            TableCell(row.model.contentType ?? "", .dim)
        },
        Column(
            "size", "BYTES", width: 7, .right, drop: 3,
            key: { row, _ in .number(Double(row.model.schema?.utf8.count ?? 0)) }
        ) { row, _ in
            TableCell(Format.grouped(row.model.schema?.utf8.count ?? 0))
        },
        Column("used", "USED BY", width: 14, stretch: 2, key: { row, _ in .number(Double(row.uses.count)) }) {
            row, space in
            row.uses.isEmpty
                ? TableCell(Cells.dash(space), .dim) : TableCell(row.uses.joined(separator: ", "), .accent)
        },
        Column(
            "description", "DESCRIPTION", width: 10, stretch: 2, drop: 1,
            key: { row, _ in .text(row.model.description ?? "") }
        ) { row, _ in
            TableCell(row.model.description ?? "", .dim)
        },
    ]
}

extension Model {
    /// The methods that name a model for a body.
    func uses(ofModel name: String, api: String) -> [String] {
        (resources[api]?.value ?? []).flatMap { resource in
            (resource.resourceMethods ?? [:]).filter { _, method in
                (method.requestModels ?? [:]).values.contains(name)
                    || (method.methodResponses ?? [:]).values.contains {
                        ($0.responseModels ?? [:]).values.contains(name)
                    }
            }.map { "\($0.key) \(resource.path)" }
        }.sorted()
    }
}
