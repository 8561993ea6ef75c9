import ControlAPI
import Terminal

/// The log of a function, live: following, filter and time are independent of each other, as in ``LogScreen``.
struct FunctionLogPane: Sendable {
    let name: String
    private(set) var follows = true
    private(set) var wraps = false
    /// Minutes back; `nil` for all.
    private(set) var since: Int?
    private(set) var lines = FunctionLogLines()

    init(_ name: String) {
        self.name = name
    }

    mutating func setFilter(_ text: String) {
        lines.filter = Filter(text, columns: FunctionLogRecord.columns)
    }

    mutating func take(_ workspace: Workspace) {
        guard workspace.model.functionLog.selection == .function(name: name) else { return }
        lines.take(workspace.model.functionLog, since: since.map { workspace.now - $0 * 60_000 })
        if follows { lines.toEnd() }
    }

    /// What a moving or log command does; `nil` for all others. `page`: rows for lines.
    mutating func perform(_ command: CommandID, page: Int, _ workspace: inout Workspace) -> [Effect]? {
        switch command {
        case .up: move(-1, page)
        case .down: move(1, page)
        case .pageUp: move(-max(1, page - 1), page)
        case .pageDown: move(max(1, page - 1), page)
        case .top: move(-lines.count, page)
        case .bottom: lines.toEnd()
        case .follow: follows.toggle()
        case .wrap: wraps.toggle()
        case .since:
            let steps: [Int?] = [nil, 1, 5, 15]
            since = steps[((steps.firstIndex(of: since) ?? 0) + 1) % steps.count]
            lines.forget()
        case .nextError: return find(1, page, "error", .previousError, &workspace) { $0.isTrouble }
        case .previousError: return find(-1, page, "error", .nextError, &workspace) { $0.isTrouble }
        case .nextMatch: return findMatch(1, page, .previousMatch, &workspace)
        case .previousMatch: return findMatch(-1, page, .nextMatch, &workspace)
        case .save: return [.save(name: "function-log", text: text(workspace))]
        default: return nil
        }
        take(workspace)
        return []
    }

    /// Whoever moves away from the end wants to read: following pauses.
    mutating func move(_ steps: Int, _ page: Int) {
        if steps < 0 { follows = false }
        lines.move(steps, page: page)
    }

    private mutating func find(
        _ direction: Int, _ page: Int, _ what: String, _ other: CommandID, _ workspace: inout Workspace,
        _ test: (FunctionLogRecord) -> Bool
    ) -> [Effect] {
        if lines.find(direction, in: workspace.model.functionLog, page: page, test) {
            follows = false
            return []
        }
        let way = direction > 0 ? "later" : "earlier"
        return workspace.tell("no \(way) \(what): \(workspace.keymap.key(other)) looks the other way", .news)
    }

    private mutating func findMatch(
        _ direction: Int, _ page: Int, _ other: CommandID, _ workspace: inout Workspace
    ) -> [Effect] {
        let filter = Filter(workspace.lastFilter, columns: FunctionLogRecord.columns)
        guard filter.isActive else {
            return workspace.tell("type a filter first: \(workspace.keymap.key(.filter))", .news)
        }
        var run = FilterRun(filter)
        return find(direction, page, "match of \(filter.text)", other, &workspace) { run.keeps($0) }
    }

    /// Everything that passes, as lines for a file.
    private func text(_ workspace: Workspace) -> String {
        (0..<lines.count).compactMap { place in
            guard let number = lines.number(place), let record = workspace.model.functionLog[number] else { return nil }
            let clock = workspace.clock
            let day = clock.date(Timestamp(seconds: record.time / 1000)).prefix(10)
            return "\(day) \(clock.milliseconds(record.time)) \(record.requestId ?? "-") \(record.message)\n"
        }.joined()
    }

    // MARK: Drawing

    /// The line of settings, then lines of the log.
    func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        settings(&canvas, workspace)
        let (_, rest) = canvas.bounds.splitTop(1)
        guard lines.count > 0 else {
            let text =
                lines.filter.isActive
                ? "nothing matches \(lines.filter.text)"
                : workspace.isLost ? "the engine does not answer" : "it wrote nothing yet"
            canvas.put(text, x: 1, y: 1, style: .dim, maxWidth: canvas.bounds.width - 2)
            return
        }
        canvas.draw(in: rest) { rows(&$0, workspace) }
    }

    private func settings(_ canvas: inout Canvas, _ workspace: Workspace) {
        let glyphs = workspace.glyphs
        var pieces: [(text: String, style: Style)] = [("LOG  ", .header)]
        pieces.append(follows ? ("follow \(glyphs.live)", .healthy) : ("paused \(glyphs.paused)", Style.warning.bold))
        if !follows {
            let newer = lines.count - 1 - lines.place(of: lines.cursor)
            if newer > 0 { pieces.append(("  \(Format.grouped(newer)) below", .dim)) }
        }
        pieces.append(("   " + (since.map { "since \($0) m" } ?? "since all"), since == nil ? .dim : .accent))
        if lines.filter.isActive { pieces.append(("   / \(lines.filter.text)", .accent)) }
        let book = workspace.model.functionLog
        let right = StyledLine([
            ("\(Format.grouped(lines.count)) of \(Format.grouped(book.count))   ", .plain),
            ("\(Format.grouped(book.dropped)) dropped", book.dropped > 0 ? Style.error.bold : .dim),
        ])
        let width = canvas.bounds.width
        canvas.put(StyledLine(pieces), x: 1, y: 0, width: max(0, width - 4 - right.width), glyphs)
        canvas.put(right, x: width - 1 - right.width, y: 0, width: right.width, glyphs)
    }

    private func rows(_ canvas: inout Canvas, _ workspace: Workspace) {
        let bounds = canvas.bounds
        let glyphs = workspace.glyphs
        let highlights =
            lines.filter.isActive
            ? lines.filter.highlights
            : Filter(workspace.lastFilter, columns: FunctionLogRecord.columns).highlights
        let clock = bounds.width >= 100 ? 12 : 8
        let id = bounds.width >= 70 ? 8 : 0
        let x = 1 + clock + 2 + (id > 0 ? id + 2 : 0)
        let room = max(10, bounds.width - 1 - x)
        func block(_ place: Int) -> [String] {
            guard let number = lines.number(place), let record = workspace.model.functionLog[number] else { return [] }
            // A line of the log is one row, whatever stands in it.
            let text = String(record.message.map { $0.isNewline || $0 == "\t" ? " " : $0 }).trimmed
            return wraps
                ? TextLayout.wrap(text, to: room) : [TextLayout.truncate(text, to: room, ellipsis: glyphs.ellipsis)]
        }
        var place = wraps ? lines.start(bounds.height) { max(1, block($0).count) } : lines.start(bounds.height)
        let first = place
        var y = 0
        while y < bounds.height, let number = lines.number(place), let record = workspace.model.functionLog[number] {
            let time =
                clock >= 12 ? workspace.clock.milliseconds(record.time) : workspace.clock.time(record.time / 1000)
            canvas.put(time, x: 1, y: y, style: .dim)
            if id > 0 { canvas.put(String((record.requestId ?? "").prefix(id)), x: 1 + clock + 2, y: y, style: .dim) }
            let text = block(place)
            for (index, line) in text.enumerated() where y + index < bounds.height {
                canvas.put(line, x: x, y: y + index, style: record.style, maxWidth: room)
                if !highlights.isEmpty { canvas.highlight(highlights, in: line, x: x, y: y + index) }
            }
            if number == lines.cursor {
                canvas.restyle(Rect(x: 0, y: y, width: bounds.width, height: max(1, text.count))) { $0.on(.selection) }
                canvas.cursor = Point(x: 0, y: y)
            }
            y += max(1, text.count)
            place += 1
        }
        if !wraps { canvas.scrollMark(first: first, shown: bounds.height, of: lines.count, glyphs, from: 0) }
    }
}
