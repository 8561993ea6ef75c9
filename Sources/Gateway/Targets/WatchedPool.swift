import ControlAPI
import NIOCore

/// A pool as the monitor has it: what was set, and what became of each target. Lives on the monitor's loop.
final class WatchedPool: @unchecked Sendable {
    /// Without targets.
    var settings: TargetPool
    private(set) var targets: [WatchedTarget] = []
    private(set) var draining: [WatchedTarget] = []
    /// A new selection is on its way.
    var isTouched = false

    init(_ settings: TargetPool) {
        self.settings = settings
    }

    var members: [WatchedMember] { targets.flatMap(\.members) }

    /// Takes other targets. Those that stay keep their state; one that comes back while it drains is the same again.
    /// Gives those that were taken away.
    func set(_ wanted: [TargetPool.Target]) -> [WatchedTarget] {
        let known = Dictionary((targets + draining).map { ($0.id, $0) }) { first, _ in first }
        let ids = Set(wanted.map(\.id))
        let gone = targets.filter { !ids.contains($0.id) }
        targets = wanted.map { known[$0.id] ?? WatchedTarget($0) }
        // The loops still have the ones that went, and may begin requests to them until they hear of it.
        draining = draining.filter { !ids.contains($0.id) && $0.outstanding > 0 } + gone
        return gone
    }

    /// Who gets requests: the healthy; where there are none, those that have not been checked yet; where there are none
    /// of these either, all of them, because a check that is wrong about all must not take the whole API down (ELB
    /// "fails open" too).
    var eligible: [WatchedMember] {
        let all = members
        let healthy = all.filter(\.isUsable)
        if !healthy.isEmpty { return healthy }
        let new = all.filter { $0.health.state == .initial && !$0.isEjected }
        return new.isEmpty ? all : new
    }

    var selection: TargetSelection {
        TargetSelection(
            members: eligible.map(\.member), algorithm: settings.algorithm,
            ejectAfter: settings.ejection?.consecutiveFailures ?? .max)
    }

    /// The last one that may be used is never left out.
    func mayEject(_ member: WatchedMember) -> Bool {
        member.isUsable && members.lazy.filter(\.isUsable).prefix(2).count == 2
    }

    func states(_ names: NameWatches) -> [TargetPool.Target] {
        draining.removeAll { $0.outstanding == 0 }
        return targets.map { $0.state(names) } + draining.map { $0.drainingState() }
    }
}

/// One target: an address, or a name with the addresses that it has now.
final class WatchedTarget: @unchecked Sendable {
    let host: String
    let port: Int
    let id: String
    let isName: Bool
    private(set) var members: [WatchedMember] = []
    /// Addresses that the name has no more and that still have requests under way.
    private var leaving: [PoolMember] = []
    /// What addresses that are gone have counted.
    private var past = (requests: 0, failures: 0)

    init(_ target: TargetPool.Target) {
        host = target.host
        port = target.port
        id = target.id
        isName = !HostName.isAddress(target.host)
    }

    private var all: [PoolMember] { members.map(\.member) + leaving }

    var outstanding: Int { all.reduce(0) { $0 + $1.outstanding } }

    /// Takes other addresses and gives the members that went.
    func set(_ addresses: [String], make: (String) -> WatchedMember) -> [WatchedMember] {
        let known = Dictionary(members.map { ($0.address, $0) }) { first, _ in first }
        let gone = members.filter { !addresses.contains($0.address) }
        members = addresses.map { known[$0] ?? make($0) }
        leaving += gone.map(\.member)
        settle()
        return gone
    }

    private func settle() {
        leaving.removeAll { member in
            guard member.outstanding == 0 else { return false }
            past.requests += member.requests
            past.failures += member.failures
            return true
        }
    }

    // MARK: What is told

    func state(_ names: NameWatches) -> TargetPool.Target {
        var state = counted()
        let answer = isName ? names.answer(host) : NameWatches.Answer()
        if isName { state.addresses = members.map(\.address) }
        state.health = health
        var reasons = members.compactMap { member in
            member.reason.map { members.count > 1 ? "\(member.address): \($0)" : $0 }
        }
        if let fault = answer.fault {
            reasons.insert(
                members.isEmpty
                    ? "the name does not resolve: \(fault)"
                    : "the name does not resolve any more, its last addresses are used: \(fault)", at: 0)
        }
        // More than a line can show helps nobody.
        if !reasons.isEmpty { state.reason = reasons.prefix(4).joined(separator: "; ") }
        return state
    }

    func drainingState() -> TargetPool.Target {
        var state = counted()
        state.health = .draining
        state.reason = "taken away; \(outstanding) requests are under way"
        return state
    }

    private func counted() -> TargetPool.Target {
        settle()
        var state = TargetPool.Target(host: host, port: port)
        state.outstanding = outstanding
        state.requests = all.reduce(past.requests) { $0 + $1.requests }
        state.failures = all.reduce(past.failures) { $0 + $1.failures }
        return state
    }

    /// A name is as well as the best of its addresses; one without an address is not.
    private var health: TargetPool.Target.Health {
        let states = members.map(\.state)
        for state in [TargetPool.Target.Health.healthy, .initial, .ejected] where states.contains(state) {
            return state
        }
        return .unhealthy
    }
}

/// One address, with what checks and requests say of it.
final class WatchedMember: @unchecked Sendable {
    let address: String
    let member: PoolMember
    var health: TargetHealth
    /// When it is taken back; `nil` where it is not left out.
    var ejection: Scheduled<Void>?
    var ejectionReason: String?
    var nextCheck: Scheduled<Void>?
    var isGone = false

    init(address: String, member: PoolMember, isChecked: Bool) {
        self.address = address
        self.member = member
        health = TargetHealth(isChecked: isChecked)
    }

    var isEjected: Bool { ejection != nil }
    var isUsable: Bool { health.state == .healthy && !isEjected }

    var state: TargetPool.Target.Health {
        switch health.state {
        case .unhealthy: .unhealthy
        case .initial: .initial
        case .healthy: isEjected ? .ejected : .healthy
        }
    }

    var reason: String? {
        let check = health.reason.map { "health check: \($0)" }
        return isEjected ? ejectionReason ?? check : check
    }

    /// Ends what would still happen to it.
    func leave() {
        isGone = true
        nextCheck?.cancel()
        ejection?.cancel()
    }
}
