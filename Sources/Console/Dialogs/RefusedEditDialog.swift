package import ControlAPI
package import Terminal

/// An edited text was not taken. It is kept: the editor opens it again on Enter, and later on the key that edits.
package struct RefusedEditDialog: Overlay {
    private enum Button: CaseIterable {
        case editAgain, sendAgain, keep

        var title: String {
            switch self {
            case .editAgain: "Edit again"
            case .sendAgain: "Send again"
            case .keep: "Keep for later"
            }
        }
    }

    let document: Document
    private let reason: [String]
    private let buttons: [Button]
    private var focus = 0

    /// The engine refused it.
    package init(_ document: Document, job: Job, error: ControlError) {
        self.document = document
        if case .refused(let status, let code, let message, _) = error {
            reason = [message, "", "\(code), \(status). Your text is kept."]
        } else {
            reason = ["\(error)", "", NoticeDialog.advice(error), "Your text is kept."]
        }
        buttons = Button.allCases
    }

    /// It cannot be sent as it is.
    package init(_ document: Document, problem: String) {
        self.document = document
        reason = [problem, "", "Nothing was sent. Your text is kept."]
        buttons = [.editAgain, .keep]
    }

    package var hints: [(key: String, word: String)] {
        [("tab", "other button"), ("enter", buttons[focus].title.lowercased()), ("esc", "keep for later")]
    }

    package mutating func key(_ key: Key, _ workspace: inout Workspace) -> OverlayOutcome {
        switch key {
        case .escape: return .close(kept(&workspace))
        case .tab, .right: focus = (focus + 1) % buttons.count
        case .backTab, .left: focus = (focus + buttons.count - 1) % buttons.count
        case .enter:
            switch buttons[focus] {
            case .editAgain: return .close(workspace.edit(document))
            case .sendAgain:
                guard let text = workspace.drafts[document] else { return .close([]) }
                return .close(workspace.sendEdit(document, text))
            case .keep: return .close(kept(&workspace))
            }
        default: break
        }
        return .stay([])
    }

    private func kept(_ workspace: inout Workspace) -> [Effect] {
        workspace.tell("\(document.title): not sent; the edit is kept", .news)
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let width = min(84, canvas.width - 2)
        let lines = reason.flatMap { $0.isEmpty ? [""] : TextLayout.wrap($0, to: width - 4) }
        let title = "The \(document.title) was not taken"
        let content = DialogBox.open(&canvas, title: title, width: width, lines: lines.count + 2, workspace)
        canvas.draw(in: content) { canvas in
            for (y, line) in lines.prefix(max(0, canvas.bounds.height - 2)).enumerated() {
                let isReason = y < lines.firstIndex(of: "") ?? lines.count
                canvas.put(line, x: 0, y: y, style: Style(isReason ? .error : .text, on: .dialog))
            }
            DialogBox.buttons(
                &canvas, buttons.map(\.title), focus: focus, in: canvas.bounds.row(canvas.bounds.height - 1), workspace)
        }
    }
}
