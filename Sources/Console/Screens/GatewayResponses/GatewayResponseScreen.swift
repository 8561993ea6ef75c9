import ControlAPI
package import Terminal

/// One gateway response: its status, headers and templates.
package struct GatewayResponseScreen: Screen {
    let apiId: String
    let type: String
    private var pane = TextPane()

    package init(apiId: String, type: String) {
        self.apiId = apiId
        self.type = type
    }

    package var contexts: [CommandContext] { [.gatewayResponses, .api, .list] }
    package func crumbs(_ workspace: Workspace) -> [String] { workspace.crumbs(.api(apiId)) + [type] }
    package func requests(_ workspace: Workspace) -> [Request] { [.gatewayResponses(apiId: apiId)] }
    package func focus(_ workspace: Workspace) -> Focus { Focus(apiId: apiId, id: type) }

    package mutating func refresh(_ workspace: Workspace) {
        guard let response = workspace.model.gatewayResponse(apiId, type) else {
            let known = workspace.model.gatewayResponses(apiId)
            pane.set([StyledLine(Empty.text(known, "there is no type \(type)", workspace), .dim)])
            return
        }
        let all = workspace.model.gatewayResponses(apiId)?.value ?? []
        let source = GatewayResponseSource(of: response, among: all)
        let status = response.statusCode.flatMap(Int.init)
        var lines: [StyledLine] = [
            StyledLine([
                (type + "  ", Style.title.bold),
                (response.statusCode ?? "each type's own status", status.map { LogLine.status($0) } ?? .dim),
                ("  " + source.text, source.style),
            ]),
            StyledLine(), StyledLine("HEADERS", .header),
        ]
        let parameters = (response.responseParameters ?? [:]).sorted { $0.key < $1.key }
        if parameters.isEmpty { lines.append(StyledLine("  none", .dim)) }
        for (name, value) in parameters {
            let short = name.hasPrefix("gatewayresponse.header.") ? String(name.dropFirst(23)) : name
            lines.append(StyledLine([("  " + TextLayout.pad(short, to: 34) + "  ", .dim), (value, .plain)]))
        }
        lines.append(StyledLine())
        for (content, template) in (response.responseTemplates ?? [:]).sorted(by: { $0.key < $1.key }) {
            let draft = workspace.drafts[.gatewayTemplate(apiId: apiId, responseType: type, contentType: content)]
            lines.append(
                StyledLine([
                    ("TEMPLATE  \(content)", .header), (draft == nil ? "" : "   an edit of it was not sent", .warning),
                ]))
            lines += template.split(separator: "\n", omittingEmptySubsequences: false).map { StyledLine("  " + $0) }
            lines.append(StyledLine())
        }
        if case .fallback(let fallback) = source {
            lines.append(
                StyledLine("\(fallback) was customised: what clients get has its status, headers and template.", .dim))
        }
        pane.set(lines)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if let response = workspace.model.gatewayResponse(apiId, type) {
            if command == .edit { return GatewayResponseActions.edit(apiId, response, &workspace) }
            if command == .reset { return GatewayResponseActions.reset(apiId, response, &workspace) }
        }
        _ = pane.perform(command, page: workspace.bodyHeight)
        return []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) { pane.view(&canvas, workspace) }
}

/// What is done to a gateway response, from its own screen and from the list.
enum GatewayResponseActions {
    /// Lets a template, or status and headers, be chosen for the editor.
    static func edit(_ apiId: String, _ response: GatewayResponse, _ workspace: inout Workspace) -> [Effect] {
        guard let type = response.responseType else { return [] }
        let types = (response.responseTemplates ?? [:]).keys.sorted()
        let documents: [Document] =
            (types.isEmpty ? ["application/json"] : types).map {
                .gatewayTemplate(apiId: apiId, responseType: type, contentType: $0)
            } + [.gatewaySettings(apiId: apiId, responseType: type)]
        workspace.present(
            Chooser(
                title: "Edit what of \(type)?",
                items: documents.enumerated().map { index, document in
                    let unsent = workspace.drafts[document] != nil
                    return Chooser.Item(String(index), document.title, note: unsent ? "edited, not sent" : "")
                },
                chosen: { id, workspace in
                    guard let index = Int(id), documents.indices.contains(index) else { return [] }
                    return workspace.edit(documents[index])
                }))
        return []
    }

    static func reset(_ apiId: String, _ response: GatewayResponse, _ workspace: inout Workspace) -> [Effect] {
        guard let type = response.responseType else { return [] }
        guard response.defaultResponse != true else {
            return workspace.tell("\(type) was not customised: there is nothing to take back", .news)
        }
        let job = Job(
            .deleteGatewayResponse(apiId: apiId, responseType: type), doing: "reset \(type)",
            done: "\(type) is the built-in one again: live after the next deployment")
        let headers = response.responseParameters?.count ?? 0
        let templates = response.responseTemplates?.count ?? 0
        workspace.present(
            AskDialog(title: "Reset \(type)", button: "Reset", job) { _ in
                [
                    (
                        "loses", "\(headers) headers, \(templates) templates",
                        .warning
                    ),
                    ("then", "the built-in answer, or that of DEFAULT_4XX and DEFAULT_5XX", .plain),
                ]
            })
        return []
    }
}
