package import Terminal

/// The line in which a filter is typed. The rows follow each key; Escape brings the former filter back.
package struct FilterInput: Overlay {
    private let former: String
    private var input: TextInput

    package init(_ former: String) {
        self.former = former
        input = TextInput(former)
    }

    package var hints: [(key: String, word: String)] {
        [("enter", "keep"), ("esc", "former"), ("!word", "without"), ("status>=500", "column"), ("a|b", "regex")]
    }

    package mutating func key(_ key: Key, _ workspace: inout Workspace) -> OverlayOutcome {
        switch key {
        case .enter: return .filter(input.text, close: true)
        case .escape: return .filter(former, close: true)
        case .up where input.text.isEmpty:
            // The last one, recalled.
            input.replace(workspace.lastFilter)
            return .filter(input.text, close: false)
        default:
            guard input.key(key) else { return .stay([]) }
            return .filter(input.text, close: false)
        }
    }

    package mutating func paste(_ text: String, _ workspace: inout Workspace) -> OverlayOutcome {
        input.insert(text)
        return .filter(input.text, close: false)
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let y = canvas.height - 2
        let line = Rect(x: 1, y: y, width: canvas.width - 2, height: 1)
        canvas.fill(line, style: .input)
        let x = 1 + canvas.put(" / ", x: 1, y: y, style: Style.key)
        input.view(&canvas, x: x, y: y, width: canvas.width - x - 2)
    }
}
