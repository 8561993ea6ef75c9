import ArgumentParser
import ControlAPI

struct SetTargets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change how a VPC link balances, checks and leaves out its targets.",
        discussion: """
            What is not given stays as it is.

            Examples:
              sluice targets set service1 --algorithm least_outstanding_requests
              sluice targets set service1 --health-path /ping --health-interval 5 --health-timeout 2
              sluice targets set service1 --eject-after 5 --eject-seconds 30
              sluice targets set service1 --no-health --no-ejection
            """)

    @OptionGroup var link: LinkArguments

    @Option(help: "round_robin or least_outstanding_requests.", transform: SetTargets.algorithm)
    var algorithm: TargetPool.Algorithm?

    @Option(help: ArgumentHelp("Check targets with a GET of this path.", valueName: "path"))
    var healthPath: String?

    @Flag(help: "Check no more than that a target takes connections: for targets that speak TLS.")
    var healthTcp = false

    @Option(help: ArgumentHelp("Between two checks of a target, 0.1–300.", valueName: "seconds"))
    var healthInterval: Double?

    @Option(help: ArgumentHelp("That a check may take, at most the interval.", valueName: "seconds"))
    var healthTimeout: Double?

    @Option(help: ArgumentHelp("Successes in a row that make a target healthy, 1–10.", valueName: "count"))
    var healthyThreshold: Int?

    @Option(help: ArgumentHelp("Failures in a row that make a target unhealthy, 1–10.", valueName: "count"))
    var unhealthyThreshold: Int?

    @Option(help: ArgumentHelp("Statuses that are a success: 200, 200-399, 200,204.", valueName: "statuses"))
    var healthMatcher: String?

    @Flag(help: "Check no targets: all count as healthy.")
    var noHealth = false

    @Option(help: ArgumentHelp("Leave a target out after so many failed requests in a row.", valueName: "count"))
    var ejectAfter: Int?

    @Option(help: ArgumentHelp("How long it is left out.", valueName: "seconds"))
    var ejectSeconds: Double?

    @Flag(help: "Leave no target out for failed requests.")
    var noEjection = false

    @Option(
        help: ArgumentHelp("How long requests of a target that is taken away may go on.", valueName: "seconds"))
    var deregistrationDelay: Double?

    private static func algorithm(_ text: String) throws -> TargetPool.Algorithm {
        guard let algorithm = TargetPool.Algorithm(rawValue: text) else {
            let known = TargetPool.Algorithm.allCases.map(\.rawValue).joined(separator: " or ")
            throw ValidationError("an algorithm is \(known), not '\(text)'")
        }
        return algorithm
    }

    private var changesHealth: Bool {
        healthPath != nil || healthTcp || healthInterval != nil || healthTimeout != nil || healthyThreshold != nil
            || unhealthyThreshold != nil || healthMatcher != nil
    }

    func validate() throws {
        if noHealth, changesHealth { throw ValidationError("--no-health cannot go with another --health… option") }
        if healthTcp, healthPath != nil || healthMatcher != nil {
            throw ValidationError("--health-tcp cannot go with --health-path or --health-matcher")
        }
        if noEjection, ejectAfter != nil || ejectSeconds != nil {
            throw ValidationError("--no-ejection cannot go with --eject-after or --eject-seconds")
        }
    }

    func run() async throws {
        let client = link.home.client
        let found = try await client.vpcLink(named: link.link)
        guard var pool = try await client.targetPools().first(where: { $0.vpcLinkId == found.id }) else {
            throw LinkLookupError.noPool(link: link.link)
        }
        change(&pool)
        let changed = try await client.putTargetPool(vpcLinkId: found.id ?? "", pool)
        try link.output.print(changed, sentence: "target pool of \(found.name ?? link.link): \(Self.text(changed))")
    }

    private func change(_ pool: inout TargetPool) {
        if let algorithm { pool.algorithm = algorithm }
        if let deregistrationDelay { pool.deregistrationDelaySeconds = deregistrationDelay }
        if noHealth {
            pool.healthCheck = nil
        } else if changesHealth {
            var check = pool.healthCheck ?? TargetPool.HealthCheck(path: "/")
            if let healthPath { (check.path, check.protocol) = (healthPath, nil) }
            if healthTcp { check.protocol = .tcp }
            if let healthInterval { check.intervalSeconds = healthInterval }
            check.timeoutSeconds = healthTimeout ?? min(check.timeoutSeconds, check.intervalSeconds)
            if let healthyThreshold { check.healthyThresholdCount = healthyThreshold }
            if let unhealthyThreshold { check.unhealthyThresholdCount = unhealthyThreshold }
            if let healthMatcher { check.matcher = healthMatcher }
            pool.healthCheck = check
        }
        if noEjection {
            pool.ejection = nil
        } else if ejectAfter != nil || ejectSeconds != nil {
            var ejection = pool.ejection ?? TargetPool.Ejection()
            if let ejectAfter { ejection.consecutiveFailures = ejectAfter }
            if let ejectSeconds { ejection.seconds = ejectSeconds }
            pool.ejection = ejection
        }
    }

    private static func text(_ pool: TargetPool) -> String {
        let check =
            pool.healthCheck.map { "checked at \($0.protocol == .tcp ? "TCP" : $0.path) every \($0.intervalSeconds) s" }
            ?? "not checked"
        let ejection =
            pool.ejection.map { "left out for \($0.seconds) s after \($0.consecutiveFailures) failures" }
            ?? "never left out"
        return "\(pool.algorithm.rawValue), \(pool.targets.count) targets, \(check), \(ejection)"
    }
}
