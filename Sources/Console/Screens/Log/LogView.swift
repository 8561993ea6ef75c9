import ControlAPI
import Terminal

/// Draws a log: a line of settings, a heading, requests.
struct LogView {
    let screen: LogScreen
    let workspace: Workspace

    private var glyphs: Glyphs { workspace.glyphs }
    private var lines: LogLines { screen.lines }
    private var showsApi: Bool { screen.selection == .all }

    func draw(_ canvas: inout Canvas) {
        settings(&canvas)
        heading(&canvas)
        let (_, rest) = canvas.bounds.splitTop(2)
        guard lines.count > 0 else {
            let text =
                lines.filter.isActive
                ? "nothing matches \(lines.filter.text)"
                : workspace.isLost ? "the engine does not answer" : "no requests yet"
            canvas.put(text, x: 1, y: 3, style: .dim, maxWidth: canvas.bounds.width - 2)
            return
        }
        canvas.draw(in: rest) { screen.wraps ? wrapped(&$0) : plain(&$0) }
    }

    private func settings(_ canvas: inout Canvas) {
        let book = workspace.model.log
        var pieces: [(text: String, style: Style)] = []
        pieces.append(
            screen.follows ? ("follow \(glyphs.live)", .healthy) : ("paused \(glyphs.paused)", Style.warning.bold))
        if !screen.follows {
            let newer = lines.count - 1 - lines.place(of: lines.cursor)
            if newer > 0 { pieces.append(("  \(Format.grouped(newer)) below", .dim)) }
        }
        pieces.append(
            ("   " + (screen.since.map { "since \($0) m" } ?? "since all"), screen.since == nil ? .dim : .accent))
        switch screen.variant {
        case .both: break
        case .canary: pieces.append(("   canary only", .canary))
        case .base: pieces.append(("   base only", .base))
        }
        if lines.filter.isActive { pieces.append(("   / \(lines.filter.text)", .accent)) }
        let dropped = book.dropped
        let counts = "\(Format.grouped(lines.count)) of \(Format.grouped(book.count))"
        let right = StyledLine([
            (counts, .plain), ("   ", .plain),
            ("\(Format.grouped(dropped)) dropped", dropped > 0 ? Style.error.bold : .dim),
        ])
        let width = canvas.bounds.width
        canvas.put(StyledLine(pieces), x: 1, y: 0, width: max(0, width - 4 - right.width), glyphs)
        canvas.put(right, x: width - 1 - right.width, y: 0, width: right.width, glyphs)
    }

    // MARK: Columns

    private struct Place {
        var title: String
        var x: Int
        var width: Int
        var alignment = TextLayout.Alignment.left
    }

    /// Time, method, status, latency, variant, stage, path, message; message goes first where it is narrow. A path begins
    /// with its stage, so that over all APIs the API is what is left to tell.
    private func places(_ width: Int) -> [Place] {
        var places: [Place] = []
        var x = 1
        func add(_ title: String, _ size: Int, _ alignment: TextLayout.Alignment = .left) {
            places.append(Place(title: title, x: x, width: max(0, size), alignment: alignment))
            x += size + 2
        }
        add("ANSWERED", width >= 100 ? 12 : 8)
        add("METHOD", 7)
        add("STATUS", 6, .right)
        add("MS", 7, .right)
        add("VARIANT", 7)
        if showsApi, width >= 70 { add("API", width >= 110 ? 20 : 12) }
        let rest = width - 1 - x
        let messages = width >= 100 && !screen.wraps
        add("PATH", messages ? max(24, rest * 2 / 5) : rest)
        if messages { add("MESSAGE", width - 1 - x) }
        return places
    }

    private func heading(_ canvas: inout Canvas) {
        for place in places(canvas.bounds.width) {
            canvas.putCell(
                TableCell(place.title, .header), x: place.x, y: 1, width: place.width, place.alignment, glyphs)
        }
    }

    private func cell(_ title: String, _ record: AccessLogRecord, _ width: Int) -> TableCell {
        switch title {
        case "ANSWERED":
            let time =
                width >= 12
                ? workspace.clock.milliseconds(record.responseTimeEpoch)
                : workspace.clock.time(record.responseTimeEpoch / 1000)
            return TableCell(time, .dim)
        case "METHOD": return TableCell(record.httpMethod)
        case "STATUS": return TableCell(String(record.status), LogLine.status(record.status))
        case "MS": return TableCell(LogLine.milliseconds(record.responseLatency))
        case "VARIANT":
            let variant = LogLine.variant(record)
            return TableCell(variant.text, variant.style)
        case "API": return TableCell(workspace.model.apiName(record.apiId), .dim)
        case "PATH": return TableCell(record.shownPath)
        default: return TableCell(record.errorMessage ?? "", .dim)
        }
    }

    private var highlights: [Pattern] {
        if lines.filter.isActive { return lines.filter.highlights }
        return Filter(workspace.lastFilter, columns: AccessLogRecord.columns).highlights
    }

    private func plain(_ canvas: inout Canvas) {
        let bounds = canvas.bounds
        let start = lines.start(bounds.height)
        let places = places(bounds.width)
        let highlights = highlights
        for y in 0..<bounds.height {
            guard let number = lines.number(start + y), let record = workspace.model.log[number] else { break }
            put(record, places, highlights, y, &canvas)
            mark(&canvas, number, y, 1)
        }
        canvas.scrollMark(first: start, shown: bounds.height, of: lines.count, glyphs, from: 0)
    }

    private func put(
        _ record: AccessLogRecord, _ places: [Place], _ highlights: [Pattern], _ y: Int, _ canvas: inout Canvas
    ) {
        let end = places.last.map { $0.x + $0.width } ?? 0
        for var place in places {
            // Where nothing went wrong the path has the message's room too.
            if record.errorMessage == nil {
                if place.title == "MESSAGE" { continue }
                if place.title == "PATH" { place.width = end - place.x }
            }
            let cell = cell(place.title, record, place.width)
            canvas.putCell(cell, x: place.x, y: y, width: place.width, place.alignment, glyphs)
            if !highlights.isEmpty {
                canvas.highlight(
                    highlights, in: TextLayout.fit(cell.text, to: place.width, place.alignment), x: place.x, y: y)
            }
        }
    }

    /// Each request in as many lines as its path and its message need, below the heading of the path.
    private func wrapped(_ canvas: inout Canvas) {
        let bounds = canvas.bounds
        let places = places(bounds.width)
        let text = places.last ?? Place(title: "PATH", x: 1, width: bounds.width - 2)
        let highlights = highlights
        func block(_ place: Int) -> [String] {
            guard let number = lines.number(place), let record = workspace.model.log[number] else { return [] }
            let whole = record.shownPath + (record.errorMessage.map { "  " + $0 } ?? "")
            return TextLayout.wrap(whole, to: max(10, text.width))
        }
        var y = 0
        var place = lines.start(bounds.height) { block($0).count }
        while y < bounds.height, let number = lines.number(place), let record = workspace.model.log[number] {
            let block = block(place)
            put(record, places.dropLast(), highlights, y, &canvas)
            for (index, line) in block.enumerated() where y + index < bounds.height {
                canvas.put(line, x: text.x, y: y + index)
                if !highlights.isEmpty { canvas.highlight(highlights, in: line, x: text.x, y: y + index) }
            }
            mark(&canvas, number, y, max(1, block.count))
            y += max(1, block.count)
            place += 1
        }
    }

    private func mark(_ canvas: inout Canvas, _ number: Int, _ y: Int, _ height: Int) {
        guard number == lines.cursor else { return }
        canvas.restyle(Rect(x: 0, y: y, width: canvas.bounds.width, height: height)) { $0.on(.selection) }
        canvas.cursor = Point(x: 0, y: y)
    }
}
