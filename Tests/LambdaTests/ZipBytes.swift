/// Writes zip files with stored entries, so that a test says exactly what stands in them.
struct ZipBytes {
    struct Entry {
        var name: String
        var data: [UInt8] = []
        var flags: UInt16 = 0
        var method: UInt16 = 0
        /// Unix mode.
        var mode: UInt32 = 0o100644
        var host: UInt8 = 3
        var crc: UInt32?
        /// What the directory says of the unpacked bytes.
        var size: UInt32?
        var offset: UInt32?
        /// What the directory says of the packed bytes.
        var packed: UInt32?

        init(_ name: String, _ text: String = "", mode: UInt32 = 0o100644) {
            self.name = name
            self.mode = mode
            data = Array(text.utf8)
        }

        func with(_ change: (inout Entry) -> Void) -> Entry {
            var entry = self
            change(&entry)
            return entry
        }
    }

    var entries: [Entry]
    var comment = ""
    /// What the end says of the number of entries.
    var count: UInt16?

    var bytes: [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let offset = UInt32(file.count)
            let name = Array(entry.name.utf8)
            let crc = entry.crc ?? Self.crc(entry.data)
            let size = UInt32(entry.data.count)
            file += Self.u32(0x0403_4b50) + Self.u16(20) + Self.u16(entry.flags) + Self.u16(entry.method)
            file += Self.u32(0) + Self.u32(crc) + Self.u32(size) + Self.u32(entry.size ?? size)
            file += Self.u16(UInt16(name.count)) + Self.u16(0) + name + entry.data
            directory += Self.u32(0x0201_4b50) + [20, entry.host] + Self.u16(20) + Self.u16(entry.flags)
            directory += Self.u16(entry.method) + Self.u32(0) + Self.u32(crc)
            directory += Self.u32(entry.packed ?? size) + Self.u32(entry.size ?? size) + Self.u16(UInt16(name.count))
            directory += Self.u16(0) + Self.u16(0) + Self.u16(0) + Self.u16(0)
            directory += Self.u32(entry.mode << 16) + Self.u32(entry.offset ?? offset) + name
        }
        let start = UInt32(file.count)
        let number = count ?? UInt16(entries.count)
        file += directory + Self.u32(0x0605_4b50) + Self.u16(0) + Self.u16(0) + Self.u16(number) + Self.u16(number)
        file += Self.u32(UInt32(directory.count)) + Self.u32(start) + Self.u16(UInt16(comment.utf8.count))
        return file + Array(comment.utf8)
    }

    static func u16(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
    static func u32(_ value: UInt32) -> [UInt8] { u16(UInt16(value & 0xFFFF)) + u16(UInt16(value >> 16)) }

    static func crc(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
