import ControlAPI

typealias LogLines = RecordLines<AccessLogRecord>
typealias FunctionLogLines = RecordLines<FunctionLogRecord>

/// The numbers of the records that pass the filter, taken as records come: an arriving record costs itself, not the
/// whole log, and only what is in sight becomes text.
struct RecordLines<Record: LogRecord>: Sendable {
    var filter = Filter("", columns: Record.columns) {
        didSet { if filter != oldValue { forget() } }
    }
    private var run: FilterRun?
    private var matches: [Int] = []
    /// Places in `matches` that gave way.
    private var front = 0
    /// Records below this number were looked at.
    private var taken = 0
    private var edition = -1
    /// The record under the cursor, and the first in sight, by number.
    private(set) var cursor = 0
    private(set) var top = 0

    var count: Int { matches.count - front }

    /// The record number at a place, counted from the oldest that passes.
    func number(_ place: Int) -> Int? {
        place >= 0 && place < count ? matches[front + place] : nil
    }

    mutating func forget() {
        run = nil
        matches = []
        front = 0
        taken = 0
    }

    mutating func take(_ book: RecordBook<Record>, since: Int?, _ also: (Record) -> Bool = { _ in true }) {
        if edition != book.edition {
            edition = book.edition
            forget()
            cursor = 0
            top = 0
        }
        if run == nil { run = FilterRun(filter) }
        for number in max(taken, book.first)..<max(taken, book.end, book.first) {
            guard let record = book[number], also(record) else { continue }
            if let since, record.moment < since { continue }
            if filter.isActive, !(run?.keeps(record) ?? true) { continue }
            matches.append(number)
        }
        taken = max(taken, book.end)
        while front < matches.count, matches[front] < book.first || Self.isOld(book[matches[front]], since) {
            front += 1
        }
        if front > 50_000 {
            matches.removeFirst(front)
            front = 0
        }
        // Where nothing passes, as while a filter is typed, the place is kept for what passes next.
        cursor = number(place(of: cursor)) ?? cursor
        top = number(place(of: top)) ?? top
    }

    private static func isOld(_ record: Record?, _ since: Int?) -> Bool {
        guard let record, let since else { return false }
        return record.moment < since
    }

    /// The place of a record, or of the next one that passes.
    func place(of number: Int) -> Int {
        var low = front
        var high = matches.count
        while low < high {
            let middle = (low + high) / 2
            if matches[middle] < number { low = middle + 1 } else { high = middle }
        }
        return min(low - front, max(0, count - 1))
    }

    func selected(_ book: RecordBook<Record>) -> Record? {
        guard count > 0, let number = number(place(of: cursor)) else { return nil }
        return book[number]
    }

    mutating func toEnd() {
        cursor = number(count - 1) ?? 0
        top = cursor
    }

    mutating func move(_ steps: Int, page: Int) {
        guard count > 0 else { return }
        let first = start(page)
        let place = min(max(0, place(of: cursor) + steps), count - 1)
        cursor = number(place) ?? 0
        top = number(min(max(first, place - page + 1), place)) ?? 0
    }

    /// The place of the first row in sight: where it was, moved as little as keeps the cursor in sight, and never with
    /// room left below.
    func start(_ page: Int) -> Int {
        let cursor = place(of: cursor)
        var start = min(place(of: top), cursor)
        if cursor >= start + page { start = cursor - page + 1 }
        return max(0, min(start, count - page))
    }

    mutating func find(
        _ direction: Int, in book: RecordBook<Record>, page: Int, _ test: (Record) -> Bool
    ) -> Bool {
        var place = place(of: cursor) + direction
        while let number = number(place) {
            if let record = book[number], test(record) {
                move(place - self.place(of: cursor), page: page)
                return true
            }
            place += direction
        }
        return false
    }

    /// The first of the rows in sight where each takes several lines: the cursor's has to be in sight, so it is counted
    /// back from it.
    func start(_ height: Int, lines: (Int) -> Int) -> Int {
        let cursor = place(of: cursor)
        let first = min(start(height), cursor)
        var used = lines(cursor)
        var earliest = cursor
        while earliest > first, used + lines(earliest - 1) <= height {
            earliest -= 1
            used += lines(earliest)
        }
        return earliest
    }
}

extension LogLines {
    /// Everything that passes, as lines for a file.
    func text(_ workspace: Workspace) -> String {
        var text = ""
        for place in 0..<count {
            guard let number = number(place), let record = workspace.model.log[number] else { continue }
            let ms = LogLine.milliseconds(record.responseLatency)
            text += "\(workspace.clock.date(Timestamp(seconds: record.responseTimeEpoch / 1000)).prefix(10)) "
            text +=
                "\(workspace.clock.milliseconds(record.responseTimeEpoch)) \(record.requestId) \(record.apiId)/\(record.stage) "
            text += "\(LogLine.variant(record).text) \(record.httpMethod) \(record.path) \(record.status) \(ms) ms"
            text += record.errorMessage.map { " \($0)" } ?? ""
            text += "\n"
        }
        return text
    }
}
