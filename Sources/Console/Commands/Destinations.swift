import ControlAPI

/// Where the palette goes: one row a word.
struct Destination: Sendable {
    enum Argument: Sendable { case none, api, stage, theme }

    var name: String
    var others: [String]
    var title: String
    var argument: Argument
    var go: @Sendable (inout AppState, ApiScope, StageKey?) -> [Effect]

    static let rows: [Destination] = [
        Destination(name: "apis", others: ["api", "restapis"], title: "All APIs", argument: .none) { state, _, _ in
            state.popToFirst()
            return state.appear()
        },
        Destination(name: "resources", others: ["res", "methods"], title: "Resources and methods", argument: .api) {
            state, scope, _ in
            state.push(ResourcesScreen(scope: scope))
        },
        Destination(name: "stages", others: ["stage", "st"], title: "Stages and their canaries", argument: .stage) {
            state, scope, stage in
            if let stage { return state.push(StageScreen(stage)) }
            return state.push(StagesScreen(scope: scope))
        },
        Destination(name: "deployments", others: ["deploy", "dep"], title: "Deployments", argument: .api) {
            state, scope, _ in
            state.push(DeploymentsScreen(scope: scope))
        },
        Destination(name: "metrics", others: ["top"], title: "Live metrics", argument: .stage) { state, scope, stage in
            state.push(MetricsScreen(scope: scope, stage: stage))
        },
        Destination(name: "logs", others: ["log", "tail"], title: "Access log", argument: .stage) {
            state, scope, stage in
            if let stage { return state.push(LogScreen(.stage(apiId: stage.apiId, stageName: stage.stageName))) }
            return state.push(LogScreen(scope.apiId.map { .api(apiId: $0) } ?? .all))
        },
        Destination(name: "limits", others: ["throttles", "cache"], title: "Limits of a stage", argument: .stage) {
            state, _, stage in
            guard let stage = stage ?? state.focus.stage ?? state.onlyStage else {
                return state.workspace.tell("say whose: `:limits petstore prod`", .news)
            }
            return state.push(LimitsScreen(stage))
        },
        Destination(name: "models", others: ["model", "schemas"], title: "Models", argument: .api) { state, scope, _ in
            guard let api = scope.apiId else {
                return state.workspace.tell("say whose: `:models petstore`", .news)
            }
            return state.push(ModelsScreen(apiId: api))
        },
        Destination(
            name: "gatewayresponses", others: ["gr", "responses"], title: "Gateway responses", argument: .api
        ) { state, scope, _ in
            guard let api = scope.apiId else {
                return state.workspace.tell("say whose: `:gatewayresponses petstore`", .news)
            }
            return state.push(GatewayResponsesScreen(apiId: api))
        },
        Destination(name: "usageplans", others: ["plans", "quotas"], title: "Usage plans", argument: .none) {
            state, _, _ in
            state.push(UsagePlansScreen())
        },
        Destination(name: "apikeys", others: ["apikey", "ak"], title: "API keys", argument: .none) { state, _, _ in
            state.push(ApiKeysScreen())
        },
        Destination(name: "functions", others: ["function", "fn", "lambda"], title: "Functions", argument: .none) {
            state, _, _ in
            state.push(FunctionsScreen())
        },
        Destination(name: "vpclinks", others: ["vpclink", "vl", "targets"], title: "VPC links", argument: .none) {
            state, _, _ in
            state.push(VpcLinksScreen())
        },
        Destination(name: "history", others: ["changes", "journal"], title: "Who changed what", argument: .none) {
            state, _, _ in
            state.push(ChangesScreen()) + state.workspace.ask([.journal])
        },
        Destination(name: "theme", others: ["themes", "skin"], title: "Choose a theme", argument: .theme) {
            state, _, _ in
            Go.theme(&state)
        },
        Destination(name: "help", others: ["h", "keys"], title: "Keys", argument: .none) { state, _, _ in
            state.push(HelpScreen(state))
        },
        Destination(name: "q", others: ["quit", "exit", "q!"], title: "Quit", argument: .none) { _, _, _ in [.quit] },
    ]

    static func named(_ word: String) -> Destination? {
        rows.first { $0.name == word || $0.others.contains(word) }
    }
}

/// A line of the palette: `stages`, `stages petstore`, `logs petstore prod`, `theme dark`, `stages /canary`, or the
/// name of a command.
package enum PaletteLine {
    static func run(_ line: String, _ state: inout AppState) -> [Effect] {
        var words = line.split(separator: " ").map(String.init)
        guard !words.isEmpty else { return [] }
        state.workspace.paletteHistory.removeAll { $0 == line }
        state.workspace.paletteHistory.append(line)
        if state.workspace.paletteHistory.count > 100 { state.workspace.paletteHistory.removeFirst() }
        if let alias = state.workspace.aliases[words[0]] {
            words = alias.split(separator: " ").map(String.init) + words.dropFirst()
            guard !words.isEmpty else { return [] }
        }
        let filter = words.firstIndex { $0.hasPrefix("/") && $0.count > 1 }.map { place -> String in
            let text = String(words[place...].joined(separator: " ").dropFirst())
            words.removeSubrange(place...)
            return text
        }
        guard let destination = words.first.flatMap({ Destination.named($0.lowercased()) }) else {
            return command(words.first ?? "", &state)
        }
        var effects = go(destination, Array(words.dropFirst()), &state)
        if let filter {
            state.withTop { screen, workspace in screen.setFilter(filter, workspace) }
            effects += state.appear()
        }
        return effects
    }

    private static func go(_ destination: Destination, _ arguments: [String], _ state: inout AppState) -> [Effect] {
        if case .theme = destination.argument, let name = arguments.first {
            guard state.workspace.themes.contains(name) else {
                return state.workspace.tell(
                    "there is no theme \"\(name)\": \(state.workspace.themes.joined(separator: ", "))", .trouble)
            }
            return [.useTheme(name), .rememberTheme(name)]
        }
        var scope = here(state)
        var stage: StageKey?
        if destination.argument == .api || destination.argument == .stage, let name = arguments.first {
            if name == "*" || name == "all" {
                scope = .all
            } else {
                guard let api = api(named: name, state) else {
                    return state.workspace.tell("there is no API \"\(name)\": `:apis` lists them", .trouble)
                }
                scope = .api(api)
                if destination.argument == .stage, arguments.count > 1 { stage = StageKey(api, arguments[1]) }
            }
        }
        return destination.go(&state, scope, stage)
    }

    /// Inside an API a list shows that API's; at the top, all.
    static func here(_ state: AppState) -> ApiScope {
        if state.top is ApisScreen { return .all }
        return state.focus.apiId.map { .api($0) } ?? .all
    }

    static func api(named name: String, _ state: AppState) -> String? {
        let apis = state.workspace.model.apis.value ?? []
        return
            (apis.first { $0.id == name } ?? apis.first { $0.name == name }
            ?? apis.first { $0.name.lowercased() == name.lowercased() })?.id
    }

    private static func command(_ name: String, _ state: inout AppState) -> [Effect] {
        guard let id = CommandID(rawValue: name.lowercased()),
            let command = state.workspace.keymap.command(id, in: state.contexts)
        else {
            return state.workspace.tell("\"\(name)\" is no command here: ? lists the keys", .trouble)
        }
        return perform(&state, command)
    }
}

extension AppState {
    /// The stage of an API that has one alone.
    fileprivate var onlyStage: StageKey? {
        guard let api = focus.apiId, let stages = workspace.model.stages[api]?.value, stages.count == 1 else {
            return nil
        }
        return StageKey(api, stages[0].stageName)
    }
}
