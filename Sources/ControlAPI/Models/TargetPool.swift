/// The backends behind a VPC link: `GET /sluice/vpclinks/{vpclink_id}/targetpool`. The words are those of Elastic Load
/// Balancing's target groups, which such a pool stands for.
public struct TargetPool: Codable, Sendable, Hashable {
    public enum Algorithm: String, Codable, Sendable, Hashable, CaseIterable {
        case roundRobin = "round_robin"
        case leastOutstandingRequests = "least_outstanding_requests"
    }

    public struct HealthCheck: Codable, Sendable, Hashable {
        public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
            case http = "HTTP"
            /// A connection is enough: for targets that speak TLS alone.
            case tcp = "TCP"
        }

        /// `nil` is `HTTP`.
        public var `protocol`: Kind?
        /// Begins with a slash.
        public var path: String
        public var intervalSeconds: Double
        public var timeoutSeconds: Double
        /// Successes in a row that make a target healthy, failures in a row that make it unhealthy.
        public var healthyThresholdCount: Int
        public var unhealthyThresholdCount: Int
        /// Statuses that are a success: `200`, `200-399`, `200,204`.
        public var matcher: String

        public init(
            path: String, intervalSeconds: Double = 10, timeoutSeconds: Double = 5, healthyThresholdCount: Int = 3,
            unhealthyThresholdCount: Int = 2, matcher: String = "200-399"
        ) {
            self.path = path
            self.intervalSeconds = intervalSeconds
            self.timeoutSeconds = timeoutSeconds
            self.healthyThresholdCount = healthyThresholdCount
            self.unhealthyThresholdCount = unhealthyThresholdCount
            self.matcher = matcher
        }
    }

    /// Passive: a target that fails real requests is left out for a while.
    public struct Ejection: Codable, Sendable, Hashable {
        /// Failures in a row (no connection, connection lost, timeout, 502–504).
        public var consecutiveFailures: Int
        public var seconds: Double

        public init(consecutiveFailures: Int = 5, seconds: Double = 30) {
            self.consecutiveFailures = consecutiveFailures
            self.seconds = seconds
        }
    }

    public struct Target: Codable, Sendable, Hashable {
        public enum Health: String, Codable, Sendable, Hashable {
            /// Not checked yet; gets requests where no other target is healthy.
            case initial
            case healthy
            case unhealthy
            /// Left out for what it did to real requests.
            case ejected
            /// Taken away; requests under way finish.
            case draining
        }

        /// An address or a DNS name, which is asked again as time goes by.
        public var host: String
        public var port: Int
        /// The rest is what `GET` tells.
        public var health: Health?
        /// Why it is not healthy.
        public var reason: String?
        /// Addresses that a DNS name stands for now.
        public var addresses: [String]?
        public var outstanding: Int?
        public var requests: Int?
        public var failures: Int?

        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `host:port`, `[::1]:port`
        public var id: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    public var vpcLinkId: String?
    public var algorithm: Algorithm
    /// `nil` checks nothing: every target counts as healthy.
    public var healthCheck: HealthCheck?
    public var ejection: Ejection?
    /// How long a target that is taken away may finish its requests.
    public var deregistrationDelaySeconds: Double
    public var targets: [Target]

    public init(algorithm: Algorithm = .roundRobin, targets: [Target] = []) {
        self.algorithm = algorithm
        self.targets = targets
        deregistrationDelaySeconds = 30
    }
}
