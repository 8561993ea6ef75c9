import ControlAPI
package import Terminal

/// What the backend will get for the request of a method's test form, beside what the client sends.
package struct PreviewScreen: Screen {
    let key: MethodKey
    private var pane = TextPane()

    package init(_ key: MethodKey) {
        self.key = key
    }

    package var contexts: [CommandContext] { [.preview, .api, .list] }

    package func crumbs(_ workspace: Workspace) -> [String] {
        workspace.crumbs(.api(key.apiId)) + [key.name, "request to the backend"]
    }

    package func requests(_ workspace: Workspace) -> [Request] {
        [.resources(apiId: key.apiId), .models(apiId: key.apiId), .stages(apiId: key.apiId)] + preview(workspace)
    }

    private func preview(_ workspace: Workspace) -> [Request] {
        workspace.testRequest(key).map { [.preview(key, verb: $0.verb, $0.request)] } ?? []
    }

    package func focus(_ workspace: Workspace) -> Focus {
        Focus(apiId: key.apiId, path: key.path, method: key.verb, id: key.resourceId)
    }

    private func known(_ workspace: Workspace) -> Loadable<IntegrationPreview>? {
        preview(workspace).first.flatMap { workspace.model.preview($0) }
    }

    package mutating func refresh(_ workspace: Workspace) {
        guard let sent = workspace.testRequest(key) else {
            pane.set([StyledLine("asking the engine", .dim)])
            return
        }
        pane.set(
            PreviewLines(verb: sent.verb, request: sent.request, answer: known(workspace), workspace: workspace).lines)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        switch command {
        case .run: return workspace.ask(preview(workspace))
        case .edit: return TemplateEditing.choose(key, &workspace)
        case .copyBackendCurl: return copy(&workspace)
        case .invoke: return invoke(&workspace)
        default: _ = pane.perform(command, page: workspace.bodyHeight)
        }
        return []
    }

    /// A command that sends the same request past the gateway.
    private func copy(_ workspace: inout Workspace) -> [Effect] {
        guard let preview = known(workspace)?.value, let curl = BackendCurl.text(preview) else {
            return workspace.tell("there is no HTTP request to copy", .news)
        }
        return [.copy(curl)] + workspace.tell("copied \(curl.firstLine)")
    }

    /// The function with the event that it would get.
    private func invoke(_ workspace: inout Workspace) -> [Effect] {
        guard let preview = known(workspace)?.value, preview.type == "AWS_PROXY",
            let name = workspace.model.functions(of: key).first
        else { return workspace.tell("no function gets this request", .news) }
        workspace.prepareInvocation(name)
        workspace.invocations[name]?.payload = preview.body
        workspace.open(InvokeScreen(name))
        return []
    }

    /// The template was saved: see at once what it makes.
    package mutating func carriedOut(_ job: Job, _ workspace: inout Workspace) -> [Effect] {
        switch job.call {
        case .updateIntegration(key, _), .updateModel(key.apiId, _, _): return workspace.ask(preview(workspace))
        default: return []
        }
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        switch event.action {
        case .wheelUp: pane.scroll(-3, workspace.bodyHeight)
        case .wheelDown: pane.scroll(3, workspace.bodyHeight)
        default: break
        }
        return []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) { pane.view(&canvas, workspace) }
}

/// A request to a backend as a command line.
enum BackendCurl {
    /// Headers that curl makes itself.
    private static let own = ["host", "content-length"]

    static func text(_ preview: IntegrationPreview) -> String? {
        guard let uri = preview.uri, uri.hasPrefix("http"), !preview.isBase64Encoded else { return nil }
        var words = ["curl -i -X \(preview.httpMethod ?? "GET") '\(uri.quotedInside)'"]
        for header in preview.headers where !own.contains(header.name.lowercased()) {
            words.append("-H '\("\(header.name): \(header.value)".quotedInside)'")
        }
        if !preview.body.isEmpty { words.append("--data-binary '\(preview.body.quotedInside)'") }
        return words.joined(separator: " \\\n  ")
    }
}
