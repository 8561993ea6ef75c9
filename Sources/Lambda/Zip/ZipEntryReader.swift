import CZlib

/// The bytes of one entry, in parts, against their size and their checksum.
struct ZipEntryReader {
    private let archive: ZipArchive
    private let entry: ZipArchive.Entry

    private static let step = 65_536

    init(_ archive: ZipArchive, _ entry: ZipArchive.Entry) {
        self.archive = archive
        self.entry = entry
    }

    /// `body` never gets more bytes than the entry says it has. Throws ``ZipError``.
    func read(_ body: (ArraySlice<UInt8>) throws(ZipError) -> Void) throws(ZipError) {
        var seen = 0
        var sum = crc32(0, nil, 0)
        func take(_ part: ArraySlice<UInt8>) throws(ZipError) {
            guard part.count <= entry.size - seen else { throw malformed("has more bytes than it says") }
            seen += part.count
            sum = part.withUnsafeBufferPointer { crc32(sum, $0.baseAddress, UInt32($0.count)) }
            try body(part)
        }
        switch entry.method {
        case .stored:
            var at = entry.data.lowerBound
            while at < entry.data.upperBound {
                let end = min(entry.data.upperBound, at + Self.step)
                try take(archive.bytes[at..<end])
                at = end
            }
        case .deflated:
            try inflate(take)
        }
        guard seen == entry.size else { throw malformed("has fewer bytes than it says") }
        guard UInt32(truncatingIfNeeded: sum) == entry.crc else { throw malformed("has another checksum than it says") }
    }

    private func malformed(_ reason: String) -> ZipError { .refusedEntry(name: entry.name, reason: reason) }

    private func inflate(_ take: (ArraySlice<UInt8>) throws(ZipError) -> Void) throws(ZipError) {
        // zlib keeps the stream's address.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer {
            inflateEnd(stream)
            stream.deinitialize(count: 1)
            stream.deallocate()
        }
        guard cz_inflate_init(stream, -15) == Z_OK else { throw malformed("cannot be inflated: no memory") }
        var output = [UInt8](repeating: 0, count: Self.step)
        var at = entry.data.lowerBound
        var status = Z_OK
        while status != Z_STREAM_END {
            let end = min(entry.data.upperBound, at + Self.step)
            let given = end - at
            var left = 0
            var written = 0
            archive.bytes[at..<end].withUnsafeBufferPointer { input in
                output.withUnsafeMutableBufferPointer { room in
                    // zlib only reads there.
                    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                    stream.pointee.avail_in = UInt32(input.count)
                    stream.pointee.next_out = room.baseAddress
                    stream.pointee.avail_out = UInt32(room.count)
                    status = CZlib.inflate(stream, Z_NO_FLUSH)
                    left = Int(stream.pointee.avail_in)
                    written = room.count - Int(stream.pointee.avail_out)
                }
            }
            at = end - left
            try take(output[..<written])
            switch status {
            case Z_STREAM_END: break
            case Z_OK, Z_BUF_ERROR:
                // Neither read nor written: there is nothing more to come.
                guard given - left > 0 || written > 0 else { throw malformed("ends too early") }
            default:
                throw malformed("is not deflated as it says")
            }
        }
        guard at == entry.data.upperBound else { throw malformed("has bytes behind its end") }
    }
}
