import ControlAPI
import Terminal

/// One limit of a stage with what is left of it: a token bucket, or a key's quota.
package struct LimitRow: TableRow {
    enum Kind: Sendable, Equatable {
        case bucket(ThrottleState)
        case quota(QuotaUse)
    }

    package let id: String
    let kind: Kind
    /// What it limits: `GET /orders`, `gold, key mobile-app`.
    let what: String
    /// The plan that `open` shows.
    let planId: String?
    /// Requests refused in the last second.
    var refusedNow: Double = 0

    init(_ state: ThrottleState, _ model: Model) {
        kind = .bucket(state)
        planId = state.usagePlanId
        id = [
            state.level.rawValue, state.usagePlanId, state.keyId, state.apiId, state.stageName, state.resourcePath,
            state.httpMethod,
        ].map { $0 ?? "" }.joined(separator: "\u{1F}")
        let method = [state.httpMethod, state.resourcePath].compactMap { $0 }.joined(separator: " ")
        var parts: [String] = []
        if let plan = state.usagePlanId { parts.append(model.usagePlan(plan)?.name ?? plan) }
        if let key = state.keyId { parts.append("key " + (model.keyName(key, plan: state.usagePlanId) ?? key)) }
        if !method.isEmpty { parts.append(method) }
        switch state.level {
        case .account: parts = ["all APIs"]
        case .stage: parts = ["every method without its own"]
        case .plan, .planMethod, .method: break
        }
        what = parts.joined(separator: ", ")
    }

    init(_ plan: UsagePlan, _ key: UsagePlanKey, _ use: QuotaUse) {
        kind = .quota(use)
        planId = plan.id
        id = "quota\u{1F}\(plan.id ?? "")\u{1F}\(key.id ?? "")"
        what = "\(plan.name ?? plan.id ?? ""), key \(key.name ?? key.id ?? "")"
    }

    var level: String {
        switch kind {
        case .quota: "quota"
        case .bucket(let state):
            switch state.level {
            case .planMethod: "plan method"
            case .plan: "plan"
            case .method: "method"
            case .stage: "stage"
            case .account: "account"
            }
        }
    }

    /// API Gateway's order, in which the first limit that is used up answers.
    var rank: Int {
        switch kind {
        case .bucket(let state): ThrottleState.Level.allCases.firstIndex(of: state.level) ?? 0
        case .quota: ThrottleState.Level.allCases.count
        }
    }

    /// `500/s, burst 200`, `10,000 a month`
    var limit: String {
        switch kind {
        case .bucket(let state): "\(Format.shortRate(state.rateLimit))/s, burst \(Format.grouped(state.burstLimit))"
        case .quota(let use): "\(Format.grouped(use.limit ?? 0)) a \(use.period.lowercased())"
        }
    }

    /// What is left, 0–1.
    var left: Double {
        switch kind {
        case .bucket(let state):
            // Less than one token lets nobody through.
            state.available < 1 || state.burstLimit <= 0 ? 0 : min(1, state.available / Double(state.burstLimit))
        case .quota(let use): use.left ?? 1
        }
    }

    var leftText: String {
        switch kind {
        case .bucket(let state): Format.grouped(Int(max(0, min(state.available, 1e15))))
        case .quota(let use): Format.grouped(use.remaining ?? 0)
        }
    }

    /// Requests refused since the engine started; `nil` for quotas, which nobody counts.
    var refused: Int? {
        if case .bucket(let state) = kind { return state.throttled }
        return nil
    }

    var isUsedUp: Bool { left <= 0 }
    var style: Style { LimitStyle.of(left) }

    package func anyText(_ test: (String) -> Bool) -> Bool { test(level) || test(what) }

    package func field(_ column: String) -> Field? {
        switch column {
        case "level": .text(level)
        case "what": .text(what)
        case "left": .number(left * 100)
        case "refused": .number(Double(refused ?? 0))
        default: nil
        }
    }

    static let columns: [Column<LimitRow>] = [
        Column("level", "LEVEL", width: 11, key: { row, _ in .number(Double(row.rank)) }) { row, _ in
            TableCell(row.level, row.isUsedUp ? Style.error.bold : .dim)
        },
        Column("what", "WHAT", width: 18, stretch: 3, key: { row, _ in .text(row.what) }) { row, _ in
            TableCell(row.what, Style.plain.bold)
        },
        Column("limit", "LIMIT", width: 20, .right, drop: 2, key: { row, _ in .text(row.limit) }) { row, _ in
            TableCell(row.limit)
        },
        Column("bar", "LEFT NOW", width: 12, drop: 1, live: true, key: { row, _ in .number(row.left) }) {
            row, space in
            let bar = BlockBar.text(fraction: row.left, width: 12, graphics: space.capabilities.graphics)
            return TableCell(bar, space.fresh(row.style))
        },
        Column("left", "LEFT", width: 8, .right, live: true, key: { row, _ in .number(row.left) }) { row, space in
            TableCell(row.leftText, space.fresh(row.style))
        },
        Column("refused", "REFUSED", width: 9, .right, live: true, key: { row, _ in .number(Double(row.refused ?? 0)) })
        {
            row, space in
            guard let refused = row.refused else { return TableCell(Cells.dash(space), .dim) }
            let style: Style = row.refusedNow > 0 ? Style.error.bold : refused > 0 ? .warning : .dim
            return TableCell(Format.grouped(refused), space.fresh(style))
        },
        Column("now", "429/S", width: 6, .right, live: true, key: { row, _ in .number(row.refusedNow) }) { row, space in
            guard row.refused != nil else { return TableCell(Cells.dash(space), .dim) }
            let style: Style = row.refusedNow > 0 ? Style.error.bold : .dim
            return TableCell(Format.rate(row.refusedNow), space.fresh(style))
        },
    ]
}

extension Model {
    func keyName(_ keyId: String, plan: String?) -> String? {
        plan.flatMap { usagePlanKeys($0)?.value?.first { $0.id == keyId }?.name }
            ?? apiKeys?.value?.first { $0.id == keyId }?.name
    }
}
