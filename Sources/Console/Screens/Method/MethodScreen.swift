import ControlAPI
package import Terminal

/// A method as the way of a request: method request, integration request, backend, and back.
package struct MethodScreen: Screen {
    let apiId: String
    let resourceId: String
    let path: String
    let verb: String
    private var pane = TextPane()
    private var width = 0

    package init(apiId: String, resourceId: String, path: String, verb: String) {
        self.apiId = apiId
        self.resourceId = resourceId
        self.path = path
        self.verb = verb
    }

    package var contexts: [CommandContext] { [.method, .api, .list] }
    package func crumbs(_ workspace: Workspace) -> [String] { workspace.crumbs(.api(apiId)) + ["\(verb) \(path)"] }
    package func requests(_ workspace: Workspace) -> [Request] {
        [.resources(apiId: apiId), .stages(apiId: apiId), .models(apiId: apiId), .validators(apiId: apiId)]
    }

    private var key: MethodKey { MethodKey(apiId: apiId, resourceId: resourceId, path: path, verb: verb) }

    package func focus(_ workspace: Workspace) -> Focus {
        Focus(apiId: apiId, path: path, method: verb, id: resourceId)
    }

    package mutating func refresh(_ workspace: Workspace) {
        guard let method = workspace.model.method(key) else {
            let known = workspace.model.resources[apiId]?.value != nil
            pane.set([StyledLine(known ? "\(verb) \(path) was removed" : "asking the engine", .dim)])
            return
        }
        let validator = workspace.model.validators(apiId)?.value?.first { $0.id == method.requestValidatorId }
        let pipeline = MethodPipeline(
            verb: verb, path: path, method: method, validator: validator,
            settings: (workspace.model.stages[apiId]?.value ?? []).map {
                ($0.stageName, SettingsInForce($0, path: path, verb: verb))
            }, drafts: TemplateEditing.documents(key, workspace).filter { workspace.drafts[$0] != nil },
            width: workspace.width - 2, glyphs: workspace.glyphs)
        pane.set(pipeline.lines)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if command == .edit { return TemplateEditing.choose(key, &workspace) }
        _ = pane.perform(command, page: workspace.bodyHeight)
        return []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) { pane.view(&canvas, workspace) }
}
