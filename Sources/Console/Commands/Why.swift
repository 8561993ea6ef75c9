import ControlAPI
/// Why a command is off, in words that say what to do about it.
enum Why {
    @Sendable static func noApi(_ state: AppState) -> String? {
        state.focus.apiId == nil ? "no API has the focus" : nil
    }

    @Sendable static func noStage(_ state: AppState) -> String? {
        guard let key = state.focus.stage else { return "no stage has the focus" }
        guard state.workspace.model.stage(key) != nil else { return "the stage is not loaded yet" }
        if case .lost = state.workspace.connection { return "the engine does not answer" }
        if state.workspace.model.pending[key] != nil { return "a change of this stage is under way" }
        return nil
    }

    @Sendable static func noCache(_ state: AppState) -> String? {
        if let why = noStage(state) { return why }
        guard let key = state.focus.stage, let stage = state.workspace.model.stage(key) else { return nil }
        return stage.cacheClusterEnabled == true
            ? nil
            : "\(stage.stageName) has no cache: `aws apigateway update-stage` with cacheClusterEnabled gives it one"
    }

    @Sendable static func noMethod(_ state: AppState) -> String? {
        state.focusedMethod == nil ? "no method has the focus" : nil
    }

    @Sendable static func noFunction(_ state: AppState) -> String? {
        guard let key = state.focusedMethod else { return "no method has the focus" }
        guard state.workspace.model.functions(of: key).isEmpty else { return nil }
        guard state.workspace.model.integration(key)?.uri?.contains(":lambda:path/") == true else {
            return "\(key.name) invokes no function"
        }
        return "the stage variable in the function's name is not set"
    }

    @Sendable static func mayInvoke(_ state: AppState) -> String? {
        let name = (state.top as? FunctionScreen)?.name ?? (state.top as? FunctionsScreen)?.table.selected?.id
        guard let name else { return "no function is selected" }
        guard state.workspace.model.function(name)?.letsGatewayIn == true else { return nil }
        return "API Gateway may invoke \(name) already"
    }

    @Sendable static func noVpcLink(_ state: AppState) -> String? {
        guard let key = state.focusedMethod else { return "no method has the focus" }
        return state.workspace.model.vpcLinkId(of: key) == nil ? "\(key.name) goes through no VPC link" : nil
    }

    @Sendable static func noCanary(_ state: AppState) -> String? {
        if let why = noStage(state) { return why }
        guard let key = state.focus.stage, let stage = state.workspace.model.stage(key) else { return nil }
        return stage.canarySettings == nil ? "\(stage.stageName) has no canary: deploy to it with canary settings" : nil
    }

    @Sendable static func noDeployment(_ state: AppState) -> String? {
        guard state.focus.deploymentId != nil, let api = state.focus.apiId else { return "no deployment is selected" }
        if case .lost = state.workspace.connection { return "the engine does not answer" }
        return (state.workspace.model.stages[api]?.value ?? []).isEmpty ? "the API has no stages" : nil
    }

    @Sendable static func noSelectedDeployment(_ state: AppState) -> String? {
        state.focus.deploymentId == nil ? "no deployment is selected" : nil
    }

    @Sendable static func noFilter(_ state: AppState) -> String? {
        state.top?.filter == nil ? "this screen has no rows to filter" : nil
    }

    @Sendable static func nothingToCopy(_ state: AppState) -> String? {
        state.focus.id == nil ? "nothing with an id has the focus" : nil
    }

    @Sendable static func noUrl(_ state: AppState) -> String? {
        Copying.invokeUrl(state) == nil ? "no stage has the focus" : nil
    }

    @Sendable static func noBack(_ state: AppState) -> String? {
        state.stack.count < 2 ? "this is the first screen" : nil
    }

    @Sendable static func noForward(_ state: AppState) -> String? {
        state.forward.isEmpty ? "there is no screen to go forward to" : nil
    }

    @Sendable static func noThemes(_ state: AppState) -> String? {
        state.workspace.themes.isEmpty ? "no themes were found" : nil
    }
}
