/// Where a zip file's directory stands, from the record at its end.
struct ZipEndRecord {
    var count: Int
    var range: Range<Int>

    private static let length = 22

    /// The comment behind the record has to reach the file's end exactly, so that there is one reading of a file.
    init(_ bytes: [UInt8]) throws(ZipError) {
        guard bytes.count >= Self.length else { throw .malformed("it is shorter than the shortest zip file") }
        var at = bytes.count - Self.length
        let first = max(0, at - 65_535)
        while !(bytes.uint32(at) == 0x0605_4b50 && at + Self.length + Int(bytes.uint16(at + 20)) == bytes.count) {
            guard at > first else { throw .malformed("the record at its end is missing") }
            at -= 1
        }
        guard bytes.uint16(at + 4) == 0 || bytes.uint16(at + 4) == 0xFFFF else {
            throw .malformed("it is one of several volumes")
        }
        var count = UInt64(bytes.uint16(at + 10))
        var size = UInt64(bytes.uint32(at + 12))
        var offset = UInt64(bytes.uint32(at + 16))
        if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF,
            let long = Self.longRecord(bytes, before: at)
        {
            count = bytes.uint64(long + 32)
            size = bytes.uint64(long + 40)
            offset = bytes.uint64(long + 48)
        }
        guard let start = Int(exactly: offset), let length = Int(exactly: size), let number = Int(exactly: count),
            start <= at, length <= at - start
        else { throw .malformed("its directory stands outside of the file") }
        self.count = number
        range = start..<start + length
    }

    /// The 64-bit record, which its locator right before the end record points to.
    private static func longRecord(_ bytes: [UInt8], before end: Int) -> Int? {
        let locator = end - 20
        guard locator >= 0, bytes.uint32(locator) == 0x0706_4b50, let at = Int(exactly: bytes.uint64(locator + 8)),
            at <= locator, locator - at >= 56, bytes.uint32(at) == 0x0606_4b50
        else { return nil }
        return at
    }
}
