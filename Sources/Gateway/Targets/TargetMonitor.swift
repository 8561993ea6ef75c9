import ControlAPI
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// The data loops, as the monitor sees them.
protocol DataLoops: Sendable {
    /// Done when every loop uses it.
    func handOver(
        _ state: LoopVpcLink.State, ofVpcLink number: Int, on eventLoop: any EventLoop
    ) -> EventLoopFuture<Void>
    /// Ends the requests that are still under way to a member.
    func cut(_ member: PoolMember)
}

/// The way to the ``TargetWatch`` and its thread, which begins with the first VPC link: an engine without any has
/// neither.
final class TargetMonitor: Sendable {
    private struct State {
        var group: MultiThreadedEventLoopGroup?
        var watch: TargetWatch?
        var isStopped = false
    }

    private let registry: PlanRegistry
    private let configuration: DataPlaneConfiguration
    private let logger: Logger
    private let state = NIOLockedValueBox(State())

    init(registry: PlanRegistry, configuration: DataPlaneConfiguration, logger: Logger) {
        self.registry = registry
        self.configuration = configuration
        self.logger = logger
    }

    private func watch(for loops: any DataLoops) -> TargetWatch? {
        state.withLockedValue { state in
            guard !state.isStopped else { return nil }
            if let watch = state.watch { return watch }
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let watch = TargetWatch(
                eventLoop: group.next(), registry: registry, resolver: configuration.nameResolver,
                nameInterval: .milliseconds(Int64(configuration.nameIntervalMilliseconds)), loops: loops,
                logger: logger)
            (state.group, state.watch) = (group, watch)
            return watch
        }
    }

    private var watch: TargetWatch? { state.withLockedValue { $0.watch } }

    func publish(_ link: VpcLinkPublication, to loops: any DataLoops) async {
        guard let watch = watch(for: loops) else { return }
        try? await watch.eventLoop.flatSubmit { watch.publish(link) }.get()
    }

    func withdraw(_ id: String) async {
        guard let watch else { return }
        try? await watch.eventLoop.flatSubmit { watch.withdraw(id) }.get()
    }

    /// Tells loops that have just begun all there is.
    func handOverAll() async {
        guard let watch else { return }
        try? await watch.eventLoop.flatSubmit { watch.handOverAll() }.get()
    }

    func targets(vpcLinkId: String) async -> [TargetPool.Target] {
        guard let watch else { return [] }
        return (try? await watch.eventLoop.submit { watch.targets(vpcLinkId) }.get()) ?? []
    }

    /// Called by a data loop. Comes back through ``DataLoops/handOver(_:ofVpcLink:on:)``.
    func eject(_ member: PoolMember, ofVpcLink number: Int) {
        guard let watch else { return }
        watch.eventLoop.execute { watch.eject(member, ofVpcLink: number) }
    }

    func stop() async {
        let (group, watch) = state.withLockedValue { state in
            defer { state = State(isStopped: true) }
            return (state.group, state.watch)
        }
        guard let group, let watch else { return }
        try? await watch.eventLoop.submit { watch.stop() }.get()
        try? await group.shutdownGracefully()
    }
}
