#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A part of a buffer, counted from the buffer's first byte. Small, because tables hold hundreds of them.
package struct ByteSpan: Sendable, Equatable {
    package var start: UInt32
    package var count: UInt32

    @inline(__always)
    package init(_ start: Int, _ end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.count = UInt32(truncatingIfNeeded: end - start)
    }

    @inline(__always) package var lower: Int { Int(start) }
    @inline(__always) package var upper: Int { Int(start) + Int(count) }
    @inline(__always) package var length: Int { Int(count) }
    package static let empty = ByteSpan(0, 0)
}

/// Byte classes of RFC 9110 and the scans that the codec is made of.
enum ByteScan {
    static let cr: UInt8 = 0x0D
    static let lf: UInt8 = 0x0A
    static let tab: UInt8 = 0x09
    static let space: UInt8 = 0x20
    static let colon: UInt8 = 0x3A

    /// RFC 9110 5.6.2: `tchar`.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        // Bit n of the word for bytes 0…63 and 64…127.
        let low: UInt64 = 0x03FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        if byte < 64 { return (low >> UInt64(byte)) & 1 == 1 }
        if byte < 128 { return (high >> UInt64(byte - 64)) & 1 == 1 }
        return false
    }

    /// The first control character (0x00–0x1F, 0x7F) at or after `start`; `end` if there is none. Eight bytes a step.
    @inline(__always)
    static func firstControl(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index + 8 <= end {
            let word = base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let below = (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
            let delete = word ^ 0x7F7F_7F7F_7F7F_7F7F
            let isDelete = (delete &- 0x0101_0101_0101_0101) & ~delete & 0x8080_8080_8080_8080
            // A borrow can only mark bytes above a true hit, so that the lowest mark is always right.
            let hit = below | isDelete
            if hit != 0 { return index + UInt64(littleEndian: hit).trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            if byte < 0x20 || byte == 0x7F { return index }
            index += 1
        }
        return end
    }

    @inline(__always)
    static func find(_ byte: UInt8, _ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int? {
        guard start < end, let hit = memchr(base + start, Int32(byte), end - start) else { return nil }
        return UnsafeRawPointer(hit) - base
    }

    /// Compares with a word given in lower case; only ASCII letters fold.
    @inline(__always)
    static func equalsIgnoringCase(_ base: UnsafeRawPointer, _ span: ByteSpan, _ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard span.length == count else { return false }
        let other = word.utf8Start
        for index in 0..<count {
            if lowercased(base.load(fromByteOffset: span.lower + index, as: UInt8.self)) != other[index] {
                return false
            }
        }
        return true
    }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// Whether a comma-separated list such as `Connection`'s holds `word` (in lower case).
    static func listHolds(_ base: UnsafeRawPointer, _ span: ByteSpan, _ word: StaticString) -> Bool {
        var start = span.lower
        while start <= span.upper {
            let end = find(0x2C, base, start, span.upper) ?? span.upper
            if equalsIgnoringCase(base, trimmed(base, start, end), word) { return true }
            start = end + 1
        }
        return false
    }

    /// Without optional white space (SP, HTAB) at both ends.
    @inline(__always)
    static func trimmed(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> ByteSpan {
        var start = start
        var end = end
        while start < end {
            let byte = base.load(fromByteOffset: start, as: UInt8.self)
            guard byte == space || byte == tab else { break }
            start += 1
        }
        while end > start {
            let byte = base.load(fromByteOffset: end - 1, as: UInt8.self)
            guard byte == space || byte == tab else { break }
            end -= 1
        }
        return ByteSpan(start, end)
    }

    /// A decimal number of 1–15 digits and nothing else; `nil` otherwise.
    static func decimal(_ base: UnsafeRawPointer, _ span: ByteSpan) -> Int? {
        guard (1...15).contains(span.length) else { return nil }
        var value = 0
        for index in span.lower..<span.upper {
            let digit = base.load(fromByteOffset: index, as: UInt8.self) &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    @inline(__always)
    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    static func string(_ base: UnsafeRawPointer, _ span: ByteSpan) -> String {
        String(decoding: UnsafeRawBufferPointer(start: base + span.lower, count: span.length), as: UTF8.self)
    }
}

@inline(__always)
func equalBytes(_ one: UnsafeRawPointer?, _ other: UnsafeRawPointer?, _ count: Int) -> Bool {
    guard count > 0 else { return true }
    guard let one, let other else { return false }
    return memcmp(one, other, count) == 0
}
