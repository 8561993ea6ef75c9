import ControlAPI

/// The VPC link that an integration goes through.
///
/// A stage variable that names the link may be put right without a deployment, and so may the link: a link that does
/// not exist is no fault of the plan, but one that its requests are answered with.
struct VpcLinkPlan: Sendable {
    let id: String
    /// Its place on each loop.
    let number: Int
    /// The number of what the address says of TLS; `nil` for `http`, and where the host depends on the request.
    let tlsNumber: Int?

    /// `nil` for integrations that go over the internet.
    init?(_ integration: Integration, uri: BackendURI, scope: MappingScope, registry: PlanRegistry) {
        guard integration.connectionType == "VPC_LINK" else { return nil }
        id = scope.fillVariables(integration.connectionId ?? "")
        number = registry.number(ofVpcLink: id)
        tlsNumber = uri.backend?.tls.map { registry.number(ofTLS: $0.settings) }
    }
}

/// Whom a request goes to, or with what it is answered instead.
enum BackendChoice {
    case backend(Backend)
    case none(GatewayResponseType, cause: String)
}

/// `connectionType: VPC_LINK`.
///
/// With a pool, a target is picked for each attempt, and the integration's `uri` gives `Host`, path and query alone,
/// and for `https` the name that is asked for and that the target's certificate has to hold.
/// A link without a pool calls the `uri`'s own host. A link that does not exist is the API's fault: 500, as AWS answers
/// what is wrong with an integration. A pool without any target to send to is a load balancer that refuses its
/// connections: the answer is that of a network error, 504.
extension Exchange {
    func choose(_ plan: HTTPPlan, _ link: VpcLinkPlan) -> BackendChoice {
        switch loop.vpcLink(link.number) {
        case .unknown:
            let cause =
                link.id.isEmpty
                ? "the integration's connectionId is empty: its stage variable is not defined"
                : "VPC link \(link.id) does not exist"
            return .none(.apiConfigurationError, cause: Self.configurationError(cause))
        case .direct: return chooseByUri(plan)
        case .pool:
            guard let member = loop.pickTarget(ofVpcLink: link.number, tried: triedTargets) else {
                return .none(
                    .integrationFailure,
                    cause: "Execution failed due to a network error communicating with endpoint: the target pool of "
                        + "VPC link \(link.id) has no target that can be called")
            }
            guard let backend = backend(of: member, plan, link) else {
                return .none(.apiConfigurationError, cause: Self.configurationError("Invalid endpoint address"))
            }
            target = member
            member.begin()
            return .backend(backend)
        }
    }

    /// The target, over TLS where the address says so: with the address's host as the name that its certificate has to
    /// hold.
    private func backend(of member: PoolMember, _ plan: HTTPPlan, _ link: VpcLinkPlan) -> Backend? {
        guard plan.uri.tls != nil else { return member.backend }
        if let number = link.tlsNumber, let tls = plan.uri.backend?.tls {
            return loop.backend(of: member, tls, number: number)
        }
        guard let tls = dynamicBackend(plan)?.tls else { return nil }
        return loop.registry.backend(host: member.backend.host, port: member.backend.port, tls: tls)
    }

    /// How long a connection to a target may take: another one may be there.
    static let targetConnectNanoseconds: UInt64 = 5_000_000_000

    /// The target is not this request's any more, for no fault of its own.
    func leaveTarget() {
        target?.end()
        target = nil
    }

    /// The target gave a whole response.
    @inline(__always)
    func endTarget() {
        if let target { judge(target, failed: (502...504).contains(outcome.status)) }
    }

    /// The target failed the request; the next attempt goes to another one.
    @inline(__always)
    func failTarget() {
        guard let target else { return }
        triedTargets.append(target)
        judge(target, failed: true)
    }

    private func judge(_ member: PoolMember, failed: Bool) {
        if failed, let link = httpPlan?.vpcLink {
            loop.failed(member, ofVpcLink: link.number)
        } else {
            member.succeed()
        }
        leaveTarget()
    }

    /// The target was taken away, and the time that its requests had to finish is over.
    func targetIsGone() {
        guard isActive, target != nil else { return }
        leaveTarget()
        dropUpstream()
        fail(.closed(beforeResponse: outcome.status == 0, reused: false))
    }
}
