import ControlAPI
import Terminal

@testable import Console

/// The console without a terminal and an engine: keys in, screens and effects out.
struct App {
    var state: AppState
    /// All effects since the start, or since they were taken.
    var effects: [Effect] = []
    /// What the engine answers; `nil` leaves requests open.
    var engine: FakeEngine? = FakeEngine()

    init(
        width: Int = 80, height: Int = 24, capabilities: Capabilities = Capabilities(), keymap: Keymap = Keymap(),
        engine: FakeEngine? = FakeEngine()
    ) {
        var workspace = Workspace(
            width: width, height: height, capabilities: capabilities, keymap: keymap, contextName: "local")
        workspace.themes = ["colour-blind", "dark", "light"]
        workspace.theme = "dark"
        workspace.now = Fixtures.now * 1000
        state = AppState(workspace)
        self.engine = engine
        handle(start(&state))
        if engine != nil { send(.feed(.hello(Fixtures.engine))) }
    }

    /// The console after it has its answers, on a stage of the pet store.
    static func onStage(width: Int = 80, height: Int = 24, capabilities: Capabilities = Capabilities()) -> App {
        var app = App(width: width, height: height, capabilities: capabilities)
        app.type(":stages petstore prod")
        app.press("enter")
        return app
    }

    /// On a stage whose cache is on for every method, with a failed request whose execution was logged.
    static func onCachedStage(width: Int = 80, height: Int = 24) -> App {
        var engine = FakeEngine()
        engine.stages = Fixtures.cachedStages
        let failed = Fixtures.records[47]
        engine.executions[failed.requestId] = Fixtures.execution(failed)
        var app = App(width: width, height: height, engine: engine)
        app.type(":stages petstore prod")
        app.press("enter")
        return app
    }

    mutating func send(_ event: AppEvent) {
        handle(update(&state, event))
    }

    /// Keys by name, as in key maps.
    mutating func press(_ keys: String...) {
        for name in keys {
            guard let key = Key(name) else { preconditionFailure("no key is called \(name)") }
            send(.terminal(.key(key)))
        }
    }

    mutating func type(_ text: String) {
        for character in text {
            if let key = Key(typed: character) { send(.terminal(.key(key))) }
        }
    }

    /// Lets a second of the feed pass.
    mutating func second(_ time: Int, _ samples: [MetricsSample] = []) {
        send(.clock(time * 1000))
        send(.feed(.metrics(time: time, samples: samples)))
    }

    mutating func takeEffects() -> [Effect] {
        defer { effects = [] }
        return effects
    }

    var screen: String { view(state).text }
    var styles: String { view(state).styleText }

    /// One line of the screen.
    func line(_ number: Int) -> String { view(state).row(number) }

    /// The first line that contains a text.
    func line(with text: String) -> String? {
        screen.split(separator: "\n").map(String.init).first { $0.contains(text) }
    }

    private mutating func handle(_ more: [Effect]) {
        effects += more
        guard let engine else { return }
        for effect in more {
            for answer in engine.answers(to: effect) { send(answer) }
        }
    }
}

/// Answers as an engine would, at once.
struct FakeEngine {
    var apis = Fixtures.apis
    var stages = Fixtures.stages
    var resources = Fixtures.resources
    var failures: [Request: ControlError] = [:]
    /// Whether changes are acknowledged; otherwise they stay under way.
    var acknowledges = true
    var refuses: ControlError?
    /// What the user does in the editor; `nil` leaves it open.
    var editor: (@Sendable (String) -> EditOutcome)?
    var caches = Fixtures.caches
    var throttles = Fixtures.throttles
    /// What differs between deployments; `nil` for an engine that cannot tell.
    var difference: [ApiDifference.Item]?
    var undo = Fixtures.undo
    var functions = Fixtures.functions
    var pools = Fixtures.targetPools
    var preview = Fixtures.preview
    /// Execution logs by request.
    var executions: [String: ExecutionLogRecord] = [:]

    func answers(to effect: Effect) -> [AppEvent] {
        switch effect {
        case .fetch(let request):
            if let error = failures[request] { return [.failed(request, error)] }
            if case .difference = request, difference == nil { return [.failed(request, Fixtures.noDifference)] }
            if case .execution(let id) = request, executions[id] == nil {
                return [.failed(request, Fixtures.noExecution)]
            }
            if case .targetPool(let link) = request, !pools.contains(where: { $0.vpcLinkId == link }) {
                return [.failed(request, Fixtures.noPool)]
            }
            return [.answered(request, answer(request))]
        case .change(let key, let change, let token):
            if let refuses { return [.changeFailed(key, token: token, refuses)] }
            guard acknowledges, let stage = Fixtures.stages.first(where: { $0.stageName == key.stageName }) else {
                return []
            }
            return [.changed(key, token: token, change.applied(to: stage))]
        case .tail(let selection) where selection != .none:
            // The runner asks for the past when the feed speaks.
            let past = Request.log(selection)
            if let error = failures[past] { return [.failed(past, error)] }
            return [.answered(past, answer(past))]
        case .tailFunctions(.function(let name)):
            return [.answered(.functionLogs(name: name), answer(.functionLogs(name: name)))]
        case .invoke(let name, _, let token):
            if let refuses { return [.invokeFailed(functionName: name, token: token, refuses)] }
            return acknowledges ? [.invoked(functionName: name, token: token, Fixtures.invoked)] : []
        case .perform(let job, let token):
            if let refuses { return [.refused(job, token: token, refuses)] }
            return acknowledges ? [.performed(job, token: token)] : []
        case .test(let key, _, _, let token):
            if let refuses { return [.testFailed(key, token: token, refuses)] }
            return acknowledges ? [.tested(key, token: token, Fixtures.tested)] : []
        case .edit(let document, let text): return editor.map { [.edited(document, $0(text))] } ?? []
        case .useTheme(let name): return [.themeUsed(name)]
        default: return []
        }
    }

    private func answer(_ request: Request) -> Answer {
        switch request {
        case .apis: .apis(apis)
        case .resources(let api): .resources(api == Fixtures.petstore ? resources : [])
        case .stages(let api):
            .stages(api == Fixtures.petstore ? stages : api == Fixtures.orders ? Fixtures.orderStages : [])
        case .deployments(let api):
            .deployments(
                api == Fixtures.petstore
                    ? Fixtures.deployments : api == Fixtures.orders ? Fixtures.orderDeployments : [])
        case .deployment(_, let id):
            .deployment(
                Fixtures.detailed.first { $0.id == id } ?? Deployment(id: id, createdDate: Timestamp(seconds: 0)))
        case .metrics: .metrics(Fixtures.samples, time: Fixtures.now)
        case .journal: .journal(Fixtures.journal)
        case .log(let selection):
            switch selection {
            case .stage(_, let name): .log(name == "prod" ? Fixtures.records : [])
            case .api(let api): .log(api == Fixtures.petstore ? Fixtures.records : [])
            case .all: .log(Fixtures.records)
            case .none: .log([])
            }
        case .models(let api): .models(api == Fixtures.petstore ? Fixtures.models : [])
        case .validators(let api): .validators(api == Fixtures.petstore ? Fixtures.validators : [])
        case .gatewayResponses: .gatewayResponses(Fixtures.gatewayResponses)
        case .apiKeys: .apiKeys(Fixtures.apiKeys)
        case .usagePlans: .usagePlans(Fixtures.usagePlans)
        case .usagePlanKeys(let plan): .usagePlanKeys(plan == "gold00" ? Fixtures.goldKeys : [])
        case .usage(let plan): .usage(plan == "gold00" ? Fixtures.goldUsage : Usage())
        case .caches(let key): .caches(key == Fixtures.prod ? caches : [])
        case .throttles(let key): .throttles(key == Fixtures.prod ? throttles : [])
        case .difference(let api, let from, let to):
            .difference(ApiDifference(apiId: api, from: from, to: to, items: difference ?? []))
        case .undoPreview: .undo(undo)
        case .functions: .functions(functions)
        case .functionLogs(let name): .functionLogs(name == "orders-create" ? Fixtures.functionLog : [])
        case .vpcLinks: .vpcLinks(Fixtures.vpcLinks)
        case .targetPools: .targetPools(pools)
        case .targetPool(let link): .targetPool(pools.first { $0.vpcLinkId == link } ?? TargetPool())
        case .preview: .preview(preview)
        case .execution(let id):
            .execution(
                executions[id]
                    ?? ExecutionLogRecord(requestId: id, apiId: "", stage: "", isCanaryRequest: false, lines: []))
        }
    }
}
