import ControlAPI
/// Going from here to there.
enum Go {
    @Sendable static func resources(_ state: inout AppState) -> [Effect] {
        state.push(ResourcesScreen(scope: scope(state)))
    }

    @Sendable static func stages(_ state: inout AppState) -> [Effect] {
        state.push(StagesScreen(scope: scope(state)))
    }

    @Sendable static func deployments(_ state: inout AppState) -> [Effect] {
        state.push(DeploymentsScreen(scope: scope(state)))
    }

    @Sendable static func metrics(_ state: inout AppState) -> [Effect] {
        state.push(MetricsScreen(scope: scope(state), stage: state.focus.stage))
    }

    @Sendable static func logs(_ state: inout AppState) -> [Effect] {
        let focus = state.focus
        if let stage = focus.stage {
            return state.push(LogScreen(.stage(apiId: stage.apiId, stageName: stage.stageName)))
        }
        if let api = focus.apiId { return state.push(LogScreen(.api(apiId: api))) }
        return state.push(LogScreen(.all))
    }

    @Sendable static func changes(_ state: inout AppState) -> [Effect] {
        state.push(ChangesScreen()) + state.workspace.ask([.journal])
    }

    static func scope(_ state: AppState) -> ApiScope {
        state.focus.apiId.map { .api($0) } ?? .all
    }

    @Sendable static func filter(_ state: inout AppState) -> [Effect] {
        guard let filter = state.top?.filter else { return [] }
        state.overlays.append(FilterInput(filter))
        return []
    }

    @Sendable static func palette(_ state: inout AppState) -> [Effect] {
        state.overlays.append(Palette(state))
        return []
    }

    @Sendable static func theme(_ state: inout AppState) -> [Effect] {
        state.overlays.append(Chooser.themes(state.workspace))
        return []
    }

    @Sendable static func help(_ state: inout AppState) -> [Effect] {
        if state.top is HelpScreen { return state.pop() }
        return state.push(HelpScreen(state))
    }

    /// Escape drops the filter before it leaves the screen.
    @Sendable static func back(_ state: inout AppState) -> [Effect] {
        if let filter = state.top?.filter, !filter.isEmpty {
            state.withTop { screen, workspace in screen.setFilter("", workspace) }
            return []
        }
        return state.pop()
    }

    @Sendable static func historyBack(_ state: inout AppState) -> [Effect] { state.pop() }
    @Sendable static func historyForward(_ state: inout AppState) -> [Effect] { state.goForward() }

    @Sendable static func refresh(_ state: inout AppState) -> [Effect] {
        if case .lost = state.workspace.connection { return [.connect(afterMilliseconds: 0), .redraw] }
        let requests = state.top?.requests(state.workspace) ?? []
        return state.workspace.ask(requests) + [.redraw]
    }

    @Sendable static func saveScreen(_ state: inout AppState) -> [Effect] { [.saveScreen] }
}
