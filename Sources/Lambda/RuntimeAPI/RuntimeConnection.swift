import NIOCore
import NIOHTTP1

/// One connection of a function's process to the Runtime API. Touched on its loop alone.
final class RuntimeConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private weak var environment: ExecutionEnvironment?
    private var context: ChannelHandlerContext?
    private var head: HTTPRequestHead?
    private var body = RuntimeBody()
    private var keepsAlive = true
    private var owesAnswer = false

    init(environment: ExecutionEnvironment) {
        self.environment = environment
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        guard let environment, environment.connected(self) else { return context.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        owesAnswer = false
        self.context = nil
        later(context.eventLoop) { $0.environment?.disconnected($0) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            // A second call before the first has its answer: no client of this API does that.
            guard !owesAnswer else { return context.close(promise: nil) }
            self.head = head
            body = RuntimeBody()
            if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
                let goOn = HTTPResponseHead(version: head.version, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(goOn)), promise: nil)
            }
        case .body(var part):
            body.append(&part)
        case .end(let trailers):
            guard let head else { return }
            self.head = nil
            readTrailers(trailers)
            keepsAlive = head.isKeepAlive
            owesAnswer = true
            let whole = body
            body = RuntimeBody()
            switch RuntimeRequest.parse(head, body: whole) {
            case .success(let request):
                later(context.eventLoop) { $0.environment?.handle(request, on: $0) }
            case .failure(let answer): self.answer(answer)
            }
        }
    }

    /// Once all events of this turn of the loop are handled: the environment reads what the process wrote to its output,
    /// and an event that tells of just that may still come in this turn.
    private func later(_ eventLoop: any EventLoop, _ work: @escaping (RuntimeConnection) -> Void) {
        eventLoop.assumeIsolated().execute { work(self) }
    }

    private func readTrailers(_ trailers: HTTPHeaders?) {
        guard let trailers, let type = trailers.first(name: "Lambda-Runtime-Function-Error-Type") else { return }
        body.errorType = type
        guard let text = trailers.first(name: "Lambda-Runtime-Function-Error-Body") else { return }
        body.error = Base64Text.decode(text).map { ByteBuffer(bytes: $0) }
    }

    /// Answers the call that ``ExecutionEnvironment/handle(_:on:)`` was given.
    func answer(_ answer: RuntimeAnswer) {
        guard owesAnswer, let context else { return }
        owesAnswer = false
        let body = answer.body
        var headers: HTTPHeaders
        if case .invocation(let own, _) = answer { headers = own } else { headers = HTTPHeaders() }
        headers.add(name: "Content-Type", value: "application/json")
        headers.add(name: "Content-Length", value: String(body.readableBytes))
        if !keepsAlive { headers.add(name: "Connection", value: "close") }
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers))),
            promise: nil)
        if body.readableBytes > 0 { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if !keepsAlive { context.close(promise: nil) }
    }

    func close() {
        context?.close(promise: nil)
    }
}
