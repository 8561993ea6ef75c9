import NIOCore

/// A growing area that heads are written to, one a loop. Appending costs a bound check and a copy, where a
/// `ByteBuffer` would also check for shared storage each time; the finished head is moved over in one piece.
final class ByteWriter {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int = 16_384) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    @inline(__always)
    func removeAll() { count = 0 }

    @inline(__always)
    private func room(_ more: Int) {
        if count &+ more > capacity { grow(more) }
    }

    @inline(never)
    private func grow(_ more: Int) {
        let larger = max(capacity * 2, count + more)
        let new = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        new.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = new
        capacity = larger
    }

    @inline(__always)
    func append(_ source: UnsafeRawPointer, _ length: Int) {
        room(length)
        (base + count).copyMemory(from: source, byteCount: length)
        count &+= length
    }

    @inline(__always)
    func append(_ source: UnsafeRawPointer, _ span: ByteSpan) { append(source + span.lower, span.length) }

    @inline(__always)
    func append(_ word: StaticString) { append(word.utf8Start, word.utf8CodeUnitCount) }

    func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { part in
            if let start = part.baseAddress { append(start, part.count) }
        }
    }

    func append(_ text: String) {
        var text = text
        text.withUTF8 { part in
            if let start = part.baseAddress { append(UnsafeRawPointer(start), part.count) }
        }
    }

    @inline(__always)
    func append(byte: UInt8) {
        room(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    func append(decimal value: Int) {
        if value < 0 {
            append(byte: 0x2D)
        }
        var rest = value.magnitude
        room(20)
        var digits = 1
        var probe = rest
        while probe >= 10 {
            probe /= 10
            digits += 1
        }
        var place = digits - 1
        while place >= 0 {
            base.storeBytes(of: UInt8(0x30 + rest % 10), toByteOffset: count + place, as: UInt8.self)
            rest /= 10
            place -= 1
        }
        count += digits
    }

    /// The lowest `digits` hexadecimal digits, in lower case.
    @inline(__always)
    func append(hex value: UInt64, digits: Int) {
        room(digits)
        var shift = (digits - 1) * 4
        while shift >= 0 {
            let nibble = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15
            base.storeBytes(of: nibble < 10 ? 0x30 + nibble : 0x57 + nibble, toByteOffset: count, as: UInt8.self)
            count &+= 1
            shift -= 4
        }
    }

    /// Four bytes in this machine's order.
    @inline(__always)
    func append(word: Int) {
        room(4)
        base.storeBytes(of: UInt32(truncatingIfNeeded: word), toByteOffset: count, as: UInt32.self)
        count &+= 4
    }

    /// Writes over a word that was appended at `offset`.
    @inline(__always)
    func store(word: Int, at offset: Int) {
        precondition(offset + 4 <= count)
        base.storeBytes(of: UInt32(truncatingIfNeeded: word), toByteOffset: offset, as: UInt32.self)
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
}
