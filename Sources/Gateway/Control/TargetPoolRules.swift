import ControlAPI
import Foundation

/// What a target pool may hold. The bounds are those of Elastic Load Balancing, widened below: backends beside the
/// gateway are checked more often than those behind a load balancer.
enum TargetPoolRules {
    static let largestCount = 1000

    static func settings(_ body: RequestBody) throws -> TargetPool {
        var pool = TargetPool()
        if let name = try body.string("algorithm") {
            guard let algorithm = TargetPool.Algorithm(rawValue: name) else {
                throw ApiError.badRequest(
                    "Invalid algorithm specified: '\(name)'. Valid options are "
                        + TargetPool.Algorithm.allCases.map(\.rawValue).joined(separator: ","))
            }
            pool.algorithm = algorithm
        }
        pool.healthCheck = try body.structure("healthCheck").map(healthCheck)
        pool.ejection = try body.structure("ejection").map(ejection)
        pool.deregistrationDelaySeconds =
            try number(body, "deregistrationDelaySeconds", in: 0...3600) ?? pool.deregistrationDelaySeconds
        return pool
    }

    private static func healthCheck(_ body: RequestBody) throws -> TargetPool.HealthCheck {
        let standard = TargetPool.HealthCheck(path: "/")
        var check = TargetPool.HealthCheck(path: try body.string("path") ?? standard.path)
        check.protocol = try body.string("protocol").map { name in
            guard let kind = TargetPool.HealthCheck.Kind(rawValue: name) else {
                throw ApiError.badRequest(
                    "Invalid healthCheck.protocol specified: '\(name)'. Valid options are HTTP,TCP")
            }
            return kind
        }
        let isPath =
            check.path.hasPrefix("/") && check.path.utf8.count <= 1024
            && check.path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
        guard isPath else {
            throw ApiError.badRequest(
                "Invalid healthCheck.path specified: '\(check.path)'. It must begin with /, hold no blanks and no "
                    + "control characters, and have at most 1024 characters")
        }
        check.intervalSeconds =
            try number(body, "intervalSeconds", of: "healthCheck.", in: 0.1...300) ?? standard.intervalSeconds
        check.timeoutSeconds =
            try number(body, "timeoutSeconds", of: "healthCheck.", in: 0.05...120)
            ?? min(standard.timeoutSeconds, check.intervalSeconds)
        guard check.timeoutSeconds <= check.intervalSeconds else {
            throw ApiError.badRequest(
                "Invalid healthCheck.timeoutSeconds specified: \(check.timeoutSeconds). It must not be longer than "
                    + "healthCheck.intervalSeconds, \(check.intervalSeconds)")
        }
        check.healthyThresholdCount =
            try count(body, "healthyThresholdCount", of: "healthCheck.", in: 1...10) ?? standard.healthyThresholdCount
        check.unhealthyThresholdCount =
            try count(body, "unhealthyThresholdCount", of: "healthCheck.", in: 1...10)
            ?? standard.unhealthyThresholdCount
        check.matcher = try body.string("matcher") ?? standard.matcher
        guard StatusMatcher(check.matcher) != nil else {
            throw ApiError.badRequest(
                "Invalid healthCheck.matcher specified: '\(check.matcher)'. It must be statuses from 200 to 599 and "
                    + "ranges of them, for example 200, 200-399 or 200,204")
        }
        return check
    }

    private static func ejection(_ body: RequestBody) throws -> TargetPool.Ejection {
        let standard = TargetPool.Ejection()
        return TargetPool.Ejection(
            consecutiveFailures: try count(body, "consecutiveFailures", of: "ejection.", in: 1...1000)
                ?? standard.consecutiveFailures,
            seconds: try number(body, "seconds", of: "ejection.", in: 0.1...3600) ?? standard.seconds)
    }

    private static func number(
        _ body: RequestBody, _ name: String, of parent: String = "", in range: ClosedRange<Double>
    ) throws -> Double? {
        guard let value = try body.double(name) else { return nil }
        guard range.contains(value) else {
            throw ApiError.badRequest(
                "Invalid \(parent)\(name) specified: \(value). It must be a number from \(range.lowerBound) to "
                    + "\(range.upperBound)")
        }
        return value
    }

    private static func count(
        _ body: RequestBody, _ name: String, of parent: String, in range: ClosedRange<Int>
    ) throws -> Int? {
        guard let value = try body.int(name) else { return nil }
        guard range.contains(value) else {
            throw ApiError.badRequest(
                "Invalid \(parent)\(name) specified: \(value). It must be a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound)")
        }
        return value
    }

    // MARK: Targets

    /// `nil` where none are given. A target that is given twice counts once.
    static func targets(_ body: RequestBody) throws -> [TargetPool.Target]? {
        guard let given = try body.structures("targets") else { return nil }
        try checkCount(given.count)
        var seen: Set<String> = []
        return try given.map { one in
            guard let port = try one.int("port") else {
                throw ApiError.badRequest("Invalid target specified: '\(try one.string("host") ?? "")' has no port")
            }
            return try target(host: one.string("host") ?? "", port: port)
        }.filter { seen.insert($0.id).inserted }
    }

    static func checkCount(_ count: Int) throws {
        guard count <= largestCount else {
            throw ApiError.limitExceeded("Too many targets: a target pool can have at most \(largestCount)")
        }
    }

    /// `host:port`, `[::1]:port`.
    static func target(id: String) throws -> TargetPool.Target {
        guard let colon = id.lastIndex(of: ":"), let port = Int(id[id.index(after: colon)...]) else {
            throw ApiError.badRequest("Invalid target specified: '\(id)'. It must be host:port or [address]:port")
        }
        var host = String(id[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return try target(host: host, port: port)
    }

    private static func target(host: String, port: Int) throws -> TargetPool.Target {
        guard (1...65_535).contains(port) else {
            throw ApiError.badRequest("Invalid target specified: port \(port) of '\(host)' is outside 1–65535")
        }
        guard let host = HostName.normalized(host) else {
            throw ApiError.badRequest(
                "Invalid target specified: '\(host)' is neither a DNS name nor an IPv4 or IPv6 address")
        }
        return TargetPool.Target(host: host, port: port)
    }
}
