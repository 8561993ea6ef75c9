import ControlAPI

/// What an operator does to the stage that has the focus. Each asks first.
enum StageActions {
    private static func subject(_ state: AppState) -> (key: StageKey, stage: Stage)? {
        guard let key = state.focus.stage, let stage = state.workspace.model.acknowledgedStage(key) else { return nil }
        return (key, stage)
    }

    /// The dialog names deployments by their descriptions and tells what they change: have them.
    private static func present(_ dialog: any Overlay, _ key: StageKey, _ state: inout AppState) -> [Effect] {
        state.overlays.append(dialog)
        return ask(key, &state.workspace)
    }

    /// Asks for what a dialog about a stage tells, as far as it is not known. Deployments never change.
    static func ask(_ key: StageKey, also deployment: String? = nil, _ workspace: inout Workspace) -> [Effect] {
        let stage = workspace.model.acknowledgedStage(key)
        var wanted: [Request] = [.deployments(apiId: key.apiId)]
        for id in Set([stage?.deploymentId, stage?.canarySettings?.deploymentId, deployment].compactMap { $0 }).sorted()
        {
            wanted.append(.deployment(apiId: key.apiId, deploymentId: id))
        }
        if let from = stage?.deploymentId, let to = deployment ?? stage?.canarySettings?.deploymentId, from != to {
            wanted.append(.difference(apiId: key.apiId, from: from, to: to))
        }
        return workspace.ask(wanted.filter { !workspace.model.isAsked($0) })
    }

    private static func weight(_ state: inout AppState, _ target: (Double) -> Double) -> [Effect] {
        guard let (key, stage) = subject(state), let canary = stage.canarySettings else { return [] }
        let percent = min(100, max(0, target(canary.percentTraffic)))
        let dialog = ConfirmDialog(
            key, .canaryWeight(percent), typing: .weight, title: "Canary weight of", button: "Apply")
        return present(dialog, key, &state)
    }

    @Sendable static func weightUp(_ state: inout AppState) -> [Effect] {
        weight(&state) { ($0 / 5).rounded(.down) * 5 + 5 }
    }

    @Sendable static func weightDown(_ state: inout AppState) -> [Effect] {
        weight(&state) { ($0 / 5).rounded(.up) * 5 - 5 }
    }

    @Sendable static func weight(_ state: inout AppState) -> [Effect] {
        weight(&state) { $0 }
    }

    @Sendable static func promote(_ state: inout AppState) -> [Effect] {
        guard let (key, stage) = subject(state), let canary = stage.canarySettings else { return [] }
        let change = StageChange.promoteCanary(hasOverrides: !(canary.stageVariableOverrides ?? [:]).isEmpty)
        return present(
            ConfirmDialog(key, change, typing: .stageName, title: "Promote the canary of", button: "Promote"), key,
            &state)
    }

    @Sendable static func disable(_ state: inout AppState) -> [Effect] {
        guard let (key, _) = subject(state) else { return [] }
        return present(
            ConfirmDialog(key, .disableCanary, title: "Take away the canary of", button: "Disable"), key, &state)
    }

    static func rollbackDialog(_ key: StageKey, _ deployment: String) -> ConfirmDialog {
        ConfirmDialog(key, .rollback(deploymentId: deployment), title: "Roll back", button: "Roll back")
    }

    /// From a stage: choose the deployment.
    @Sendable static func rollback(_ state: inout AppState) -> [Effect] {
        guard let (key, _) = subject(state) else { return [] }
        let requests = state.workspace.ask([.deployments(apiId: key.apiId)])
        return requests + state.push(DeploymentsScreen(scope: .api(key.apiId), rollingBack: key))
    }

    /// From a deployment: choose the stage, unless there is only one or it is known.
    @Sendable static func rollbackHere(_ state: inout AppState) -> [Effect] {
        let focus = state.focus
        guard let id = focus.deploymentId, let api = focus.apiId else { return [] }
        if let stage = focus.stage {
            state.overlays.append(rollbackDialog(stage, id))
            return ask(stage, also: id, &state.workspace)
        }
        let stages = state.workspace.model.stages[api]?.value ?? []
        if stages.count == 1 {
            let key = StageKey(api, stages[0].stageName)
            state.overlays.append(rollbackDialog(key, id))
            return ask(key, also: id, &state.workspace)
        }
        state.overlays.append(
            Chooser(
                title: "Roll which stage back to \(id)?",
                items: stages.map { Chooser.Item($0.stageName, $0.stageName, note: "at \($0.deploymentId ?? "none")") },
                chosen: { name, workspace in
                    let key = StageKey(api, name)
                    workspace.present(rollbackDialog(key, id))
                    return ask(key, also: id, &workspace)
                }))
        return []
    }

    /// What the canary's deployment has and the base's has not.
    @Sendable static func difference(_ state: inout AppState) -> [Effect] {
        guard let (key, stage) = subject(state), let canary = stage.canarySettings else { return [] }
        return present(DifferenceDialog(key: key, from: stage.deploymentId, to: canary.deploymentId), key, &state)
    }
}
