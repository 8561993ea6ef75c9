package import ControlAPI
import JSON

/// What a function answered.
package struct InvocationAnswer: Sendable, Equatable {
    /// As it came, JSON in most cases.
    package var payload: String
    /// `Handled` or `Unhandled` where the function failed.
    package var functionError: String?

    package init(_ payload: String, functionError: String? = nil) {
        self.payload = payload
        self.functionError = functionError
    }

    /// What went wrong in the function, in its runtime's words.
    var errorMessage: String? {
        guard functionError != nil else { return nil }
        return (try? JSON(parsing: payload))?["errorMessage"]?.string ?? payload
    }
}

/// What is sent to a function, and what came of it last.
package struct FunctionRun: Sendable {
    package var payload = "{}"
    package var runs = 0
    /// Of the call under way.
    package var token: Int?
    /// Milliseconds since 1970.
    package var sentAt = 0
    package var answeredAt = 0
    package var outcome: Result<InvocationAnswer, ControlError>?
}

extension Workspace {
    mutating func prepareInvocation(_ name: String) {
        if invocations[name] == nil { invocations[name] = FunctionRun() }
    }

    /// Invokes the function; nothing while an answer is on its way already.
    mutating func invoke(_ name: String) -> [Effect] {
        guard let run = invocations[name], run.token == nil else { return [] }
        do {
            _ = try JSON(parsing: run.payload)
        } catch {
            return tell("the payload is no JSON: \(error); \(keymap.key(.editBody)) edits it", .trouble)
        }
        lastToken += 1
        invocations[name]?.token = lastToken
        invocations[name]?.sentAt = now
        return [.invoke(functionName: name, payload: run.payload, token: lastToken)]
    }
}

func invoked(
    _ state: inout AppState, _ name: String, _ token: Int, _ outcome: Result<InvocationAnswer, ControlError>
) -> [Effect] {
    guard state.workspace.invocations[name]?.token == token else { return [] }
    state.workspace.invocations[name]?.token = nil
    state.workspace.invocations[name]?.runs += 1
    state.workspace.invocations[name]?.outcome = outcome
    state.workspace.invocations[name]?.answeredAt = state.workspace.now
    return news(&state)
}
