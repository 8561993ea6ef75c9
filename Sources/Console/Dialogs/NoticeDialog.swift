package import ControlAPI
package import Terminal

/// Something that has to be read: what went wrong, and what to do.
package struct NoticeDialog: Overlay {
    let title: String
    let text: [String]
    let style: Style

    package init(title: String, text: [String], style: Style = .plain) {
        self.title = title
        self.text = text
        self.style = style
    }

    package static func failure(title: String, _ error: ControlError) -> NoticeDialog {
        NoticeDialog(title: title, text: ["\(error)", "", advice(error)], style: .error)
    }

    /// What to do about an error.
    package static func advice(_ error: ControlError) -> String {
        switch error {
        case .refused(let status, let code, _, _):
            switch code {
            case "NotFoundException": return "It was removed meanwhile. ctrl-r asks the engine for what there is."
            case "ConflictException": return "Another change came first. Look at the stage, then try again."
            case "TooManyRequestsException": return "The engine is asked too often. Wait a moment, then try again."
            case "AccessDeniedException", "UnauthorizedException", "UnrecognizedClientException":
                return "This key may not do that. `sluice credentials` lists the keys that may."
            default:
                return status >= 500
                    ? "Nothing was changed. The engine's log on its standard error says more."
                    : "Nothing was changed."
            }
        case .unreachable: return "The console reconnects by itself. Is the engine running? `sluice serve` starts one."
        case .timedOut: return "Whether it was done is not known. Look at the stage before you try again."
        case .malformedAnswer: return "Do engine and console have the same version? `sluice --version` tells."
        }
    }

    package var hints: [(key: String, word: String)] { [("enter", "close")] }

    package mutating func key(_ key: Key, _ workspace: inout Workspace) -> OverlayOutcome {
        switch key {
        case .enter, .escape, .character(" "), .character("q"): .close([])
        default: .stay([])
        }
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let width = min(76, canvas.width - 2)
        let lines = text.flatMap { $0.isEmpty ? [""] : TextLayout.wrap($0, to: width - 4) }
        let content = DialogBox.open(&canvas, title: title, width: width, lines: lines.count + 2, workspace)
        canvas.draw(in: content) { canvas in
            for (y, line) in lines.prefix(max(0, canvas.bounds.height - 2)).enumerated() {
                canvas.put(line, x: 0, y: y, style: y == 0 ? style.on(.dialog) : Style(.text, on: .dialog))
            }
            DialogBox.buttons(&canvas, ["Close"], focus: 0, in: canvas.bounds.row(canvas.bounds.height - 1), workspace)
        }
    }
}
