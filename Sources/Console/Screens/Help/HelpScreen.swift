package import Terminal

/// The keys of the screen below, from the command table, and why some are off now.
package struct HelpScreen: Screen {
    private var pane = TextPane()

    package init(_ state: AppState) {
        var lines: [StyledLine] = []
        for (context, commands) in state.workspace.keymap.rows(in: state.contexts) where !commands.isEmpty {
            lines.append(StyledLine(context.title.uppercased(), .header))
            for command in commands {
                let keys = command.keys.map(\.description).joined(separator: "  ")
                let why = command.off(state)
                var pieces: [(text: String, style: Style)] = [
                    ("  " + TextLayout.fit(keys, to: 18), why == nil ? .key : .dim),
                    (
                        TextLayout.fit(command.title, to: 48, ellipsis: state.workspace.glyphs.ellipsis),
                        why == nil ? .plain : .dim
                    ),
                ]
                pieces.append(("  " + (why.map { "off: \($0)" } ?? command.id.rawValue), .dim))
                lines.append(StyledLine(pieces))
            }
            lines.append(StyledLine())
        }
        lines.append(StyledLine("PALETTE", .header))
        for row in Destination.rows {
            let names = ([row.name] + row.others).map { ":\($0)" }.joined(separator: " ")
            lines.append(StyledLine([("  " + TextLayout.fit(names, to: 34), .key), (row.title, .plain)]))
        }
        lines.append(
            StyledLine(
                "  :stages petstore   :logs petstore prod   :stages *  (all APIs)   :apis /pet  (filtered)", .dim))
        lines.append(StyledLine())
        lines.append(StyledLine("FILTER", .header))
        for (example, meaning) in [
            ("pet", "rows with pet in any column; lower case finds both cases"),
            ("^/pets/\\d+$", "a regular expression"), ("!health", "rows without it"),
            ("status>=500 variant:canary", "columns: > >= < <= = and :text"), ("\"two words\"", "with a blank inside"),
        ] {
            lines.append(StyledLine([("  " + TextLayout.fit(example, to: 34), .key), (meaning, .plain)]))
        }
        lines.append(StyledLine())
        lines.append(
            StyledLine("Every key can be changed: [keys] in config.toml, with the names at the right above.", .dim))
        pane.set(lines)
    }

    package var contexts: [CommandContext] { [.list] }
    package func crumbs(_ workspace: Workspace) -> [String] { ["keys"] }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        _ = pane.perform(command, page: workspace.bodyHeight)
        return []
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) { pane.view(&canvas, workspace) }
}
