import ControlAPI
package import Terminal

/// What differs from one deployment of an API to another, or to the API as it is now.
package struct DifferenceScreen: Screen {
    let apiId: String
    let from: String
    private(set) var to: String
    private var pane = TextPane()

    package init(apiId: String, from: String, to: String = ApiDifference.current) {
        self.apiId = apiId
        self.from = from
        self.to = to
    }

    package var contexts: [CommandContext] { [.comparing, .api, .list] }

    package func crumbs(_ workspace: Workspace) -> [String] {
        let items = workspace.model.difference(apiId, from: from, to: to)?.value?.items
        let counts = items.map { "  " + DifferenceLines.counts($0, workspace.glyphs) } ?? ""
        return workspace.crumbs(.api(apiId)) + ["\(from) \(workspace.glyphs.arrowRight) \(to)\(counts)"]
    }

    package func requests(_ workspace: Workspace) -> [Request] {
        [.difference(apiId: apiId, from: from, to: to), .stages(apiId: apiId)]
    }

    package func focus(_ workspace: Workspace) -> Focus {
        Focus(apiId: apiId, deploymentId: to == ApiDifference.current ? from : to, id: from)
    }

    package mutating func refresh(_ workspace: Workspace) {
        let known = workspace.model.difference(apiId, from: from, to: to)
        if let difference = known?.value {
            pane.set(
                difference.items.isEmpty
                    ? [StyledLine("\(from) and \(to) do not differ", .dim)]
                    : DifferenceLines.tree(difference.items, workspace))
        } else if let error = known?.error {
            pane.set([StyledLine("\(error)", .error)])
        } else {
            pane.set([StyledLine("asking the engine", .dim)])
        }
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if pane.perform(command, page: workspace.bodyHeight) { return [] }
        guard command == .otherPane else { return [] }
        to = next(workspace)
        pane = TextPane()
        refresh(workspace)
        return workspace.ask(requests(workspace))
    }

    /// The API as it is now, then what each stage runs.
    private func next(_ workspace: Workspace) -> String {
        let live = (workspace.model.stages[apiId]?.value ?? []).flatMap {
            [$0.deploymentId, $0.canarySettings?.deploymentId].compactMap { $0 }
        }
        var choices: [String] = [ApiDifference.current]
        for id in live where id != from && !choices.contains(id) { choices.append(id) }
        let place = choices.firstIndex(of: to).map { $0 + 1 } ?? 0
        return choices[place % choices.count]
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) { pane.view(&canvas, workspace) }
}
