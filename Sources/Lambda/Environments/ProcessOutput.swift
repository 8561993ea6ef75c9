import CProcess
import Foundation
import NIOCore
import NIOPosix

/// What a process writes to its standard output and error, as lines. Touched on its loop alone.
final class ProcessOutput: @unchecked Sendable {
    private let file: Int32
    private var channel: (any Channel)?
    private var isOpen = true
    private var splitter: LineSplitter
    private var line: ((String) -> Void)?

    /// Bytes that ``drain(_:)`` reads at most.
    private static let drainLimit = 256 << 10
    private static let chunk = 64 << 10

    struct PipeError: Error, CustomStringConvertible {
        var errno: Int32
        var description: String { "there is no pipe for the function's output: \(String(cString: strerror(errno)))" }
    }

    /// Throws ``PipeError``.
    static func makePipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard cp_pipe(&ends) == 0 else { throw PipeError(errno: errno) }
        return (ends[0], ends[1])
    }

    /// Takes ownership of `reading`.
    init(reading: Int32, eventLoop: any EventLoop, bytesPerSecond: Int, line: @escaping (String) -> Void) {
        file = reading
        splitter = LineSplitter(bytesPerSecond: bytesPerSecond, now: .now())
        self.line = line
        NIOPipeBootstrap(group: eventLoop)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.chunk))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(OutputHandler(self))
                }
            }
            .takingOwnershipOfDescriptor(input: reading)
            .whenComplete { made in
                switch made {
                case .success(let channel): self.channel = channel
                case .failure: self.isOpen = false
                }
            }
    }

    fileprivate func read(_ bytes: UnsafeRawBufferPointer) {
        guard let line else { return }
        splitter.feed(bytes, now: .now()) { text in
            line(text)
        }
    }

    fileprivate func closed() {
        isOpen = false
    }

    /// Reads what has been written by now, up to a limit. `line` gets the lines instead of the usual receiver.
    func drain(_ other: ((String) -> Void)? = nil) {
        let usual = line
        if let other { line = other }
        defer { line = usual }
        if isOpen, channel != nil { readAll() }
        if let dropped = splitter.takeDropped() {
            line?("[\(dropped) bytes of output were dropped: too much a second]")
        }
    }

    private func readAll() {
        withUnsafeTemporaryAllocation(byteCount: Self.chunk, alignment: 1) { buffer in
            var total = 0
            while total < Self.drainLimit {
                let count = Glibc.read(file, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                total += count
                read(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                if count < buffer.count { return }
            }
        }
    }

    /// The process has ended: reads the rest, and closes.
    func finish() {
        drain()
        if let rest = splitter.finish() { line?(rest) }
        line = nil
        channel?.close(promise: nil)
    }
}

private final class OutputHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let output: ProcessOutput

    init(_ output: ProcessOutput) {
        self.output = output
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unwrapInboundIn(data).withUnsafeReadableBytes { output.read($0) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        output.closed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
