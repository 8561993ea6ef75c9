/// Random identifiers.
enum RequestIds {
    private static let digits = Array("0123456789abcdef".utf8)

    static func hexadecimal(digits count: Int) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(count)
        var random = SystemRandomNumberGenerator()
        var bits: UInt64 = 0
        for place in 0..<count {
            if place % 16 == 0 { bits = random.next() }
            text.append(digits[Int(bits & 15)])
            bits >>= 4
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A random UUID, version 4, in lower case.
    static func uuid() -> String {
        var text = Array(hexadecimal(digits: 32).utf8)
        text[12] = UInt8(ascii: "4")
        text[16] = digits[8 + Int(text[16] & 3)]
        for place in [20, 16, 12, 8] { text.insert(UInt8(ascii: "-"), at: place) }
        return String(decoding: text, as: UTF8.self)
    }
}
