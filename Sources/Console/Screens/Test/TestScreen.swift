import ControlAPI
package import Terminal

/// Test-invoke of a method: the request above, the answer and its execution log below. Editing a template from here runs
/// the test again as soon as the engine has taken it.
package struct TestScreen: Screen {
    let key: MethodKey
    private(set) var cursor = 0
    /// Whether the moving keys scroll the answer instead of choosing what is sent.
    private(set) var readsAnswer = false
    private var pane = TextPane()

    package init(_ key: MethodKey) {
        self.key = key
    }

    package var contexts: [CommandContext] { [.test, .api, .list] }

    package func crumbs(_ workspace: Workspace) -> [String] { workspace.crumbs(.api(key.apiId)) + [key.name, "test"] }

    package func requests(_ workspace: Workspace) -> [Request] {
        [.resources(apiId: key.apiId), .models(apiId: key.apiId), .stages(apiId: key.apiId)]
    }

    package func focus(_ workspace: Workspace) -> Focus {
        Focus(apiId: key.apiId, path: key.path, method: key.verb, id: key.resourceId)
    }

    // MARK: What is sent, in rows

    private enum Row: Equatable {
        case verb
        case field(Int)
        case body
        case variables
    }

    private func rows(_ workspace: Workspace) -> [Row] {
        guard let form = workspace.tests[key]?.form else { return [] }
        return (key.verb == "ANY" ? [.verb] : []) + form.fields.indices.map { .field($0) } + [.body, .variables]
    }

    package mutating func refresh(_ workspace: Workspace) {
        cursor = min(max(0, cursor), max(0, rows(workspace).count - 1))
        guard let run = workspace.tests[key] else { return }
        pane.set(TestResult(run: run, workspace: workspace).lines)
    }

    /// Rows of the form in sight, and of the answer.
    private func heights(_ workspace: Workspace) -> (form: Int, answer: Int) {
        let all = workspace.bodyHeight
        let form = min(rows(workspace).count, max(3, all / 2 - 1))
        return (form, max(1, all - form - 2))
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        let rows = rows(workspace)
        let page = heights(workspace).answer
        switch command {
        case .run: return run(&workspace)
        case .edit: return TemplateEditing.choose(key, &workspace)
        case .editBody: return workspace.edit(.testBody(key))
        case .add: ask(&workspace)
        case .remove:
            if rows.indices.contains(cursor), case .field(let index) = rows[cursor] {
                workspace.tests[key]?.form.remove(index)
            }
        case .open: return change(rows, &workspace)
        case .otherPane: readsAnswer.toggle()
        case .save:
            guard let run = workspace.tests[key], run.outcome != nil else {
                return workspace.tell("there is no answer to save: \(workspace.keymap.key(.run)) runs the test", .news)
            }
            return [.save(name: "test-invoke", text: TestResult(run: run, workspace: workspace).text(key))]
        case .up where !readsAnswer: cursor -= 1
        case .down where !readsAnswer: cursor += 1
        default: _ = pane.perform(command, page: page)
        }
        refresh(workspace)
        return []
    }

    private mutating func run(_ workspace: inout Workspace) -> [Effect] {
        let effects = workspace.runTest(key)
        _ = pane.perform(.top, page: 1)
        refresh(workspace)
        return effects
    }

    /// Changes the row under the cursor.
    private mutating func change(_ rows: [Row], _ workspace: inout Workspace) -> [Effect] {
        guard rows.indices.contains(cursor), let form = workspace.tests[key]?.form else { return [] }
        switch rows[cursor] {
        case .verb: workspace.tests[key]?.form.nextVerb()
        case .variables: workspace.tests[key]?.form.nextStage(workspace.model.stages[key.apiId]?.value ?? [])
        case .body: return workspace.edit(.testBody(key))
        case .field(let index):
            let (key, field) = (self.key, form.fields[index])
            let isPath = field.kind == .path
            workspace.present(
                PromptLine(
                    "\(field.kind.rawValue) \(field.name)", text: field.value, note: isPath ? "" : "empty: not sent",
                    check: { isPath && $0.isEmpty ? "the path needs a value" : nil },
                    entered: { text, workspace in
                        workspace.tests[key]?.form.set(index, text)
                        return []
                    }))
        }
        return []
    }

    private func ask(_ workspace: inout Workspace) {
        let key = self.key
        workspace.present(
            PromptLine(
                "add", note: "name=value for the query, Name: value for a header",
                check: { TestForm.field($0) == nil ? "name=value, or Name: value" : nil },
                entered: { text, workspace in
                    if let field = TestForm.field(text) { workspace.tests[key]?.form.add(field) }
                    return []
                }))
    }

    /// The template was saved: see at once what it does.
    package mutating func carriedOut(_ job: Job, _ workspace: inout Workspace) -> [Effect] {
        switch job.call {
        case .updateIntegration(key, _), .updateIntegrationResponse(key, _, _): return run(&workspace)
        case .updateModel(key.apiId, _, _): return run(&workspace)
        default: return []
        }
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        let height = heights(workspace)
        switch event.action {
        case .wheelUp: pane.scroll(-3, height.answer)
        case .wheelDown: pane.scroll(3, height.answer)
        case .press where event.button == .left && event.y >= 2 && event.y < 2 + height.form:
            cursor = event.y - 2 + first(height.form, workspace)
            readsAnswer = false
            refresh(workspace)
        default: break
        }
        return []
    }

    // MARK: Drawing

    /// The first row of the form in sight.
    private func first(_ height: Int, _ workspace: Workspace) -> Int {
        max(0, min(cursor - height / 2, rows(workspace).count - height))
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        guard let run = workspace.tests[key] else {
            canvas.put("asking the engine", x: 1, y: 1, style: .dim)
            return
        }
        let glyphs = workspace.glyphs
        let width = canvas.bounds.width
        let rows = rows(workspace)
        let height = heights(workspace)
        let start = first(height.form, workspace)
        var lastLabel = ""
        for y in 0..<height.form where start + y < rows.count {
            let (label, name, value) = texts(rows[start + y], run.form, workspace)
            var pieces: [(text: String, style: Style)] = [
                (TextLayout.pad(label == lastLabel ? "" : label, to: 10), .header)
            ]
            lastLabel = label
            if !name.isEmpty { pieces.append((TextLayout.fit(name, to: 20, ellipsis: glyphs.ellipsis) + "  ", .dim)) }
            pieces.append(value)
            canvas.put(StyledLine(pieces), x: 1, y: y, width: width - 2, glyphs)
            if start + y == cursor, !readsAnswer {
                canvas.restyle(Rect(x: 0, y: y, width: width, height: 1)) { $0.on(.selection) }
                canvas.cursor = Point(x: 0, y: y)
            }
        }
        if rows.count > height.form {
            let more = "\(rows.count - height.form) more"
            canvas.put(more, x: width - 1 - more.count, y: height.form - 1, style: .dim)
        }
        let result = TestResult(run: run, workspace: workspace)
        canvas.put(result.summary, x: 1, y: height.form + 1, width: width - 2, glyphs)
        if readsAnswer { canvas.cursor = Point(x: 0, y: height.form + 1) }
        let (_, rest) = canvas.bounds.splitTop(height.form + 2)
        canvas.draw(in: rest) { pane.view(&$0, workspace) }
    }

    private func texts(
        _ row: Row, _ form: TestForm, _ workspace: Workspace
    ) -> (label: String, name: String, value: (text: String, style: Style)) {
        switch row {
        case .verb: return ("VERB", "", (form.verb, .accent))
        case .field(let index):
            let field = form.fields[index]
            let missing = field.value.isEmpty
            let text =
                missing ? (field.isRequired ? "empty, though the method requires it" : "not sent") : field.value
            let style: Style = missing ? (field.isRequired ? .warning : .dim) : .plain
            return (field.kind.rawValue.uppercased(), field.name, (text, style))
        case .body:
            guard !form.body.isEmpty else { return ("BODY", "", ("none", .dim)) }
            let oneLine = form.body.split(whereSeparator: \.isNewline).map { String($0).trimmed }.joined(separator: " ")
            return ("BODY", "\(Format.grouped(form.body.utf8.count)) bytes", (String(oneLine.prefix(300)), .plain))
        case .variables:
            guard let name = form.stageName else { return ("VARIABLES", "", ("none", .dim)) }
            let stage = workspace.model.stages[key.apiId]?.value?.first { $0.stageName == name }
            let variables = (stage?.variables ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return ("VARIABLES", "as in \(name)", (variables.joined(separator: "  "), .plain))
        }
    }
}
