/// What graphs and bars are made of.
public enum Graphics: String, Hashable, Sendable, CaseIterable {
    /// Braille dots: two columns and four rows of them in a cell.
    case braille
    /// Eighth blocks: for fonts without braille.
    case blocks
    /// `#`, `.` and digits: for terminals without UTF-8.
    case ascii
}

/// How many colours a terminal shows.
public enum ColourDepth: Int, Hashable, Sendable, Comparable {
    case monochrome = 0
    case eight = 8
    case sixteen = 16
    case indexed = 256
    case rgb = 16_777_216

    public static func < (left: ColourDepth, right: ColourDepth) -> Bool { left.rawValue < right.rawValue }
}

/// What the terminal can show.
public struct Capabilities: Hashable, Sendable {
    public var colours: ColourDepth
    /// Whether characters beyond ASCII may be drawn.
    public var unicode: Bool
    public var graphics: Graphics
    /// Whether the user asked for no colour (NO_COLOR). Then `colours` is monochrome.
    public var noColor: Bool

    public init(
        colours: ColourDepth = .indexed, unicode: Bool = true, graphics: Graphics = .braille, noColor: Bool = false
    ) {
        self.colours = noColor ? .monochrome : colours
        self.unicode = unicode
        self.graphics = unicode ? graphics : .ascii
        self.noColor = noColor
    }

    /// A terminal that shows ASCII and no colour.
    public static let plain = Capabilities(colours: .monochrome, unicode: false, graphics: .ascii)

    /// Reads what the environment says about the terminal.
    ///
    /// - `NO_COLOR`, if not empty: monochrome (no-color.org).
    /// - `SLUICE_ASCII`, if not empty and not 0: ASCII only. `SLUICE_GRAPHICS=braille|blocks|ascii` sets the graphs alone.
    /// - `LC_ALL`, `LC_CTYPE`, `LANG`, the first that is set: ASCII where it names another codeset than UTF-8. Where
    ///   none is set, as in most containers, UTF-8 is assumed, because the terminal outside has it.
    /// - `COLORTERM=truecolor|24bit` and `TERM`.
    ///
    /// - Parameter colours: the `colors` of the terminal's terminfo entry; 0 or less when it has none.
    /// - Parameter directColour: whether the entry takes RGB values.
    public init(environment: [String: String], terminfoColours colours: Int, directColour: Bool = false) {
        let term = environment["TERM"] ?? ""
        let depth: ColourDepth =
            if directColour {
                .rgb
            } else {
                switch colours {
                case ..<8: .monochrome
                case 8..<16: .eight
                case 16..<256: .sixteen
                default: .indexed
                }
            }
        let ascii = environment["SLUICE_ASCII"].map { !$0.isEmpty && $0 != "0" } ?? false
        let oldHardware = term.hasPrefix("vt") || term == "ansi" || term == "cons25"
        let unicode = !ascii && !oldHardware && Self.localeAllowsUnicode(environment)
        let graphics: Graphics =
            if let asked = environment["SLUICE_GRAPHICS"].flatMap(Graphics.init(rawValue:)) {
                asked
            } else if term == "linux" {
                // The kernel's console font has no braille.
                .blocks
            } else {
                .braille
            }
        self.init(
            colours: depth,
            unicode: unicode,
            graphics: graphics,
            noColor: environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        )
    }

    private static func localeAllowsUnicode(_ environment: [String: String]) -> Bool {
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            guard let value = environment[name], !value.isEmpty else { continue }
            let lower = value.lowercased()
            return lower.contains("utf-8") || lower.contains("utf8")
        }
        return true
    }
}
