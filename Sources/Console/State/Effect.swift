package import ControlAPI

/// What the runtime is asked to do. Results come back as ``AppEvent``s.
package enum Effect: Sendable, Equatable {
    case fetch(Request)
    /// Opens the live feed after so many milliseconds; a feed that is open is closed first.
    case connect(afterMilliseconds: Int)
    /// Follows the access log of these stages, with its past as far as the engine has it, and stops following others.
    case tail(EventSelection.AccessSelection)
    /// Follows what these functions write, as `tail` does the access log.
    case tailFunctions(EventSelection.FunctionSelection)
    case change(StageKey, StageChange, token: Int)
    /// Sends a call that changes something.
    case perform(Job, token: Int)
    /// `verb` is never `ANY`.
    case test(MethodKey, verb: String, TestInvokeMethodRequest, token: Int)
    case invoke(functionName: String, payload: String, token: Int)
    /// Hands the terminal to the user's editor with a text.
    case edit(Document, text: String)
    /// Puts text on the clipboard (OSC 52).
    case copy(String)
    /// Writes a file and tells where it went.
    case save(name: String, text: String)
    /// Writes what is on screen to a file.
    case saveScreen
    case useTheme(String)
    /// Writes the theme's name to the configuration.
    case rememberTheme(String)
    /// Wakes the console so many milliseconds from now, at the latest; the earliest one counts.
    case wake(afterMilliseconds: Int)
    /// Draws everything anew.
    case redraw
    case suspend
    case quit
}
