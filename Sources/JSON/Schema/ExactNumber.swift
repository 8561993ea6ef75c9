/// The exact value of a JSON number, whatever its size, without the work of writing it out: `1e1000000000` is one
/// digit and an exponent.
enum ExactNumber: Sendable, Hashable {
    case int(Int)
    /// Billionths of a number that is not whole, for the usual ones: below a billion, at most nine digits after the point.
    case fixed(Int)
    /// `±digits × 10^exponent`, where the digits neither begin nor end with 0: what fits neither.
    case decimal(isNegative: Bool, digits: [UInt8], exponent: Int)

    /// Exponents beyond this count as this: such numbers differ by their digits only.
    static let exponentBound = 1 << 50

    /// Takes a text of RFC 8259's grammar.
    init(_ text: String) {
        if let int = Int(text) {
            self = .int(int)
            return
        }
        if let number = Self.short(text) {
            self = number
            return
        }
        var digits: [UInt8] = []
        var fraction = 0
        var exponent = 0
        var isNegative = false
        var isNegativeExponent = false
        var part = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"): if part == 2 { isNegativeExponent = true } else { isNegative = true }
            case UInt8(ascii: "."): part = 1
            case UInt8(ascii: "e"), UInt8(ascii: "E"): part = 2
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = byte - UInt8(ascii: "0")
                if part == 2 {
                    exponent = min(exponent * 10 + Int(digit), Self.exponentBound)
                } else {
                    if part == 1 { fraction += 1 }
                    if digit != 0 || !digits.isEmpty { digits.append(digit) }
                }
            default: break
            }
        }
        exponent = (isNegativeExponent ? -exponent : exponent) - fraction
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        self = Self.normal(isNegative, digits, exponent)
    }

    private static let billion = 1_000_000_000

    /// A number such as `-12.50`; `nil` for longer ones and those with an exponent.
    private static func short(_ text: String) -> ExactNumber? {
        guard text.utf8.count <= 20 else { return nil }
        var value = 0
        var whole = 0
        var fraction: Int?
        var isNegative = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): fraction = 0
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                value = value &* 10 &+ Int(byte - UInt8(ascii: "0"))
                if let digits = fraction { fraction = digits + 1 } else { whole += 1 }
            default: return nil
            }
            guard whole <= 9, fraction ?? 0 <= 9 else { return nil }
        }
        for _ in (fraction ?? 0)..<9 { value *= 10 }
        if isNegative { value = -value }
        return value % billion == 0 ? .int(value / billion) : .fixed(value)
    }

    /// The number in billionths, if it has no smaller parts and is below a billion.
    var billionths: Int? {
        switch self {
        case .int(let value): value.magnitude < Self.billion ? value * Self.billion : nil
        case .fixed(let value): value
        case .decimal: nil
        }
    }

    private static func normal(_ isNegative: Bool, _ digits: [UInt8], _ exponent: Int) -> ExactNumber {
        guard !digits.isEmpty else { return .int(0) }
        if (-9..<0).contains(exponent), digits.count + exponent <= 9 {
            let value = (digits + [UInt8](repeating: 0, count: 9 + exponent)).reduce(0) { $0 * 10 + Int($1) }
            return .fixed(isNegative ? -value : value)
        }
        guard exponent >= 0, exponent <= 19, digits.count + exponent <= 19 else {
            return .decimal(isNegative: isNegative, digits: digits, exponent: exponent)
        }
        var value = 0
        for digit in digits + [UInt8](repeating: 0, count: exponent) {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = product.subtractingReportingOverflow(Int(digit))
            if isTooLarge || isOver { return .decimal(isNegative: isNegative, digits: digits, exponent: exponent) }
            value = sum
        }
        // Counted down, as there is one negative number more than positive ones.
        if isNegative { return .int(value) }
        return value == .min ? .decimal(isNegative: false, digits: digits, exponent: exponent) : .int(-value)
    }

    /// The parts of the second form for either.
    private var parts: (isNegative: Bool, digits: [UInt8], exponent: Int) {
        switch self {
        case .decimal(let isNegative, let digits, let exponent): return (isNegative, digits, exponent)
        case .int(let value): return Self.parts(value, exponent: 0)
        case .fixed(let value): return Self.parts(value, exponent: -9)
        }
    }

    private static func parts(_ value: Int, exponent: Int) -> (isNegative: Bool, digits: [UInt8], exponent: Int) {
        var magnitude = value.magnitude
        var digits: [UInt8] = []
        while magnitude > 0 {
            digits.append(UInt8(magnitude % 10))
            magnitude /= 10
        }
        let zeros = digits.prefix { $0 == 0 }.count
        return (value < 0, digits.dropFirst(zeros).reversed(), exponent + zeros)
    }

    var isPositive: Bool {
        switch self {
        case .int(let value), .fixed(let value): value > 0
        case .decimal(let isNegative, _, _): !isNegative
        }
    }

    static func < (one: ExactNumber, other: ExactNumber) -> Bool {
        if case .int(let left) = one, case .int(let right) = other { return left < right }
        if let left = one.billionths, let right = other.billionths { return left < right }
        let (left, right) = (one.parts, other.parts)
        if left.digits.isEmpty { return other.isPositive }
        if right.digits.isEmpty { return left.isNegative }
        if left.isNegative != right.isNegative { return left.isNegative }
        let (small, large) = left.isNegative ? (right, left) : (left, right)
        let (smallSize, largeSize) = (small.digits.count + small.exponent, large.digits.count + large.exponent)
        if smallSize != largeSize { return smallSize < largeSize }
        return small.digits.lexicographicallyPrecedes(large.digits)
    }
}

/// The value of `multipleOf`: a positive number of at most ``maximumDigits`` digits.
final class SchemaDivisor: Sendable {
    static let maximumDigits = 200

    let text: String
    private let int: Int?
    private let billionths: Int?
    /// The digits as a number in limbs of 32 bits, the lowest first.
    private let limbs: [UInt32]
    private let exponent: Int
    private let digits: Int

    /// `nil` if the number is not positive or has too many digits.
    init?(_ text: String) {
        let number = ExactNumber(text)
        guard number.isPositive else { return nil }
        self.text = text
        if case .int(let value) = number { int = value } else { int = nil }
        billionths = number.billionths
        let (digits, exponent) = number.digitsAndExponent
        guard digits.count <= Self.maximumDigits else { return nil }
        self.exponent = exponent
        self.digits = digits.count
        var limbs: [UInt32] = [0]
        for digit in digits { Self.append(digit, to: &limbs) }
        self.limbs = limbs
    }

    /// Steps that a division takes.
    func cost(_ number: ExactNumber) -> Int {
        guard case .decimal(_, let digits, _) = number else { return 1 }
        return digits.count * limbs.count + 1
    }

    /// Whether a number is a whole multiple of this.
    func divides(_ number: ExactNumber) -> Bool {
        if let int, case .int(let value) = number { return value % int == 0 }
        if let billionths, let value = number.billionths { return value % billionths == 0 }
        let (digits, otherExponent) = number.digitsAndExponent
        guard !digits.isEmpty else { return true }
        // The digits do not end in 0, so dividing them by ten leaves a remainder.
        guard otherExponent >= exponent else { return false }
        var remainder: [UInt32] = [0]
        for digit in digits { step(&remainder, digit) }
        // Further tens take away the twos and fives of the divisor only: four tens a digit are enough.
        for _ in 0..<min(otherExponent - exponent, self.digits * 4) { step(&remainder, 0) }
        return remainder.allSatisfy { $0 == 0 }
    }

    private func step(_ remainder: inout [UInt32], _ digit: UInt8) {
        Self.append(digit, to: &remainder)
        while !Self.isLess(remainder, limbs) { Self.subtract(limbs, from: &remainder) }
    }

    private static func append(_ digit: UInt8, to limbs: inout [UInt32]) {
        var carry = UInt64(digit)
        for place in limbs.indices {
            let value = UInt64(limbs[place]) * 10 + carry
            limbs[place] = UInt32(truncatingIfNeeded: value)
            carry = value >> 32
        }
        if carry > 0 { limbs.append(UInt32(truncatingIfNeeded: carry)) }
    }

    private static func isLess(_ one: [UInt32], _ other: [UInt32]) -> Bool {
        for place in (0..<max(one.count, other.count)).reversed() {
            let left = place < one.count ? one[place] : 0
            let right = place < other.count ? other[place] : 0
            if left != right { return left < right }
        }
        return false
    }

    /// `one` is not less than `other`.
    private static func subtract(_ other: [UInt32], from one: inout [UInt32]) {
        var borrow: Int64 = 0
        for place in one.indices {
            let difference = Int64(one[place]) - (place < other.count ? Int64(other[place]) : 0) + borrow
            one[place] = UInt32(truncatingIfNeeded: difference)
            borrow = difference < 0 ? -1 : 0
        }
    }
}

extension ExactNumber {
    fileprivate var digitsAndExponent: ([UInt8], Int) {
        let (_, digits, exponent) = parts
        return (digits, exponent)
    }
}
