/// A colour as a theme names it.
public enum Colour: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case terminal
    /// A number of the 256-colour palette. The first 16 look as the user has set them up.
    case indexed(UInt8)
    case rgb(UInt8, UInt8, UInt8)

    /// Parses `#rrggbb`, a number from 0 to 255, or a name.
    public init?(_ text: String) {
        if text == "default" {
            self = .terminal
        } else if let index = Self.names.firstIndex(of: text) {
            self = .indexed(UInt8(index))
        } else if let number = UInt8(text), text.first != "+" {
            self = .indexed(number)
        } else if text.hasPrefix("#"), text.utf8.count == 7, let value = UInt32(text.dropFirst(), radix: 16),
            text.dropFirst().first?.isHexDigit == true
        {
            self = .rgb(UInt8(value >> 16), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
        } else {
            return nil
        }
    }

    /// What goes into the error for a text that names no colour.
    public static let textForms =
        "#rrggbb, a number from 0 to 255, \"default\", or one of " + names.joined(separator: ", ")

    static let names = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black", "bright-red",
        "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
    ]

    /// The red, green and blue parts; nil for the terminal's own colours. The first 16 colours of the palette are
    /// taken as xterm shows them.
    public var components: (red: Int, green: Int, blue: Int)? {
        switch self {
        case .terminal: nil
        case .rgb(let red, let green, let blue): (Int(red), Int(green), Int(blue))
        case .indexed(let index): Self.paletteComponents(Int(index))
        }
    }

    // MARK: Mapping down

    /// The number that a terminal of this depth knows the colour by; -1 for the terminal's own. On a terminal with RGB
    /// colours it is `0xrrggbb`, where values below 8 would mean the palette and are moved out of the way.
    public func number(at depth: ColourDepth) -> Int {
        switch (self, depth) {
        case (.terminal, _), (_, .monochrome):
            return -1
        case (.rgb(let red, let green, let blue), .rgb):
            let value = Int(red) << 16 | Int(green) << 8 | Int(blue)
            return value > 0 && value < 8 ? 8 : value
        case (.indexed(let index), .rgb):
            if index < 8 { return Int(index) }
            let (red, green, blue) = Self.paletteComponents(Int(index))
            return red << 16 | green << 8 | blue
        case (.indexed(let index), .indexed):
            return Int(index)
        case (.rgb(let red, let green, let blue), .indexed):
            return Self.nearestIndexed(Int(red), Int(green), Int(blue))
        case (.indexed(let index), .sixteen) where index < 16:
            return Int(index)
        case (.indexed(8), .eight):
            // There is no grey among eight colours, and black would be invisible on black.
            return -1
        case (.indexed(let index), .eight) where index < 16:
            return Int(index % 8)
        case (_, .sixteen), (_, .eight):
            guard let (red, green, blue) = components else { return -1 }
            return Self.nearestNamed(red, green, blue, bright: depth == .sixteen)
        }
    }

    /// The nearest of the colours 16 to 255, which look the same everywhere: the 6×6×6 cube and the greys.
    static func nearestIndexed(_ red: Int, _ green: Int, _ blue: Int) -> Int {
        (16..<256).min { left, right in
            distance(paletteComponents(left), (red, green, blue))
                < distance(paletteComponents(right), (red, green, blue))
        } ?? 16
    }

    /// The colour among the first 8 or 16 with the nearest hue. The nearest colour by distance would be grey for most
    /// of the muted colours of a theme, and their hue is what carries the meaning.
    static func nearestNamed(_ red: Int, _ green: Int, _ blue: Int, bright: Bool) -> Int {
        let highest = max(red, green, blue)
        let lowest = min(red, green, blue)
        let chroma = highest - lowest
        let lightness = (highest + lowest) / 2
        // Near black and near white have no hue to speak of.
        if chroma < 40 || lightness < 32 || lightness > 236 {
            if !bright { return lightness < 112 ? 0 : 7 }
            return lightness < 64 ? 0 : lightness < 160 ? 8 : lightness < 224 ? 7 : 15
        }
        let hue: Double
        let span = Double(chroma)
        if highest == red {
            hue = (Double(green - blue) / span).truncatingRemainder(dividingBy: 6)
        } else if highest == green {
            hue = Double(blue - red) / span + 2
        } else {
            hue = Double(red - green) / span + 4
        }
        // Sixths of the circle: red, yellow, green, cyan, blue, magenta.
        let sector = (Int(hue.rounded()) + 6) % 6
        let named = [1, 3, 2, 6, 4, 5][sector]
        return bright && lightness > 140 ? named + 8 : named
    }

    /// The distance that the eye sees, roughly: red weighs more among red colours, blue among blue ones.
    private static func distance(_ a: (red: Int, green: Int, blue: Int), _ b: (red: Int, green: Int, blue: Int)) -> Int
    {
        let mean = (a.red + b.red) / 2
        let (red, green, blue) = (a.red - b.red, a.green - b.green, a.blue - b.blue)
        return (512 + mean) * red * red / 256 + 4 * green * green + (767 - mean) * blue * blue / 256
    }

    static func paletteComponents(_ index: Int) -> (red: Int, green: Int, blue: Int) {
        switch index {
        case ..<16:
            let (red, green, blue) = named[max(0, index)]
            return (red, green, blue)
        case ..<232:
            let steps = [0, 95, 135, 175, 215, 255]
            let cube = index - 16
            return (steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6])
        default:
            let grey = 8 + min(23, index - 232) * 10
            return (grey, grey, grey)
        }
    }

    private static let named: [(Int, Int, Int)] = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ]
}
