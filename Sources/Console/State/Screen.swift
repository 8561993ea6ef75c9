package import ControlAPI
package import Terminal

/// What the selection stands for, so that a command such as "promote" works wherever a stage has the focus.
package struct Focus: Sendable, Equatable {
    package var apiId: String?
    package var stage: StageKey?
    package var deploymentId: String?
    /// Of a method or a request.
    package var path: String?
    package var method: String?
    /// What "copy id" copies.
    package var id: String?

    package init(
        apiId: String? = nil, stage: StageKey? = nil, deploymentId: String? = nil, path: String? = nil,
        method: String? = nil, id: String? = nil
    ) {
        self.apiId = apiId ?? stage?.apiId
        self.stage = stage
        self.deploymentId = deploymentId
        self.path = path
        self.method = method
        self.id = id
    }
}

/// One API, or all of them.
package enum ApiScope: Sendable, Hashable {
    case all
    case api(String)

    package var apiId: String? {
        if case .api(let id) = self { return id }
        return nil
    }
}

/// A place of the console: its state, what it does with a command, and how it looks. Each is a value of its own; the
/// stack in ``AppState`` keeps them, so that filter, sorting and selection survive going back and forward.
package protocol Screen: Sendable {
    /// Where its keys come from, the nearest context first; `everywhere` is added.
    var contexts: [CommandContext] { get }
    /// The way here, for the first line.
    func crumbs(_ workspace: Workspace) -> [String]
    /// What is asked of the engine when the screen comes up, and again when the engine comes back.
    func requests(_ workspace: Workspace) -> [Request]
    /// What is asked anew each second, while the screen is shown and the engine is there. `second` is since 1970.
    func pulse(_ workspace: Workspace, second: Int) -> [Request]
    /// A call that this console sent was carried out.
    mutating func carriedOut(_ job: Job, _ workspace: inout Workspace) -> [Effect]
    /// The access log that the screen wants to follow.
    var tail: EventSelection.AccessSelection { get }
    /// The functions whose lines the screen wants to follow.
    var functionTail: EventSelection.FunctionSelection { get }
    func focus(_ workspace: Workspace) -> Focus
    /// The filter as typed; `nil` where there is nothing to filter.
    var filter: String? { get }
    var filterProblem: String? { get }
    mutating func setFilter(_ text: String, _ workspace: Workspace)
    /// The model has news, or the size changed: take what is shown anew.
    mutating func refresh(_ workspace: Workspace)
    mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect]
    mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect]
    /// Draws into the canvas's region.
    func view(_ canvas: inout Canvas, _ workspace: Workspace)
}

extension Screen {
    package var tail: EventSelection.AccessSelection { .none }
    package var functionTail: EventSelection.FunctionSelection { .none }
    package func focus(_ workspace: Workspace) -> Focus { Focus() }
    package var filter: String? { nil }
    package var filterProblem: String? { nil }
    package mutating func setFilter(_ text: String, _ workspace: Workspace) {}
    package mutating func refresh(_ workspace: Workspace) {}
    package func requests(_ workspace: Workspace) -> [Request] { [] }
    package func pulse(_ workspace: Workspace, second: Int) -> [Request] { [] }
    package mutating func carriedOut(_ job: Job, _ workspace: inout Workspace) -> [Effect] { [] }
    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        switch event.action {
        case .wheelUp: (0..<3).flatMap { _ in perform(.up, &workspace) }
        case .wheelDown: (0..<3).flatMap { _ in perform(.down, &workspace) }
        default: []
        }
    }
}

/// Something that lies over the screen and takes the keys: palette, dialog, chooser.
package protocol Overlay: Sendable {
    mutating func key(_ key: Key, _ workspace: inout Workspace) -> OverlayOutcome
    mutating func paste(_ text: String, _ workspace: inout Workspace) -> OverlayOutcome
    /// The model has news.
    mutating func refresh(_ workspace: Workspace)
    /// Draws over the whole canvas.
    func view(_ canvas: inout Canvas, _ workspace: Workspace)
    /// What the line of hints says meanwhile.
    var hints: [(key: String, word: String)] { get }
}

extension Overlay {
    package mutating func paste(_ text: String, _ workspace: inout Workspace) -> OverlayOutcome { .stay([]) }
    package mutating func refresh(_ workspace: Workspace) {}
}

package enum OverlayOutcome: Sendable {
    case stay([Effect])
    case close([Effect])
    /// Closes and runs a command of the table, if it is on.
    case run(CommandID)
    /// Closes and goes where a palette line says.
    case go(String)
    /// Gives the screen below another filter.
    case filter(String, close: Bool)
}
