import NIOCore
import NIOSSL

/// Why a backend gave no whole response.
enum UpstreamFailure: Error, Sendable {
    case refused(String)
    /// Closed or reset. `reused`: the connection had served before, and the backend may have closed it for its age;
    /// then nothing of a response has come.
    case closed(beforeResponse: Bool, reused: Bool)
    case malformed(HTTPFault)
    /// The backend and the gateway do not agree on how to secure the connection.
    case tls(TLSFailure)
    case timedOut
}

/// A connection to a backend: parses responses and gives them to the exchange that holds it.
///
/// A connection is lent with a number, the lease. Each side says which lease it means; a word about an older one is
/// not heard. So an exchange that was given up can never read or write for the next one.
final class UpstreamConnection: ChannelDuplexHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Mode { case idle, head, length, chunked, untilClose }

    let number: UInt64
    let backend: Backend
    var idleSince: UInt64 = 0
    private(set) var isOpen = true
    /// What broke the connection, where it did not end in order.
    private var fault: (any Error)?

    private let pool: UpstreamPool
    private var context: ChannelHandlerContext?
    private var exchange: Exchange?
    private var lease: UInt64 = 0
    private var mode = Mode.idle
    private var scanner = HeadScanner.response()
    private var pending: ByteBuffer?
    private var response = ResponseHead()
    private var remaining = 0
    private var decoder = ChunkedDecoder()
    private var toHead = false
    private var requestIsComplete = false
    /// How often something was written: more than once where the request has a body.
    private var writes = 0
    private var hasBytes = false
    private var readsAreHeld = false
    private var readWanted = false

    init(number: UInt64, backend: Backend, pool: UpstreamPool) {
        self.number = number
        self.backend = backend
        self.pool = pool
    }

    // MARK: For exchanges

    /// Lends the connection. The lease has to be given with each call.
    func begin(_ exchange: Exchange, toHead: Bool) -> UInt64 {
        lease &+= 1
        self.exchange = exchange
        self.toHead = toHead
        mode = .head
        scanner = HeadScanner.response()
        requestIsComplete = false
        writes = 0
        hasBytes = false
        readsAreHeld = false
        return lease
    }

    func write(_ buffer: ByteBuffer, lease: UInt64) {
        guard lease == self.lease, let context else { return }
        writes &+= 1
        context.write(wrapOutboundOut(buffer), promise: nil)
    }

    func flush(lease: UInt64) {
        guard lease == self.lease else { return }
        context?.flush()
    }

    /// The whole request is written; without this the connection is not used again.
    func finishRequest(lease: UInt64) {
        guard lease == self.lease else { return }
        requestIsComplete = true
    }

    /// The exchange gives up within its response: what comes now belongs to nobody, so that the connection has to go.
    func abandon(lease: UInt64) {
        guard lease == self.lease, exchange != nil else { return }
        exchange = nil
        self.lease &+= 1
        mode = .idle
        cut()
    }

    func holdReads(_ hold: Bool, lease: UInt64) {
        guard lease == self.lease, hold != readsAreHeld else { return }
        if hold { readsAreHeld = true } else { resumeReads() }
    }

    /// Also at a response's end: a slow client may have held the reads before the response's last bytes, and the next
    /// exchange, or the backend's end of the connection, has to be read.
    private func resumeReads() {
        readsAreHeld = false
        guard readWanted else { return }
        readWanted = false
        context?.read()
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func close() {
        isOpen = false
        context?.close(promise: nil)
    }

    /// Closes without TLS's farewell, for which the rest of a response would have to be read first.
    private func cut() {
        isOpen = false
        guard let context else { return }
        let secured =
            backend.tls == nil
            ? nil : try? context.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self)
        (secured ?? context).close(promise: nil)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func read(context: ChannelHandlerContext) {
        if readsAreHeld { readWanted = true } else { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        guard let exchange, isOpen else {
            // Nobody asked for these bytes; nobody may get them.
            close()
            return
        }
        let lease = lease
        hasBytes = true
        if mode == .head {
            if var kept = pending {
                kept.writeBuffer(&buffer)
                buffer = kept
                pending = nil
            }
            guard takeHead(&buffer, exchange) else { return }
        }
        takeBody(&buffer, exchange)
        if lease == self.lease { exchange.endOfUpstreamRead() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { exchange?.backendTakesMore() }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOpen = false
        pool.closed(self)
        if let exchange {
            if mode == .untilClose, fault == nil {
                end(exchange, leftover: 0)
            } else if let fault, let failure = TLSFailure(fault, certificate: nil, serverName: nil) {
                // A backend may look at the client's certificate only when the handshake is over.
                fail(.tls(failure))
            } else {
                fail(.closed(beforeResponse: !hasBytes, reused: idleSince != 0))
            }
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isOpen = false
        fault = fault ?? error
        context.close(promise: nil)
    }

    // MARK: Responses

    /// Whether the head is complete and the body follows.
    private func takeHead(_ buffer: inout ByteBuffer, _ exchange: Exchange) -> Bool {
        while true {
            switch buffer.withUnsafeReadableBytes({ scanner.scan($0) }) {
            case .incomplete:
                if buffer.readableBytes > 0 { pending = buffer }
                return false
            case .fault(let fault):
                fail(.malformed(fault == .malformedRequestLine ? .malformedStatusLine : fault))
                return false
            case .complete(let start, let end):
                let table = exchange.loop.responseTable
                let toHead = toHead
                let parsed: Result<ResponseHead, HTTPFault> = buffer.withUnsafeReadableBytes { bytes in
                    do throws(HTTPFault) {
                        return .success(
                            try ResponseHead.parse(bytes, start: start, end: end, toHead: toHead, into: table))
                    } catch {
                        return .failure(error)
                    }
                }
                guard case .success(let head) = parsed, head.status != 101 else {
                    if case .failure(let fault) = parsed {
                        fail(.malformed(fault))
                    } else {
                        fail(.malformed(.malformedStatusLine))
                    }
                    return false
                }
                scanner = HeadScanner.response()
                if head.status < 200 {
                    // 100 Continue and other interim answers: the final one follows.
                    buffer.moveReaderIndex(forwardBy: end)
                    continue
                }
                response = head
                switch head.body {
                case .none, .length: mode = .length
                case .chunked:
                    mode = .chunked
                    decoder = ChunkedDecoder()
                case .untilClose: mode = .untilClose
                }
                remaining = 0
                if case .length(let length) = head.body { remaining = length }
                exchange.receive(response: head, bytes: buffer, start: start, end: end)
                buffer.moveReaderIndex(forwardBy: end)
                return true
            }
        }
    }

    private func takeBody(_ buffer: inout ByteBuffer, _ exchange: Exchange) {
        let lease = lease
        switch mode {
        case .idle, .head: break
        case .length:
            let count = min(remaining, buffer.readableBytes)
            if count > 0, let piece = buffer.readSlice(length: count) {
                remaining -= count
                exchange.receive(responseBody: piece)
            }
            if remaining == 0, lease == self.lease { end(exchange, leftover: buffer.readableBytes) }
        case .untilClose:
            if buffer.readableBytes > 0 { exchange.receive(responseBody: buffer) }
        case .chunked:
            decoder.rewind()
            while lease == self.lease {
                let step = buffer.withUnsafeReadableBytes { decoder.next($0) }
                switch step {
                case .needsMore: return
                case .fault: return fail(.malformed(.malformedChunk))
                case .data(let start, let stop):
                    if let piece = buffer.getSlice(at: buffer.readerIndex + start, length: stop - start) {
                        exchange.receive(responseBody: piece)
                    }
                case .end: return end(exchange, leftover: buffer.readableBytes - decoder.consumed)
                }
            }
        }
    }

    /// The response is complete. The connection goes back only if nothing about it is in doubt.
    private func end(_ exchange: Exchange, leftover: Int) {
        let reusable = isOpen && response.keepAlive && requestIsComplete && leftover == 0 && requestIsSent
        self.exchange = nil
        lease &+= 1
        mode = .idle
        resumeReads()
        if reusable { pool.release(self) } else { close() }
        exchange.receiveResponseEnd()
    }

    /// Whether the backend took the whole body. One that answers earlier may never read the rest, and what another
    /// request sends would stand behind it.
    private var requestIsSent: Bool {
        guard writes > 1, let options = context?.channel.syncOptions else { return true }
        return (try? options.getOption(ChannelOptions.bufferedWritableBytes)) == 0
    }

    private func fail(_ failure: UpstreamFailure) {
        guard let exchange else { return }
        self.exchange = nil
        lease &+= 1
        mode = .idle
        pending = nil
        cut()
        exchange.fail(failure)
    }
}
