/// A way to a network load balancer, as `GetVpcLink` returns it.
public struct VpcLink: Codable, Sendable, Hashable {
    public var id: String?
    public var name: String?
    public var description: String?
    /// ARNs of network load balancers; one.
    public var targetArns: [String]?
    /// `PENDING`, `AVAILABLE` or `FAILED`.
    public var status: String?
    public var statusMessage: String?
    public var tags: [String: String]?

    public init() {}
}
