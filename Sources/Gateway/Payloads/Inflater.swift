import CZlib
import NIOCore

/// Inflates gzip (RFC 1952) and deflate bodies. `deflate` is zlib's framing (RFC 1950), and without it what many clients
/// send under that name (RFC 1951).
final class Inflater {
    /// zlib keeps its address, so that it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let isGzip: Bool

    private static let step = 65_536

    private init(windowBits: Int32) throws(ContentCodingError) {
        isGzip = windowBits > 15
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard cz_inflate_init(stream, windowBits) == Z_OK else { throw .noMemory }
    }

    deinit {
        // Does nothing to a stream that was not begun.
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// The whole body. Ends as soon as there is one byte more than `limit`, so that no more than that is ever held.
    static func inflate(_ body: ByteBuffer, _ coding: ContentCoding, limit: Int) throws(ContentCodingError)
        -> ByteBuffer
    {
        try Inflater(windowBits: windowBits(body, coding)).run(body, limit: max(0, limit))
    }

    /// Raw deflate data that looks like zlib's two bytes does not come: it would begin with a stored block whose
    /// unused bits are set.
    private static func windowBits(_ body: ByteBuffer, _ coding: ContentCoding) -> Int32 {
        if coding == .gzip { return 31 }
        guard let first: UInt16 = body.getInteger(at: body.readerIndex) else { return 15 }
        let hasFraming = first >> 8 & 0x0F == 8 && first >> 12 <= 7 && first % 31 == 0
        return hasFraming ? 15 : -15
    }

    private func run(_ body: ByteBuffer, limit: Int) throws(ContentCodingError) -> ByteBuffer {
        var output = ByteBuffer()
        let outcome: Result<Void, ContentCodingError> = body.withUnsafeReadableBytes { input in
            guard let base = input.baseAddress, let count = UInt32(exactly: input.count) else {
                return .failure(input.isEmpty ? .truncated : .tooLarge(limit: limit))
            }
            // zlib only reads there.
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: base.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = count
            defer { stream.pointee.next_in = nil }
            do throws(ContentCodingError) {
                while try !advance(&output, limit: limit) {}
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
        return output
    }

    /// One step; whether the body's end was reached.
    private func advance(_ output: inout ByteBuffer, limit: Int) throws(ContentCodingError) -> Bool {
        let room = min(Self.step, limit - output.readableBytes + 1)
        var result = Z_OK
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { space in
            guard let base = space.baseAddress else { return 0 }
            stream.pointee.next_out = base.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(room)
            result = CZlib.inflate(stream, Z_NO_FLUSH)
            return room - Int(stream.pointee.avail_out)
        }
        guard output.readableBytes <= limit else { throw .tooLarge(limit: limit) }
        switch result {
        case Z_OK: return false
        case Z_STREAM_END: return try !hasAnotherMember()
        // There was room, so that the input has run out.
        case Z_BUF_ERROR: throw .truncated
        case Z_MEM_ERROR: throw .noMemory
        case Z_NEED_DICT: throw .corrupt("it needs a dictionary")
        default: throw .corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "data error")
        }
    }

    /// A gzip body may be several members in a row, which count as one.
    private func hasAnotherMember() throws(ContentCodingError) -> Bool {
        guard stream.pointee.avail_in > 0 else { return false }
        guard isGzip, inflateReset(stream) == Z_OK else { throw .corrupt("bytes follow its end") }
        return true
    }
}
