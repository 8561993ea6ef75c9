/// A value as JSON Schema compares it: numbers by their value (`1` is `1.0`), strings by their bytes, objects without
/// the order of their members.
struct SchemaValue: Sendable, Hashable {
    let json: JSON

    init(_ json: JSON) { self.json = json }

    static func == (one: SchemaValue, other: SchemaValue) -> Bool {
        switch (one.json, other.json) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)):
            left.text == right.text || ExactNumber(left.text) == ExactNumber(right.text)
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { SchemaValue($0) == SchemaValue($1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.members.allSatisfy { member in
                    right[member.key].map { SchemaValue($0) == SchemaValue(member.value) } ?? false
                }
        default: false
        }
    }

    func hash(into hasher: inout Hasher) {
        switch json {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value ? 1 : 2)
        case .number(let number): hasher.combine(ExactNumber(number.text))
        case .string(let string): Self.combine(string, &hasher)
        case .array(let elements):
            hasher.combine(elements.count)
            for element in elements { SchemaValue(element).hash(into: &hasher) }
        case .object(let object):
            hasher.combine(object.count)
            var sum = 0
            for member in object.members {
                var one = Hasher()
                one.combine(member.key)
                SchemaValue(member.value).hash(into: &one)
                sum = sum &+ one.finalize()
            }
            hasher.combine(sum)
        }
    }

    private static func combine(_ string: String, _ hasher: inout Hasher) {
        var string = string
        string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(UInt8(0xFF))
    }

    /// How much work it is to hash or compare the value, in validation steps.
    var weight: Int {
        switch json {
        case .null, .bool: 1
        case .number(let number): 1 + number.text.utf8.count / 16
        case .string(let string): 1 + string.utf8.count / 64
        case .array(let elements): elements.reduce(1) { $0 + SchemaValue($1).weight }
        case .object(let object):
            object.members.reduce(1) { $0 + 1 + $1.key.utf8.count / 64 + SchemaValue($1.value).weight }
        }
    }
}
