import Synchronization
import Terminal
import Testing

@testable import Console

@Suite("Tables")
struct TableTests {
    private struct Row: TableRow {
        let id: String
        let number: Int
        func anyText(_ test: (String) -> Bool) -> Bool { test(id) }
        func field(_ column: String) -> Field? {
            switch column {
            case "name": .text(id)
            case "number": .number(Double(number))
            default: nil
            }
        }
    }

    private final class Counter: Sendable {
        let drawn = Mutex(0)
    }

    private let workspace = Workspace(width: 80, height: 24, capabilities: Capabilities(), contextName: "test")

    private func table(_ count: Int, counter: Counter = Counter()) -> Table<Row> {
        var table = Table<Row>([
            Column("name", "NAME", width: 12, key: { row, _ in .text(row.id) }) { row, _ in
                counter.drawn.withLock { $0 += 1 }
                return TableCell(row.id)
            },
            Column("number", "NUMBER", width: 8, .right, key: { row, _ in .number(Double(row.number)) }) { row, _ in
                TableCell(String(row.number))
            },
        ])
        table.set((0..<count).map { Row(id: "row \($0)", number: $0 * 7 % 1000) }, workspace)
        return table
    }

    private func drawn(_ table: Table<Row>, height: Int = 21) -> [String] {
        var canvas = Canvas(width: 40, height: height)
        table.view(&canvas, workspace, empty: "none")
        return (0..<height).map { canvas.row($0) }
    }

    @Test(arguments: [10_000, 100_000])
    func onlyTheRowsInSightBecomeText(_ count: Int) {
        let counter = Counter()
        var table = table(count, counter: counter)
        for step in 0..<100 {
            table.move(step % 3 == 0 ? 57 : 1, 20)
            counter.drawn.withLock { $0 = 0 }
            _ = drawn(table)
            #expect(counter.drawn.withLock { $0 } == 20)
        }
    }

    @Test func theCursorIsAlwaysInSight() {
        var table = table(1000)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let commands: [CommandID] = [.up, .down, .pageUp, .pageDown, .top, .bottom, .sort, .sortReverse]
            guard let command = commands.randomElement(using: &random) else { return }
            let done = table.perform(command, page: 20, workspace)
            #expect(done)
            let id = table.selected?.id ?? ""
            #expect(drawn(table).contains { $0.hasPrefix(" \(id) ") }, "\(id) after \(command)")
        }
    }

    @Test func theCursorStaysOnItsRowWhenRowsComeAndGo() {
        var table = table(100)
        table.move(50, 20)
        #expect(table.selected?.id == "row 50")
        table.set((40..<200).map { Row(id: "row \($0)", number: 0) }, workspace)
        #expect(table.selected?.id == "row 50")
        table.sortByNext(workspace)
        #expect(table.selected?.id == "row 50")
        table.set([Row(id: "other", number: 0)], workspace)
        #expect(table.selected?.id == "other")
        table.set([], workspace)
        #expect(table.selected == nil)
        #expect(drawn(table)[2] == " none")
    }

    @Test func filtersAndSorts() {
        var table = table(100)
        table.setFilter("number>500 !row.9", workspace)
        let kept = (0..<100).filter { $0 * 7 % 1000 > 500 && !"\($0)".hasPrefix("9") }
        #expect(table.order == kept)
        table.sort(byColumn: 1, workspace)
        #expect(table.order == kept.reversed())
        table.sort(byColumn: 1, workspace)
        #expect(table.order == kept)
    }

    @Test func columnsFallAwayByTheirOrder() {
        let columns = ApisScreen().table
        func titles(_ width: Int) -> [String] { columns.layout(width).map { columns.columns[$0.column].id } }
        #expect(titles(120) == ["name", "id", "type", "stages", "created", "rate", "errors"])
        #expect(titles(80) == ["name", "id", "stages", "rate", "errors"])
        #expect(titles(50) == ["name", "id", "rate", "errors"])
    }
}

/// Numbers that are the same in each run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func next() -> UInt64 {
        // xorshift64*
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
