package import ControlAPI
package import Terminal

/// What happens to the console. The runtime sends ``AppEvent/clock(_:)`` before each burst of others.
package enum AppEvent: Sendable {
    case terminal(TerminalEvent)
    /// Milliseconds since 1970.
    case clock(Int)
    case answered(Request, Answer)
    case failed(Request, ControlError)
    case feed(ControlEvent)
    case feedLost(ControlError)
    /// Records of the log tail; `dropped` were lost between the engine and the screen.
    case tail(EventSelection.AccessSelection, [AccessLogRecord], dropped: Int)
    /// Lines of the functions that are followed, as of `tail`.
    case functionTail(EventSelection.FunctionSelection, [FunctionLogRecord], dropped: Int)
    case changed(StageKey, token: Int, Stage)
    case changeFailed(StageKey, token: Int, ControlError)
    case performed(Job, token: Int)
    case refused(Job, token: Int, ControlError)
    case tested(MethodKey, token: Int, TestInvokeMethodResponse)
    case testFailed(MethodKey, token: Int, ControlError)
    case invoked(functionName: String, token: Int, InvocationAnswer)
    case invokeFailed(functionName: String, token: Int, ControlError)
    /// The editor was left.
    case edited(Document, EditOutcome)
    case saved(path: String)
    case themeUsed(String)
    /// Something at the edge did not work: writing a file, reading a theme.
    case trouble(String)
}
