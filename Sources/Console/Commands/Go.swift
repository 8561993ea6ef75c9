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

    @Sendable static func models(_ state: inout AppState) -> [Effect] {
        guard let api = state.focus.apiId else { return [] }
        return state.push(ModelsScreen(apiId: api))
    }

    @Sendable static func gatewayResponses(_ state: inout AppState) -> [Effect] {
        guard let api = state.focus.apiId else { return [] }
        return state.push(GatewayResponsesScreen(apiId: api))
    }

    @Sendable static func limits(_ state: inout AppState) -> [Effect] {
        guard let stage = state.focus.stage else { return [] }
        return state.push(LimitsScreen(stage))
    }

    @Sendable static func usagePlans(_ state: inout AppState) -> [Effect] { state.push(UsagePlansScreen()) }
    @Sendable static func apiKeys(_ state: inout AppState) -> [Effect] { state.push(ApiKeysScreen()) }

    @Sendable static func functions(_ state: inout AppState) -> [Effect] { state.push(FunctionsScreen()) }
    @Sendable static func vpcLinks(_ state: inout AppState) -> [Effect] { state.push(VpcLinksScreen()) }

    /// The function that the method invokes, or a choice where stages name different ones.
    @Sendable static func function(_ state: inout AppState) -> [Effect] {
        guard let key = state.focusedMethod else { return [] }
        let names = state.workspace.model.functions(of: key)
        guard names.count > 1 else { return names.first.map { state.push(FunctionScreen($0)) } ?? [] }
        state.overlays.append(
            Chooser(
                title: "Which function of \(key.name)?", items: names.map { Chooser.Item($0, $0) },
                chosen: { name, workspace in
                    workspace.open(FunctionScreen(name))
                    return []
                }))
        return []
    }

    @Sendable static func vpcLink(_ state: inout AppState) -> [Effect] {
        guard let key = state.focusedMethod, let id = state.workspace.model.vpcLinkId(of: key) else { return [] }
        return state.push(VpcLinkScreen(id))
    }

    /// What the backend of the method that has the focus will get for the request of its test form.
    @Sendable static func preview(_ state: inout AppState) -> [Effect] {
        guard let key = state.focusedMethod else { return [] }
        state.workspace.prepareTest(key)
        return state.push(PreviewScreen(key))
    }

    /// The test of the method that has the focus, filled in.
    @Sendable static func test(_ state: inout AppState) -> [Effect] {
        guard let key = state.focusedMethod else { return [] }
        state.workspace.prepareTest(key)
        return state.push(TestScreen(key))
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

extension AppState {
    /// The method that has the focus, as far as it is known.
    var focusedMethod: MethodKey? {
        let focus = focus
        guard let api = focus.apiId, let resource = focus.id, let path = focus.path, let verb = focus.method else {
            return nil
        }
        let key = MethodKey(apiId: api, resourceId: resource, path: path, verb: verb)
        return workspace.model.method(key) == nil ? nil : key
    }
}
