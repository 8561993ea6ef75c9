package import ControlAPI
import JSON
package import Terminal

/// Invoking a function: the payload above, the answer and what the function wrote meanwhile below.
package struct InvokeScreen: Screen {
    let name: String
    private var pane = TextPane()

    package init(_ name: String) {
        self.name = name
    }

    package var contexts: [CommandContext] { [.invoke, .list] }
    package var functionTail: EventSelection.FunctionSelection { .function(name: name) }
    package func crumbs(_ workspace: Workspace) -> [String] { ["functions", name, "invoke"] }
    package func requests(_ workspace: Workspace) -> [Request] { [.functions] }

    package func focus(_ workspace: Workspace) -> Focus {
        Focus(id: workspace.model.function(name)?.functionArn ?? name)
    }

    package mutating func refresh(_ workspace: Workspace) {
        guard let run = workspace.invocations[name] else { return }
        pane.set(payload(run, workspace) + [StyledLine(), summary(run, workspace)] + answer(run, workspace))
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        var effects: [Effect] = []
        switch command {
        case .run: effects = workspace.invoke(name)
        case .editBody: return workspace.edit(.functionPayload(name))
        case .save:
            guard workspace.invocations[name]?.outcome != nil else {
                return workspace.tell("there is no answer to save: \(workspace.keymap.key(.run)) invokes it", .news)
            }
            return [.save(name: "invocation", text: pane.lines.map(\.text).joined(separator: "\n") + "\n")]
        default: _ = pane.perform(command, page: workspace.bodyHeight)
        }
        refresh(workspace)
        return effects
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) { pane.view(&canvas, workspace) }

    // MARK: Lines

    private func json(_ text: String, _ workspace: Workspace) -> [StyledLine] {
        let pretty = text.utf8.count < 200_000 ? (try? JSON(parsing: text).text(.pretty)) ?? text : text
        return TextLayout.wrap(String(pretty.prefix(400_000)), to: max(20, workspace.width - 6)).map {
            StyledLine("  " + $0)
        }
    }

    /// At most a third of the screen: the answer is what is looked at.
    private func payload(_ run: FunctionRun, _ workspace: Workspace) -> [StyledLine] {
        let lines = json(run.payload, workspace)
        let most = max(3, workspace.bodyHeight / 3)
        let head = StyledLine([
            ("PAYLOAD   ", .header), ("\(Format.grouped(run.payload.utf8.count)) bytes   ", .dim),
            (workspace.keymap.key(.editBody), .key), (" edits it", .dim),
        ])
        guard lines.count > most else { return [head] + lines }
        return [head] + lines.prefix(most - 1) + [StyledLine("  \(lines.count - most + 1) lines more", .dim)]
    }

    private func summary(_ run: FunctionRun, _ workspace: Workspace) -> StyledLine {
        if run.token != nil { return StyledLine([("RESULT    ", .header), ("waiting for the answer", .changed)]) }
        var pieces: [(text: String, style: Style)] = [("RESULT    ", .header)]
        switch run.outcome {
        case nil:
            pieces += [("not invoked yet   ", .dim), (workspace.keymap.key(.run), .key), (" invokes it", .dim)]
        case .failure?: pieces.append(("could not be invoked", Style.error.bold))
        case .success(let answer)?:
            pieces.append(answer.functionError == nil ? ("answered", .healthy.bold) : ("failed", .error.bold))
            pieces.append(("   \(Format.grouped(max(0, run.answeredAt - run.sentAt))) ms", .plain))
            pieces.append(("   \(Format.grouped(answer.payload.utf8.count)) bytes", .plain))
        }
        if run.runs > 0, run.outcome != nil {
            pieces.append(("   run \(run.runs), \(workspace.clock.time(run.answeredAt / 1000))", .dim))
        }
        return StyledLine(pieces)
    }

    private func answer(_ run: FunctionRun, _ workspace: Workspace) -> [StyledLine] {
        let width = max(20, workspace.width - 4)
        var lines: [StyledLine] = []
        switch run.outcome {
        case nil: break
        case .failure(let error)?:
            lines = TextLayout.wrap("\(error)", to: width).map { StyledLine($0, .error) }
            lines += [StyledLine(), StyledLine(NoticeDialog.advice(error), .dim)]
        case .success(let answer)?:
            if let message = answer.errorMessage {
                lines += TextLayout.wrap(message, to: width).map { StyledLine("  " + $0, .error) }
            }
            lines += json(answer.payload, workspace)
        }
        return lines + log(run, workspace)
    }

    /// What the function wrote since it was invoked from here.
    private func log(_ run: FunctionRun, _ workspace: Workspace) -> [StyledLine] {
        guard run.sentAt > 0 else { return [] }
        let book = workspace.model.functionLog
        // A clock of another machine may be a little behind.
        let since = run.sentAt - 1000
        let records = stride(from: book.end - 1, through: max(book.first, book.end - 500), by: -1).lazy
            .compactMap { book[$0] }.prefix { $0.time >= since }.reversed()
        guard !records.isEmpty else { return [] }
        return [StyledLine(), StyledLine("LOG", .header)]
            + records.flatMap { record in
                TextLayout.wrap(record.message, to: max(20, workspace.width - 18)).enumerated().map { index, text in
                    let time = index == 0 ? workspace.clock.milliseconds(record.time) : ""
                    return StyledLine([("  " + TextLayout.pad(time, to: 14), .dim), (text, record.style)])
                }
            }
    }
}
