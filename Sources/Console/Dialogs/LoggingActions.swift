import ControlAPI
import Terminal

/// Turning on execution logs of the stage that has the focus. Asks first.
enum LoggingActions {
    @Sendable static func turnOn(_ state: inout AppState) -> [Effect] {
        guard let key = state.focus.stage else { return [] }
        let name = "\(state.workspace.model.apiName(key.apiId)) / \(key.stageName)"
        let job = Job(
            .updateStage(key, [.replace("/*/*/logging/loglevel", "INFO")]),
            doing: "turn on the execution logs of \(key.stageName)",
            done: "\(key.stageName) logs every execution from now on")
        state.overlays.append(
            AskDialog(title: "Log the executions of \(name)", button: "Turn on", job) { workspace in
                let settings = workspace.model.stage(key)?.methodSettings ?? [:]
                let now = settings["*/*"]?.loggingLevel ?? "OFF"
                let own = settings.filter { $0.key != "*/*" && $0.value.loggingLevel != nil }.keys.sorted()
                var lines: [AskDialog.Line] = [
                    ("*/*", "loggingLevel  \(now)  \(workspace.glyphs.arrowRight)  INFO", .plain),
                    ("from now on", "each request writes a dozen lines; those before have none", .plain),
                ]
                if !own.isEmpty {
                    lines.append(("stay", own.joined(separator: ", ") + ": they have a level of their own", .warning))
                }
                return lines
            })
        return []
    }
}
