import ControlAPI
import JSON
import NIOCore
import NIOHTTP1

/// One client's connection: collects a request, has it answered, writes the answer. Requests that are pipelined wait
/// in NIO's pipeline handler until it is their turn.
final class ControlConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// How long a client may take for a whole request, and how long a kept connection may be idle.
    static let requestTimeout = TimeAmount.seconds(30)
    static let idleTimeout = TimeAmount.seconds(75)
    /// How long a reader of the feed may leave what was written to it lying.
    static let feedTimeout = TimeAmount.seconds(30)

    private enum State {
        case idle
        case receiving(HTTPRequestHead, BodyLimit, ByteBuffer)
        /// Answered before it was whole; the rest is thrown away and the connection closed.
        case refused
        case answering
    }

    private let responder: ControlResponder
    private let caller: ControlCall.Caller
    private let connections: ConnectionRegistry
    private var state = State.idle
    private var deadline: Scheduled<Void>?
    private var feed: EventQueue?

    init(responder: ControlResponder, caller: ControlCall.Caller, connections: ConnectionRegistry) {
        self.responder = responder
        self.caller = caller
        self.connections = connections
    }

    func channelActive(context: ChannelHandlerContext) {
        setDeadline(Self.requestTimeout, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        feed?.finish()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        feed?.finish()
    }

    private func setDeadline(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .idle):
            connections.setBusy(context.channel, true)
            setDeadline(Self.requestTimeout, context)
            let limit = BodyLimit.of(verb: head.method.rawValue, path: ControlCall.path(of: head.uri))
            guard connections.setLarge(context.channel, limit.bytes > BodyLimit.standard.bytes) else {
                return refuse(head, ConnectionRegistry.tooManyLargeBodies, context)
            }
            if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > limit.bytes {
                return refuseSize(head, limit, context)
            }
            if head.headers["expect"].contains(where: { $0.lowercased() == "100-continue" }) {
                let go = HTTPResponseHead(version: head.version, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(go)), promise: nil)
            }
            state = .receiving(head, limit, context.channel.allocator.buffer(capacity: 0))
        case (.body(var part), .receiving(let head, let limit, var body)):
            guard body.readableBytes + part.readableBytes <= limit.bytes else {
                return refuseSize(head, limit, context)
            }
            state = .idle
            body.writeBuffer(&part)
            state = .receiving(head, limit, body)
        case (.end, .receiving(let head, _, let body)):
            deadline?.cancel()
            deadline = nil
            state = .answering
            answer(head, body, context)
        default:
            break
        }
    }

    private func refuseSize(_ head: HTTPRequestHead, _ limit: BodyLimit, _ context: ChannelHandlerContext) {
        refuse(
            head, ApiError(status: 413, code: "RequestEntityTooLargeException", message: limit.refusal), context)
    }

    private func refuse(_ head: HTTPRequestHead, _ error: ApiError, _ context: ChannelHandlerContext) {
        write(responder.refuse(error), to: head, close: true, context)
    }

    private func answer(_ head: HTTPRequestHead, _ body: ByteBuffer, _ context: ChannelHandlerContext) {
        let call = ControlCall(
            verb: head.method.rawValue, target: head.uri, headers: head.headers.map { ($0.name, $0.value) },
            body: Array(body.readableBytesView), caller: caller)
        let loop = context.eventLoop
        let bound = NIOLoopBound((self, context), eventLoop: loop)
        let responder = self.responder
        // Not bound to the connection: a change goes on when its caller hangs up.
        Task {
            let response = await responder.respond(to: call)
            loop.execute {
                let (connection, context) = bound.value
                _ = connection.connections.setLarge(context.channel, false)
                guard context.channel.isActive else { return }
                switch response {
                case .answer(let answer):
                    connection.write(answer, to: head, close: !head.isKeepAlive, context)
                case .feed(let selection, let requestId):
                    connection.startFeed(selection, requestId: requestId, head, context)
                }
            }
        }
    }

    private func write(
        _ answer: ControlAnswer, to request: HTTPRequestHead, close: Bool, _ context: ChannelHandlerContext
    ) {
        let close = close || connections.isClosing
        var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
        let hasBody = answer.status != 204
        if hasBody { headers.add(name: "Content-Length", value: String(answer.body.count)) }
        if close {
            headers.add(name: "Connection", value: "close")
        } else if request.version != .http1_1 {
            headers.add(name: "Connection", value: "keep-alive")
        }
        let head = HTTPResponseHead(
            version: request.version, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if hasBody, request.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        setDeadline(Self.requestTimeout, context)
        // Before the end is written: a request that is pipelined comes in from within that write.
        state = close ? .refused : .idle
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            let (connection, context) = bound.value
            connection.finished(close: close, context)
        }
    }

    private func finished(close: Bool, _ context: ChannelHandlerContext) {
        if close { return context.close(promise: nil) }
        guard case .idle = state else { return }
        connections.setBusy(context.channel, false)
        if connections.isClosing { return context.close(promise: nil) }
        setDeadline(Self.idleTimeout, context)
    }

    // MARK: The live feed

    private func startFeed(
        _ selection: EventSelection, requestId: String, _ request: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        let headers: HTTPHeaders = [
            "x-amzn-RequestId": requestId, "Content-Type": "application/x-ndjson", "Cache-Control": "no-store",
            "Connection": "close",
        ]
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: request.version, status: .ok, headers: headers))),
            promise: nil)
        // A feed never ends by itself: the engine that stops does not wait for it.
        connections.setBusy(context.channel, false)
        let queue = EventQueue()
        feed = queue
        let channel = context.channel
        let plane = responder.plane
        Task { await Feed(plane: plane, selection: selection, queue: queue, channel: channel).run() }
    }

    /// Bytes that are no HTTP get one answer and a closed connection; any other fault just closes it.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.close(promise: nil) }
        switch state {
        case .idle, .receiving:
            let error = ApiError.badRequest("The request is not valid HTTP/1.1: \(error)")
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
            write(responder.refuse(error), to: head, close: true, context)
        case .refused, .answering:
            context.close(promise: nil)
        }
    }
}
