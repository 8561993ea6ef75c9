package import Terminal

/// A line to type one value into, above the hints.
package struct PromptLine: Overlay {
    private let label: String
    private let note: String
    private var input: TextInput
    private let check: @Sendable (String) -> String?
    private let entered: @Sendable (String, inout Workspace) -> [Effect]
    private var problem: String?

    /// - Parameters:
    ///   - check: what is wrong with a text; `nil` where it can be taken.
    ///   - entered: takes the text.
    package init(
        _ label: String, text: String = "", note: String = "", limit: Int = 2000,
        check: @escaping @Sendable (String) -> String? = { _ in nil },
        entered: @escaping @Sendable (String, inout Workspace) -> [Effect]
    ) {
        self.label = label
        self.note = note
        self.check = check
        self.entered = entered
        input = TextInput(text, limit: limit)
    }

    package var hints: [(key: String, word: String)] {
        [("enter", "take"), ("esc", "cancel"), ("ctrl-u", "empty")]
    }

    package mutating func key(_ key: Key, _ workspace: inout Workspace) -> OverlayOutcome {
        problem = nil
        switch key {
        case .escape: return .close([])
        case .enter:
            if let wrong = check(input.text) {
                problem = wrong
                return .stay([])
            }
            return .close(entered(input.text, &workspace))
        default: _ = input.key(key)
        }
        return .stay([])
    }

    package mutating func paste(_ text: String, _ workspace: inout Workspace) -> OverlayOutcome {
        input.insert(text)
        return .stay([])
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let y = canvas.height - 2
        let line = Rect(x: 1, y: y, width: canvas.width - 2, height: 1)
        canvas.fill(line, style: .input)
        let x = 2 + canvas.put(label + " ", x: 2, y: y, style: .key, maxWidth: canvas.width / 2)
        let text = problem ?? (input.text.isEmpty ? note : "")
        input.view(&canvas, x: x, y: y, width: canvas.width - x - 2)
        let free = canvas.width - 3 - TextWidth.of(text)
        if !text.isEmpty, free > x + TextWidth.of(input.text) + 1 {
            canvas.put(text, x: free, y: y, style: Style(problem == nil ? .dim : .error, on: .input))
        }
    }
}
