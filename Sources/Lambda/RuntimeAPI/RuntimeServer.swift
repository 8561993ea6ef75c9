import NIOCore
import NIOHTTP1
import NIOPosix

/// The Runtime API of one execution environment, on a loopback port of its own. Whoever is on this machine can reach
/// it, as long as the environment is there.
enum RuntimeServer {
    static func bind(on eventLoop: any EventLoop, for environment: ExecutionEnvironment)
        -> EventLoopFuture<any Channel>
    {
        ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 16)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { [weak environment] channel in
                guard let environment else { return channel.close() }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
                    try pipeline.addHandler(RuntimeConnection(environment: environment))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
    }
}
