package import ControlAPI
package import Terminal

/// One request with all that is known of it: its access log record, and every line of its execution.
package struct RequestScreen: Screen {
    let record: AccessLogRecord
    private var pane = TextPane()

    package init(_ record: AccessLogRecord) {
        self.record = record
    }

    package var contexts: [CommandContext] { [.request, .list] }
    package func crumbs(_ workspace: Workspace) -> [String] {
        workspace.crumbs(.api(record.apiId)) + [record.stage, "request \(record.requestId)"]
    }

    package func requests(_ workspace: Workspace) -> [Request] {
        [.execution(requestId: record.requestId), .stages(apiId: record.apiId)]
            + (workspace.model.apis.value == nil ? [.apis] : [])
    }

    package func focus(_ workspace: Workspace) -> Focus { Self.focus(record) }

    static func focus(_ record: AccessLogRecord) -> Focus {
        // The path carries the stage; the invoke URL has it already.
        let stage = "/" + record.stage
        let shown = record.shownPath
        let path = shown == stage ? "/" : shown.hasPrefix(stage + "/") ? String(shown.dropFirst(stage.count)) : shown
        return Focus(
            stage: StageKey(record.apiId, record.stage), path: path, method: record.httpMethod, id: record.requestId)
    }

    package mutating func refresh(_ workspace: Workspace) {
        var lines: [StyledLine] = [
            StyledLine([
                ("\(record.httpMethod) ", Style.accent.bold), (record.shownPath + "  ", Style.title.bold),
                (String(record.status), LogLine.status(record.status)),
            ]),
            StyledLine(),
        ]
        if let message = record.errorMessage {
            lines += TextLayout.wrap(message, to: max(20, workspace.width - 4)).map { StyledLine($0, .error) }
            lines.append(StyledLine())
        }
        lines += facts(workspace)
        lines.append(StyledLine())
        lines += ExecutionSection(record: record, workspace: workspace).lines
        pane.set(lines)
    }

    /// What the access log tells, as short as it can be said: the lines of the execution come right after it.
    private func facts(_ workspace: Workspace) -> [StyledLine] {
        let clock = workspace.clock
        let variant = LogLine.variant(record)
        let day = clock.date(Timestamp(seconds: record.requestTimeEpoch / 1000)).prefix(10)
        return [
            line(
                "time",
                [
                    ("\(day) \(clock.milliseconds(record.requestTimeEpoch))", .plain), ("   answered ", .dim),
                    (clock.milliseconds(record.responseTimeEpoch), .plain), ("   by ", .dim), variant,
                ]),
            line("requestId", [(record.requestId, .plain)]),
            line(
                "api",
                [
                    ("\(workspace.model.apiName(record.apiId)) (\(record.apiId))", .plain), ("   stage ", .dim),
                    (record.stage, .plain), ("   resource ", .dim), (record.resourcePath ?? "none matched", .plain),
                ]),
            line(
                "sourceIp",
                [
                    (record.sourceIp, .plain), ("   protocol ", .dim), (record.protocolName, .plain),
                    ("   responseLength ", .dim), ("\(Format.grouped(record.responseLength)) bytes", .plain),
                ]),
            line("responseLatency", latency(workspace)),
        ]
    }

    private func line(_ name: String, _ pieces: [(text: String, style: Style)]) -> StyledLine {
        StyledLine([(TextLayout.pad(name, to: 17), .dim)] + pieces)
    }

    /// The backend's share of the time, with a bar.
    private func latency(_ workspace: Workspace) -> [(text: String, style: Style)] {
        let total = record.responseLatency
        let whole: (text: String, style: Style) = ("\(Format.number(total, decimals: 1)) ms", .plain)
        guard let backend = record.integrationLatency else { return [whole, ("   no backend was called", .dim)] }
        let parts = BlockBar.parts(
            fraction: total > 0 ? backend / total : 0, width: workspace.width < 100 ? 16 : 30,
            graphics: workspace.capabilities.graphics)
        return [
            whole, ("   backend ", .dim), (Format.number(backend, decimals: 1), .plain), ("   own ", .dim),
            (Format.number(max(0, total - backend), decimals: 1) + "  ", .plain),
            (parts.filled + parts.partial, Style(.bar)), (parts.empty, Style(.barEmpty)),
        ]
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if command == .save {
            let text = pane.lines.map(\.text).joined(separator: "\n") + "\n"
            return [.save(name: "request-\(record.requestId.prefix(8))", text: text)]
        }
        _ = pane.perform(command, page: workspace.bodyHeight)
        return []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) { pane.view(&canvas, workspace) }
}
