import ControlAPI

/// How an editor was left.
package enum EditOutcome: Sendable, Equatable {
    /// The text as it was saved, the same where nothing was done.
    case text(String)
    /// There was no text to be had, and why.
    case failed(String)
}

extension Workspace {
    /// Opens a text in the editor: what was not sent yet, else what the engine has.
    package mutating func edit(_ document: Document) -> [Effect] {
        [.edit(document, text: drafts[document] ?? document.text(self) ?? document.skeleton(self))]
    }

    /// Sends an edited text, or tells why it cannot be sent as it is.
    mutating func sendEdit(_ document: Document, _ text: String) -> [Effect] {
        drafts[document] = text
        do {
            guard let job = try document.job(text, self) else {
                return tell("\(document.title): what it belongs to is gone; the edit is kept", .trouble)
            }
            return send(job)
        } catch {
            present(RefusedEditDialog(document, problem: "\(error)"))
            return []
        }
    }
}

/// The editor was left: what changed is sent.
func edited(_ state: inout AppState, _ document: Document, _ outcome: EditOutcome) -> [Effect] {
    switch outcome {
    case .failed(let reason): return state.workspace.tell(reason, .trouble)
    case .text(let text):
        if case .testBody(let key) = document {
            state.workspace.tests[key]?.form.setBody(text)
            return news(&state)
        }
        if case .functionPayload(let name) = document {
            state.workspace.invocations[name]?.payload = text.trimmed
            return news(&state)
        }
        let before = document.text(state.workspace) ?? document.skeleton(state.workspace)
        if text == before {
            state.workspace.drafts[document] = nil
            return state.workspace.tell("\(document.title): nothing was changed", .news)
        }
        if text == state.workspace.drafts[document] {
            return state.workspace.tell("\(document.title): not sent; the edit is kept", .news)
        }
        return state.workspace.sendEdit(document, text) + news(&state)
    }
}
