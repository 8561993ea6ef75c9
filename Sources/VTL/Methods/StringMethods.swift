import JSON

/// `java.lang.String`. Places and lengths count UTF-16 units, as Java's do.
enum StringMethods {
    /// Methods that fail on null, where others of Java's merely do not match.
    private static let wantsValues: Set<String> = [
        "concat", "contains", "startsWith", "endsWith", "matches", "split", "replaceAll", "replaceFirst", "compareTo",
        "compareToIgnoreCase", "join",
    ]

    static func call(
        _ name: String, _ arguments: [Value], on string: String, _ evaluator: Evaluator
    ) throws(TemplateFailure) -> Value? {
        try evaluator.meter.step(string.utf8.count >> 5)
        if wantsValues.contains(name), arguments.contains(where: \.isNull) {
            throw TemplateFailure("\(name)() was given null")
        }
        switch (name, arguments.count) {
        case ("length", 0): return .int(string.utf16.count)
        case ("isEmpty", 0): return .bool(string.isEmpty)
        case ("isBlank", 0): return .bool(string.allSatisfy(\.isWhitespace))
        case ("equals", 1):
            guard let other = arguments.string(0) else { return .bool(false) }
            return .bool(ValueComparison.same(string, other))
        case ("equalsIgnoreCase", 1):
            guard let other = arguments.string(0) else { return .bool(false) }
            return .bool(ValueComparison.same(string.lowercased(), other.lowercased()))
        case ("compareTo", 1): return arguments.string(0).map { .int(order(string, $0)) }
        case ("compareToIgnoreCase", 1):
            return arguments.string(0).map { .int(order(string.lowercased(), $0.lowercased())) }
        case ("toLowerCase", 0): return try made(string.lowercased(), evaluator)
        case ("toUpperCase", 0): return try made(string.uppercased(), evaluator)
        case ("trim", 0): return try made(trimmed(string), evaluator)
        case ("strip", 0): return try made(trimmed(string, where: \.properties.isWhitespace), evaluator)
        case ("intern", 0), ("toString", 0): return .string(string)
        case ("concat", 1):
            guard let other = arguments.string(0) else { return nil }
            try evaluator.meter.string(string.utf8.count + other.utf8.count)
            return .string(string + other)
        case ("repeat", 1):
            guard let count = arguments.int(0) else { return nil }
            guard count >= 0 else { throw TemplateFailure("repeat(\(count)): the count is negative") }
            try evaluator.meter.string(string.utf8.count, times: count)
            return .string(String(repeating: string, count: string.isEmpty ? 0 : count))
        case ("getBytes", 0), ("getBytes", 1):
            try evaluator.meter.step(string.utf8.count)
            return .list(ListValue(string.utf8.map { .int(Int(Int8(bitPattern: $0))) }))
        case ("toCharArray", 0):
            let units = Array(string.utf16)
            try evaluator.meter.step(units.count)
            return .list(ListValue(units.map { .string(String(decoding: [$0], as: UTF16.self)) }))
        case ("charAt", 1), ("codePointAt", 1), ("substring", _), ("subSequence", 2), ("indexOf", _),
            ("lastIndexOf", _), ("contains", 1), ("startsWith", _), ("endsWith", 1):
            return try places(name, arguments, on: Array(string.utf16), evaluator)
        case ("replace", 2):
            guard let old = arguments.string(0), let new = arguments.string(1) else { return nil }
            return try replace(old, by: new, in: string, evaluator)
        case ("matches", 1), ("replaceAll", 2), ("replaceFirst", 2), ("split", 1), ("split", 2):
            return try StringPatterns.call(name, arguments, on: string, evaluator)
        case ("valueOf", 1): return .string(try ValueText.java(arguments[0], evaluator))
        case ("format", 1...): return try StringFormat.format(arguments, evaluator).map { .string($0) }
        case ("join", 2):
            guard let separator = arguments.string(0), let list = arguments.list(1) else { return nil }
            var joined: [String] = []
            for element in list.elements { joined.append(try ValueText.java(element, evaluator)) }
            try evaluator.meter.string(joined.reduce(0) { $0 + $1.utf8.count + separator.utf8.count })
            return .string(joined.joined(separator: separator))
        default: return nil
        }
    }

    static func made(_ text: String, _ evaluator: Evaluator) throws(TemplateFailure) -> Value {
        try evaluator.meter.string(text.utf8.count)
        return .string(text)
    }

    /// Java's `trim`: everything up to the blank, at both ends.
    static func trimmed(_ text: String, where isBlank: (Unicode.Scalar) -> Bool = { $0.value <= 0x20 }) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    private static func order(_ one: String, _ other: String) -> Int {
        var (left, right) = (one.utf16.makeIterator(), other.utf16.makeIterator())
        while true {
            switch (left.next(), right.next()) {
            case (let left?, let right?): if left != right { return Int(left) - Int(right) }
            default: return one.utf16.count - other.utf16.count
            }
        }
    }

    // MARK: Places

    private static func places(
        _ name: String, _ arguments: [Value], on units: [UInt16], _ evaluator: Evaluator
    ) throws(TemplateFailure) -> Value? {
        switch (name, arguments.count) {
        case ("charAt", 1), ("codePointAt", 1):
            guard let index = arguments.int(0) else { return nil }
            guard units.indices.contains(index) else { throw outOfBounds(name, index, units.count) }
            return name == "charAt" ? text(units[index...index]) : .int(Int(units[index]))
        case ("substring", 1), ("substring", 2), ("subSequence", 2):
            guard let first = arguments.int(0) else { return nil }
            guard let last = arguments.count == 2 ? arguments.int(1) : units.count else { return nil }
            guard first >= 0, last <= units.count, first <= last else {
                throw TemplateFailure("\(name)(\(first), \(last)) is out of bounds: the length is \(units.count)")
            }
            try evaluator.meter.string(last - first)
            return text(units[first..<last])
        case ("indexOf", 1), ("indexOf", 2):
            guard let wanted = needle(arguments[0]) else { return nil }
            guard let start = arguments.count == 2 ? arguments.int(1) : 0 else { return nil }
            return .int(try find(wanted, in: units, from: max(start, 0), evaluator) ?? -1)
        case ("lastIndexOf", 1), ("lastIndexOf", 2):
            guard let wanted = needle(arguments[0]) else { return nil }
            guard let last = arguments.count == 2 ? arguments.int(1) : units.count else { return nil }
            try evaluator.meter.step(units.count &* wanted.count >> 4)
            let end = min(last, units.count - wanted.count)
            guard end >= 0 else { return .int(-1) }
            return .int((0...end).last { units[$0..<$0 + wanted.count].elementsEqual(wanted) } ?? -1)
        case ("contains", 1):
            guard let wanted = arguments.string(0) else { return nil }
            return .bool(try find(Array(wanted.utf16), in: units, from: 0, evaluator) != nil)
        case ("startsWith", 1), ("startsWith", 2):
            guard let wanted = arguments.string(0) else { return nil }
            guard let start = arguments.count == 2 ? arguments.int(1) : 0 else { return nil }
            guard start >= 0, start <= units.count else { return .bool(false) }
            return .bool(units[start...].starts(with: wanted.utf16))
        case ("endsWith", 1):
            guard let wanted = arguments.string(0) else { return nil }
            return .bool(units.suffix(wanted.utf16.count).elementsEqual(wanted.utf16))
        default: return nil
        }
    }

    private static func outOfBounds(_ name: String, _ index: Int, _ count: Int) -> TemplateFailure {
        TemplateFailure("\(name)(\(index)) is out of bounds: the length is \(count)")
    }

    private static func text(_ units: ArraySlice<UInt16>) -> Value {
        .string(String(decoding: units, as: UTF16.self))
    }

    private static func needle(_ value: Value) -> [UInt16]? {
        switch value {
        case .string(let string): return Array(string.utf16)
        case .int(let int):
            guard let scalar = UInt32(exactly: int).flatMap(Unicode.Scalar.init) else { return nil }
            return Array(String(Character(scalar)).utf16)
        default: return nil
        }
    }

    private static func find(
        _ wanted: [UInt16], in units: [UInt16], from start: Int, _ evaluator: Evaluator
    ) throws(TemplateFailure) -> Int? {
        guard let first = wanted.first else { return min(start, units.count) }
        var at = start
        while at <= units.count - wanted.count {
            if units[at] == first {
                try evaluator.meter.step(1 + wanted.count >> 4)
                if units[at..<at + wanted.count].elementsEqual(wanted) { return at }
            }
            at += 1
        }
        return nil
    }

    private static func replace(
        _ old: String, by new: String, in string: String, _ evaluator: Evaluator
    ) throws(TemplateFailure) -> Value {
        let units = Array(string.utf16)
        let wanted = Array(old.utf16)
        let replacement = Array(new.utf16)
        var output: [UInt16] = []
        var at = 0
        if wanted.isEmpty {
            try evaluator.meter.string(replacement.count + 1, times: units.count + 1)
            for unit in units { output += replacement + [unit] }
            output += replacement
        } else {
            while let place = try find(wanted, in: units, from: at, evaluator) {
                try evaluator.meter.string(place - at + replacement.count)
                output += units[at..<place]
                output += replacement
                at = place + wanted.count
            }
            output += units[at...]
        }
        return try made(String(decoding: output, as: UTF16.self), evaluator)
    }
}
