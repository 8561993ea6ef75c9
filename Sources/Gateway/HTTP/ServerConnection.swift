import Logging
import NIOCore

/// A client's connection: finds requests in its bytes, gives them to the pipeline one at a time, and sends the answers
/// in order. Pipelined requests wait in `pending` while reads are held back.
///
/// Legal ways through its modes:
/// `head → body → busy → head` with each request, `body → discarding → head` where the answer came before the body's
/// end, and from each of them to `lingering → closed` or `closed`.
final class ServerConnection: ChannelDuplexHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Mode {
        /// Waiting for a head, or for its rest.
        case head
        /// A request is under way and its body is coming.
        case body
        /// A request is under way and has come in full.
        case busy
        /// Answered; the rest of the body is dropped.
        case discarding
        /// The answer is out and our side is shut; what the client still sends is dropped, so that the kernel does not
        /// reset the connection before the client has read the answer.
        case lingering
        case closed
    }

    let loop: DataLoop
    /// Whose only request this connection carries, where it is a test-invoke's.
    let test: TestRun?
    /// Place in the loop's list of connections.
    var place = -1
    /// The client's address as text.
    private(set) var peer: [UInt8] = []
    /// The answer that is being written says `Connection: close`.
    var mustClose = false

    private var context: ChannelHandlerContext?
    private var mode = Mode.head
    private var scanner = HeadScanner.request()
    private var pending: ByteBuffer?
    private var remaining = 0
    private var decoder: ChunkedDecoder?
    private var bodyBytes = 0
    private var expectsContinue = false
    private var inputEnded = false
    /// Bytes behind the request that is being taken: there are more requests, though the client may have finished.
    private var bytesBehind = 0
    private var isProcessing = false
    private var needsFlush = false
    private var readWanted = false
    private var bodyIsHeld = false
    private var lastActivity: UInt64
    /// When the head that is coming began; 0 between requests.
    private var headStarted: UInt64
    private lazy var exchange = Exchange(loop: loop, connection: self)

    /// Bodies of refused requests up to this are read and dropped, so that the connection can go on.
    private static let discardLimit = 262_144
    private static let lingerNanoseconds: UInt64 = 2_000_000_000

    init(loop: DataLoop, test: TestRun? = nil) {
        self.loop = loop
        self.test = test
        lastActivity = LoopClock.monotonic()
        headStarted = lastActivity
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        peer = Array((test == nil ? context.remoteAddress?.ipAddress ?? "" : "127.0.0.1").utf8)
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        loop.remove(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        lastActivity = LoopClock.monotonic()
        switch mode {
        case .head:
            if pending != nil {
                pending?.writeBuffer(&buffer)
                resumePending()
            } else {
                if headStarted == 0 { headStarted = lastActivity }
                process(buffer)
            }
        case .body, .discarding:
            process(buffer)
        case .busy:
            if pending != nil { pending?.writeBuffer(&buffer) } else { pending = buffer }
        case .lingering, .closed:
            break
        }
    }

    func read(context: ChannelHandlerContext) {
        if holdsReads { readWanted = true } else { context.read() }
    }

    private var holdsReads: Bool { bodyIsHeld || (mode == .busy && pending != nil) }

    private func resumeReading() {
        guard readWanted, !holdsReads else { return }
        readWanted = false
        context?.read()
    }

    /// The backend does not take more of the body for now.
    func holdBody() { bodyIsHeld = true }

    func releaseBody() {
        bodyIsHeld = false
        resumeReading()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        lastActivity = LoopClock.monotonic()
        if context.channel.isWritable { exchange.clientTakesMore() }
        context.fireChannelWritabilityChanged()
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { clientFinished() }
        context.fireUserInboundEventTriggered(event)
    }

    /// The client shut its side. Requests that have come in full are still answered, and what is written still goes
    /// out.
    private func clientFinished() {
        inputEnded = true
        switch mode {
        case .busy: break
        case .body:
            exchange.abandon("the client closed the connection within the request's body")
            cut()
        case .head, .discarding:
            pending = nil
            closeAfterWrites()
        case .lingering: cut()
        case .closed: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        mode = .closed
        pending = nil
        exchange.abandon("the client closed the connection before the answer was complete")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        cut()
    }

    // MARK: Requests

    private func resumePending() {
        guard let kept = pending, mode != .closed else { return }
        pending = nil
        process(kept)
    }

    /// Takes what is in `buffer` as far as it goes. Answers given meanwhile are flushed together at the end.
    private func process(_ bytes: ByteBuffer) {
        var buffer = bytes
        isProcessing = true
        while buffer.readableBytes > 0 {
            let goesOn: Bool
            switch mode {
            case .head: goesOn = takeHead(&buffer)
            case .body, .discarding: goesOn = takeBody(&buffer)
            case .busy:
                pending = buffer
                goesOn = false
            case .lingering, .closed: goesOn = false
            }
            if !goesOn { break }
        }
        isProcessing = false
        bytesBehind = 0
        flush()
        // What is left is no whole request, and its rest will not come.
        if inputEnded, mode != .busy { clientFinished() }
        resumeReading()
    }

    private func takeHead(_ buffer: inout ByteBuffer) -> Bool {
        let outcome = buffer.withUnsafeReadableBytes { scanner.scan($0) }
        switch outcome {
        case .incomplete:
            pending = buffer
            return false
        case .fault(let fault):
            refuse(fault)
            return false
        case .complete(let start, let end):
            let parsed: Result<RequestHead, HTTPFault> = buffer.withUnsafeReadableBytes { bytes in
                do throws(HTTPFault) {
                    return .success(try RequestHead.parse(bytes, start: start, end: end, into: loop.requestTable))
                } catch {
                    return .failure(error)
                }
            }
            switch parsed {
            case .failure(let fault):
                refuse(fault)
                return false
            case .success(let head):
                bytesBehind = buffer.readableBytes - end
                begin(head, bytes: buffer)
                // Answered at once or not: what follows the head is body or the next request.
                buffer.moveReaderIndex(forwardBy: end)
                return true
            }
        }
    }

    private func begin(_ head: RequestHead, bytes: ByteBuffer) {
        scanner = HeadScanner.request()
        headStarted = 0
        bodyBytes = 0
        expectsContinue = head.expectsContinue
        mustClose = false
        decoder = nil
        switch head.body {
        case .none, .untilClose: mode = .busy
        case .length(let length):
            mode = .body
            remaining = length
        case .chunked:
            mode = .body
            decoder = ChunkedDecoder()
        }
        exchange.begin(bytes: bytes, head: head, now: lastActivity)
        if let test { exchange.begin(test) }
        exchange.run()
    }

    private func takeBody(_ buffer: inout ByteBuffer) -> Bool {
        if decoder != nil { return takeChunks(&buffer) }
        let count = min(remaining, buffer.readableBytes)
        guard count > 0, let piece = buffer.readSlice(length: count) else { return false }
        remaining -= count
        bytesBehind = buffer.readableBytes
        let isLast = remaining == 0
        if mode == .body {
            if isLast { mode = .busy }
            exchange.receive(body: piece)
            if isLast { exchange.receiveBodyEnd() }
        } else if isLast {
            nextRequest()
        }
        return true
    }

    private func takeChunks(_ buffer: inout ByteBuffer) -> Bool {
        guard var decoder else { return false }
        decoder.rewind()
        let available = buffer
        while true {
            let step = available.withUnsafeReadableBytes { decoder.next($0) }
            switch step {
            case .needsMore:
                self.decoder = decoder
                buffer.moveReaderIndex(to: buffer.writerIndex)
                return false
            case .fault:
                self.decoder = decoder
                faultInBody()
                return false
            case .data(let start, let end):
                bodyBytes += end - start
                if bodyBytes > loop.configuration.maximumPayload {
                    self.decoder = decoder
                    guard mode == .body else {
                        linger()
                        return false
                    }
                    mustClose = true
                    exchange.answer(.requestTooLarge, cause: nil)
                    return false
                }
                if mode == .body,
                    let piece = available.getSlice(at: available.readerIndex + start, length: end - start)
                {
                    exchange.receive(body: piece)
                }
                if mode != .body, mode != .discarding { return false }
            case .end:
                self.decoder = nil
                buffer.moveReaderIndex(forwardBy: decoder.consumed)
                bytesBehind = buffer.readableBytes
                if mode == .body {
                    mode = .busy
                    exchange.receiveBodyEnd()
                } else {
                    nextRequest()
                }
                return true
            }
        }
    }

    /// A chunked body that breaks off in nonsense: nobody knows where the next request begins.
    private func faultInBody() {
        guard mode == .body else {
            cut()
            return
        }
        let answered = exchange.responseStarted
        exchange.abandon(HTTPFault.malformedChunk.message, status: HTTPFault.malformedChunk.status)
        if answered { cut() } else { refuse(.malformedChunk) }
    }

    /// `100 Continue` goes out when the body is about to be read, not before the request is known to be wanted.
    func continueIfExpected() {
        guard expectsContinue, mode == .body else { return }
        expectsContinue = false
        loop.writer.removeAll()
        loop.writer.append("HTTP/1.1 100 Continue\r\n\r\n")
        write(loop.takeOutput())
        if !isProcessing { flush() }
    }

    // MARK: Answers

    /// The client has finished, and nothing is left of what it sent.
    private var isLastRequest: Bool { inputEnded && pending == nil && bytesBehind == 0 }

    /// Whether the connection ends with the answer whose head is being written.
    func decideToClose() -> Bool {
        if mustClose { return true }
        var closes = loop.isDraining || isLastRequest || !exchange.head.keepAlive
        if mode == .body {
            // The answer comes before the body's end. A short rest is read and dropped.
            let rest = decoder == nil ? remaining : Int.max
            if expectsContinue || rest > Self.discardLimit { closes = true }
        }
        mustClose = closes
        return closes
    }

    func write(_ buffer: ByteBuffer) {
        guard let context, mode != .closed else { return }
        needsFlush = true
        context.write(wrapOutboundOut(buffer), promise: nil)
    }

    func flush() {
        guard needsFlush, let context else { return }
        needsFlush = false
        context.flush()
    }

    /// The exchange has written its answer in full.
    func answered(_ now: UInt64) {
        lastActivity = now
        bodyIsHeld = false
        switch mode {
        case .closed, .lingering: return
        case .body where mustClose: linger()
        case .body: mode = .discarding
        case .busy, .head, .discarding:
            if mustClose { closeAfterWrites() } else { nextRequest() }
        }
        if !isProcessing {
            flush()
            if mode == .head { resumePending() }
            resumeReading()
        }
    }

    private func nextRequest() {
        if loop.isDraining || isLastRequest || mustClose {
            closeAfterWrites()
            return
        }
        mode = .head
    }

    /// Answers bytes that are no request, and closes: 400, 408, 414 or 431.
    private func refuse(_ fault: HTTPFault) {
        loop.logger.info(
            "refused what \(String(decoding: peer, as: UTF8.self)) sent with \(fault.status): \(fault.message)")
        let writer = loop.writer
        writer.removeAll()
        writer.append("HTTP/1.1 ")
        writer.append(decimal: fault.status)
        writer.append(byte: 0x20)
        writer.append(reasonPhrase(fault.status))
        loop.clock.refresh(lastActivity)
        writer.append("\r\nDate: ")
        writer.append(loop.clock.date)
        writer.append(
            "\r\nContent-Type: application/json\r\nx-amzn-ErrorType: BadRequestException\r\nx-amzn-RequestId: ")
        RequestIdentity(random: &loop.random).write(to: writer)
        let body = "{\"message\":\"\(fault.message)\"}"
        writer.append("\r\nContent-Length: ")
        writer.append(decimal: body.utf8.count)
        writer.append("\r\nConnection: close\r\n\r\n")
        writer.append(body)
        write(loop.takeOutput())
        linger()
    }

    // MARK: Ending

    /// Shuts our side after the answer and drops what still comes, for up to two seconds.
    private func linger() {
        guard let context, mode != .closed, mode != .lingering else { return }
        pending = nil
        if inputEnded {
            closeAfterWrites()
            return
        }
        mode = .lingering
        lastActivity = LoopClock.monotonic()
        needsFlush = false
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
            channel.close(mode: .output, promise: nil)
        }
        bodyIsHeld = false
        resumeReading()
    }

    private func closeAfterWrites() {
        guard let context, mode != .closed else { return }
        if pending != nil {
            linger()
            return
        }
        mode = .closed
        needsFlush = false
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
    }

    /// Closes at once; what is not sent yet is lost.
    func cut() {
        mode = .closed
        pending = nil
        exchange.abandon("the connection was cut")
        context?.close(promise: nil)
    }

    /// No more requests: idle connections close now, others with their answer.
    func drain() {
        if mode == .head, pending == nil || !exchange.isActive { closeAfterWrites() }
    }

    func checkDeadline(_ now: UInt64) {
        let idle = now &- lastActivity
        func milliseconds(_ count: Int) -> UInt64 { UInt64(max(0, count)) * 1_000_000 }
        switch mode {
        case .head where headStarted != 0 && now > headStarted:
            guard now &- headStarted > milliseconds(loop.configuration.headerTimeoutMilliseconds) else { return }
            if pending == nil { cut() } else { refuse(.headerTimeout) }
        case .head:
            if now > lastActivity, idle > milliseconds(loop.configuration.idleTimeoutMilliseconds) { cut() }
        case .body, .discarding:
            guard now > lastActivity, idle > milliseconds(loop.configuration.stallTimeoutMilliseconds) else { return }
            // Where the backend holds us back, its own timeout counts.
            if !bodyIsHeld {
                exchange.abandon(
                    "the client stalled within the request's body", status: HTTPFault.headerTimeout.status)
                if exchange.responseStarted { cut() } else { refuse(.headerTimeout) }
            }
        case .busy:
            guard !isWritable, now > lastActivity, idle > milliseconds(loop.configuration.stallTimeoutMilliseconds)
            else { return }
            exchange.abandon("the client stalled within the answer")
            cut()
        case .lingering:
            if now > lastActivity, idle > Self.lingerNanoseconds { cut() }
        case .closed:
            // The last answer was written, and the client does not take it.
            if now > lastActivity, idle > milliseconds(loop.configuration.stallTimeoutMilliseconds) {
                context?.close(promise: nil)
            }
        }
    }
}
