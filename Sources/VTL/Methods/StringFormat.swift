import JSON

/// `String.format`: `%s %d %x %X %o %f %e %c %b %n %%`, with the flags `- 0 + , ( ` and blank, width, precision and `1$`.
enum StringFormat {
    private struct Specifier {
        var argument: Int?
        var flags: Set<UInt8> = []
        var width = 0
        var precision: Int?
        var conversion: UInt8 = 0
    }

    static func format(_ arguments: [Value], _ evaluator: Evaluator) throws(TemplateFailure) -> String? {
        guard let pattern = arguments.string(0) else { return nil }
        let values = arguments.count == 2 ? arguments.list(1)?.elements ?? [arguments[1]] : Array(arguments.dropFirst())
        let bytes = Array(pattern.utf8)
        var output: [UInt8] = []
        var at = 0
        var next = 0
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "%") else {
                output.append(bytes[at])
                at += 1
                continue
            }
            let start = at
            guard let specifier = specifier(bytes, &at) else {
                throw TemplateFailure("format: '\(String(decoding: bytes[start...], as: UTF8.self))' is no conversion")
            }
            if specifier.conversion == UInt8(ascii: "%") || specifier.conversion == UInt8(ascii: "n") {
                output.append(specifier.conversion == UInt8(ascii: "n") ? 0x0A : specifier.conversion)
                continue
            }
            let place = specifier.argument ?? next
            if specifier.argument == nil { next += 1 }
            guard values.indices.contains(place) else {
                throw TemplateFailure("format: there is no argument \(place + 1) for '\(pattern)'")
            }
            let text = try convert(values[place], specifier, evaluator)
            try evaluator.meter.string(text.utf8.count)
            output += text.utf8
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func specifier(_ bytes: [UInt8], _ at: inout Int) -> Specifier? {
        var result = Specifier()
        at += 1
        func number(_ at: inout Int) -> Int? {
            let start = at
            while at < bytes.count, at < start + 6, (0x30...0x39).contains(bytes[at]) { at += 1 }
            return Int(String(decoding: bytes[start..<at], as: UTF8.self))
        }
        var mark = at
        if let argument = number(&mark), mark < bytes.count, bytes[mark] == UInt8(ascii: "$") {
            result.argument = argument - 1
            at = mark + 1
        }
        while at < bytes.count, "-0+ ,(#".utf8.contains(bytes[at]) {
            result.flags.insert(bytes[at])
            at += 1
        }
        result.width = number(&at) ?? 0
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            guard let precision = number(&at) else { return nil }
            result.precision = precision
        }
        guard at < bytes.count, "sSdxXofeEcbBn%".utf8.contains(bytes[at]) else { return nil }
        result.conversion = bytes[at]
        at += 1
        return result
    }

    private static func convert(
        _ value: Value, _ specifier: Specifier, _ evaluator: Evaluator
    ) throws(TemplateFailure) -> String {
        var text: String
        switch specifier.conversion {
        case UInt8(ascii: "d"):
            guard case .int(let int) = value else { throw mismatch(value, "d") }
            text = try signed(String(int.magnitude), int < 0, specifier)
        case UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"):
            guard case .int(let int) = value else { throw mismatch(value, "x") }
            let radix = specifier.conversion == UInt8(ascii: "o") ? 8 : 16
            text =
                Int32(exactly: int).map { String(UInt32(bitPattern: $0), radix: radix) }
                ?? String(UInt(bitPattern: int), radix: radix)
            if specifier.flags.contains(UInt8(ascii: "0")) { text = zeros(text, specifier.width) }
        case UInt8(ascii: "f"), UInt8(ascii: "e"), UInt8(ascii: "E"):
            guard case .double(let double) = value else { throw mismatch(value, "f") }
            guard double.isFinite else { text = javaText(double); break }
            let digits = specifier.precision ?? 6
            guard digits <= 512 else { throw TemplateFailure("format: a precision of \(digits) is too much") }
            text = try signed(
                specifier.conversion == UInt8(ascii: "f")
                    ? fixed(double.magnitude, digits) : scientific(double.magnitude, digits),
                double < 0, specifier)
        case UInt8(ascii: "b"), UInt8(ascii: "B"):
            if case .bool(let bool) = value { text = String(bool) } else { text = String(!value.isNull) }
        default:
            text = try ValueText.java(value, evaluator)
            if let precision = specifier.precision { text = String(text.prefix(precision)) }
        }
        if specifier.conversion & 0x20 == 0 { text = text.uppercased() }
        let missing = specifier.width - text.utf16.count
        guard missing > 0 else { return text }
        try evaluator.meter.string(missing)
        let padding = String(repeating: " ", count: missing)
        return specifier.flags.contains(UInt8(ascii: "-")) ? text + padding : padding + text
    }

    private static func mismatch(_ value: Value, _ conversion: String) -> TemplateFailure {
        TemplateFailure("format: %\(conversion) does not take this kind of value")
    }

    private static func zeros(_ text: String, _ width: Int) -> String {
        String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func signed(_ digits: String, _ isNegative: Bool, _ specifier: Specifier) throws(TemplateFailure)
        -> String
    {
        var digits = digits
        if specifier.flags.contains(UInt8(ascii: ",")) {
            let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
            var grouped = ""
            for (place, digit) in parts[0].enumerated() {
                if place > 0, (parts[0].count - place) % 3 == 0 { grouped.append(",") }
                grouped.append(digit)
            }
            digits = ([grouped] + parts.dropFirst().map(String.init)).joined(separator: ".")
        }
        let (before, after): (String, String) =
            if isNegative {
                specifier.flags.contains(UInt8(ascii: "(")) ? ("(", ")") : ("-", "")
            } else if specifier.flags.contains(UInt8(ascii: "+")) {
                ("+", "")
            } else {
                (specifier.flags.contains(UInt8(ascii: " ")) ? " " : "", "")
            }
        if specifier.flags.contains(UInt8(ascii: "0")) {
            digits = zeros(digits, specifier.width - before.count - after.count)
        }
        return before + digits + after
    }

    /// Rounds half up on the shortest digits of the number, as Java's formatter does.
    private static func fixed(_ value: Double, _ digits: Int) -> String {
        let (all, point) = decimal(value)
        let (rounded, shift) = round(all, keep: point + digits)
        let place = point + shift
        let whole = place > 0 ? String(rounded.prefix(place)) + zerosAfter(rounded.count, place) : "0"
        var fraction = place >= 0 ? String(rounded.dropFirst(place)) : String(repeating: "0", count: -place) + rounded
        fraction = String(fraction.prefix(digits))
        fraction += String(repeating: "0", count: digits - fraction.count)
        return digits == 0 ? whole : whole + "." + fraction
    }

    private static func zerosAfter(_ count: Int, _ place: Int) -> String {
        String(repeating: "0", count: max(0, place - count))
    }

    private static func scientific(_ value: Double, _ digits: Int) -> String {
        let (all, point) = decimal(value)
        let (rounded, shift) = round(all, keep: digits + 1)
        let exponent = value == 0 ? 0 : point + shift - 1
        let tail = String(rounded.dropFirst().prefix(digits))
        let fraction = tail + String(repeating: "0", count: digits - tail.count)
        let power = (exponent < 0 ? "-" : "+") + zeros(String(abs(exponent)), 2)
        return rounded.prefix(1) + (digits == 0 ? "" : "." + fraction) + "e" + power
    }

    /// The shortest digits and where the decimal point stands in them.
    private static func decimal(_ value: Double) -> (digits: String, point: Int) {
        let parts = value.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        var digits = mantissa.joined()
        var point = mantissa[0].count + exponent
        while digits.count > 1, digits.first == "0" {
            digits.removeFirst()
            point -= 1
        }
        return (digits, point)
    }

    private static func round(_ digits: String, keep: Int) -> (digits: String, shift: Int) {
        var numbers = digits.utf8.map { Int($0) - 0x30 }
        guard keep >= 0 else { return ("0", 0) }
        guard keep < numbers.count else { return (digits, 0) }
        let up = numbers[keep] >= 5
        numbers.removeLast(numbers.count - keep)
        guard up else { return (numbers.isEmpty ? "0" : numbers.map(String.init).joined(), 0) }
        var place = numbers.count - 1
        while place >= 0 {
            numbers[place] += 1
            if numbers[place] < 10 { return (numbers.map(String.init).joined(), 0) }
            numbers[place] = 0
            place -= 1
        }
        return ("1" + numbers.map(String.init).joined(), 1)
    }
}
