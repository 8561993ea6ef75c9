extension Canvas {
    /// The characters of row `y`, without the blanks at its end; empty outside the canvas.
    public func row(_ y: Int) -> String {
        guard y >= 0, y < height else { return "" }
        var line = ""
        var blanks = 0
        for cell in cells[y * width..<(y + 1) * width] where !cell.isContinuation {
            if cell.isBlank {
                blanks += 1
            } else {
                if blanks > 0 { line += String(repeating: " ", count: blanks) }
                blanks = 0
                for scalar in cell.scalars { line.unicodeScalars.append(scalar) }
            }
        }
        return line
    }

    /// The whole canvas as text: its rows joined by newlines, without the blanks at their ends.
    public var text: String {
        (0..<height).map(row).joined(separator: "\n")
    }

    /// The styles of row `y`: one letter a column, the role's (``Role/letter``), in upper case where bold. Where the
    /// text lies on a ground, such as the selection, the ground's letter. Blank where an unstyled cell is blank.
    public func styleRow(_ y: Int) -> String {
        guard y >= 0, y < height else { return "" }
        var line = ""
        for cell in cells[y * width..<(y + 1) * width] {
            line.append(Self.letter(of: cell))
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// The second layer of ``text``: ``styleRow(_:)`` of every row.
    public var styleText: String {
        (0..<height).map(styleRow).joined(separator: "\n")
    }

    private static func letter(of cell: Cell) -> Character {
        if cell.isBlank && cell.style == .plain { return " " }
        let letter = (cell.style.ground ?? cell.style.role).letter
        guard cell.style.attributes.contains(.bold) else { return letter }
        return Character(letter.uppercased())
    }
}
