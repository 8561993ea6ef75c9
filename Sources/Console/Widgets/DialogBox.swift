package import Terminal

/// The ground that dialogs stand on: a cleared rectangle in the middle with a title and a line under it.
package enum DialogBox {
    /// Clears room for `lines` rows of content, draws the title, and gives the content's rectangle.
    package static func open(_ canvas: inout Canvas, title: String, width: Int, lines: Int, _ workspace: Workspace)
        -> Rect
    {
        let width = min(max(30, width), canvas.width - 2)
        let height = min(lines + 4, canvas.height)
        let x = (canvas.width - width) / 2
        let y = max(0, (canvas.height - height) / 2)
        let box = Rect(x: x, y: y, width: width, height: height)
        canvas.fill(box, style: Style(.dialog))
        canvas.put(
            TextLayout.truncate(title, to: width - 4, ellipsis: workspace.glyphs.ellipsis), x: x + 2, y: y + 1,
            style: Style(.title, .bold, on: .dialog))
        let line = String(repeating: workspace.glyphs.horizontal, count: max(0, width - 4))
        canvas.put(line, x: x + 2, y: y + 2, style: Style(.border, on: .dialog))
        border(&canvas, box, workspace.glyphs)
        return Rect(x: x + 2, y: y + 3, width: width - 4, height: height - 4)
    }

    /// Where the dialog ends and the screen begins can be seen without colour, too.
    private static func border(_ canvas: inout Canvas, _ box: Rect, _ glyphs: Glyphs) {
        let style = Style(.border, on: .dialog)
        guard box.width > 1, box.height > 1 else { return }
        let middle = String(repeating: glyphs.horizontal, count: box.width - 2)
        canvas.put("\(glyphs.topLeft)\(middle)\(glyphs.topRight)", x: box.x, y: box.y, style: style)
        canvas.put("\(glyphs.bottomLeft)\(middle)\(glyphs.bottomRight)", x: box.x, y: box.maxY - 1, style: style)
        for y in (box.y + 1)..<(box.maxY - 1) {
            canvas.put(String(glyphs.vertical), x: box.x, y: y, style: style)
            canvas.put(String(glyphs.vertical), x: box.maxX - 1, y: y, style: style)
        }
    }

    /// Buttons at the right of a row, the focused one between marks.
    package static func buttons(
        _ canvas: inout Canvas, _ titles: [String], focus: Int, in row: Rect, _ workspace: Workspace
    ) {
        let glyphs = workspace.glyphs
        let width = titles.reduce(0) { $0 + TextWidth.of($1) + 4 } + 2 * max(0, titles.count - 1)
        var x = row.maxX - width
        for (index, title) in titles.enumerated() {
            let focused = index == focus
            let text = focused ? "\(glyphs.focusLeft) \(title) \(glyphs.focusRight)" : "  \(title)  "
            if focused { canvas.cursor = Point(x: x, y: row.y) }
            x += canvas.put(text, x: x, y: row.y, style: focused ? Style(.focus, .bold) : Style(.text, on: .dialog)) + 2
        }
    }
}
