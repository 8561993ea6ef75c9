import Glibc

/// Why there is no terminal to draw on.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    case notATerminal(String)
    /// The terminfo entry cannot place the cursor.
    case dumb(term: String)
    /// There is no terminfo entry, and neither is there one for what is tried instead.
    case unknown(term: String)
    case alreadyOpen
    case system(call: String, code: Int32)

    public var description: String {
        switch self {
        case .notATerminal(let name):
            "\(name) is not a terminal; run the console in one, or use the commands for scripts (sluice --help)"
        case .dumb(let term):
            "the terminal \"\(term)\" cannot place the cursor; set TERM to what you use, for example xterm-256color"
        case .unknown(let term):
            "there is no terminfo entry for TERM=\"\(term)\", nor for xterm-256color; install ncurses-base or set TERM"
        case .alreadyOpen:
            "a terminal is open already; ncurses can drive one in a process"
        case .system(let call, let code):
            "\(call) failed: \(String(cString: strerror(code)))"
        }
    }
}
