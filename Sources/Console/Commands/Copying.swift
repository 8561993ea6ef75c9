import ControlAPI

/// What goes to the clipboard.
enum Copying {
    @Sendable static func id(_ state: inout AppState) -> [Effect] {
        copy(state.focus.id, &state)
    }

    @Sendable static func url(_ state: inout AppState) -> [Effect] {
        copy(invokeUrl(state), &state)
    }

    @Sendable static func curl(_ state: inout AppState) -> [Effect] {
        copy(curlCommand(state), &state)
    }

    private static func copy(_ text: String?, _ state: inout AppState) -> [Effect] {
        guard let text else { return [] }
        return [.copy(text)] + state.workspace.tell("copied \(text)")
    }

    /// The path form, which needs no host of its own and so works from any machine that reaches the port.
    static func invokeUrl(_ state: AppState) -> String? {
        let focus = state.focus
        guard let engine = state.workspace.model.engine, let api = focus.apiId else { return nil }
        let stages = state.workspace.model.stages[api]?.value ?? []
        guard let stage = focus.stage?.stageName ?? (stages.count == 1 ? stages[0].stageName : nil) else { return nil }
        return engine.data + "/_aws/execute-api/" + api + "/" + stage + (focus.path ?? "/")
    }

    static func curlCommand(_ state: AppState) -> String? {
        guard let url = invokeUrl(state) else { return nil }
        let method = state.focus.method.map { $0 == "ANY" ? "GET" : $0 } ?? "GET"
        let verb = method == "GET" ? "" : " -X \(method)"
        return "curl -i\(verb) '" + url.quotedInside + "'"
    }
}

extension String {
    /// Safe between single quotes in a shell.
    var quotedInside: String {
        split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    }
}
