/// The directory of a zip file (PKWARE's APPNOTE 6.3): stored and deflated entries, with the 64-bit fields where a
/// writer used them. Everything in it is checked before anything is unpacked; what the local headers say beside their
/// lengths is not read.
package struct ZipArchive: Sendable {
    struct Entry: Sendable, Hashable {
        enum Method: Sendable, Hashable {
            case stored
            case deflated
        }

        enum Kind: Sendable, Hashable {
            case file(isExecutable: Bool)
            case folder
            case link
        }

        var name: String
        var kind: Kind
        var method: Method
        var crc: UInt32
        /// Where the compressed bytes stand in the archive.
        var data: Range<Int>
        /// Bytes when unpacked.
        var size: Int
    }

    let bytes: [UInt8]
    private(set) var entries: [Entry] = []

    /// Throws ``ZipError``.
    package init(_ bytes: [UInt8], limits: ZipLimits = .lambda) throws(ZipError) {
        self.bytes = bytes
        let directory = try ZipEndRecord(bytes)
        guard directory.count > 0 else { throw .malformed("it has no entries") }
        guard directory.count <= limits.entryCount else {
            throw .tooLarge("\(directory.count) entries, more than \(limits.entryCount)")
        }
        var at = directory.range.lowerBound
        var unpacked = 0
        var packed = 0
        for _ in 0..<directory.count {
            let entry = try Self.entry(bytes, at: &at, directory: directory.range)
            // Each size is below 2^63; sums are checked one by one.
            guard entry.size <= limits.unpackedSize - unpacked else {
                throw .tooLarge("its files have more than \(limits.unpackedSize) bytes")
            }
            unpacked += entry.size
            packed += entry.data.count
            guard packed <= bytes.count else { throw .malformed("its entries overlap") }
            entries.append(entry)
        }
    }

    private static let signature: UInt32 = 0x0201_4b50

    private static func entry(
        _ bytes: [UInt8], at: inout Int, directory: Range<Int>
    ) throws(ZipError) -> Entry {
        guard directory.upperBound - at >= 46, bytes.uint32(at) == signature else {
            throw .malformed("its directory ends too early")
        }
        let header = at
        let nameLength = Int(bytes.uint16(header + 28))
        let extraLength = Int(bytes.uint16(header + 30))
        let commentLength = Int(bytes.uint16(header + 32))
        let nameStart = header + 46
        let next = nameStart + nameLength + extraLength + commentLength
        guard next <= directory.upperBound else { throw .malformed("its directory ends too early") }
        at = next
        let nameBytes = bytes[nameStart..<nameStart + nameLength]
        let name = String(decoding: nameBytes, as: UTF8.self)
        let flags = bytes.uint16(header + 8)
        guard flags & 1 == 0, flags & 0x2000 == 0 else { throw .refusedEntry(name: name, reason: "is encrypted") }
        let method: Entry.Method
        switch bytes.uint16(header + 10) {
        case 0: method = .stored
        case 8: method = .deflated
        case let other:
            throw .refusedEntry(name: name, reason: "is compressed with method \(other), not stored or deflated")
        }
        var sizes = ZipSizes(
            unpacked: UInt64(bytes.uint32(header + 24)), packed: UInt64(bytes.uint32(header + 20)),
            offset: UInt64(bytes.uint32(header + 42)))
        sizes.readLong(bytes, extra: nameStart + nameLength..<nameStart + nameLength + extraLength)
        guard let data = sizes.data(bytes, before: directory.lowerBound), let size = Int(exactly: sizes.unpacked) else {
            throw .malformed("the entry '\(name)' stands outside of the file")
        }
        let kind = kind(
            name: name, host: bytes[header + 5], attributes: bytes.uint32(header + 38))
        guard let kind else { throw .refusedEntry(name: name, reason: "is a device, a socket or a pipe") }
        guard method == .deflated || data.count == size else {
            throw .malformed("the entry '\(name)' is stored with two sizes")
        }
        return Entry(
            name: name, kind: kind, method: method, crc: bytes.uint32(header + 16), data: data, size: size)
    }

    /// From the mode that Unix writers put into the upper half of the attributes; `nil` for what is no file, folder or
    /// link. A name that ends with a slash is a folder whoever wrote it.
    private static func kind(name: String, host: UInt8, attributes: UInt32) -> Entry.Kind? {
        if name.hasSuffix("/") { return .folder }
        let isUnix = host == 3 || host == 19
        let mode = isUnix ? attributes >> 16 : 0
        switch mode & 0o170000 {
        case 0o040000: return .folder
        case 0o120000: return .link
        case 0, 0o100000: return .file(isExecutable: mode & 0o111 != 0)
        default: return nil
        }
    }
}

/// The sizes and the place of an entry, which stand elsewhere where 32 bits are not enough.
private struct ZipSizes {
    var unpacked: UInt64
    var packed: UInt64
    var offset: UInt64

    /// Takes the 64-bit values (extra field 1) for those that are all ones.
    mutating func readLong(_ bytes: [UInt8], extra: Range<Int>) {
        var at = extra.lowerBound
        while extra.upperBound - at >= 4 {
            let id = bytes.uint16(at)
            let end = at + 4 + Int(bytes.uint16(at + 2))
            guard end <= extra.upperBound else { return }
            if id == 1 {
                var place = at + 4
                func long(_ short: UInt64) -> UInt64 {
                    guard short == 0xFFFF_FFFF, end - place >= 8 else { return short }
                    defer { place += 8 }
                    return bytes.uint64(place)
                }
                unpacked = long(unpacked)
                packed = long(packed)
                offset = long(offset)
                return
            }
            at = end
        }
    }

    /// Where the compressed bytes stand, behind the entry's local header; `nil` if that is not before the directory.
    func data(_ bytes: [UInt8], before end: Int) -> Range<Int>? {
        guard let header = Int(exactly: offset), let length = Int(exactly: packed), header <= end, end - header >= 30,
            bytes.uint32(header) == 0x0403_4b50
        else { return nil }
        let start = header + 30 + Int(bytes.uint16(header + 26)) + Int(bytes.uint16(header + 28))
        guard start <= end, end - start >= length else { return nil }
        return start..<start + length
    }
}

extension [UInt8] {
    /// Little-endian; the caller has checked that they are there.
    func uint16(_ at: Int) -> UInt16 { UInt16(self[at]) | UInt16(self[at + 1]) << 8 }
    func uint32(_ at: Int) -> UInt32 { UInt32(uint16(at)) | UInt32(uint16(at + 2)) << 16 }
    func uint64(_ at: Int) -> UInt64 { UInt64(uint32(at)) | UInt64(uint32(at + 4)) << 32 }
}
