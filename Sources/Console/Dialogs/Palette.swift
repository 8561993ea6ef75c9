import ControlAPI
package import Terminal

/// `:`, a line with suggestions. Tab takes the suggestion, up and down go through suggestions, and through what was
/// typed before while the line is empty.
package struct Palette: Overlay {
    struct Suggestion: Sendable, Equatable {
        var line: String
        var note: String
    }

    private var input = TextInput()
    private var cursor = 0
    private var historyPlace: Int?
    private let names: Names

    /// What can be named, taken when the palette opens.
    struct Names: Sendable {
        var apis: [String]
        var stages: [String: [String]]
        var themes: [String]
        var commands: [(id: String, title: String)]
        var aliases: [String: String]
    }

    package init(_ state: AppState) {
        let model = state.workspace.model
        var stages: [String: [String]] = [:]
        for api in model.apis.value ?? [] {
            stages[api.name] = (model.stages[api.id]?.value ?? []).map(\.stageName)
        }
        var seen = Set<CommandID>()
        names = Names(
            apis: (model.apis.value ?? []).map(\.name), stages: stages, themes: state.workspace.themes,
            commands: state.workspace.keymap.rows(in: state.contexts).flatMap(\.commands)
                .filter { !$0.title.isEmpty && $0.off(state) == nil && seen.insert($0.id).inserted }
                .map { ($0.id.rawValue, $0.title) },
            aliases: state.workspace.aliases)
    }

    package var hints: [(key: String, word: String)] {
        [("tab", "complete"), ("up down", "suggestions"), ("enter", "go"), ("esc", "close")]
    }

    // MARK: Suggestions

    var suggestions: [Suggestion] {
        let text = input.text
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count > 1 else { return Array(first(words.first ?? "").prefix(8)) }
        let head = words.dropLast().joined(separator: " ")
        let part = words.last ?? ""
        guard let destination = Destination.named(words[0].lowercased()) else { return [] }
        let values: [String] =
            switch (destination.argument, words.count) {
            case (.api, 2), (.stage, 2): names.apis
            case (.stage, 3): names.stages[words[1]] ?? []
            case (.theme, 2): names.themes
            default: []
            }
        return values.lazy.filter { Self.fits($0, part) }.prefix(8).map { Suggestion(line: "\(head) \($0)", note: "") }
    }

    private func first(_ part: String) -> [Suggestion] {
        var found = Destination.rows.filter { row in
            Self.fits(row.name, part) || row.others.contains { $0.hasPrefix(part.lowercased()) }
        }.map { Suggestion(line: $0.name, note: $0.title) }
        // What begins as typed comes before what only has it inside.
        found.sort { $0.line.hasPrefix(part) && !$1.line.hasPrefix(part) }
        guard !part.isEmpty else { return found }
        found += names.aliases.keys.sorted().filter { Self.fits($0, part) }.map {
            Suggestion(line: $0, note: names.aliases[$0] ?? "")
        }
        found += names.commands.filter { command in
            Self.fits(command.id, part) && !found.contains { $0.line == command.id }
        }.map { Suggestion(line: $0.id, note: $0.title) }
        return found
    }

    private static func fits(_ name: String, _ part: String) -> Bool {
        part.isEmpty || name.lowercased().contains(part.lowercased())
    }

    // MARK: Keys

    package mutating func key(_ key: Key, _ workspace: inout Workspace) -> OverlayOutcome {
        switch key {
        case .escape: return .close([])
        case .backspace where input.text.isEmpty: return .close([])
        case .tab:
            let all = suggestions
            if all.indices.contains(cursor) {
                input.replace(all[cursor].line + (all[cursor].line.contains(" ") ? "" : " "))
            }
            cursor = 0
        case .up, .control("p"): up(workspace.paletteHistory)
        case .down, .control("n"):
            historyPlace = nil
            cursor = min(cursor + 1, max(0, suggestions.count - 1))
        case .enter: return .go(line)
        default:
            guard input.key(key) else { return .stay([]) }
            cursor = 0
            historyPlace = nil
        }
        return .stay([])
    }

    package mutating func paste(_ text: String, _ workspace: inout Workspace) -> OverlayOutcome {
        input.insert(text)
        return .stay([])
    }

    private mutating func up(_ history: [String]) {
        if cursor > 0, historyPlace == nil {
            cursor -= 1
            return
        }
        let place = (historyPlace ?? history.count) - 1
        guard input.text.isEmpty || historyPlace != nil, history.indices.contains(place) else { return }
        historyPlace = place
        input.replace(history[place])
    }

    /// What Enter runs: the line itself if it says something, else the suggestion under the cursor.
    private var line: String {
        let text = input.text.trimmed
        let all = suggestions
        guard all.indices.contains(cursor) else { return text }
        let words = text.split(separator: " ")
        if cursor == 0, words.count == 1, Destination.named(text.lowercased()) != nil || names.aliases[text] != nil {
            return text
        }
        if cursor == 0, input.text.hasSuffix(" ") { return text }
        return all[cursor].line
    }

    // MARK: Drawing

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let all = suggestions
        let y = canvas.height - 2
        let top = max(2, y - all.count)
        for (index, suggestion) in all.enumerated() {
            let row = Rect(x: 1, y: y - all.count + index, width: canvas.width - 2, height: 1)
            guard row.y >= top else { continue }
            canvas.fill(row, style: Style(.dialog))
            canvas.put(suggestion.line, x: 4, y: row.y, style: Style(.text, on: .dialog), maxWidth: 30)
            canvas.put(
                suggestion.note, x: 36, y: row.y, style: Style(.dim, on: .dialog), maxWidth: max(0, row.width - 38))
            if index == cursor { canvas.restyle(row) { $0.on(.selection) } }
        }
        let line = Rect(x: 1, y: y, width: canvas.width - 2, height: 1)
        canvas.fill(line, style: .input)
        canvas.put(":", x: 2, y: y, style: .key)
        input.view(&canvas, x: 4, y: y, width: canvas.width - 6)
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
