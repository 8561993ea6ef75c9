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
        let variant = LogLine.variant(record)
        lines += [
            .name(
                "time",
                "\(workspace.clock.date(Timestamp(seconds: record.requestTimeEpoch / 1000)).prefix(10)) \(workspace.clock.milliseconds(record.requestTimeEpoch))"
            ),
            .name("answered", workspace.clock.milliseconds(record.responseTimeEpoch)),
            .name("requestId", record.requestId),
            .name("api", "\(workspace.model.apiName(record.apiId)) (\(record.apiId))"),
            .name("stage", record.stage),
            .name("answered by", variant.text, style: variant.style),
            .name("resource", record.resourcePath ?? "none matched"),
            .name("protocol", record.protocolName),
            .name("sourceIp", record.sourceIp),
            .name("responseLength", "\(Format.grouped(record.responseLength)) bytes"),
            StyledLine(),
        ]
        lines += latency(workspace)
        lines.append(StyledLine())
        lines += ExecutionSection(record: record, workspace: workspace).lines
        pane.set(lines)
    }

    /// The backend's share of the time as a bar.
    private func latency(_ workspace: Workspace) -> [StyledLine] {
        let total = record.responseLatency
        var lines: [StyledLine] = [.name("responseLatency", "\(Format.number(total, decimals: 1)) ms")]
        guard let backend = record.integrationLatency else {
            lines.append(.name("integrationLatency", "no backend was called"))
            return lines
        }
        lines.append(.name("integrationLatency", "\(Format.number(backend, decimals: 1)) ms"))
        lines.append(.name("own", "\(Format.number(max(0, total - backend), decimals: 1)) ms"))
        let parts = BlockBar.parts(
            fraction: total > 0 ? backend / total : 0, width: 40, graphics: workspace.capabilities.graphics)
        lines.append(
            StyledLine([
                (TextLayout.pad("backend / own", to: 22), .dim), (parts.filled + parts.partial, Style(.bar)),
                (parts.empty, Style(.barEmpty)),
            ]))
        return lines
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
