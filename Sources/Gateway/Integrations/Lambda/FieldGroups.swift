/// Fields of a message with those of the same name together, in the order in which names first came. Takes a time in
/// proportion to the fields, however many a hostile message has.
struct FieldGroups {
    struct Field {
        var name: UnsafeRawBufferPointer
        var value: UnsafeRawBufferPointer
    }

    let fields: [Field]
    /// Place of the first field of each name.
    private(set) var firsts: [Int] = []
    /// Place of the next field of the same name; -1 where there is none.
    private var next: [Int]

    /// The fields' bytes have to outlive this.
    init(_ fields: [Field], ignoringCase: Bool) {
        self.fields = fields
        next = Array(repeating: -1, count: fields.count)
        guard !fields.isEmpty else { return }
        // Open addressing over at least twice as many places: the places of first fields and, beside them, of last ones.
        var size = 8
        while size < fields.count * 2 { size *= 2 }
        var table = Array(repeating: (first: -1, last: -1), count: size)
        for (place, field) in fields.enumerated() {
            var slot = Self.hash(field.name, ignoringCase) & (size - 1)
            while table[slot].first >= 0, !Self.equal(fields[table[slot].first].name, field.name, ignoringCase) {
                slot = (slot + 1) & (size - 1)
            }
            if table[slot].first < 0 {
                table[slot].first = place
                firsts.append(place)
            } else {
                next[table[slot].last] = place
            }
            table[slot].last = place
        }
    }

    var isEmpty: Bool { fields.isEmpty }

    /// Gives each value of the name whose first field stands at `first`, in order.
    func forEachValue(from first: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        var place = first
        while place >= 0 {
            body(fields[place].value)
            place = next[place]
        }
    }

    func lastValue(from first: Int) -> UnsafeRawBufferPointer {
        var place = first
        while next[place] >= 0 { place = next[place] }
        return fields[place].value
    }

    /// FNV-1a.
    private static func hash(_ name: UnsafeRawBufferPointer, _ ignoringCase: Bool) -> Int {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name {
            value = (value ^ UInt64(ignoringCase ? ByteScan.lowercased(byte) : byte)) &* 0x100_0000_01B3
        }
        return Int(truncatingIfNeeded: value ^ (value >> 32))
    }

    private static func equal(
        _ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, _ ignoringCase: Bool
    ) -> Bool {
        guard one.count == other.count else { return false }
        return ignoringCase
            ? zip(one, other).allSatisfy { ByteScan.lowercased($0) == ByteScan.lowercased($1) }
            : one.elementsEqual(other)
    }
}
