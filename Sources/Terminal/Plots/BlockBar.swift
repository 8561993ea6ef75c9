/// A bar that shows a share: the traffic's split, a quota, a cache's hits.
public enum BlockBar {
    /// The bar's two parts, `width` columns together. `partial` is the cell that is filled in part; empty when the
    /// share ends on a cell's edge.
    public struct Parts: Hashable, Sendable {
        public var filled: String
        public var partial: String
        public var empty: String
        public var text: String { filled + partial + empty }
    }

    /// A bar filled to `fraction` (0 to 1), to an eighth of a column. A share above zero is never drawn empty, and one
    /// below one is never drawn full: one per cent of the traffic can be seen.
    public static func parts(fraction: Double, width: Int, graphics: Graphics) -> Parts {
        guard width > 0 else { return Parts(filled: "", partial: "", empty: "") }
        let fraction = fraction.isFinite ? min(1, max(0, fraction)) : 0
        let steps = graphics == .ascii ? 1 : 8
        let total = width * steps
        var filled = Int((fraction * Double(total)).rounded())
        if fraction > 0 { filled = max(1, filled) }
        if fraction < 1 { filled = min(total - 1, filled) }
        let whole = filled / steps
        let part = filled % steps
        let empty = width - whole - (part > 0 ? 1 : 0)
        return Parts(
            filled: String(repeating: graphics == .ascii ? "#" : "█", count: whole),
            partial: part > 0 ? String(eighths[part - 1]) : "",
            empty: String(repeating: graphics == .ascii ? "." : "░", count: empty)
        )
    }

    public static func text(fraction: Double, width: Int, graphics: Graphics) -> String {
        parts(fraction: fraction, width: width, graphics: graphics).text
    }

    private static let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
}

extension Canvas {
    /// Draws a bar over `width` columns from `x`, `y`; see ``BlockBar``.
    public mutating func putBar(
        fraction: Double, x: Int, y: Int, width: Int, graphics: Graphics,
        style: Style = Style(.bar), empty: Style = Style(.barEmpty)
    ) {
        let parts = BlockBar.parts(fraction: fraction, width: width, graphics: graphics)
        var column = x
        column += put(parts.filled, x: column, y: y, style: style)
        column += put(parts.partial, x: column, y: y, style: style)
        put(parts.empty, x: column, y: y, style: empty)
    }
}
