import ControlAPI
import NIOSSL

/// From when to when a certificate counts, read from its DER (RFC 5280, 4.1.2.5). Takes bytes of anybody.
struct CertificateDates: Equatable {
    enum Problem: Equatable { case expired, notYetValid }

    /// Seconds since 1970.
    var notBefore: Int
    var notAfter: Int

    init?(_ certificate: NIOSSLCertificate) {
        guard let bytes = try? certificate.toDERBytes() else { return nil }
        self.init(der: bytes)
    }

    init?(der: [UInt8]) {
        var outer = DERReader(der[...])
        guard var certificate = outer.sequence(), var body = certificate.sequence() else { return nil }
        body.skip(tag: 0xA0)
        // Serial number, algorithm and issuer.
        guard body.next() != nil, body.next() != nil, body.next() != nil, var validity = body.sequence(),
            let from = validity.next().flatMap(Self.seconds), let until = validity.next().flatMap(Self.seconds)
        else { return nil }
        (notBefore, notAfter) = (from, until)
    }

    func problem(at now: Timestamp) -> Problem? {
        if now.seconds > notAfter { return .expired }
        return now.seconds < notBefore ? .notYetValid : nil
    }

    /// `YYMMDDHHMMSSZ` (UTCTime) or `YYYYMMDDHHMMSSZ` (GeneralizedTime).
    private static func seconds(_ value: DERReader.Value) -> Int? {
        let text = Array(value.content)
        let yearDigits = value.tag == 0x17 ? 2 : 4
        guard value.tag == 0x17 || value.tag == 0x18, text.count == yearDigits + 11, text.last == UInt8(ascii: "Z"),
            text.dropLast().allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        func number(_ from: Int, _ count: Int) -> Int {
            text[from..<from + count].reduce(0) { $0 * 10 + Int($1) - 0x30 }
        }
        var year = number(0, yearDigits)
        if yearDigits == 2 { year += year < 50 ? 2000 : 1900 }
        let rest = (0..<5).map { number(yearDigits + $0 * 2, 2) }
        guard (1...12).contains(rest[0]), (1...31).contains(rest[1]) else { return nil }
        return days(year: year, month: rest[0], day: rest[1]) * 86_400 + rest[2] * 3600 + rest[3] * 60 + rest[4]
    }

    /// Since 1 January 1970, in the Gregorian calendar. Years are counted from March, so that the day that some have
    /// more is their last.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}

/// Reads values of the Distinguished Encoding Rules (X.690) one after the other; never beyond its bytes.
struct DERReader {
    struct Value {
        var tag: UInt8
        var content: ArraySlice<UInt8>
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> Value? {
        guard let tag = rest.popFirst(), var length = rest.popFirst().map(Int.init) else { return nil }
        if length >= 0x80 {
            let count = length - 0x80
            guard (1...4).contains(count), rest.count >= count else { return nil }
            length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(count)
        }
        guard rest.count >= length else { return nil }
        defer { rest = rest.dropFirst(length) }
        return Value(tag: tag, content: rest.prefix(length))
    }

    /// What the next value holds, if it is a sequence.
    mutating func sequence() -> DERReader? {
        guard let value = next(), value.tag == 0x30 else { return nil }
        return DERReader(value.content)
    }

    /// Passes over the next value if it has this tag.
    mutating func skip(tag: UInt8) {
        if rest.first == tag { _ = next() }
    }
}
