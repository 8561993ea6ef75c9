import ControlAPI
import Logging
import NIOCore

/// All VPC links and their pools: keeps names resolved, checks health, leaves targets out and takes them back, and hands
/// every data loop the members that may get requests. Everything here runs on one loop, which no request runs on.
final class TargetWatch: @unchecked Sendable {
    private final class Link: @unchecked Sendable {
        let id: String
        let number: Int
        var pool: WatchedPool?

        init(id: String, number: Int) {
            self.id = id
            self.number = number
        }
    }

    /// Names that were never asked for may hold up a change so long, so that what follows it finds their targets.
    private static let patience = TimeAmount.milliseconds(500)

    let eventLoop: any EventLoop
    private let registry: PlanRegistry
    private let logger: Logger
    private let loops: any DataLoops
    private let names: NameWatches
    private let checks: HealthChecks
    private var links: [String: Link] = [:]
    private var isStopped = false

    init(
        eventLoop: any EventLoop, registry: PlanRegistry, resolver: any NameResolver, nameInterval: TimeAmount,
        loops: any DataLoops, logger: Logger
    ) {
        self.eventLoop = eventLoop
        self.registry = registry
        self.loops = loops
        self.logger = logger
        names = NameWatches(eventLoop: eventLoop, resolver: resolver, interval: nameInterval, logger: logger)
        checks = HealthChecks(eventLoop: eventLoop)
        names.changed = { [unowned self] in nameChanged($0) }
    }

    // MARK: Changes of the control plane

    func publish(_ publication: VpcLinkPublication) -> EventLoopFuture<Void> {
        let link = link(publication.id)
        if let settings = publication.pool {
            set(settings, of: link)
        } else {
            endPool(of: link)
        }
        let asked = watchNames()
        let handed = handOver(link)
        guard publication.pool != nil else { return handed }
        // The names' addresses are handed over when they come.
        let enough = eventLoop.makePromise(of: Void.self)
        asked.cascade(to: enough)
        let patience = eventLoop.scheduleTask(in: Self.patience) { enough.succeed() }
        return enough.futureResult.flatMap { [self] in
            patience.cancel()
            return handOver(link)
        }
    }

    func withdraw(_ id: String) -> EventLoopFuture<Void> {
        guard let link = links.removeValue(forKey: id) else { return eventLoop.makeSucceededVoidFuture() }
        endPool(of: link)
        _ = watchNames()
        return loops.handOver(.unknown, ofVpcLink: link.number, on: eventLoop)
    }

    /// For loops that have just begun.
    func handOverAll() -> EventLoopFuture<Void> {
        .andAllSucceed(links.values.map(handOver), on: eventLoop)
    }

    func targets(_ id: String) -> [TargetPool.Target] { links[id]?.pool?.states(names) ?? [] }

    func stop() {
        isStopped = true
        names.stop()
        checks.stop()
        for link in links.values { for member in link.pool?.members ?? [] { member.leave() } }
        links = [:]
    }

    private func link(_ id: String) -> Link {
        if let known = links[id] { return known }
        let new = Link(id: id, number: registry.number(ofVpcLink: id))
        links[id] = new
        return new
    }

    private func handOver(_ link: Link) -> EventLoopFuture<Void> {
        let state = link.pool.map { LoopVpcLink.State.pool($0.selection) } ?? .direct
        link.pool?.isTouched = false
        return loops.handOver(state, ofVpcLink: link.number, on: eventLoop)
    }

    // MARK: Membership

    private func set(_ wanted: TargetPool, of link: Link) {
        var settings = wanted
        settings.targets = []
        let pool = link.pool ?? WatchedPool(settings)
        link.pool = pool
        let before = pool.settings
        pool.settings = settings
        for target in pool.set(wanted.targets) {
            for member in target.members { drain(member, pool) }
        }
        if before.healthCheck != settings.healthCheck {
            for member in pool.members {
                if (before.healthCheck == nil) != (settings.healthCheck == nil) {
                    member.health = TargetHealth(isChecked: settings.healthCheck != nil)
                }
                member.nextCheck?.cancel()
                if settings.healthCheck != nil { check(member, of: link, isFirst: true) }
            }
        }
        for target in pool.targets { setAddresses(of: target, in: link) }
    }

    private func endPool(of link: Link) {
        guard let pool = link.pool else { return }
        link.pool = nil
        for member in pool.members { drain(member, pool) }
    }

    private func watchNames() -> EventLoopFuture<Void> {
        names.watch(
            Set(links.values.flatMap { link in (link.pool?.targets ?? []).filter(\.isName).map(\.host) }))
    }

    private func nameChanged(_ name: String) {
        for link in links.values {
            for target in link.pool?.targets ?? [] where target.isName && target.host == name {
                setAddresses(of: target, in: link)
                touch(link)
            }
        }
    }

    private func setAddresses(of target: WatchedTarget, in link: Link) {
        guard let pool = link.pool else { return }
        let isChecked = pool.settings.healthCheck != nil
        var new: [WatchedMember] = []
        let gone = target.set(target.isName ? names.answer(target.host).addresses : [target.host]) { address in
            let made = WatchedMember(
                address: address,
                member: PoolMember(backend: registry.backend(host: address, port: target.port)), isChecked: isChecked)
            new.append(made)
            return made
        }
        for member in gone { drain(member, pool) }
        if isChecked { for member in new { check(member, of: link, isFirst: true) } }
        // One that came back while it drained is checked again.
        for member in target.members where member.isGone {
            member.isGone = false
            member.ejection = nil
            member.member.forgetFailures()
            if isChecked { check(member, of: link, isFirst: true) }
        }
    }

    /// What is under way may finish for a while, and is then cut off.
    private func drain(_ member: WatchedMember, _ pool: WatchedPool) {
        member.leave()
        let delay = TimeAmount.lasting(seconds: pool.settings.deregistrationDelaySeconds)
        eventLoop.scheduleTask(in: delay) { [loops] in
            if member.isGone { loops.cut(member.member) }
        }
    }

    // MARK: Health

    private func check(_ member: WatchedMember, of link: Link, isFirst: Bool = false, elapsed: TimeAmount = .zero) {
        guard let check = link.pool?.settings.healthCheck else { return }
        let pause =
            isFirst
            ? Double.random(in: 0...min(check.intervalSeconds, 0.5))
            : check.intervalSeconds * Double.random(in: 0.9...1.1) - Double(elapsed.nanoseconds) / 1e9
        member.nextCheck?.cancel()
        member.nextCheck = eventLoop.scheduleTask(in: .lasting(seconds: max(0, pause))) { [weak self] in
            self?.probe(member, of: link)
        }
    }

    private func probe(_ member: WatchedMember, of link: Link) {
        guard !member.isGone, let check = link.pool?.settings.healthCheck else { return }
        let backend = member.member.backend
        let begun = NIODeadline.now()
        let probe = HealthProbe(
            host: backend.host, port: backend.port, path: check.protocol == .tcp ? nil : check.path,
            timeout: .lasting(seconds: check.timeoutSeconds))
        checks.run(probe) { [weak self] result in
            guard let self, !isStopped, !member.isGone, let check = link.pool?.settings.healthCheck else { return }
            note(Self.failure(result, check), of: member, in: link, check)
            self.check(member, of: link, elapsed: NIODeadline.now() - begun)
        }
    }

    /// Why a check failed; `nil` for a success.
    private static func failure(_ result: Result<Int, any Error>, _ check: TargetPool.HealthCheck) -> String? {
        switch result {
        case .failure(let error): "\(error)"
        case .success where check.protocol == .tcp: nil
        case .success(let status):
            StatusMatcher(check.matcher)?.matches(status) == true ? nil : "status \(status) is not \(check.matcher)"
        }
    }

    private func note(
        _ failure: String?, of member: WatchedMember, in link: Link, _ check: TargetPool.HealthCheck
    ) {
        guard member.health.note(failure, check) else { return }
        var metadata = metadata(member, link)
        if let failure {
            metadata["reason"] = "\(failure)"
            logger.warning("a target is unhealthy", metadata: metadata)
        } else {
            logger.info("a target is healthy", metadata: metadata)
        }
        touch(link)
    }

    // MARK: Ejection

    /// A loop counted as many failures in a row as the pool allows.
    func eject(_ failing: PoolMember, ofVpcLink number: Int) {
        guard let link = links.values.first(where: { $0.number == number }), let pool = link.pool,
            let ejection = pool.settings.ejection,
            let member = pool.members.first(where: { $0.member === failing }), pool.mayEject(member)
        else { return failing.forgetFailures() }
        member.ejectionReason =
            "left out for \(ejection.seconds) s after \(ejection.consecutiveFailures) failed requests in a row"
        member.ejection = eventLoop.scheduleTask(in: .lasting(seconds: ejection.seconds)) { [weak self] in
            member.ejection = nil
            failing.forgetFailures()
            guard let self, !isStopped, !member.isGone else { return }
            logger.info("a target is taken back", metadata: metadata(member, link))
            touch(link)
        }
        logger.warning(
            "a target is left out",
            metadata: metadata(member, link).merging(["failuresInARow": "\(ejection.consecutiveFailures)"]) { $1 })
        touch(link)
    }

    /// Hands over once, however many targets change at the same time.
    private func touch(_ link: Link) {
        guard let pool = link.pool, !pool.isTouched else { return }
        pool.isTouched = true
        eventLoop.execute { [weak self] in
            guard let self, !isStopped, link.pool === pool, pool.isTouched else { return }
            _ = handOver(link)
        }
    }

    private func metadata(_ member: WatchedMember, _ link: Link) -> Logger.Metadata {
        ["vpcLinkId": "\(link.id)", "target": "\(HostPort(host: member.address, port: member.member.backend.port))"]
    }
}

extension TimeAmount {
    /// Bounded, so that no number overflows.
    static func lasting(seconds: Double) -> TimeAmount { .nanoseconds(Int64(max(0, min(seconds, 1e6)) * 1e9)) }
}
