import CZlib
import NIOCore

/// Compresses a body piece by piece, so that a large one does not keep a loop from its other clients.
final class Deflater {
    /// zlib keeps its address, so that it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var input: ByteBuffer
    private(set) var output = ByteBuffer()

    private static let room = 16_384

    /// `deflate` gets zlib's framing, as RFC 9110 has it. Throws if there is no memory.
    init(_ body: ByteBuffer, _ coding: ContentCoding) throws(ContentCodingError) {
        input = body
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard cz_deflate_init(stream, Z_DEFAULT_COMPRESSION, coding == .gzip ? 31 : 15) == Z_OK else {
            throw .noMemory
        }
    }

    deinit {
        // Does nothing to a stream that was not begun.
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Compresses up to `count` more bytes, at least 1; whether ``output`` is complete.
    func advance(_ count: Int) throws(ContentCodingError) -> Bool {
        let part = input.readSlice(length: min(max(1, count), input.readableBytes, 1 << 30)) ?? ByteBuffer()
        let flush = input.readableBytes == 0 ? Z_FINISH : Z_NO_FLUSH
        let result = part.withUnsafeReadableBytes { bytes in
            // zlib only reads there.
            stream.pointee.next_in = bytes.baseAddress.map {
                UnsafeMutablePointer(mutating: $0.assumingMemoryBound(to: UInt8.self))
            }
            stream.pointee.avail_in = UInt32(bytes.count)
            defer { stream.pointee.next_in = nil }
            var result = Z_OK
            repeat { result = fill(flush) } while result == Z_OK && (flush == Z_FINISH || stream.pointee.avail_out == 0)
            return result
        }
        switch result {
        case Z_STREAM_END: return true
        // All of the part was taken; the second says that there was nothing more to do.
        case Z_OK, Z_BUF_ERROR: return false
        default: throw .corrupt("deflate ended with \(result)")
        }
    }

    private func fill(_ flush: Int32) -> Int32 {
        var result = Z_OK
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.room) { space in
            guard let base = space.baseAddress else { return 0 }
            stream.pointee.next_out = base.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(Self.room)
            result = deflate(stream, flush)
            return Self.room - Int(stream.pointee.avail_out)
        }
        return result
    }
}
