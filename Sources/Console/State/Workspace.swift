package import ControlAPI
package import Terminal

/// How the engine is reached at the moment.
package enum Connection: Sendable, Equatable {
    case connecting
    case live
    /// `retryAt` in milliseconds since 1970.
    case lost(reason: String, retryAt: Int, attempts: Int)
}

/// A line that tells what just happened.
package struct Toast: Sendable, Equatable {
    package enum Kind: Sendable { case news, done, trouble }

    package var text: String
    package var kind: Kind
    /// Milliseconds since 1970.
    package var until: Int
}

/// What all screens share: the model, the surroundings, and their requests to go elsewhere.
package struct Workspace: Sendable {
    package var model = Model()
    package var connection = Connection.connecting
    /// Milliseconds since 1970.
    package var now = 0
    /// When the feed last said something.
    package var lastNews = 0
    package var clock = Clock(offset: 0)
    package var width: Int
    package var height: Int
    package var glyphs: Glyphs
    package var capabilities: Capabilities
    package var keymap: Keymap
    package var aliases: [String: String] = [:]
    package var contextName: String
    package var themes: [String] = []
    package var theme = ""
    package var toast: Toast?
    /// Seconds that metrics are taken over, on every screen that shows them.
    package var window = MetricsWindow.length
    package var lastToken = 0
    /// The stage that this console changed last, so that its own change is not told as news.
    package var justChanged: StageKey?
    /// Lines typed into the palette, newest last.
    package var paletteHistory: [String] = []
    /// The filter that was dropped last, to step through its matches.
    package var lastFilter = ""
    /// Calls under way, by token.
    package var sending: [Int: Job] = [:]
    /// What this console changed last, so that its own change is not told as news for a while.
    var justSent: (resource: String, until: Int)?
    /// Edited texts that the engine does not have yet, because it refused them or was not there.
    package var drafts: [Document: String] = [:]
    /// What is typed into the test of each method, and what came of it.
    package var tests: [MethodKey: TestRun] = [:]
    /// What is sent to each function, and what came of it.
    package var invocations: [String: FunctionRun] = [:]
    var navigation: [Navigation] = []

    enum Navigation: Sendable {
        case open(any Screen)
        case present(any Overlay)
        case back
    }

    package init(width: Int, height: Int, capabilities: Capabilities, keymap: Keymap = Keymap(), contextName: String) {
        self.width = width
        self.height = height
        self.capabilities = capabilities
        glyphs = Glyphs(capabilities)
        self.keymap = keymap
        self.contextName = contextName
    }

    package mutating func open(_ screen: any Screen) { navigation.append(.open(screen)) }
    package mutating func present(_ overlay: any Overlay) { navigation.append(.present(overlay)) }
    package mutating func goBack() { navigation.append(.back) }

    package var isLost: Bool {
        if case .lost = connection { return true }
        return false
    }

    /// Asks the engine, unless the same is already on its way.
    package mutating func ask(_ requests: [Request]) -> [Effect] {
        requests.filter { request in
            guard !model.isLoading(request) else { return false }
            model.begin(request)
            return true
        }.map { .fetch($0) }
    }

    package mutating func tell(_ text: String, _ kind: Toast.Kind = .done) -> [Effect] {
        let seconds = kind == .trouble ? 10 : 4
        toast = Toast(text: text, kind: kind, until: now &+ seconds * 1000)
        return [.wake(afterMilliseconds: seconds * 1000)]
    }

    /// Sends a change and shows it at once, marked as under way.
    package mutating func change(_ key: StageKey, _ change: StageChange) -> [Effect] {
        lastToken += 1
        model.pending[key] = Model.PendingChange(token: lastToken, change: change)
        return [.change(key, change, token: lastToken)]
    }

    /// The style of numbers that come from the engine: what is no longer fresh looks so.
    package func fresh(_ style: Style) -> Style {
        isLost ? Style(.stale, style.attributes, on: style.ground) : style
    }
}
