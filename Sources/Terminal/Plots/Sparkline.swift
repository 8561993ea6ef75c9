/// A row of numbers as a row of columns: the shape of a metric beside its value.
///
/// Nil is "no data" and stays blank; zero is the lowest line; anything above zero is higher than that line, so that
/// one error in a quiet minute can be seen.
public enum Sparkline {
    /// The last `width` values as one line of exactly `width` columns, the newest at the right.
    ///
    /// One line is drawn with eighth blocks both for ``Graphics/braille`` and ``Graphics/blocks``: a braille cell has
    /// four levels only. In ASCII it is a row of digits from 1 to 9, with `.` for zero.
    ///
    /// - Parameter top: the value that fills the line; the largest value when nil. Pass ``PlotScale/top`` to keep the
    ///   line still while values come and go.
    public static func text(_ values: [Double?], width: Int, top: Double? = nil, graphics: Graphics) -> String {
        guard width > 0 else { return "" }
        let shown = values.suffix(width)
        let top = top ?? largest(of: shown)
        var line = String(repeating: " ", count: width - shown.count)
        for value in shown {
            let symbols = graphics == .ascii ? digits : eighths
            guard let value, value.isFinite else {
                line.append(" ")
                continue
            }
            line.append(symbols[level(of: value, top: top, levels: symbols.count)])
        }
        return line
    }

    /// The values as a filled area of `height` lines of exactly `width` columns, from top to bottom. With braille a
    /// column shows two values, otherwise one.
    public static func area(
        _ values: [Double?], width: Int, height: Int, top: Double? = nil, graphics: Graphics
    ) -> [String] {
        guard width > 0, height > 0 else { return [] }
        if height == 1 && graphics != .braille {
            return [text(values, width: width, top: top, graphics: graphics)]
        }
        let perCell = graphics == .braille ? 2 : 1
        let shown = Array(values.suffix(width * perCell))
        let top = top ?? largest(of: shown[...])
        let steps =
            switch graphics {
            case .braille: 4
            case .blocks: 8
            case .ascii: 10
            }
        // Heights in steps from the bottom; nil where there is no data.
        var heights: [Int?] = Array(repeating: nil, count: width * perCell - shown.count)
        for value in shown {
            guard let value, value.isFinite else {
                heights.append(nil)
                continue
            }
            heights.append(level(of: value, top: top, levels: height * steps) + (graphics == .ascii ? 0 : 1))
        }
        return (0..<height).map { row in
            let floor = (height - 1 - row) * steps
            var line = String.UnicodeScalarView()
            for column in 0..<width {
                switch graphics {
                case .braille:
                    let dots =
                        BrailleDots.column(left: true, height: (heights[column * 2] ?? 0) - floor)
                        | BrailleDots.column(left: false, height: (heights[column * 2 + 1] ?? 0) - floor)
                    line.append(BrailleDots.scalar(dots))
                case .blocks:
                    let level = min(8, (heights[column] ?? 0) - floor)
                    line.append(contentsOf: level <= 0 ? " ".unicodeScalars : eighths[level - 1].unicodeScalars)
                case .ascii:
                    line.append(asciiCell(heights[column], floor: floor))
                }
            }
            return String(line)
        }
    }

    private static func asciiCell(_ height: Int?, floor: Int) -> Unicode.Scalar {
        guard let height else { return " " }
        let level = height - floor
        if level >= 10 { return "#" }
        if level > 0 { return Unicode.Scalar(UInt8(0x30 + level)) }
        return floor == 0 ? "." : " "
    }

    /// The level of a value among `levels`, from 0: 0 for zero and below, at least 1 for anything above.
    private static func level(of value: Double, top: Double, levels: Int) -> Int {
        guard value > 0, top > 0 else { return 0 }
        let share = min(1, value / top)
        return max(1, min(levels - 1, Int((share * Double(levels - 1)).rounded())))
    }

    static func largest(of values: ArraySlice<Double?>) -> Double {
        values.reduce(0) { largest, value in
            guard let value, value.isFinite else { return largest }
            return max(largest, value)
        }
    }

    static let eighths: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    static let digits: [Character] = [".", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
}

/// The dots of braille cells: two columns of four.
enum BrailleDots {
    /// The bit of the dot in column 0 or 1 and row 0 (top) to 3 (bottom).
    static func bit(column: Int, row: Int) -> UInt8 {
        (column == 0 ? left : right)[row]
    }

    /// The lowest `height` dots of a column.
    static func column(left isLeft: Bool, height: Int) -> UInt8 {
        var dots: UInt8 = 0
        for row in 0..<4 where 4 - row <= height { dots |= bit(column: isLeft ? 0 : 1, row: row) }
        return dots
    }

    static func scalar(_ dots: UInt8) -> Unicode.Scalar {
        // An empty braille cell is a blank: some fonts draw it as eight rings.
        dots == 0 ? " " : Unicode.Scalar(0x2800 + UInt32(dots)) ?? " "
    }

    private static let left: [UInt8] = [0x01, 0x02, 0x04, 0x40]
    private static let right: [UInt8] = [0x08, 0x10, 0x20, 0x80]
}
