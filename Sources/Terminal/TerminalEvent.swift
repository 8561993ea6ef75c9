/// What the terminal tells the program.
public enum TerminalEvent: Hashable, Sendable {
    case key(Key)
    case mouse(MouseEvent)
    /// Text that was pasted, with newlines as `\n`. It is never a command.
    case paste(String)
    case resize(width: Int, height: Int)
    /// The terminal's window got the focus, or lost it.
    case focus(Bool)
    /// The program runs again after it was suspended. The screen is drawn anew by the terminal itself.
    case resumed
    /// The terminal is gone, or someone asked the program to end (SIGTERM, SIGHUP, SIGINT, SIGQUIT).
    case terminate
}

public struct MouseEvent: Hashable, Sendable {
    public enum Button: Hashable, Sendable {
        case left, middle, right
        /// No button: the mouse only moved.
        case none
    }

    public enum Action: Hashable, Sendable {
        case press
        case release
        /// Moved with the button held.
        case drag
        case wheelUp
        case wheelDown
    }

    public struct Modifiers: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let shift = Modifiers(rawValue: 1 << 0)
        public static let alt = Modifiers(rawValue: 1 << 1)
        public static let control = Modifiers(rawValue: 1 << 2)
    }

    public var action: Action
    public var button: Button
    /// The cell under the pointer.
    public var x: Int
    public var y: Int
    public var modifiers: Modifiers

    public init(_ action: Action, _ button: Button = .none, x: Int, y: Int, modifiers: Modifiers = []) {
        self.action = action
        self.button = button
        self.x = x
        self.y = y
        self.modifiers = modifiers
    }
}
