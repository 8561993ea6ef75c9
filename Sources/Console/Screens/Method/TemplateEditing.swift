import ControlAPI

/// Which texts of a method can be edited: its templates, and the models of its bodies.
enum TemplateEditing {
    /// Opens the only one, or lets one be chosen.
    static func choose(_ key: MethodKey, _ workspace: inout Workspace) -> [Effect] {
        let documents = documents(key, workspace)
        guard let first = documents.first else {
            return workspace.tell("\(key.name): \(why(key, workspace))", .news)
        }
        guard documents.count > 1 else { return workspace.edit(first) }
        let items = documents.enumerated().map { index, document in
            Chooser.Item(String(index), document.title, note: note(document, workspace))
        }
        workspace.present(
            Chooser(
                title: "Edit which text of \(key.name)?", items: items,
                chosen: { id, workspace in
                    guard let index = Int(id), documents.indices.contains(index) else { return [] }
                    return workspace.edit(documents[index])
                }))
        return []
    }

    /// In the order in which a request meets them.
    static func documents(_ key: MethodKey, _ workspace: Workspace) -> [Document] {
        guard let method = workspace.model.method(key) else { return [] }
        var documents: [Document] = []
        if let integration = method.methodIntegration, !integration.type.hasSuffix("_PROXY") {
            let types = (integration.requestTemplates ?? [:]).keys.sorted()
            documents += (types.isEmpty ? ["application/json"] : types).map {
                .requestTemplate(key, contentType: $0)
            }
            for (status, response) in (integration.integrationResponses ?? [:]).sorted(by: { $0.key < $1.key }) {
                let types = (response.responseTemplates ?? [:]).keys.sorted()
                documents += (types.isEmpty ? ["application/json"] : types).map {
                    .responseTemplate(key, statusCode: status, contentType: $0)
                }
            }
        }
        let models = Set((method.requestModels ?? [:]).values).sorted()
        documents += models.filter { $0 != "Empty" && $0 != "Error" }.map { .schema(apiId: key.apiId, model: $0) }
        return documents
    }

    private static func note(_ document: Document, _ workspace: Workspace) -> String {
        if workspace.drafts[document] != nil { return "edited, not sent" }
        guard let text = document.text(workspace) else { return "new" }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        return text.isEmpty ? "empty" : lines == 1 ? "1 line" : "\(lines) lines"
    }

    private static func why(_ key: MethodKey, _ workspace: Workspace) -> String {
        guard let integration = workspace.model.integration(key) else { return "there is no integration to edit" }
        return "\(integration.type) hands requests through, it has no templates"
    }
}
