import ControlAPI
import Terminal

/// The whole console as a value.
package struct AppState: Sendable {
    package var workspace: Workspace
    /// The screens that lead here; the last is shown. Never empty.
    package private(set) var stack: [any Screen]
    /// Where "forward" leads, the nearest last.
    package private(set) var forward: [any Screen] = []
    package var overlays: [any Overlay] = []
    var tail: TailSelection = .none
    var functionTail = EventSelection.FunctionSelection.none

    package init(_ workspace: Workspace) {
        self.workspace = workspace
        stack = [ApisScreen()]
    }

    package var top: (any Screen)? { stack.last }

    package var focus: Focus { stack.last?.focus(workspace) ?? Focus() }

    package var contexts: [CommandContext] { (stack.last?.contexts ?? []) + [.everywhere] }

    /// Lets the screen on top change.
    package mutating func withTop<Result>(_ body: (inout any Screen, inout Workspace) -> Result) -> Result? {
        guard !stack.isEmpty else { return nil }
        return body(&stack[stack.count - 1], &workspace)
    }

    package mutating func push(_ screen: any Screen) -> [Effect] {
        stack.append(screen)
        forward = []
        // A long walk is not kept whole.
        if stack.count > 100 { stack.remove(at: 1) }
        return appear()
    }

    package mutating func pop() -> [Effect] {
        guard stack.count > 1 else { return [] }
        forward.append(stack.removeLast())
        return appear()
    }

    package mutating func goForward() -> [Effect] {
        guard let screen = forward.popLast() else { return [] }
        stack.append(screen)
        return appear()
    }

    /// Back to the first screen, from where the palette starts its walks.
    package mutating func popToFirst() {
        while stack.count > 1 { forward.append(stack.removeLast()) }
    }

    /// Asks for what the screen on top shows. What is known is shown meanwhile.
    package mutating func appear() -> [Effect] {
        withTop { screen, workspace in screen.refresh(workspace) }
        guard let screen = stack.last else { return [] }
        return workspace.ask(screen.requests(workspace)) + follow(screen.tail) + follow(screen.functionTail)
    }

    private mutating func follow(_ wanted: TailSelection) -> [Effect] {
        guard wanted != tail else { return [] }
        tail = wanted
        workspace.model.log.reset(wanted)
        withTop { screen, workspace in screen.refresh(workspace) }
        return [.tail(wanted)]
    }

    private mutating func follow(_ wanted: EventSelection.FunctionSelection) -> [Effect] {
        guard wanted != functionTail else { return [] }
        functionTail = wanted
        workspace.model.functionLog.reset(wanted)
        withTop { screen, workspace in screen.refresh(workspace) }
        return [.tailFunctions(wanted)]
    }
}
