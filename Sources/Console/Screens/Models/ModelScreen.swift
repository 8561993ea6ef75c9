import ControlAPI
package import Terminal

/// A model's schema as it was written.
package struct ModelScreen: Screen {
    let apiId: String
    let name: String
    private var pane = TextPane()

    package init(apiId: String, name: String) {
        self.apiId = apiId
        self.name = name
    }

    package var contexts: [CommandContext] { [.model, .api, .list] }
    package func crumbs(_ workspace: Workspace) -> [String] { workspace.crumbs(.api(apiId)) + ["model \(name)"] }
    package func requests(_ workspace: Workspace) -> [Request] { [.models(apiId: apiId), .resources(apiId: apiId)] }
    package func focus(_ workspace: Workspace) -> Focus { Focus(apiId: apiId, id: name) }

    package mutating func refresh(_ workspace: Workspace) {
        let known = workspace.model.models(apiId)
        guard let model = known?.value?.first(where: { $0.name == name }) else {
            pane.set([StyledLine(Empty.text(known, "the model \(name) was removed", workspace), .dim)])
            return
        }
        let uses = workspace.model.uses(ofModel: name, api: apiId)
        var lines: [StyledLine] = [
            StyledLine([("MODEL ", .header), (name, Style.title.bold), ("  \(model.contentType ?? "")", .dim)])
        ]
        if let description = model.description, !description.isEmpty { lines.append(StyledLine(description)) }
        lines.append(
            StyledLine([
                ("used by  ", .dim),
                (uses.isEmpty ? "no method" : uses.joined(separator: ", "), uses.isEmpty ? .dim : .accent),
            ]))
        if workspace.drafts[.schema(apiId: apiId, model: name)] != nil {
            lines.append(
                StyledLine("an edit of it was not sent: \(workspace.keymap.key(.edit)) opens it again", .warning))
        }
        lines.append(StyledLine())
        lines += (model.schema ?? "").split(separator: "\n", omittingEmptySubsequences: false).map {
            StyledLine(String($0))
        }
        pane.set(lines)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if command == .edit { return workspace.edit(.schema(apiId: apiId, model: name)) }
        _ = pane.perform(command, page: workspace.bodyHeight)
        return []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) { pane.view(&canvas, workspace) }
}
