/// Everything the console can do, in one table: key bindings, palette, help and the hints at the bottom all read it.
///
/// Where two rows of one screen share a key, the nearer context wins.
package enum CommandTable {
    package static let rows: [Command] = [
        // id, where, keys, hint, what it does, why it is off, how
        Command(.up, .list, "k up", "", "One row up"),
        Command(.down, .list, "j down", "", "One row down"),
        Command(.pageUp, .list, "ctrl-b pgup", "", "One page up"),
        Command(.pageDown, .list, "ctrl-f pgdn", "", "One page down"),
        Command(.top, .list, "g home", "", "To the first row"),
        Command(.bottom, .list, "G end", "", "To the last row"),
        Command(.open, .rows, "enter", "open", "Open what is selected"),
        Command(.left, .list, "left", "", "Scroll or step left"),
        Command(.right, .list, "right", "", "Scroll or step right"),

        Command(.sort, .table, "o", "sort", "Sort by the next column"),
        Command(.sortReverse, .table, "O", "", "Turn the sorting around"),

        Command(.fold, .resources, "space", "fold", "Fold or unfold a branch"),
        Command(
            .test, .resources, "t", "test", "Send a request through the method as it is now", off: Why.noMethod,
            run: Go.test),

        Command(.edit, .method, "e", "edit", "Edit a template or a model in your editor", off: Why.noMethod),
        Command(
            .test, .method, "t", "test", "Send a request through the method as it is now", off: Why.noMethod,
            run: Go.test),

        Command(
            .preview, .method, "p", "request to the backend", "What the backend will get", off: Why.noMethod,
            run: Go.preview),
        Command(
            .function, .method, "f", "function", "The function that it invokes", off: Why.noFunction, run: Go.function),
        Command(
            .vpcLink, .method, "V", "VPC link", "The VPC link that it goes through", off: Why.noVpcLink, run: Go.vpcLink
        ),

        Command(.run, .test, "r", "run", "Send the request"),
        Command(.open, .test, "enter", "change", "Change the value that is selected"),
        Command(.editBody, .test, "b", "body", "Edit the body in your editor"),
        Command(.edit, .test, "e", "edit template", "Edit a template or a model, then run again", off: Why.noMethod),
        Command(.add, .test, "a", "add", "Add a query parameter or a header"),
        Command(.remove, .test, "x delete", "", "Take the query parameter or header away"),
        Command(.otherPane, .test, "tab", "answer", "Scroll the answer, or choose what is sent"),
        Command(
            .preview, .test, "p", "to the backend", "What the backend will get", off: Why.noMethod, run: Go.preview),
        Command(.save, .test, "S", "", "Save the answer and its log to a file"),

        Command(.run, .preview, "r", "again", "Ask for it again"),
        Command(
            .test, .preview, "t", "change", "Change what the client sends, and send it", off: Why.noMethod,
            run: Go.test),
        Command(
            .edit, .preview, "e", "edit template", "Edit a template or a model, then look again", off: Why.noMethod),
        Command(.copyBackendCurl, .preview, "c", "copy curl", "Copy a curl command that calls the backend"),
        Command(.invoke, .preview, "i", "invoke", "Invoke the function with this event", off: Why.noFunction),

        Command(.invoke, .functions, "i", "invoke", "Invoke the function with a payload"),
        Command(
            .allow, .functions, "a", "allow API Gateway", "Let API Gateway invoke the function", off: Why.mayInvoke),
        Command(.delete, .functions, "x", "", "Delete the function"),

        Command(.invoke, .function, "i", "invoke", "Invoke it with a payload"),
        Command(
            .allow, .function, "a", "allow API Gateway", "Let API Gateway invoke it", off: Why.mayInvoke),
        Command(.follow, .function, "f space", "follow", "Follow the newest line, or pause"),
        Command(.otherPane, .function, "tab", "log alone", "Give the log the whole screen, or take it back"),
        Command(.nextError, .function, "e", "next error", "To the next line that tells of an error"),
        Command(.previousError, .function, "E", "", "To the line before that tells of an error"),
        Command(.nextMatch, .function, "n", "", "To the next line that matches the last filter"),
        Command(.previousMatch, .function, "N", "", "To the line before that matches the last filter"),
        Command(.since, .function, "t", "since", "Show all, or the last 1, 5 or 15 minutes"),
        Command(.wrap, .function, "w", "wrap", "Wrap long lines, or cut them"),
        Command(.save, .function, "S", "", "Save the lines shown to a file"),
        Command(.delete, .function, "x", "", "Delete the function"),

        Command(.run, .invoke, "r", "invoke", "Invoke the function"),
        Command(.editBody, .invoke, "b e", "payload", "Edit the payload in your editor"),
        Command(.save, .invoke, "S", "save", "Save payload, answer and log to a file"),

        Command(.add, .vpcLink, "a", "add target", "Add a target"),
        Command(.remove, .vpcLink, "x delete", "drain target", "Take a target away once its requests are done"),
        Command(.algorithm, .vpcLink, "c", "algorithm", "Choose how a target is picked"),

        Command(.open, .limits, "enter", "plan", "Open the limit's usage plan"),
        Command(
            .flushCache, .limits, "F", "flush cache", "Drop everything that the stage's cache holds",
            off: Why.noCache, run: CacheActions.flush),

        Command(.edit, .models, "e", "edit", "Edit the schema in your editor"),
        Command(.create, .models, "n", "new", "Make a model"),
        Command(.delete, .models, "x", "", "Delete the model"),
        Command(.edit, .model, "e", "edit", "Edit the schema in your editor"),

        Command(.edit, .gatewayResponses, "e", "edit", "Edit the template, or status and headers"),
        Command(.reset, .gatewayResponses, "x", "reset", "Go back to the built-in answer"),

        Command(.toggle, .apiKeys, "space", "enable/disable", "Let the key's clients in, or keep them out"),
        Command(.reveal, .apiKeys, "v", "show value", "Show the key's value"),
        Command(.copyValue, .apiKeys, "c", "copy value", "Copy the key's value, without showing it"),
        Command(.create, .apiKeys, "n", "new", "Make a key"),
        Command(.delete, .apiKeys, "x", "", "Delete the key"),

        Command(
            .logExecutions, .request, "i", "log executions", "Write down what each request of the stage does",
            off: Why.noStage, run: LoggingActions.turnOn),
        Command(.save, .request, "S", "save", "Save the request's lines to a file"),

        Command(.resources, .api, "R", "", "The API's resources and methods", off: Why.noApi, run: Go.resources),
        Command(.stages, .api, "s", "stages", "The API's stages", off: Why.noApi, run: Go.stages),
        Command(.deployments, .api, "D", "deployments", "The API's deployments", off: Why.noApi, run: Go.deployments),
        Command(.models, .api, "M", "", "The API's models", off: Why.noApi, run: Go.models),
        Command(
            .gatewayResponses, .api, "W", "", "The answers that the API's gateway gives itself", off: Why.noApi,
            run: Go.gatewayResponses),

        Command(
            .weightUp, .stage, "+", "weight", "Give the canary more traffic", off: Why.noCanary,
            run: StageActions.weightUp),
        Command(
            .weightDown, .stage, "-", "weight", "Give the canary less traffic", off: Why.noCanary,
            run: StageActions.weightDown),
        Command(.weight, .stage, "w", "", "Type the canary's weight", off: Why.noCanary, run: StageActions.weight),
        Command(.promote, .stage, "p", "promote", "Promote the canary", off: Why.noCanary, run: StageActions.promote),
        Command(
            .disable, .stage, "x", "disable canary", "Take the canary away", off: Why.noCanary,
            run: StageActions.disable),
        Command(
            .rollback, .stage, "b", "roll back", "Roll back to an earlier deployment", off: Why.noStage,
            run: StageActions.rollback),
        Command(.logs, .stage, "l", "logs", "Follow the stage's access log", run: Go.logs),
        Command(
            .difference, .stage, "d", "difference", "What the canary's deployment changes", off: Why.noCanary,
            run: StageActions.difference),
        Command(
            .limits, .stage, "L", "limits", "The stage's throttles, quotas and cache, live", off: Why.noStage,
            run: Go.limits),
        Command(
            .flushCache, .stage, "F", "flush cache", "Drop everything that the stage's cache holds", off: Why.noCache,
            run: CacheActions.flush),

        Command(
            .rollback, .deployments, "b", "roll back", "Roll a stage back to this deployment", off: Why.noDeployment,
            run: StageActions.rollbackHere),

        Command(
            .difference, .deployments, "d", "difference", "What differs from the marked one, or from now",
            off: Why.noSelectedDeployment),
        Command(.mark, .deployments, "space", "mark", "Mark a deployment to compare others with"),
        Command(.otherPane, .comparing, "tab", "against", "Against the API now, or what a stage runs"),

        Command(.undo, .history, "u", "undo", "Take the change back"),

        Command(.graph, .stageScreen, "tab", "graph", "Show the next metric in the graph"),
        Command(.window, .stageScreen, "t", "", "Look at the last minute or the last 5 minutes"),
        Command(.graph, .metrics, "tab", "graph", "Show the next metric in the graph"),
        Command(.window, .metrics, "t", "window", "Look at the last minute or the last 5 minutes"),

        Command(.follow, .log, "f space", "follow", "Follow the newest line, or pause"),
        Command(.nextError, .log, "e", "next error", "To the next 5XX"),
        Command(.previousError, .log, "E", "", "To the previous 5XX"),
        Command(.nextMatch, .log, "n", "", "To the next line that matches the last filter"),
        Command(.previousMatch, .log, "N", "", "To the line before that matches the last filter"),
        Command(.variant, .log, "c", "canary", "Show all, the canary only, the base only"),
        Command(.since, .log, "t", "since", "Show all, or the last 1, 5 or 15 minutes"),
        Command(.wrap, .log, "w", "wrap", "Wrap long lines, or cut them"),
        Command(.save, .log, "S", "save", "Save the lines shown to a file"),

        Command(.logs, .everywhere, "l", "logs", "Follow the access log of what has the focus", run: Go.logs),
        Command(.metrics, .everywhere, "m", "metrics", "Live metrics of what has the focus", run: Go.metrics),
        Command(.usagePlans, .everywhere, "P", "", "Usage plans and their quotas", run: Go.usagePlans),
        Command(.apiKeys, .everywhere, "K", "", "API keys", run: Go.apiKeys),
        Command(.functions, .everywhere, "f", "", "The functions of the engine's machine", run: Go.functions),
        Command(.vpcLinks, .everywhere, "V", "", "VPC links and the health of their targets", run: Go.vpcLinks),
        Command(.changes, .everywhere, "H", "", "History: who changed what", run: Go.changes),
        Command(
            .copyId, .everywhere, "y", "", "Copy the id of what has the focus", off: Why.nothingToCopy, run: Copying.id),
        Command(.copyUrl, .everywhere, "u", "", "Copy the invoke URL", off: Why.noUrl, run: Copying.url),
        Command(
            .copyCurl, .everywhere, "U", "", "Copy a curl command that calls it", off: Why.noUrl, run: Copying.curl),
        Command(.filter, .everywhere, "/", "filter", "Filter the rows", off: Why.noFilter, run: Go.filter),
        Command(.palette, .everywhere, ":", "", "Command palette", run: Go.palette),
        Command(.back, .everywhere, "esc", "", "Drop the filter, else go back", run: Go.back),
        Command(.historyBack, .everywhere, "[", "", "Back to the screen before", off: Why.noBack, run: Go.historyBack),
        Command(.historyForward, .everywhere, "]", "", "Forward again", off: Why.noForward, run: Go.historyForward),
        Command(.refresh, .everywhere, "ctrl-r", "", "Ask the engine again", run: Go.refresh),
        Command(.theme, .everywhere, "T", "", "Choose a theme", off: Why.noThemes, run: Go.theme),
        Command(.saveScreen, .everywhere, "ctrl-s", "", "Save this screen as text", run: Go.saveScreen),
        Command(.suspend, .everywhere, "ctrl-z", "", "Suspend to the shell", run: { _ in [.suspend] }),
        Command(.help, .everywhere, "? f1", "keys", "These keys", run: Go.help),
        Command(.quit, .everywhere, "q ctrl-c", "", "Quit", run: { _ in [.quit] }),
    ]
}
