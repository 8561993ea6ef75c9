/// A request's id: the 128 bits of a UUID.
struct RequestIdentity: Sendable, Equatable {
    var high: UInt64
    var low: UInt64

    /// A random UUID, version 4.
    @inline(__always)
    init(random: inout LoopRandom) {
        high = random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A UUID that the client sent; `nil` if it is none.
    init?(_ base: UnsafeRawPointer, _ span: ByteSpan) {
        guard span.length == 36 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for index in 0..<36 {
            let byte = base.load(fromByteOffset: span.lower + index, as: UInt8.self)
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == 0x2D else { return nil }
                continue
            }
            guard let digit = ByteScan.hexDigit(byte) else { return nil }
            if digits < 16 { words.0 = words.0 << 4 | UInt64(digit) } else { words.1 = words.1 << 4 | UInt64(digit) }
            digits += 1
        }
        (high, low) = words
    }

    init?(text: String) {
        guard
            let found = Array(text.utf8).withUnsafeBytes({ bytes in
                bytes.baseAddress.flatMap { RequestIdentity($0, ByteSpan(0, bytes.count)) }
            })
        else { return nil }
        self = found
    }

    @inline(__always)
    func write(to writer: ByteWriter) {
        writer.append(hex: high >> 32, digits: 8)
        writer.append(byte: 0x2D)
        writer.append(hex: high >> 16, digits: 4)
        writer.append(byte: 0x2D)
        writer.append(hex: high, digits: 4)
        writer.append(byte: 0x2D)
        writer.append(hex: low >> 48, digits: 4)
        writer.append(byte: 0x2D)
        writer.append(hex: low, digits: 12)
    }

    var text: String {
        func hex(_ value: UInt64, _ digits: Int) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        return [
            hex(high >> 32, 8), hex(high >> 16 & 0xFFFF, 4), hex(high & 0xFFFF, 4), hex(low >> 48, 4),
            hex(low & 0xFFFF_FFFF_FFFF, 12),
        ].joined(separator: "-")
    }
}
