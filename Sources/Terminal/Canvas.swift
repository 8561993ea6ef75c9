/// A grid of styled cells: what a view draws on, what tests read as text, and what a terminal shows.
///
/// Everything that is drawn is clipped to the current region, which is the whole canvas unless ``draw(in:_:)`` has
/// narrowed it. Coordinates are the region's.
public struct Canvas: Sendable, Equatable {
    public let width: Int
    public let height: Int
    /// Row by row, `width` cells each.
    public internal(set) var cells: [Cell]
    /// Where drawing is let through, in the canvas's own coordinates.
    private var clip: Rect
    /// The region's rectangle before clipping, whose corner is the origin of the coordinates.
    private var region: Rect
    private var parkedCursor: Point?

    public init(width: Int, height: Int) {
        self.width = max(0, width)
        self.height = max(0, height)
        cells = Array(repeating: .blank, count: self.width * self.height)
        clip = Rect(width: width, height: height)
        region = clip
    }

    /// The region being drawn in, in its own coordinates: its corner is always 0, 0.
    public var bounds: Rect { Rect(width: region.width, height: region.height) }

    /// Where the hardware cursor is parked: on the focused row or field, so that screen readers and magnifiers
    /// follow it. Nil hides it. A place outside the region is not taken.
    public var cursor: Point? {
        get { parkedCursor.map { Point(x: $0.x - region.x, y: $0.y - region.y) } }
        set {
            guard let newValue else {
                parkedCursor = nil
                return
            }
            let place = Point(x: newValue.x + region.x, y: newValue.y + region.y)
            if clip.contains(x: place.x, y: place.y) { parkedCursor = place }
        }
    }

    // MARK: Drawing

    /// Draws with `rect` as the region: 0, 0 is its corner, and nothing is drawn outside it. Regions nest.
    public mutating func draw<Result>(in rect: Rect, _ body: (inout Canvas) throws -> Result) rethrows -> Result {
        let saved = (clip, region)
        region = rect.offset(x: region.x, y: region.y)
        clip = clip.intersection(region)
        defer { (clip, region) = saved }
        return try body(&self)
    }

    /// Writes `text` from column `x` of row `y`, at most `maxWidth` columns of it, clipped to the region. A wide
    /// character that would be cut in half is left out.
    ///
    /// - Returns: the columns that the text takes from `x` on, clipped at the region's right edge and at `maxWidth`;
    ///   add it to `x` to go on writing.
    @discardableResult
    public mutating func put(
        _ text: some StringProtocol, x: Int, y: Int, style: Style = .plain, maxWidth: Int = .max
    ) -> Int {
        let row = y + region.y
        let start = x + region.x
        let end = maxWidth > region.maxX - start ? region.maxX : start + maxWidth
        guard end > start else { return 0 }
        let visible = row >= clip.y && row < clip.maxY
        var column = start
        TextWidth.forEachCluster(of: text) { cluster in
            guard column + cluster.width <= end else { return false }
            if visible { set(cluster, column: column, row: row, style: style) }
            column += cluster.width
            return true
        }
        return column - start
    }

    /// Fills `rect` with `character`, which must be one column wide; a wider one fills with blanks.
    public mutating func fill(_ rect: Rect, character: Character = " ", style: Style = .plain) {
        var glyph = Cell(character).glyph
        if TextWidth.of(character) != 1 { glyph = Cell.blankGlyph }
        let area = absolute(rect)
        guard !area.isEmpty else { return }
        for row in area.y..<area.maxY {
            mend(column: area.x, row: row)
            mend(column: area.maxX, row: row)
            let first = row * width
            for index in first + area.x..<first + area.maxX {
                cells[index] = Cell(glyph: glyph, style: style)
            }
        }
    }

    /// Gives every cell of `rect` the style, keeping its character.
    public mutating func restyle(_ rect: Rect, _ style: Style) {
        restyle(rect) { _ in style }
    }

    /// Changes the style of every cell of `rect`, keeping its character. `restyle(row) { $0.on(.selection) }` keeps
    /// the roles of a selected row.
    public mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
        let area = absolute(rect)
        guard !area.isEmpty else { return }
        for row in area.y..<area.maxY {
            for index in row * width + area.x..<row * width + area.maxX {
                cells[index].style = change(cells[index].style)
            }
        }
    }

    /// Copies `other` with its top left corner at `x`, `y`.
    public mutating func copy(_ other: Canvas, x: Int, y: Int) {
        let area = absolute(Rect(x: x, y: y, width: other.width, height: other.height))
        guard !area.isEmpty else { return }
        let left = x + region.x
        let top = y + region.y
        for row in area.y..<area.maxY {
            mend(column: area.x, row: row)
            mend(column: area.maxX, row: row)
            for column in area.x..<area.maxX {
                cells[row * width + column] = other.cells[(row - top) * other.width + column - left]
            }
            // A wide character cut at either edge.
            if cells[row * width + area.x].isContinuation { cells[row * width + area.x].glyph = Cell.blankGlyph }
            let last = area.maxX - 1
            if last - left + 1 < other.width, other.cells[(row - top) * other.width + last - left + 1].isContinuation {
                cells[row * width + last].glyph = Cell.blankGlyph
            }
        }
    }

    // MARK: Reading

    /// The cell at `x`, `y` of the whole canvas; nil outside it.
    public subscript(x: Int, y: Int) -> Cell? {
        guard x >= 0, x < width, y >= 0, y < height else { return nil }
        return cells[y * width + x]
    }

    // MARK: Cells

    private func absolute(_ rect: Rect) -> Rect {
        rect.offset(x: region.x, y: region.y).intersection(clip)
    }

    private mutating func set(_ cluster: TextWidth.Cluster, column: Int, row: Int, style: Style) {
        let last = column + cluster.width
        guard last > clip.x, column < clip.maxX else { return }
        mend(column: column, row: row)
        mend(column: last, row: row)
        let index = row * width + column
        if column >= clip.x, last <= clip.maxX {
            cells[index] = Cell(glyph: cluster.glyph, style: style)
            if cluster.width == 2 { cells[index + 1] = .continuation(style: style) }
        } else if column >= clip.x {
            // Half of a wide character would be outside.
            cells[index] = Cell(glyph: Cell.blankGlyph, style: style)
        } else {
            cells[index + 1] = Cell(glyph: Cell.blankGlyph, style: style)
        }
    }

    /// Blanks the wide character that a write beginning or ending at `column` would cut in half.
    private mutating func mend(column: Int, row: Int) {
        guard column > 0, column < width else { return }
        let index = row * width + column
        if cells[index].isContinuation {
            cells[index].glyph = Cell.blankGlyph
            cells[index - 1].glyph = Cell.blankGlyph
        }
    }
}
