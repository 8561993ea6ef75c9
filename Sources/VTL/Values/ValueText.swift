import JSON

/// Turns values into text, bounded in depth and size: a list may hold itself.
struct ValueText {
    /// As deep as JSON may be.
    static let maximumDepth = JSONLimits.standard.depth

    private(set) var bytes: [UInt8] = []
    private let evaluator: Evaluator
    private var charged = 0

    init(_ evaluator: Evaluator) {
        self.evaluator = evaluator
    }

    /// What Java's `toString` gives; `null` for null.
    static func java(_ value: Value, _ evaluator: Evaluator) throws(TemplateFailure) -> String {
        switch value {
        case .string(let string): return string
        case .int(let int): return String(int)
        case .bool(let bool): return bool ? "true" : "false"
        default:
            var writer = ValueText(evaluator)
            try writer.java(value, 0)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }

    /// JSON text.
    static func json(_ value: Value, _ evaluator: Evaluator) throws(TemplateFailure) -> String {
        var writer = ValueText(evaluator)
        try writer.json(value, 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private mutating func append(_ text: String) throws(TemplateFailure) {
        bytes.append(contentsOf: text.utf8)
        try charge()
    }

    private mutating func charge() throws(TemplateFailure) {
        try evaluator.meter.step()
        if bytes.count - charged > 4_096 {
            try evaluator.meter.string(bytes.count - charged)
            charged = bytes.count
        }
    }

    private func check(_ depth: Int) throws(TemplateFailure) {
        if depth >= Self.maximumDepth {
            throw TemplateFailure(limit: "a value nested deeper than \(Self.maximumDepth) cannot be printed")
        }
    }

    mutating func java(_ value: Value, _ depth: Int) throws(TemplateFailure) {
        try check(depth)
        switch value {
        case .null: try append("null")
        case .bool(let bool): try append(bool ? "true" : "false")
        case .int(let int): try append(String(int))
        case .double(let double): try append(javaText(double))
        case .number(let number): try append(number.text)
        case .string(let string): try append(string)
        case .list(let list):
            if list.printsJSON { return try json(value, depth) }
            try append("[")
            for (place, element) in list.elements.enumerated() {
                if place > 0 { try append(", ") }
                try java(element, depth + 1)
            }
            try append("]")
        case .map(let map):
            try append("{")
            for (place, entry) in map.entries.enumerated() {
                if place > 0 { try append(", ") }
                try java(entry.key, depth + 1)
                try append("=")
                try java(entry.value, depth + 1)
            }
            try append("}")
        case .object(let object): try append(try object.text(evaluator))
        }
    }

    mutating func json(_ value: Value, _ depth: Int) throws(TemplateFailure) {
        try check(depth)
        switch value {
        case .null, .bool, .int, .number: try java(value, depth)
        case .double(let double): try append(double.isFinite ? javaText(double) : "null")
        case .string(let string):
            JSON.appendQuoted(string, to: &bytes)
            try charge()
        case .list(let list):
            try append("[")
            for (place, element) in list.elements.enumerated() {
                if place > 0 { try append(",") }
                try json(element, depth + 1)
            }
            try append("]")
        case .map(let map):
            try append("{")
            for (place, entry) in map.entries.enumerated() {
                if place > 0 { try append(",") }
                JSON.appendQuoted(try Self.java(entry.key, evaluator), to: &bytes)
                try append(":")
                try json(entry.value, depth + 1)
            }
            try append("}")
        case .object(let object):
            JSON.appendQuoted(try object.text(evaluator), to: &bytes)
            try charge()
        }
    }
}

/// `Double.toString` of Java: `1.0`, `1.0E10`, `1.0E-4`.
func javaText(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
    let sign = value < 0 ? "-" : ""
    // Swift's shortest digits, as `d` and the power of ten of the first of them.
    let parts = value.magnitude.description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let whole = String(mantissa[0])
    var digits = whole + (mantissa.count > 1 ? String(mantissa[1]) : "")
    exponent += whole.count - 1
    let zeros = digits.prefix { $0 == "0" }.count
    digits.removeFirst(min(zeros, digits.count - 1))
    exponent -= zeros
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    if exponent >= -3, exponent < 7 {
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let head = digits.prefix(exponent + 1)
        let tail = digits.dropFirst(exponent + 1)
        let padding = String(repeating: "0", count: exponent + 1 - head.count)
        return sign + head + padding + "." + (tail.isEmpty ? "0" : String(tail))
    }
    let tail = digits.dropFirst()
    return sign + digits.prefix(1) + "." + (tail.isEmpty ? "0" : String(tail)) + "E\(exponent)"
}
