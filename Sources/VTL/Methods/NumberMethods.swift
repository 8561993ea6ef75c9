import JSON

/// `java.lang.Integer`, `Long` and `Double`.
enum NumberMethods {
    static func call(_ name: String, _ arguments: [Value], on value: Value) throws(TemplateFailure) -> Value? {
        switch (name, arguments.count) {
        case ("intValue", 0):
            return .int(Int(Int32(truncatingIfNeeded: whole(value, Double(Int32.min), Double(Int32.max)))))
        case ("longValue", 0): return .int(whole(value, -0x1p63, 0x1p63))
        case ("shortValue", 0): return .int(Int(Int16(truncatingIfNeeded: whole(value, -0x1p63, 0x1p63))))
        case ("byteValue", 0): return .int(Int(Int8(truncatingIfNeeded: whole(value, -0x1p63, 0x1p63))))
        case ("doubleValue", 0): return .double(value.double ?? 0)
        case ("floatValue", 0): return .double(Double(Float(value.double ?? 0)))
        case ("isNaN", 0): return .bool(value.double?.isNaN ?? false)
        case ("isInfinite", 0): return .bool(value.double?.isInfinite ?? false)
        case ("compareTo", 1), ("compare", 1): return ValueComparison.order(value, arguments[0]).map { .int($0) }
        case ("compare", 2): return ValueComparison.order(arguments[0], arguments[1]).map { .int($0) }
        case ("max", 2): return try choose(arguments) { $0 > 0 }
        case ("min", 2): return try choose(arguments) { $0 < 0 }
        case ("abs", 1):
            guard case .int(let int) = arguments[0] else { return arguments[0].double.map { .double(abs($0)) } }
            return .int(int == .min ? int : abs(int))
        case ("parseInt", 1), ("parseInt", 2), ("parseLong", 1), ("parseLong", 2), ("valueOf", 1):
            return try parse(name, arguments, on: value)
        case ("parseDouble", 1), ("parseFloat", 1):
            return try arguments.string(0).map { (text) throws(TemplateFailure) in try parseDouble(text) }
        case ("toString", 1), ("toString", 2):
            if arguments.count == 1 { return .string(plain(arguments[0])) }
            guard let int = arguments.int(0), let radix = arguments.int(1) else { return nil }
            return .string(String(int, radix: (2...36).contains(radix) ? radix : 10))
        case ("toHexString", 1): return bits(arguments, 16)
        case ("toBinaryString", 1): return bits(arguments, 2)
        case ("toOctalString", 1): return bits(arguments, 8)
        case ("signum", 1): return arguments.int(0).map { .int($0.signum()) }
        default: return nil
        }
    }

    private static func plain(_ value: Value) -> String {
        switch value {
        case .int(let int): String(int)
        case .double(let double): javaText(double)
        case .number(let number): number.text
        default: ""
        }
    }

    private static func choose(
        _ arguments: [Value], _ takesFirst: (Int) -> Bool
    ) throws(TemplateFailure) -> Value? {
        ValueComparison.order(arguments[0], arguments[1]).map { takesFirst($0) ? arguments[0] : arguments[1] }
    }

    /// Java's casts: towards zero, clamped.
    private static func whole(_ value: Value, _ low: Double, _ high: Double) -> Int {
        if case .int(let int) = value { return int }
        guard let double = value.double, !double.isNaN else { return 0 }
        if double >= 0x1p63 { return high == 0x1p63 ? .max : Int(high) }
        return Int(min(max(double, low), high).rounded(.towardZero).nextDown.rounded(.up))
    }

    private static func bits(_ arguments: [Value], _ radix: Int) -> Value? {
        guard let int = arguments.int(0) else { return nil }
        if let small = Int32(exactly: int) { return .string(String(UInt32(bitPattern: small), radix: radix)) }
        return .string(String(UInt(bitPattern: int), radix: radix))
    }

    private static func parse(_ name: String, _ arguments: [Value], on value: Value) throws(TemplateFailure) -> Value? {
        guard let text = arguments.string(0) else {
            return name == "valueOf" && arguments[0].double != nil ? arguments[0] : nil
        }
        if name == "valueOf", case .double = value { return try parseDouble(text) }
        let radix = arguments.count == 2 ? arguments.int(1) ?? 10 : 10
        guard (2...36).contains(radix), let int = Int(text, radix: radix),
            name == "parseLong" || value.isLong || Int32(exactly: int) != nil
        else {
            throw TemplateFailure("\(name): '\(text)' is no whole number")
        }
        return .int(int)
    }

    private static func parseDouble(_ text: String) throws(TemplateFailure) -> Value {
        let trimmed = StringMethods.trimmed(text)
        let body = trimmed.last.map { "dDfF".contains($0) } == true ? String(trimmed.dropLast()) : trimmed
        guard let first = body.unicodeScalars.first, first.isASCII, let double = Double(body),
            !body.lowercased().contains("inf"), !body.lowercased().contains("x")
        else {
            throw TemplateFailure("'\(text)' is no number")
        }
        return .double(double)
    }
}

extension Value {
    /// Whether Java would hold the integer in a `Long`.
    fileprivate var isLong: Bool {
        if case .int(let int) = self { return Int32(exactly: int) == nil }
        return false
    }
}
