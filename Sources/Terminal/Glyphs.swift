import Foundation

/// The signs that views draw with, in Unicode and in ASCII. Each is one column wide in both, so a layout is the same.
public struct Glyphs: Hashable, Sendable {
    public let unicode: Bool

    public init(unicode: Bool) {
        self.unicode = unicode
    }

    public init(_ capabilities: Capabilities) {
        unicode = capabilities.unicode
    }

    /// What stands for text that was cut; three columns in ASCII.
    public var ellipsis: String { unicode ? "…" : "..." }
    public var horizontal: Character { unicode ? "─" : "-" }
    public var vertical: Character { unicode ? "│" : "|" }
    public var topLeft: Character { unicode ? "┌" : "+" }
    public var topRight: Character { unicode ? "┐" : "+" }
    public var bottomLeft: Character { unicode ? "└" : "+" }
    public var bottomRight: Character { unicode ? "┘" : "+" }
    /// Where a label meets the axis of a plot.
    public var axisTick: Character { unicode ? "┤" : "+" }
    /// A child that has a sibling below it.
    public var treeBranch: String { unicode ? "├─" : "|-" }
    /// The last child.
    public var treeLast: String { unicode ? "└─" : "`-" }
    /// The parent's line passing by.
    public var treeLine: String { unicode ? "│ " : "| " }
    public var crumb: Character { unicode ? "▸" : ">" }
    public var focusLeft: Character { unicode ? "▸" : ">" }
    public var focusRight: Character { unicode ? "◂" : "<" }
    public var arrowRight: Character { unicode ? "→" : ">" }
    public var arrowLeft: Character { unicode ? "←" : "<" }
    public var arrowUp: Character { unicode ? "▲" : "^" }
    public var arrowDown: Character { unicode ? "▼" : "v" }
    /// A flow between the stations of a request: `─▸` and `◂─`.
    public var flowRight: String { unicode ? "─▸" : "->" }
    public var flowLeft: String { unicode ? "◂─" : "<-" }
    public var live: Character { unicode ? "●" : "*" }
    public var lost: Character { unicode ? "○" : "o" }
    public var paused: Character { unicode ? "‖" : "=" }
    public var check: Character { unicode ? "✓" : "y" }
    public var cross: Character { unicode ? "✗" : "x" }
    public var warning: Character { unicode ? "▲" : "!" }
    public var times: Character { unicode ? "×" : "x" }
    public var plusMinus: Character { unicode ? "±" : "~" }
    public var minus: Character { unicode ? "−" : "-" }
    public var none: Character { unicode ? "–" : "-" }
    public var dot: Character { unicode ? "·" : "." }
    /// A prompt's caret where text is typed.
    public var caret: Character { unicode ? "▏" : "_" }
    public var enter: Character { unicode ? "⏎" : "^" }
    /// The thumb and the track of a scroll bar.
    public var thumb: Character { unicode ? "█" : "#" }
    public var track: Character { unicode ? "░" : "." }
    /// The base's and the canary's line in a legend.
    public var baseLine: Character { unicode ? "─" : "-" }
    public var canaryLine: Character { unicode ? "┄" : "=" }

    /// What a terminal without UTF-8 shows in place of `scalar`: one ASCII character, one column.
    static func ascii(for scalar: UInt32) -> UInt8 {
        if scalar < 0x7F { return UInt8(scalar) }
        if let known = replacements[scalar] { return known }
        switch scalar {
        case 0x2800: return 0x20
        case 0x2801...0x28FF: return UInt8(ascii: "*")
        case 0x2500...0x257F: return boxes(scalar)
        case 0x2581...0x2590: return UInt8(ascii: "#")
        case 0x2591...0x259F: return UInt8(ascii: ".")
        default: break
        }
        // é is e with a mark.
        guard let value = Unicode.Scalar(scalar) else { return UInt8(ascii: "?") }
        let base = String(value).decomposedStringWithCanonicalMapping.unicodeScalars.first
        if let base, base.isASCII { return UInt8(ascii: base) }
        return UInt8(ascii: "?")
    }

    private static func boxes(_ scalar: UInt32) -> UInt8 {
        switch scalar {
        case 0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x254C, 0x254D, 0x2550, 0x2574, 0x2576: UInt8(ascii: "-")
        case 0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x254E, 0x254F, 0x2551, 0x2575, 0x2577: UInt8(ascii: "|")
        default: UInt8(ascii: "+")
        }
    }

    private static let replacements: [UInt32: UInt8] = {
        let table: [(Unicode.Scalar, Unicode.Scalar)] = [
            ("…", "."), ("▸", ">"), ("◂", "<"), ("→", ">"), ("←", "<"), ("↑", "^"), ("↓", "v"), ("▲", "^"), ("▼", "v"),
            ("●", "*"), ("○", "o"), ("‖", "="), ("✓", "y"), ("✗", "x"), ("×", "x"), ("±", "~"), ("−", "-"), ("–", "-"),
            ("—", "-"), ("·", "."), ("•", "*"), ("▏", "_"), ("⏎", "^"), ("“", "\""), ("”", "\""), ("‘", "'"),
            ("’", "'"), ("\u{A0}", " "), ("≤", "<"), ("≥", ">"), ("µ", "u"), ("\u{FFFD}", "?"),
        ]
        return Dictionary(uniqueKeysWithValues: table.map { ($0.value, UInt8($1.value)) })
    }()
}
