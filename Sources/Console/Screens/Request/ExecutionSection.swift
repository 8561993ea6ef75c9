import ControlAPI
import Terminal

/// The execution log of one request, or why there is none and what to do about it.
struct ExecutionSection {
    let record: AccessLogRecord
    let workspace: Workspace

    private var width: Int { max(20, workspace.width - 4) }

    var lines: [StyledLine] {
        let known = workspace.model.execution(record.requestId)
        if let execution = known?.value, !execution.lines.isEmpty { return shown(execution) }
        if let error = known?.error, !error.isNotFound {
            return [header("")] + TextLayout.wrap("\(error)", to: width).map { StyledLine("  " + $0, .error) }
        }
        guard known?.isLoading != true, known != nil else {
            return [
                header(""), StyledLine(workspace.isLost ? "  the engine does not answer" : "  asking the engine", .dim),
            ]
        }
        return [header("")] + missing
    }

    private func header(_ note: String) -> StyledLine {
        StyledLine([("EXECUTION LOG", .header), (note.isEmpty ? "" : "  " + note, .dim)])
    }

    /// Each line with its milliseconds since the first.
    private func shown(_ execution: ExecutionLogRecord) -> [StyledLine] {
        let start = execution.lines.first?.time ?? 0
        return [header("\(execution.lines.count) lines, ms since the first")]
            + execution.lines.flatMap { line in
                let time = TextLayout.pad("+" + Format.grouped(max(0, line.time &- start)), to: 6, .right)
                return ExecutionLines.lines(time: time, message: line.message, width: width)
            }
    }

    private var missing: [StyledLine] {
        let key = StageKey(record.apiId, record.stage)
        let turnOn = workspace.keymap.key(.logExecutions)
        guard let stage = workspace.model.stage(key) else {
            return [StyledLine("  none was written, and the stage \(record.stage) is gone", .dim)]
        }
        let level = SettingsInForce(stage, path: record.resourcePath ?? "/", verb: record.httpMethod).loggingLevel
        switch level {
        case "INFO":
            return text(
                "None is held of this request: it came before logging was on, or newer ones took its place. "
                    + "New requests have theirs.")
        case "ERROR":
            return text("None: \(record.stage) logs at ERROR, which writes down failures alone.") + [hint(turnOn)]
        default:
            return text("None: execution logging of \(record.stage) is OFF.") + [hint(turnOn)]
        }
    }

    private func text(_ text: String) -> [StyledLine] {
        TextLayout.wrap(text, to: width - 2).map { StyledLine("  " + $0, .plain) }
    }

    private func hint(_ key: String) -> StyledLine {
        StyledLine([
            ("  ", .plain), (key, .key),
            (
                " turns it on for every method of \(record.stage) (*/* loggingLevel INFO), for the requests to come",
                .dim
            ),
        ])
    }
}

extension ControlError {
    var isNotFound: Bool {
        if case .refused(let status, _, _, _) = self { return status == 404 }
        return false
    }
}
