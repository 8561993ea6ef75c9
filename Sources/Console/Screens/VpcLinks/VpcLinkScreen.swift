import ControlAPI
package import Terminal

/// A VPC link: how its pool works above, its targets with their health below.
package struct VpcLinkScreen: Screen {
    package struct Row: TableRow {
        let target: TargetPool.Target
        let isFailing: Bool

        /// One that drains and one that came again with its address are two.
        package var id: String { target.id + (target.health == .draining ? " draining" : "") }

        package func anyText(_ test: (String) -> Bool) -> Bool {
            test(target.id) || (target.health.map { test($0.rawValue) } ?? false) || (target.reason.map(test) ?? false)
                || (target.addresses ?? []).contains(where: test)
        }

        package func field(_ column: String) -> Field? {
            switch column {
            case "target": .text(target.id)
            case "health": .text(target.health?.rawValue ?? "")
            case "reason": .text(target.reason ?? "")
            case "open": .number(Double(target.outstanding ?? 0))
            case "requests": .number(Double(target.requests ?? 0))
            case "failures": .number(Double(target.failures ?? 0))
            case "addresses": .text((target.addresses ?? []).joined(separator: " "))
            default: nil
            }
        }
    }

    let linkId: String
    private(set) var table = Table<Row>(VpcLinkScreen.columns)
    private var failures = Rises()

    package init(_ linkId: String) {
        self.linkId = linkId
    }

    package var contexts: [CommandContext] { [.vpcLink, .table, .list] }
    package var filter: String? { table.filter.text }
    package var filterProblem: String? { table.filter.problem }

    package func crumbs(_ workspace: Workspace) -> [String] {
        ["VPC links", workspace.model.vpcLink(linkId)?.name ?? linkId]
    }

    package func requests(_ workspace: Workspace) -> [Request] { [.vpcLinks, .targetPool(vpcLinkId: linkId)] }
    package func pulse(_ workspace: Workspace, second: Int) -> [Request] { [.targetPool(vpcLinkId: linkId)] }
    package func focus(_ workspace: Workspace) -> Focus { Focus(id: linkId) }

    package mutating func setFilter(_ text: String, _ workspace: Workspace) { table.setFilter(text, workspace) }

    package mutating func refresh(_ workspace: Workspace) {
        let targets = pool(workspace)?.targets ?? []
        failures.take(
            Dictionary(targets.map { ($0.id, $0.failures ?? 0) }, uniquingKeysWith: { one, _ in one }),
            now: workspace.now)
        table.set(targets.map { Row(target: $0, isFailing: failures.isRising($0.id)) }, workspace)
    }

    /// As it was told last, unless there is none any more.
    private func pool(_ workspace: Workspace) -> TargetPool? {
        let known = workspace.model.targetPool(linkId)
        return known?.error?.isNotFound == true ? nil : known?.value
    }

    private func page(_ workspace: Workspace) -> Int { workspace.bodyHeight - 1 - top(workspace) }
    private func top(_ workspace: Workspace) -> Int { facts(workspace).count + 1 }

    package mutating func perform(_ command: CommandID, _ workspace: inout Workspace) -> [Effect] {
        if table.perform(command, page: page(workspace), workspace) { return [] }
        switch command {
        case .add: addTarget(&workspace)
        case .algorithm: return chooseAlgorithm(&workspace)
        case .remove:
            guard let target = table.selected?.target else { return workspace.tell("there is no target", .news) }
            return drain(target, &workspace)
        default: break
        }
        return []
    }

    // MARK: Changing

    private func addTarget(_ workspace: inout Workspace) {
        let link = linkId
        workspace.present(
            PromptLine(
                "new target", note: "host:port, an address or a DNS name",
                check: { TargetPool.Target.address($0.trimmed) == nil ? "host:port, please" : nil },
                entered: { text, workspace in
                    guard let (host, port) = TargetPool.Target.address(text.trimmed) else { return [] }
                    return workspace.send(
                        Job(
                            .registerTarget(vpcLinkId: link, host: host, port: port),
                            doing: "add the target \(text.trimmed)",
                            done: "target \(text.trimmed) added: it gets requests once it is healthy"))
                }))
    }

    private func drain(_ target: TargetPool.Target, _ workspace: inout Workspace) -> [Effect] {
        guard target.health != .draining else { return workspace.tell("\(target.id) drains already", .news) }
        let link = linkId
        let job = Job(
            .deregisterTarget(vpcLinkId: linkId, target: target.id), doing: "take the target \(target.id) away",
            done: "target \(target.id) drains, then it is gone")
        workspace.present(
            AskDialog(title: "Take the target \(target.id) away", button: "Drain", job) { workspace in
                let pool = workspace.model.targetPool(link)?.value
                let now = pool?.targets.first { $0.id == target.id && $0.health != .draining } ?? target
                let open = now.outstanding ?? 0
                let left = pool?.kept.filter { $0.id != target.id && $0.isInService }.count ?? 0
                let seconds = Format.plain(pool?.deregistrationDelaySeconds ?? 0)
                return [
                    ("at once", "it gets no new requests", .plain),
                    (
                        "under way",
                        open == 0 ? "nothing" : "\(Format.grouped(open)) have \(seconds) s to finish",
                        open == 0 ? .plain : .warning
                    ),
                    (
                        "then", left == 0 ? "no healthy target is left" : "\(left) healthy left",
                        left == 0 ? Style.error.bold : .plain
                    ),
                ]
            })
        return []
    }

    private func chooseAlgorithm(_ workspace: inout Workspace) -> [Effect] {
        guard let pool = pool(workspace) else {
            return workspace.tell("there is no pool yet: \(workspace.keymap.key(.add)) adds a target", .news)
        }
        let link = linkId
        let items = TargetPool.Algorithm.allCases.map {
            Chooser.Item($0.rawValue, $0.words, note: $0 == pool.algorithm ? "now" : "")
        }
        workspace.present(
            Chooser(
                title: "Which target gets a request?", items: items, selected: pool.algorithm.rawValue,
                chosen: { id, workspace in
                    guard let algorithm = TargetPool.Algorithm(rawValue: id),
                        var pool = workspace.model.targetPool(link)?.value
                    else { return [] }
                    guard pool.algorithm != algorithm else {
                        return workspace.tell("\(algorithm.words): nothing was changed", .news)
                    }
                    pool.algorithm = algorithm
                    return workspace.send(
                        Job(
                            .putTargetPool(vpcLinkId: link, pool), doing: "switch to \(algorithm.words)",
                            done: "requests go by \(algorithm.words)"))
                }))
        return []
    }

    package mutating func mouse(_ event: MouseEvent, _ workspace: inout Workspace) -> [Effect] {
        _ = table.mouse(event, workspace, below: top(workspace))
        return []
    }

    // MARK: Drawing

    private func facts(_ workspace: Workspace) -> [StyledLine] {
        func line(_ label: String, _ pieces: [(text: String, style: Style)]) -> StyledLine {
            StyledLine([(TextLayout.pad(label, to: 11), .header)] + pieces)
        }
        let link = workspace.model.vpcLink(linkId)
        let gone = workspace.model.vpcLinks?.value == nil ? workspace.glyphs.ellipsis : "it was deleted"
        var status: [(text: String, style: Style)] = [
            (link?.status ?? gone, link.map { workspace.fresh($0.statusStyle) } ?? .dim), ("   \(linkId)", .dim),
        ]
        if let message = link?.statusMessage, !message.isEmpty { status.append(("   " + message, .plain)) }
        guard let pool = pool(workspace) else { return [line("STATUS", status)] }
        return [
            line("STATUS", status),
            line(
                "TARGETS",
                [
                    (pool.healthText, workspace.fresh(pool.healthStyle)), (" healthy   ", .dim),
                    (pool.algorithm.words, .plain), ("   drain ", .dim),
                    ("\(Format.plain(pool.deregistrationDelaySeconds)) s", .plain),
                ]),
            line("CHECKS", Self.checks(pool)),
            line("EJECTION", Self.ejection(pool)),
        ]
    }

    private static func checks(_ pool: TargetPool) -> [(text: String, style: Style)] {
        guard let check = pool.healthCheck else {
            return [("none: every target counts as healthy", .dim)]
        }
        return [
            ("GET \(check.path)", .plain), (" every ", .dim), ("\(Format.plain(check.intervalSeconds)) s", .plain),
            (" within ", .dim), ("\(Format.plain(check.timeoutSeconds)) s", .plain), (" is ", .dim),
            (check.matcher, .plain), ("   up after ", .dim), ("\(check.healthyThresholdCount)", .plain),
            (", down after ", .dim), ("\(check.unhealthyThresholdCount)", .plain),
        ]
    }

    private static func ejection(_ pool: TargetPool) -> [(text: String, style: Style)] {
        guard let ejection = pool.ejection else { return [("none: failures alone leave no target out", .dim)] }
        return [
            ("\(ejection.consecutiveFailures)", .plain), (" failures in a row leave a target out for ", .dim),
            ("\(Format.plain(ejection.seconds)) s", .plain),
        ]
    }

    private func empty(_ workspace: Workspace) -> String {
        let known = workspace.model.targetPool(linkId)
        let none = "no targets: \(workspace.keymap.key(.add)) adds one"
        if known?.error?.isNotFound == true {
            return none + "; until then requests go to the host in the integration's own address"
        }
        return Empty.text(known, none, workspace)
    }

    package func view(_ canvas: inout Canvas, _ workspace: Workspace) {
        let facts = facts(workspace)
        for (y, line) in facts.enumerated() {
            canvas.put(line, x: 1, y: y, width: canvas.bounds.width - 2, workspace.glyphs)
        }
        let (_, rest) = canvas.bounds.splitTop(facts.count + 1)
        canvas.draw(in: rest) { table.view(&$0, workspace, empty: empty(workspace)) }
    }

    private static func number(
        _ id: String, _ title: String, width: Int, _ value: @escaping @Sendable (TargetPool.Target) -> Int?,
        style: @escaping @Sendable (Row) -> Style = { _ in .plain }
    ) -> Column<Row> {
        Column(
            id, title, width: width, .right, live: true,
            key: { row, _ in .number(Double(value(row.target) ?? -1)) }
        ) { row, space in
            guard let count = value(row.target) else { return TableCell(Cells.dash(space), .dim) }
            return TableCell(Format.grouped(count), space.fresh(count == 0 ? .dim : style(row)))
        }
    }

    private static let columns: [Column<Row>] = [
        Column("target", "TARGET", width: 18, stretch: 2, key: { row, _ in .text(row.target.id) }) { row, _ in
            TableCell(row.target.id, Style.plain.bold)
        },
        Column("health", "HEALTH", width: 9, live: true, key: { row, _ in .number(Double(row.target.healthRank)) }) {
            row, space in
            guard let health = row.target.health else { return TableCell(Cells.dash(space), .dim) }
            return TableCell(health.rawValue, space.fresh(row.target.healthStyle))
        },
        number("open", "OPEN", width: 5, \.outstanding),
        number("requests", "REQUESTS", width: 9, \.requests),
        number(
            "failures", "FAILURES", width: 8, \.failures,
            style: { FaultStyle.of($0.target.failures ?? 0, isRising: $0.isFailing) }),
        Column("reason", "WHY", width: 14, stretch: 3, key: { row, _ in .text(row.target.reason ?? "") }) {
            row, space in
            TableCell(row.target.reason ?? "", space.fresh(row.target.healthStyle))
        },
        Column(
            "addresses", "ADDRESSES", width: 16, stretch: 1, drop: 1,
            key: { row, _ in .number(Double(row.target.addresses?.count ?? 0)) }
        ) { row, _ in
            let addresses = row.target.addresses ?? []
            // An address stands for itself.
            return TableCell(addresses == [row.target.host] ? "" : addresses.joined(separator: " "), .dim)
        },
    ]
}
