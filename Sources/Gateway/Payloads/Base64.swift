import NIOCore

/// Base64 of RFC 4648 section 4, for bodies.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// The value of each character; 64 for space between them, 65 for `=`, 255 for what is no Base64.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        for space in [0x09, 0x0A, 0x0D, 0x20] { values[space] = 64 }
        values[0x3D] = 65
        return values
    }()

    /// Padded, in one line.
    static func encode(_ body: ByteBuffer) -> ByteBuffer {
        let bytes = body.readableBytesView
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        alphabet.withUnsafeBufferPointer { alphabet in
            var word = 0
            var bits = 0
            for byte in bytes {
                word = word << 8 | Int(byte)
                bits += 8
                while bits >= 6 {
                    bits -= 6
                    text.append(alphabet[word >> bits & 63])
                }
                word &= (1 << bits) - 1
            }
            if bits > 0 { text.append(alphabet[word << (6 - bits) & 63]) }
        }
        while text.count % 4 != 0 { text.append(0x3D) }
        return ByteBuffer(bytes: text)
    }

    /// `nil` for what is no Base64. Line breaks may stand between the characters, padding may be missing, and
    /// one pair of quotation marks may stand around it all: functions answer with a JSON string.
    static func decode(_ body: ByteBuffer) -> ByteBuffer? {
        var text = body.readableBytesView[...]
        func trim() {
            while let first = text.first, values[Int(first)] == 64 { text = text.dropFirst() }
            while let last = text.last, values[Int(last)] == 64 { text = text.dropLast() }
        }
        trim()
        if text.count >= 2, text.first == 0x22, text.last == 0x22 { text = text.dropFirst().dropLast() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var word = 0
        var characters = 0
        var padding = 0
        for character in text {
            let value = values[Int(character)]
            switch value {
            case 0..<64:
                guard padding == 0 else { return nil }
                word = word << 6 | Int(value)
                characters += 1
                if characters % 4 == 0 {
                    bytes.append(UInt8(word >> 16))
                    bytes.append(UInt8(word >> 8 & 255))
                    bytes.append(UInt8(word & 255))
                    word = 0
                }
            // AWS takes text with blanks for text.
            case 64 where character == 0x0A || character == 0x0D: continue
            case 65: padding += 1
            default: return nil
            }
        }
        let rest = characters % 4
        guard rest != 1, padding == 0 || padding == (4 - rest) % 4 else { return nil }
        if rest == 2 { bytes.append(UInt8(word >> 4 & 255)) }
        if rest == 3 {
            bytes.append(UInt8(word >> 10 & 255))
            bytes.append(UInt8(word >> 2 & 255))
        }
        return ByteBuffer(bytes: bytes)
    }
}
