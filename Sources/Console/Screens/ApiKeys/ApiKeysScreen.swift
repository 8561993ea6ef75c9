import ControlAPI
package import Terminal

/// API keys: which there are, whether they work, and what they open. Values are hidden until one is asked for.
package struct ApiKeysScreen: Screen {
    package struct Row: TableRow {
        let key: ApiKey
        /// `petstore/prod`
        let stages: [String]

        package var id: String { key.id ?? "" }
        var isEnabled: Bool { key.enabled ?? false }

        package func anyText(_ test: (String) -> Bool) -> Bool {
            test(key.name ?? "") || test(id) || stages.contains(where: test) || (key.description.map(test) ?? false)
        }

        package func field(_ column: String) -> Field? {
            switch column {
            case "name": .text(key.name ?? "")
            case "id": .text(id)
            case "state": .text(isEnabled ? "enabled" : "disabled")
            case "stages": .text(stages.joined(separator: " "))
            default: nil
            }
        }
    }

    private(set) var table = Table<Row>(ApiKeysScreen.columns)

    package init() {}

    package var contexts: [CommandContext] { [.apiKeys, .table, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }
    package func crumbs(_ workspace: Workspace) -> [String] { ["API keys"] }

    package func requests(_ workspace: Workspace) -> [Request] {
        [.apiKeys] + (workspace.model.apis.value == nil ? [.apis] : [])
    }

    package func focus(_ workspace: Workspace) -> Focus { Focus(id: table.selected?.id) }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        let rows = (workspace.model.apiKeys?.value ?? []).map { key in
            Row(key: key, stages: (key.stageKeys ?? []).map { Self.stage($0, workspace) })
        }
        table.set(rows, workspace)
    }

    /// `a1b2c3/prod` → `petstore/prod`
    private static func stage(_ key: String, _ workspace: Workspace) -> String {
        let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return key }
        return workspace.model.apiName(parts[0]) + "/" + parts[1]
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: workspace.bodyHeight - 1, workspace) { return [] }
        if command == .create {
            workspace.present(Self.prompt)
            return []
        }
        guard let row = table.selected else { return [] }
        switch command {
        case .reveal:
            let value = row.key.value ?? "The engine does not tell it."
            workspace.present(NoticeDialog(title: "Value of the key \(row.key.name ?? row.id)", text: [value]))
        case .copyValue:
            guard let value = row.key.value else { return workspace.tell("the engine does not tell the value", .news) }
            // The value itself stays off the screen.
            return [.copy(value)] + workspace.tell("copied the value of \(row.key.name ?? row.id)")
        case .toggle: confirmToggle(row, &workspace)
        case .delete: confirmDeletion(row, &workspace)
        default: break
        }
        return []
    }

    private static let prompt = PromptLine(
        "name of the new key", limit: 1024, check: { $0.trimmed.isEmpty ? "a name, please" : nil },
        entered: { name, workspace in
            workspace.send(
                Job(
                    .createApiKey(name: name), doing: "make the key \(name)",
                    done: "key \(name) made: a usage plan lets it in"))
        })

    private func confirmToggle(_ row: Row, _ workspace: inout Workspace) {
        let name = row.key.name ?? row.id
        let enable = !row.isEnabled
        let verb = enable ? "Enable" : "Disable"
        let job = Job(
            .updateApiKey(keyId: row.id, [.replace("/enabled", enable ? "true" : "false")]),
            doing: "\(verb.lowercased()) the key \(name)", done: "key \(name) \(enable ? "enabled" : "disabled")")
        workspace.present(
            AskDialog(title: "\(verb) the key \(name)", button: verb, job) { _ in
                [
                    ("opens", row.stages.isEmpty ? "no stage" : row.stages.joined(separator: ", "), .plain),
                    (
                        "at once",
                        enable ? "its clients are let in" : "its clients get 403 Forbidden", enable ? .plain : .warning
                    ),
                ]
            })
    }

    private func confirmDeletion(_ row: Row, _ workspace: inout Workspace) {
        let name = row.key.name ?? row.id
        let job = Job(.deleteApiKey(keyId: row.id), doing: "delete the key \(name)", done: "key \(name) deleted")
        workspace.present(
            AskDialog(title: "Delete the key \(name)", button: "Delete", job) { _ in
                [
                    ("opens", row.stages.isEmpty ? "no stage" : row.stages.joined(separator: ", "), .plain),
                    ("at once", "its clients get 403 Forbidden; the value cannot be had again", .warning),
                ]
            })
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        _ = table.mouse(event, workspace)
        return []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let key = workspace.keymap.key(.create)
        table.view(
            &canvas, workspace, empty: Empty.text(workspace.model.apiKeys, "no API keys: \(key) makes one", workspace))
    }

    private static let columns: [Column<Row>] = [
        Column("name", "NAME", width: 14, stretch: 1, key: { row, _ in .text((row.key.name ?? "").lowercased()) }) {
            row, _ in
            TableCell(row.key.name ?? "", row.isEnabled ? Style.plain.bold : .dim)
        },
        Column("id", "ID", width: 10, drop: 2, key: { row, _ in .text(row.id) }) { row, _ in TableCell(row.id, .dim) },
        Column("state", "STATE", width: 8, key: { row, _ in .text(row.isEnabled ? "enabled" : "disabled") }) { row, _ in
            row.isEnabled ? TableCell("enabled", .healthy) : TableCell("disabled", Style.warning.bold)
        },
        Column("value", "VALUE", width: 12, key: { row, _ in .text(row.id) }) { row, _ in
            TableCell(mask(row.key.value), .dim)
        },
        Column("stages", "OPENS", width: 14, stretch: 2, key: { row, _ in .number(Double(row.stages.count)) }) {
            row, _ in
            row.stages.isEmpty
                ? TableCell("no stage: in no usage plan", .warning) : TableCell(row.stages.joined(separator: " "))
        },
        Column(
            "created", "CREATED", width: 16, drop: 3,
            key: { row, _ in .number(Double(row.key.createdDate?.seconds ?? 0)) }
        ) { row, space in
            TableCell(row.key.createdDate.map { space.clock.date($0) } ?? "", .dim)
        },
    ]

    /// As AWS masks keys in its logs: the last six stay.
    static func mask(_ value: String?) -> String {
        guard let value else { return "hidden" }
        return "******" + value.suffix(value.count >= 20 ? 6 : 0)
    }
}
