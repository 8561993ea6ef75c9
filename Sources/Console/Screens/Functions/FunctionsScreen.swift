import ControlAPI
package import Terminal

/// The functions of the engine's machine: what runs, how busy it is, and what fails.
package struct FunctionsScreen: Screen {
    package struct Row: TableRow {
        let function: FunctionState
        let isFailing: Bool
        let isThrottled: Bool

        package var id: String { function.functionName }

        package func anyText(_ test: (String) -> Bool) -> Bool {
            test(id) || test(function.runtime) || test(function.state) || test(function.handler)
                || (function.lastError.map(test) ?? false)
        }

        package func field(_ column: String) -> Field? {
            switch column {
            case "name": .text(id)
            case "runtime": .text(function.runtime)
            case "state": .text(function.state)
            case "busy": .number(Double(function.busy))
            case "warm": .number(Double(function.environments))
            case "invoked": .number(Double(function.invocations))
            case "cold": .number(Double(function.coldStarts))
            case "errors": .number(Double(function.errors))
            case "timeouts": .number(Double(function.timeouts))
            case "throttled": .number(Double(function.throttles))
            case "p50": .number(function.durationP50 ?? 0)
            case "p99": .number(function.durationP99 ?? 0)
            case "gateway": .text(function.letsGatewayIn ? "allowed" : "refused")
            default: nil
            }
        }
    }

    private(set) var table = Table<Row>(FunctionsScreen.columns)
    private var failures = Rises()
    private var throttles = Rises()

    package init() {}

    package var contexts: [CommandContext] { [.functions, .rows, .table, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }
    package func crumbs(_ workspace: Workspace) -> [String] { ["functions"] }
    package func requests(_ workspace: Workspace) -> [Request] { [.functions] }
    package func pulse(_ workspace: Workspace, second: Int) -> [Request] { [.functions] }
    package func focus(_ workspace: Workspace) -> Focus { Focus(id: table.selected?.function.functionArn) }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        let functions = workspace.model.functions?.value ?? []
        func counts(_ count: (FunctionState) -> Int) -> [String: Int] {
            Dictionary(functions.map { ($0.functionName, count($0)) }, uniquingKeysWith: { one, _ in one })
        }
        failures.take(counts { $0.errors &+ $0.timeouts }, now: workspace.now)
        throttles.take(counts(\.throttles), now: workspace.now)
        table.set(
            functions.map {
                Row(
                    function: $0, isFailing: failures.isRising($0.functionName),
                    isThrottled: throttles.isRising($0.functionName))
            }, workspace)
    }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: workspace.bodyHeight - 1 - Self.strip, workspace) { return [] }
        guard let name = table.selected?.id else { return [] }
        switch command {
        case .open: workspace.open(FunctionScreen(name))
        case .invoke: FunctionActions.invoke(name, &workspace)
        case .allow: FunctionActions.allow(name, &workspace)
        case .delete: FunctionActions.delete(name, &workspace)
        default: break
        }
        return []
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        table.mouse(event, workspace, below: Self.strip) ? perform(.open, &workspace) : []
    }

    // MARK: Drawing

    /// Rows above the table: what goes wrong now, and a blank.
    private static let strip = 2

    private func now(_ workspace: Workspace) -> StyledLine {
        let lead: (text: String, style: Style) = ("NOW       ", .header)
        let known = workspace.model.functions
        guard known?.value != nil else { return StyledLine([lead, (Empty.text(known, "", workspace), .dim)]) }
        let mark = workspace.glyphs.warning
        func line(_ text: String, _ style: Style) -> StyledLine {
            StyledLine([lead, ("\(mark) \(text)", workspace.fresh(style))])
        }
        let rows = table.rows
        if let broken = rows.first(where: { $0.function.state == "Failed" }) {
            return line("\(broken.id) cannot run: \(broken.function.stateReason ?? "it does not say why")", .error.bold)
        }
        if let failing = rows.first(where: \.isFailing) {
            let reason = failing.function.lastError.map { ": " + $0.firstLine } ?? ""
            return line("\(failing.id) fails\(reason)", .error.bold)
        }
        if let full = rows.first(where: \.isThrottled) {
            return line("\(full.id) is throttled: \(full.function.busy) are at work already", .error.bold)
        }
        return StyledLine([lead, ("\(workspace.glyphs.check) nothing fails", .healthy)])
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        canvas.put(now(workspace), x: 1, y: 0, width: canvas.bounds.width - 2, workspace.glyphs)
        let (_, rest) = canvas.bounds.splitTop(Self.strip)
        canvas.draw(in: rest) { canvas in
            table.view(
                &canvas, workspace,
                empty: Empty.text(
                    workspace.model.functions,
                    "no functions: `sluice functions add NAME --runtime python3.12 --handler app.handler ./folder`",
                    workspace))
        }
    }

    private static func number(
        _ id: String, _ title: String, width: Int, drop: Int = 0, _ value: @escaping @Sendable (FunctionState) -> Int,
        style: @escaping @Sendable (Row) -> Style = { _ in .plain }
    ) -> Column<Row> {
        Column(
            id, title, width: width, .right, drop: drop, live: true,
            key: { row, _ in .number(Double(value(row.function))) }
        ) { row, space in
            let count = value(row.function)
            let text = count < 100_000 ? Format.grouped(count) : Format.short(Double(count))
            return TableCell(text, space.fresh(count == 0 ? .dim : style(row)))
        }
    }

    private static func milliseconds(
        _ id: String, _ title: String, _ value: @escaping @Sendable (FunctionState) -> Double?
    ) -> Column<Row> {
        Column(
            id, title, width: 6, .right, live: true, key: { row, _ in .number(value(row.function) ?? -1) }
        ) { row, space in
            guard let duration = value(row.function) else { return TableCell(Cells.dash(space), .dim) }
            // As long as it may take is no good sign.
            let isLong = duration >= Double(row.function.timeout) * 900
            return TableCell(Format.milliseconds(duration), space.fresh(isLong ? .warning : .plain))
        }
    }

    private static let columns: [Column<Row>] = [
        Column("name", "NAME", width: 14, stretch: 1, key: { row, _ in .text(row.id.lowercased()) }) { row, _ in
            TableCell(row.id, Style.plain.bold)
        },
        Column("runtime", "RUNTIME", width: 10, drop: 5, key: { row, _ in .text(row.function.runtime) }) { row, _ in
            TableCell(row.function.runtime, .dim)
        },
        Column("state", "STATE", width: 7, key: { row, _ in .text(row.function.state) }) { row, space in
            TableCell(row.function.state, space.fresh(row.function.stateStyle))
        },
        number("busy", "BUSY", width: 4, \.busy, style: { $0.function.isFull ? Style.warning.bold : .accent }),
        number("warm", "WARM", width: 4, \.environments),
        Column(
            "limit", "LIMIT", width: 5, .right, drop: 4,
            key: { row, _ in .number(Double(row.function.reservedConcurrency ?? Int.max)) }
        ) { row, space in
            guard let limit = row.function.reservedConcurrency else { return TableCell(Cells.dash(space), .dim) }
            return TableCell(Format.grouped(limit), space.fresh(row.function.limitStyle))
        },
        number("invoked", "INVOKED", width: 7, \.invocations),
        number("cold", "COLD", width: 5, drop: 3, \.coldStarts),
        number(
            "errors", "ERRORS", width: 6, \.errors,
            style: { FaultStyle.of($0.function.errors, isRising: $0.isFailing) }),
        number(
            "timeouts", "TIMEOUT", width: 7, drop: 2, \.timeouts,
            style: { FaultStyle.of($0.function.timeouts, isRising: $0.isFailing) }),
        number(
            "throttled", "429", width: 5, drop: 2, \.throttles,
            style: { FaultStyle.of($0.function.throttles, isRising: $0.isThrottled) }),
        milliseconds("p50", "P50 MS", \.durationP50),
        milliseconds("p99", "P99 MS", \.durationP99),
        Column(
            "gateway", "GATEWAY", width: 7, drop: 1,
            key: { row, _ in .text(row.function.letsGatewayIn ? "allowed" : "refused") }
        ) { row, _ in
            row.function.letsGatewayIn ? TableCell("allowed", .dim) : TableCell("refused", Style.warning.bold)
        },
    ]
}

extension String {
    /// Up to the first line's end.
    var firstLine: String { String(prefix { !$0.isNewline }) }
}
