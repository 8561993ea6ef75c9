package import Terminal

/// Every action of the console by name: what configuration files, help, hints and tests call it.
package enum CommandID: String, Sendable, Hashable, CaseIterable {
    case up, down, top, bottom, left, right
    case pageUp = "page-up"
    case pageDown = "page-down"
    case open
    case back
    case historyBack = "history-back"
    case historyForward = "history-forward"
    case palette, filter, help, theme, refresh, suspend, quit
    case saveScreen = "save-screen"
    case sort
    case sortReverse = "sort-reverse"
    case fold

    case resources, stages, deployments, metrics, logs, changes, models, limits
    case gatewayResponses = "gateway-responses"
    case usagePlans = "usage-plans"
    case apiKeys = "api-keys"
    case copyId = "copy-id"
    case copyUrl = "copy-url"
    case copyCurl = "copy-curl"

    case weightUp = "weight-up"
    case weightDown = "weight-down"
    case weight
    case promote, disable, rollback, difference
    case mark, undo
    case flushCache = "flush-cache"
    case logExecutions = "log-executions"
    case window
    case graph

    case edit, test, run, add, remove, create, delete, reset, toggle, reveal
    case editBody = "edit-body"
    case otherPane = "other-pane"
    case copyValue = "copy-value"

    case functions, function, invoke, allow, preview, algorithm
    case vpcLinks = "vpc-links"
    case vpcLink = "vpc-link"
    case copyBackendCurl = "copy-backend-curl"

    case follow, wrap, since, variant, save
    case nextMatch = "next-match"
    case previousMatch = "previous-match"
    case nextError = "next-error"
    case previousError = "previous-error"
}

/// Where a command works. A screen names its contexts, the nearest first; `everywhere` is always the last.
package enum CommandContext: String, Sendable, Hashable, CaseIterable {
    case everywhere
    /// Whatever has lines to move through.
    case list
    /// Where a line can be opened.
    case rows
    /// Lists with columns to sort by.
    case table
    /// Where an API has the focus.
    case api
    /// Where a stage has the focus.
    case stage
    /// The stage's own screen.
    case stageScreen = "stage-screen"
    case deployments
    /// What differs between two deployments.
    case comparing = "difference"
    /// The journal, and one entry of it.
    case history
    case resources
    case metrics
    case log
    case request
    /// A method's own screen.
    case method
    /// The test of a method.
    case test
    case limits
    /// The list of models, and one model.
    case models
    case model
    case gatewayResponses = "gateway-responses"
    case apiKeys = "api-keys"
    /// The list of functions, one function, and invoking it.
    case functions
    case function
    case invoke
    /// A VPC link with its targets.
    case vpcLink = "vpc-link"
    /// What a method's backend will get.
    case preview

    package var title: String {
        switch self {
        case .everywhere: "Everywhere"
        case .list: "Moving"
        case .rows: "Rows"
        case .table: "Tables"
        case .api: "API"
        case .stage: "Stage"
        case .stageScreen: "This stage"
        case .deployments: "Deployments"
        case .comparing: "Difference"
        case .history: "History"
        case .resources: "Resources"
        case .metrics: "Metrics"
        case .log: "Log"
        case .request: "Request"
        case .method: "Method"
        case .test: "Test"
        case .limits: "Limits"
        case .models: "Models"
        case .model: "Model"
        case .gatewayResponses: "Gateway responses"
        case .apiKeys: "API keys"
        case .functions: "Functions"
        case .function: "Function"
        case .invoke: "Invoke"
        case .vpcLink: "VPC link"
        case .preview: "Request to the backend"
        }
    }
}

/// One row of the command table.
package struct Command: Sendable {
    package var id: CommandID
    package var context: CommandContext
    /// The keys out of the box.
    package var keys: [Key]
    /// The word behind the key at the bottom of the screen; empty for what is only in help.
    package var hint: String
    /// The sentence in help and palette.
    package var title: String
    /// Why it cannot be done now, for help and for whoever presses the key; `nil` if it can.
    package var off: @Sendable (AppState) -> String?
    /// What it does. `nil`: the screen on top knows.
    package var run: (@Sendable (inout AppState) -> [Effect])?

    init(
        _ id: CommandID, _ context: CommandContext, _ keys: String, _ hint: String, _ title: String,
        off: @escaping @Sendable (AppState) -> String? = { _ in nil },
        run: (@Sendable (inout AppState) -> [Effect])? = nil
    ) {
        self.id = id
        self.context = context
        self.keys = keys.split(separator: " ").compactMap { Key(String($0)) }
        self.hint = hint
        self.title = title
        self.off = off
        self.run = run
    }
}
