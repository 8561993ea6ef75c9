import NIOCore

/// What bytes are appended to.
protocol ByteSink {
    mutating func put(_ bytes: UnsafeRawBufferPointer)
}

extension ByteWriter: ByteSink {
    func put(_ bytes: UnsafeRawBufferPointer) {
        if let start = bytes.baseAddress { append(start, bytes.count) }
    }
}

extension ByteBuffer: ByteSink {
    mutating func put(_ bytes: UnsafeRawBufferPointer) { writeBytes(bytes) }
}

extension ByteSink {
    /// Appends text as a JSON string with its quotes (RFC 8259 section 7). What is no UTF-8 becomes U+FFFD.
    mutating func put(quoted bytes: UnsafeRawBufferPointer) {
        put("\"")
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5C {
                index += 1
                continue
            }
            put(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
            if byte < 0x80 {
                put(escaped: byte)
                index += 1
            } else {
                // Sequences of UTF-8 end at the latest where ASCII begins.
                let first = index
                while index < bytes.count, bytes[index] >= 0x80 { index += 1 }
                var text = String(decoding: bytes[first..<index], as: UTF8.self)
                text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
            }
            start = index
        }
        put(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        put("\"")
    }

    mutating func put(quoted bytes: [UInt8]) { bytes.withUnsafeBytes { put(quoted: $0) } }

    mutating func put(quoted text: String) {
        var text = text
        text.withUTF8 { put(quoted: UnsafeRawBufferPointer($0)) }
    }

    mutating func put(_ text: StaticString) {
        put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func put(escaped byte: UInt8) {
        switch byte {
        case 0x22: put("\\\"")
        case 0x5C: put("\\\\")
        case 0x08: put("\\b")
        case 0x09: put("\\t")
        case 0x0A: put("\\n")
        case 0x0C: put("\\f")
        case 0x0D: put("\\r")
        default:
            func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }
            put("\\u00")
            withUnsafeBytes(of: (digit(byte >> 4), digit(byte & 15))) { put($0) }
        }
    }
}
