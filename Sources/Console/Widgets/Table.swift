package import Terminal

/// A row of a table: found again by its id when the table is taken anew.
package protocol TableRow: Searchable, Sendable {
    var id: String { get }
}

/// What stands in one place of a table.
package struct TableCell: Sendable {
    package var text: String
    package var style: Style
    /// Whether the end says more than the beginning, as with addresses.
    package var cutsHead: Bool

    package init(_ text: String, _ style: Style = .plain, cutsHead: Bool = false) {
        self.text = text
        self.style = style
        self.cutsHead = cutsHead
    }
}

package struct Column<Row: TableRow>: Sendable {
    package enum SortKey: Sendable {
        case text(String)
        case number(Double)
    }

    package var id: String
    package var title: String
    /// The least columns it takes.
    package var width: Int
    /// How much of the room that is left it gets; 0 for none.
    package var stretch: Int
    package var alignment: TextLayout.Alignment
    /// Columns with the highest number go first when the window is narrow; 0 stays.
    package var drop: Int
    /// Whether metrics change what it is sorted by.
    package var live: Bool
    package var cell: @Sendable (Row, Workspace) -> TableCell
    package var key: @Sendable (Row, Workspace) -> SortKey

    package init(
        _ id: String, _ title: String, width: Int, stretch: Int = 0, _ alignment: TextLayout.Alignment = .left,
        drop: Int = 0, live: Bool = false, key: @escaping @Sendable (Row, Workspace) -> SortKey,
        cell: @escaping @Sendable (Row, Workspace) -> TableCell
    ) {
        self.id = id
        self.title = title
        self.width = width
        self.stretch = stretch
        self.alignment = alignment
        self.drop = drop
        self.live = live
        self.key = key
        self.cell = cell
    }
}

/// Rows with a cursor, a filter and an order. Only the rows in sight are ever turned into text, so a hundred thousand
/// cost a screenful.
package struct Table<Row: TableRow>: Sendable {
    package let columns: [Column<Row>]
    package private(set) var rows: [Row] = []
    /// Places in `rows` of what passes the filter, in the order shown.
    package private(set) var order: [Int] = []
    package private(set) var filter = Filter.none
    package private(set) var cursor = 0
    private var top = 0
    /// `nil`: the order in which the rows came.
    package private(set) var sortColumn: Int?
    package private(set) var descending = false
    /// Rows that stay in sight above a match, for trees.
    private var filterIds: [String] { columns.map(\.id) }

    package init(_ columns: [Column<Row>], sortedBy column: String? = nil) {
        self.columns = columns
        sortColumn = column.flatMap { id in columns.firstIndex { $0.id == id } }
    }

    package var selected: Row? {
        order.indices.contains(cursor) ? rows[order[cursor]] : nil
    }

    package var count: Int { order.count }

    /// The rows in sight, at most `height`.
    package func visible(_ height: Int) -> [Row] {
        window(height).map { rows[order[$0]] }
    }

    // MARK: Changing

    /// Takes rows anew; the cursor stays on its row, if that is still there.
    package mutating func set(_ rows: [Row], _ workspace: Workspace) {
        let id = selected?.id
        self.rows = rows
        arrange(workspace)
        follow(id)
    }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) {
        guard text != filter.text else { return }
        let id = selected?.id
        filter = Filter(text, columns: filterIds)
        arrange(workspace)
        follow(id)
    }

    /// Sorts anew if what it is sorted by is live.
    package mutating func resort(_ workspace: Workspace) {
        guard let sortColumn, columns[sortColumn].live else { return }
        let id = selected?.id
        arrange(workspace)
        follow(id)
    }

    package mutating func select(_ id: String) {
        follow(id)
    }

    private mutating func follow(_ id: String?) {
        if let id, let place = order.firstIndex(where: { rows[$0].id == id }) {
            cursor = place
        } else {
            cursor = min(max(0, cursor), max(0, order.count - 1))
        }
    }

    private mutating func arrange(_ workspace: Workspace) {
        if filter.isActive {
            var run = FilterRun(filter)
            order = rows.indices.filter { run.keeps(rows[$0]) }
        } else {
            order = Array(rows.indices)
        }
        guard let sortColumn else { return }
        let key = columns[sortColumn].key
        let keys = order.map { (place: $0, key: key(rows[$0], workspace)) }
        let descending = self.descending
        order = keys.sorted { one, other in
            switch (one.key, other.key) {
            case (.number(let a), .number(let b)):
                if a != b { return descending ? a > b : a < b }
            case (.text(let a), .text(let b)):
                if a != b { return descending ? a > b : a < b }
            default: break
            }
            return one.place < other.place
        }.map(\.place)
    }

    package mutating func sortByNext(_ workspace: Workspace) {
        let id = selected?.id
        let next = (sortColumn ?? -1) + 1
        sortColumn = next < columns.count ? next : nil
        // Numbers are looked at from the largest on.
        descending = sortColumn.map { columns[$0].alignment == .right } ?? false
        arrange(workspace)
        follow(id)
    }

    package mutating func sort(byColumn column: Int, _ workspace: Workspace) {
        guard columns.indices.contains(column) else { return }
        let id = selected?.id
        if sortColumn == column {
            descending.toggle()
        } else {
            sortColumn = column
            descending = columns[column].alignment == .right
        }
        arrange(workspace)
        follow(id)
    }

    package mutating func reverse(_ workspace: Workspace) {
        let id = selected?.id
        descending.toggle()
        arrange(workspace)
        follow(id)
    }

    /// Does what a moving or sorting command says; false if the command is none.
    package mutating func perform(_ command: CommandID, page: Int, _ workspace: Workspace) -> Bool {
        switch command {
        case .up: move(-1, page)
        case .down: move(1, page)
        case .pageUp: move(-max(1, page - 1), page)
        case .pageDown: move(max(1, page - 1), page)
        case .top: move(-order.count, page)
        case .bottom: move(order.count, page)
        case .sort: sortByNext(workspace)
        case .sortReverse: reverse(workspace)
        default: return false
        }
        return true
    }

    package mutating func move(_ steps: Int, _ page: Int) {
        cursor = min(max(0, cursor + steps), max(0, order.count - 1))
        top = start(page)
    }

    /// The first row in sight: where it was, moved as little as keeps the cursor in sight.
    private func start(_ height: Int) -> Int {
        guard height > 0 else { return cursor }
        var start = min(top, cursor)
        if cursor >= start + height { start = cursor - height + 1 }
        return max(0, min(start, order.count - height))
    }

    private func window(_ height: Int) -> Range<Int> {
        guard height > 0 else { return 0..<0 }
        let start = start(height)
        return start..<min(order.count, start + height)
    }

    /// Puts the cursor on a row of the drawn table, counted from its heading; false if there is none.
    package mutating func click(line: Int, height: Int) -> Bool {
        let place = window(height - 1).lowerBound + line - 1
        guard line > 0, line < height, order.indices.contains(place) else { return false }
        cursor = place
        return true
    }

    // MARK: Drawing

    /// Where each column stands. Columns fall away by their `drop` until the rest fits.
    package func layout(_ width: Int) -> [(column: Int, x: Int, width: Int)] {
        var kept = Array(columns.indices)
        func total() -> Int { kept.reduce(0) { $0 + columns[$1].width } + max(0, kept.count - 1) * 2 }
        while total() > width - 2,
            let victim = kept.filter({ columns[$0].drop > 0 }).max(by: {
                (columns[$0].drop, $0) < (columns[$1].drop, $1)
            })
        {
            kept.removeAll { $0 == victim }
        }
        let stretches = kept.reduce(0) { $0 + columns[$1].stretch }
        var spare = max(0, width - 2 - total())
        var places: [(column: Int, x: Int, width: Int)] = []
        var x = 1
        var stretchesLeft = stretches
        for column in kept {
            var own = columns[column].width
            if columns[column].stretch > 0, stretchesLeft > 0 {
                // No column grows past what can be read in one glance.
                let share = min(spare * columns[column].stretch / stretchesLeft, max(0, 44 - own))
                own += share
                spare -= share
                stretchesLeft -= columns[column].stretch
            }
            places.append((column, x, own))
            x += own + 2
        }
        return places
    }

    /// Draws heading and rows into the region.
    package func view(_ canvas: inout Canvas, _ workspace: Workspace, empty: String) {
        let bounds = canvas.bounds
        let places = layout(bounds.width)
        for place in places {
            let column = columns[place.column]
            var title = column.title
            if sortColumn == place.column {
                title += " " + String(descending ? workspace.glyphs.arrowDown : workspace.glyphs.arrowUp)
            }
            canvas.putCell(
                TableCell(title, .header), x: place.x, y: 0, width: place.width, column.alignment, workspace.glyphs)
        }
        let height = bounds.height - 1
        if order.isEmpty {
            let text = filter.isActive ? "nothing matches \(filter.text)" : empty
            let first = min(2, max(1, height))
            for (line, part) in TextLayout.wrap(text, to: max(1, bounds.width - 2)).enumerated()
            where first + line <= height {
                canvas.put(part, x: 1, y: first + line, style: .dim, maxWidth: bounds.width - 2)
            }
            return
        }
        let highlights = filter.highlights
        for (line, place) in window(height).enumerated() {
            let row = rows[order[place]]
            let y = line + 1
            for spot in places {
                let column = columns[spot.column]
                let cell = column.cell(row, workspace)
                canvas.putCell(cell, x: spot.x, y: y, width: spot.width, column.alignment, workspace.glyphs)
                if !highlights.isEmpty {
                    canvas.highlight(
                        highlights, in: TextLayout.fit(cell.text, to: spot.width, column.alignment), x: spot.x, y: y)
                }
            }
            if place == cursor {
                canvas.restyle(Rect(x: 0, y: y, width: bounds.width, height: 1)) { $0.on(.selection) }
                canvas.cursor = Point(x: 0, y: y)
            }
        }
        canvas.scrollMark(first: window(height).lowerBound, shown: height, of: order.count, workspace.glyphs)
    }
}

extension Canvas {
    mutating func putCell(
        _ cell: TableCell, x: Int, y: Int, width: Int, _ alignment: TextLayout.Alignment, _ glyphs: Glyphs
    ) {
        let text =
            cell.cutsHead
            ? TextLayout.truncateHead(cell.text, to: width, ellipsis: glyphs.ellipsis)
            : TextLayout.fit(cell.text, to: width, alignment, ellipsis: glyphs.ellipsis)
        put(text, x: x, y: y, style: cell.style, maxWidth: width)
    }

    /// Marks the first match of each pattern in a text that stands at `x`, `y`.
    mutating func highlight(_ patterns: [Pattern], in text: String, x: Int, y: Int) {
        for pattern in patterns {
            guard let range = pattern.firstRange(in: text) else { continue }
            let bytes = Array(text.utf8)
            let before = TextWidth.of(String(decoding: bytes[..<range.lowerBound], as: UTF8.self))
            let width = TextWidth.of(String(decoding: bytes[range], as: UTF8.self))
            restyle(Rect(x: x + before, y: y, width: width, height: 1)) { Style(.match, $0.attributes, on: $0.ground) }
        }
    }

    /// A thumb at the right edge, only where there is more than fits.
    mutating func scrollMark(first: Int, shown: Int, of count: Int, _ glyphs: Glyphs, from y: Int = 1) {
        guard count > shown, shown > 1 else { return }
        let length = max(1, shown * shown / count)
        let start = min(shown - length, first * (shown - length) / max(1, count - shown))
        for line in start..<(start + length) {
            put(String(glyphs.vertical), x: bounds.width - 1, y: y + line, style: .dim)
        }
    }
}
