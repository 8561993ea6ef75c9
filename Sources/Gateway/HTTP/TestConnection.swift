import ControlAPI
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension DataPlane {
    /// Tests that may run at once.
    static let maximumTests = 32

    /// Runs a method that need not be deployed. Throws ``TestFailure``, or ``PlanError`` where it cannot be compiled.
    package func test(_ call: TestCall) async throws -> TestOutcome {
        let plan = try compile(call.publication)
        let resource = call.publication.base.resources.first?.path ?? "/"
        let path = call.pathWithQueryString.flatMap { $0.isEmpty ? nil : $0 }
        let bytes = try TestRun.request(call, path: path ?? resource)
        if let path, !Self.matches(path, plan, verb: call.verb) {
            throw TestFailure.pathDoesNotMatch(path: path, resource: resource)
        }
        let run = TestRun(plan: plan, hasPath: path != nil, previews: call.previews)
        let answer = onSomeLoop { TestConnection.run(run, request: bytes, on: $0) }
        guard let answer else { throw TestFailure.unavailable("the engine is stopping") }
        do {
            return try await answer.get()
        } catch let failure as TestFailure {
            throw failure
        } catch {
            throw TestFailure.unavailable("\(error)")
        }
    }

    private static func matches(_ path: String, _ plan: StagePlan, verb: String) -> Bool {
        let bytes = Array(path.utf8.prefix { $0 != UInt8(ascii: "?") })
        var captures: [ByteSpan] = []
        return bytes.withUnsafeBytes { all in
            guard let base = all.baseAddress, let verb = Verb(named: verb) else { return false }
            return plan.base.routes.match(base, 0, all.count, verb: verb, captures: &captures) != nil
        }
    }
}

/// The client's end of a test: a pair of connected sockets, of which the gateway has the other.
private final class TestConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Longer than the longest integration, for backends that stream without end.
    private static let timeout = TimeAmount.seconds(35)

    private let run: TestRun
    private let limit: Int
    private let promise: EventLoopPromise<TestOutcome>
    private var received = ByteBuffer()

    private init(run: TestRun, limit: Int, promise: EventLoopPromise<TestOutcome>) {
        self.run = run
        self.limit = limit
        self.promise = promise
    }

    static func run(_ run: TestRun, request: [UInt8], on loop: DataLoop) -> EventLoopFuture<TestOutcome> {
        let eventLoop = loop.eventLoop
        guard loop.tests < DataPlane.maximumTests else {
            return eventLoop.makeFailedFuture(TestFailure.tooManyAtOnce(DataPlane.maximumTests))
        }
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            return eventLoop.makeFailedFuture(TestFailure.unavailable(String(cString: strerror(errno))))
        }
        loop.tests += 1
        let promise = eventLoop.makePromise(of: TestOutcome.self)
        let client = TestConnection(run: run, limit: loop.configuration.maximumPayload + 131_072, promise: promise)
        let gatewayEnd = adopt(ends[0], on: eventLoop) { ServerConnection(loop: loop, test: run) }
        let clientEnd = adopt(ends[1], on: eventLoop) { client }
        clientEnd.and(gatewayEnd).whenComplete { result in
            switch result {
            case .success(let (channel, _)):
                channel.writeAndFlush(ByteBuffer(bytes: request), promise: nil)
                let deadline = eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
                promise.futureResult.whenComplete { _ in deadline.cancel() }
            case .failure(let error):
                clientEnd.whenSuccess { $0.close(promise: nil) }
                gatewayEnd.whenSuccess { $0.close(promise: nil) }
                promise.fail(error)
            }
        }
        promise.futureResult.whenComplete { _ in loop.tests -= 1 }
        return promise.futureResult
    }

    private static func adopt(
        _ descriptor: Int32, on eventLoop: any EventLoop, _ handler: @escaping () -> some ChannelHandler
    ) -> EventLoopFuture<any Channel> {
        let made = NIOLoopBound(handler, eventLoop: eventLoop)
        return ClientBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(made.value()) }
            }
            .withConnectedSocket(descriptor)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        received.writeBuffer(&piece)
        guard received.readableBytes <= limit else {
            promise.fail(TestFailure.answerTooLarge(bytes: limit))
            context.close(promise: nil)
            return
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.completeWith(Result { try run.outcome(received) })
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
