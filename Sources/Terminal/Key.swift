/// A key, or a key with control or alt. Shift is part of the character, except for shift-tab.
public enum Key: Hashable, Sendable {
    case character(Character)
    case enter
    case escape
    case tab
    case backTab
    case up
    case down
    case left
    case right
    case home
    case end
    case pageUp
    case pageDown
    case backspace
    case delete
    case insert
    /// F1 is 1.
    case function(Int)
    /// The character is lower case.
    case control(Character)
    case alt(Character)
}

/// The text form is what key maps are written in and what help shows: `ctrl-s`, `esc`, `shift-tab`, `f5`, `+`, `space`.
extension Key: CustomStringConvertible, LosslessStringConvertible {
    public var description: String {
        switch self {
        case .character(" "): "space"
        case .character(let character): String(character)
        case .function(let number): "f\(number)"
        case .control(let character): "ctrl-" + Key.name(of: character)
        case .alt(let character): "alt-" + Key.name(of: character)
        default: Key.names.first { $0.key == self }?.name ?? ""
        }
    }

    /// Parses the text form. Names are read without regard to case; a single character is the character itself, so
    /// `G` is not `g`. Nil when the text names no key.
    public init?(_ text: String) {
        if text.count == 1, let character = text.first {
            guard let key = Key(typed: character) else { return nil }
            self = key
            return
        }
        let lower = text.lowercased()
        if lower == "space" {
            self = .character(" ")
        } else if let named = Key.names.first(where: { $0.name == lower })
            ?? Key.otherNames.first(where: { $0.name == lower })
        {
            self = named.key
        } else if lower.hasPrefix("f"), let number = Int(lower.dropFirst()), (1...24).contains(number),
            lower.dropFirst().first != "0", lower.dropFirst().first != "+"
        {
            self = .function(number)
        } else if let character = Key.argument(of: text, after: ["ctrl-", "control-", "c-", "^"]) {
            guard let key = Key(control: Character(character.lowercased())) else { return nil }
            self = key
        } else if let character = Key.argument(of: text, after: ["alt-", "meta-", "m-"]) {
            self = .alt(character)
        } else {
            return nil
        }
    }

    /// What goes into the error for a text that names no key.
    public static let textForms =
        "a character, space, enter, esc, tab, shift-tab, up, down, left, right, home, end, pgup, pgdn, backspace, "
        + "delete, insert, f1 to f24, ctrl-x or alt-x"

    private static let names: [(name: String, key: Key)] = [
        ("enter", .enter), ("esc", .escape), ("tab", .tab), ("shift-tab", .backTab), ("up", .up), ("down", .down),
        ("left", .left), ("right", .right), ("home", .home), ("end", .end), ("pgup", .pageUp), ("pgdn", .pageDown),
        ("backspace", .backspace), ("delete", .delete), ("insert", .insert),
    ]

    private static let otherNames: [(name: String, key: Key)] = [
        ("return", .enter), ("escape", .escape), ("backtab", .backTab), ("pageup", .pageUp), ("pagedown", .pageDown),
        ("del", .delete), ("ins", .insert), ("plus", .character("+")), ("minus", .character("-")),
        ("comma", .character(",")),
    ]

    private static func name(of character: Character) -> String {
        character == " " ? "space" : String(character)
    }

    private static func argument(of text: String, after prefixes: [String]) -> Character? {
        let lower = text.lowercased()
        for prefix in prefixes where lower.hasPrefix(prefix) {
            let rest = text.dropFirst(prefix.count)
            if rest.lowercased() == "space" { return " " }
            if rest.count == 1 { return rest.first }
        }
        return nil
    }

    /// The key for a character as a terminal sends it; nil for control characters that no key sends.
    public init?(typed character: Character) {
        guard let value = character.asciiValue, value < 0x20 || value == 0x7F else {
            // CR LF is one character, and C1 controls are no keys.
            guard let scalar = character.unicodeScalars.first, scalar.properties.generalCategory != .control else {
                return nil
            }
            self = .character(character)
            return
        }
        switch value {
        case 0x09: self = .tab
        case 0x0A, 0x0D: self = .enter
        case 0x1B: self = .escape
        case 0x08, 0x7F: self = .backspace
        case 0x00: self = .control(" ")
        case 0x01...0x1A: self = .control(Character(Unicode.Scalar(value + 0x60)))
        default: self = .control(Character(Unicode.Scalar(value + 0x40)))
        }
    }

    /// Control with a character, where terminals can send that: ctrl-i is tab, ctrl-m enter, ctrl-[ escape.
    private init?(control character: Character) {
        switch character {
        case "i": self = .tab
        case "m", "j": self = .enter
        case "[": self = .escape
        case "h": self = .backspace
        case "a"..."z", " ", "\\", "]", "^", "_": self = .control(character)
        case "@": self = .control(" ")
        default: return nil
        }
    }
}
