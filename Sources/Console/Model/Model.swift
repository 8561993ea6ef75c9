package import ControlAPI

/// What the console knows of the engine.
package struct Model: Sendable {
    package var engine: EngineInfo?
    package var apis = Loadable<[RestApi]>()
    package var resources: [String: Loadable<[Resource]>] = [:]
    package var stages: [String: Loadable<[Stage]>] = [:]
    package var deployments: [String: Loadable<[Deployment]>] = [:]
    package var metrics = MetricsWindow()
    package var log = LogBook()
    /// Lines of functions may be long, so fewer are held.
    package var functionLog = FunctionLogBook(capacity: 20_000)
    /// Newest first.
    package var journal: [JournalEntry] = []
    package var pending: [StageKey: PendingChange] = [:]
    /// Everything else that was asked for.
    package var shelf = Shelf()
    private var apiPlaces: [String: Int] = [:]
    /// Deployments in detail, by id; they never change. `nil`: asked for, or not to be had.
    private var details: [String: Deployment?] = [:]

    package init() {}

    /// A change that was sent and not yet acknowledged; the screen shows it as if it were, and marks it.
    package struct PendingChange: Sendable, Equatable {
        package var token: Int
        package var change: StageChange
    }

    // MARK: Looking things up

    package func api(_ id: String) -> RestApi? {
        guard let place = apiPlaces[id], let apis = apis.value, place < apis.count else { return nil }
        return apis[place]
    }

    package func apiName(_ id: String) -> String {
        api(id)?.name ?? id
    }

    /// A stage as it is, or as it will be once the change under way is acknowledged.
    package func stage(_ key: StageKey) -> Stage? {
        guard let stage = acknowledgedStage(key) else { return nil }
        guard let pending = pending[key] else { return stage }
        return pending.change.applied(to: stage)
    }

    package func acknowledgedStage(_ key: StageKey) -> Stage? {
        stages[key.apiId]?.value?.first { $0.stageName == key.stageName }
    }

    package func deployment(_ id: String?, api: String) -> Deployment? {
        guard let id else { return nil }
        return deployments[api]?.value?.first { $0.id == id }
    }

    /// The methods that a deployment holds; `nil` if they are not known.
    package func methods(of id: String?, api: String) -> [String: [String: MethodSnapshot]]? {
        guard let id else { return nil }
        return details[id]??.apiSummary ?? deployment(id, api: api)?.apiSummary
    }

    /// Stages that point to a deployment: `prod`, `prod canary`.
    package func stagesPointing(to deployment: String, api: String) -> [String] {
        (stages[api]?.value ?? []).flatMap { stage -> [String] in
            var names: [String] = []
            if stage.deploymentId == deployment { names.append(stage.stageName) }
            if stage.canarySettings?.deploymentId == deployment { names.append(stage.stageName + " canary") }
            return names
        }
    }

    // MARK: Taking news in

    package mutating func begin(_ request: Request) {
        switch request {
        case .apis: apis.isLoading = true
        case .resources(let api): resources[api, default: Loadable()].isLoading = true
        case .stages(let api): stages[api, default: Loadable()].isLoading = true
        case .deployments(let api): deployments[api, default: Loadable()].isLoading = true
        case .deployment(_, let id): details[id] = .some(nil)
        case .metrics, .journal, .log, .functionLogs: break
        default: shelf.begin(request)
        }
    }

    package mutating func take(_ answer: Answer, for request: Request) {
        switch (request, answer) {
        case (.apis, .apis(let list)):
            apis = .loaded(list)
            apiPlaces = Dictionary(list.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        case (.resources(let api), .resources(let list)): resources[api] = .loaded(list)
        case (.stages(let api), .stages(let list)): stages[api] = .loaded(list)
        case (.deployments(let api), .deployments(let list)): deployments[api] = .loaded(list)
        case (.deployment(_, let id), .deployment(let deployment)): details[id] = deployment
        case (.metrics, .metrics(let samples, let time)):
            metrics.take(
                samples, upTo: time, from: engine.map { max($0.startedDate.seconds &+ 1, time - MetricsWindow.length) })
        case (.journal, .journal(let entries)):
            // What is told anew knows by what it was undone since.
            let told = Set(entries.map(\.sequence))
            journal = (journal.filter { !told.contains($0.sequence) } + entries).sorted { $0.sequence > $1.sequence }
        case (.log(let selection), .log(let records)):
            if selection == log.selection { log.prepend(records) }
        case (.functionLogs(let name), .functionLogs(let records)):
            if functionLog.selection == .function(name: name) { functionLog.prepend(records) }
        default: shelf.take(answer, for: request)
        }
    }

    package mutating func take(_ error: ControlError, for request: Request) {
        switch request {
        case .apis:
            apis.isLoading = false
            apis.error = error
        case .resources(let api):
            resources[api, default: Loadable()].isLoading = false
            resources[api]?.error = error
        case .stages(let api):
            stages[api, default: Loadable()].isLoading = false
            stages[api]?.error = error
        case .deployments(let api):
            deployments[api, default: Loadable()].isLoading = false
            deployments[api]?.error = error
        case .deployment: break
        case .metrics, .journal, .log, .functionLogs: break
        default: shelf.take(error, for: request)
        }
    }

    /// Whether the methods of a deployment were asked for.
    func isAsked(deployment id: String) -> Bool { details[id] != nil }

    mutating func forgetUnansweredDetails() {
        for (id, detail) in details where detail == nil { details[id] = nil }
    }

    package func isLoading(_ request: Request) -> Bool {
        switch request {
        case .apis: apis.isLoading
        case .resources(let api): resources[api]?.isLoading ?? false
        case .stages(let api): stages[api]?.isLoading ?? false
        case .deployments(let api): deployments[api]?.isLoading ?? false
        case .deployment(_, let id): details[id] == .some(nil)
        case .metrics, .journal, .log, .functionLogs: false
        default: shelf[request]?.isLoading ?? false
        }
    }

    package mutating func replace(_ stage: Stage, _ key: StageKey) {
        guard let place = stages[key.apiId]?.value?.firstIndex(where: { $0.stageName == key.stageName }) else { return }
        stages[key.apiId]?.value?[place] = stage
    }

    package mutating func note(_ entry: JournalEntry) {
        journal.removeAll { $0.sequence == entry.sequence }
        journal.insert(entry, at: 0)
        markUndone(by: entry)
        if journal.count > 1000 { journal.removeLast(journal.count - 1000) }
    }
}

extension StageChange {
    /// `promote the canary`
    package var doing: String {
        switch self {
        case .canaryWeight(let percent): "set the canary's weight to \(Format.weight(percent))"
        case .promoteCanary: "promote the canary"
        case .disableCanary: "take the canary away"
        case .rollback(let id): "roll back to \(id)"
        }
    }

    /// `canary promoted`
    package var done: String {
        switch self {
        case .canaryWeight(let percent): "the canary's weight is \(Format.weight(percent))"
        case .promoteCanary: "canary promoted"
        case .disableCanary: "canary taken away"
        case .rollback(let id): "rolled back to \(id)"
        }
    }

    /// The stage as AWS will have it.
    package func applied(to stage: Stage) -> Stage {
        var stage = stage
        switch self {
        case .canaryWeight(let percent): stage.canarySettings?.percentTraffic = percent
        case .promoteCanary(let hasOverrides):
            if let id = stage.canarySettings?.deploymentId { stage.deploymentId = id }
            if hasOverrides { stage.variables = stage.canaryVariables }
            stage.canarySettings?.percentTraffic = 0
        case .disableCanary: stage.canarySettings = nil
        case .rollback(let id): stage.deploymentId = id
        }
        return stage
    }
}
