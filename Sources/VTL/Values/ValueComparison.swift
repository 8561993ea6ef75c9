/// Velocity's `==` and Java's `equals`, bounded in depth: a list may hold itself.
enum ValueComparison {
    /// `==` of a template: numbers by value, values of one class by `equals`, others by their text.
    static func equal(_ one: Value, _ other: Value, _ evaluator: Evaluator) throws(TemplateFailure) -> Bool {
        switch (one, other) {
        case (.null, .null): return true
        case (.null, _), (_, .null): return false
        case (.int(let one), .int(let other)): return one == other
        case (.string(let one), .string(let other)):
            try evaluator.meter.step(min(one.utf8.count, other.utf8.count) >> 6)
            return same(one, other)
        case (.list, .list), (.map, .map): return try equals(one, other, evaluator)
        default:
            if let one = one.double, let other = other.double { return one == other }
            return same(try ValueText.java(one, evaluator), try ValueText.java(other, evaluator))
        }
    }

    /// Java compares code units; Swift's `==` would take two spellings of `é` for one.
    static func same(_ one: String, _ other: String) -> Bool {
        one.utf8.elementsEqual(other.utf8)
    }

    /// `one.equals(other)` of Java: `1` is not `1.0`.
    static func equals(
        _ one: Value, _ other: Value, _ evaluator: Evaluator, depth: Int = 0
    ) throws(TemplateFailure) -> Bool {
        try evaluator.meter.step()
        if depth > ValueText.maximumDepth {
            throw TemplateFailure(limit: "values nested deeper than \(ValueText.maximumDepth) cannot be compared")
        }
        switch (one, other) {
        case (.null, .null): return true
        case (.bool(let one), .bool(let other)): return one == other
        case (.int(let one), .int(let other)): return one == other
        case (.double(let one), .double(let other)): return one == other
        case (.number(let one), .number(let other)): return one == other
        case (.string(let one), .string(let other)): return same(one, other)
        case (.object(let one), .object(let other)): return one === other
        case (.list(let one), .list(let other)):
            if one === other { return true }
            guard one.elements.count == other.elements.count else { return false }
            for place in one.elements.indices {
                guard try equals(one.elements[place], other.elements[place], evaluator, depth: depth + 1) else {
                    return false
                }
            }
            return true
        case (.map(let one), .map(let other)):
            if one === other { return true }
            guard one.count == other.count else { return false }
            for entry in one.entries {
                guard let place = other.place(of: entry.key),
                    try equals(entry.value, other.entries[place].value, evaluator, depth: depth + 1)
                else { return false }
            }
            return true
        default: return false
        }
    }

    /// Less than zero, zero, more than zero; `nil` if these are not two numbers.
    static func order(_ one: Value, _ other: Value) -> Int? {
        if case (.int(let one), .int(let other)) = (one, other) { return one < other ? -1 : one > other ? 1 : 0 }
        guard let one = one.double, let other = other.double else { return nil }
        return one < other ? -1 : one > other ? 1 : 0
    }

    /// `+ - * / %` on numbers; null if one is none, or when dividing by zero. Two integers give an integer; what has
    /// outgrown 64 bits keeps its digits but counts as a double from then on.
    static func arithmetic(_ operation: UInt8, _ left: Value, _ right: Value) -> Value {
        if case (.int(let one), .int(let other)) = (left, right) {
            // Twice the width holds every result.
            let (wide, divisor) = (Int128(one), Int128(other))
            let result: Int128
            switch operation {
            case UInt8(ascii: "+"): result = wide + divisor
            case UInt8(ascii: "-"): result = wide - divisor
            case UInt8(ascii: "*"): result = wide * divisor
            case UInt8(ascii: "/"):
                if other == 0 { return .null }
                result = wide / divisor
            default:
                if other == 0 { return .null }
                result = wide % divisor
            }
            return Value(wide: result)
        }
        guard let one = left.double, let other = right.double else { return .null }
        switch operation {
        case UInt8(ascii: "+"): return .double(one + other)
        case UInt8(ascii: "-"): return .double(one - other)
        case UInt8(ascii: "*"): return .double(one * other)
        case UInt8(ascii: "/"): return other == 0 ? .null : .double(one / other)
        default: return other == 0 ? .null : .double(one.truncatingRemainder(dividingBy: other))
        }
    }
}
