package import Terminal

/// One line in pieces of different style.
package struct StyledLine: Sendable {
    package var pieces: [(text: String, style: Style)]

    package init(_ pieces: [(text: String, style: Style)] = []) {
        self.pieces = pieces
    }

    package init(_ text: String, _ style: Style = .plain) {
        pieces = [(text, style)]
    }

    package var text: String { pieces.map(\.text).joined() }
    package var width: Int { pieces.reduce(0) { $0 + TextWidth.of($1.text) } }

    package static func name(_ name: String, _ value: String, column: Int = 22, style: Style = .plain) -> StyledLine {
        StyledLine([(TextLayout.pad(name, to: column), .dim), (value, style)])
    }
}

/// Lines to read, scrolled.
package struct TextPane: Sendable {
    package private(set) var lines: [StyledLine] = []
    package private(set) var offset = 0

    package init() {}

    package mutating func set(_ lines: [StyledLine]) {
        self.lines = lines
        offset = min(offset, max(0, lines.count - 1))
    }

    package mutating func perform(_ command: CommandID, page: Int) -> Bool {
        switch command {
        case .up: scroll(-1, page)
        case .down: scroll(1, page)
        case .pageUp: scroll(-max(1, page - 1), page)
        case .pageDown: scroll(max(1, page - 1), page)
        case .top: offset = 0
        case .bottom: scroll(lines.count, page)
        default: return false
        }
        return true
    }

    package mutating func scroll(_ by: Int, _ page: Int) {
        offset = max(0, min(offset + by, lines.count - max(1, page)))
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let bounds = canvas.bounds
        for (y, line) in lines.dropFirst(offset).prefix(bounds.height).enumerated() {
            canvas.put(line, x: 1, y: y, width: bounds.width - 2, workspace.glyphs)
        }
        let x = bounds.width - 1
        if offset > 0 { canvas.put(String(workspace.glyphs.arrowUp), x: x, y: 0, style: .accent) }
        if offset + bounds.height < lines.count {
            canvas.put(String(workspace.glyphs.arrowDown), x: x, y: bounds.height - 1, style: .accent)
        }
    }
}

extension Canvas {
    /// Writes the pieces one after the other, as far as they fit.
    @discardableResult
    mutating func put(_ line: StyledLine, x: Int, y: Int, width: Int, _ glyphs: Glyphs) -> Int {
        var column = x
        for piece in line.pieces {
            let room = x + width - column
            guard room > 0 else { break }
            column += put(
                TextLayout.truncate(piece.text, to: room, ellipsis: glyphs.ellipsis), x: column, y: y,
                style: piece.style)
        }
        return column - x
    }
}
