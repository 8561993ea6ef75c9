/// `2026-11-21T17:52:31Z`, also with a fraction or an offset, as AWS's services and tools write when credentials expire.
enum ExpirationTime {
    /// Seconds since 1970; `nil` if the text is no such time.
    static func seconds(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[13] == 0x3A, bytes[16] == 0x3A else {
            return nil
        }
        func number(_ range: Range<Int>) -> Int? {
            bytes[range].allSatisfy { (0x30...0x39).contains($0) }
                ? bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } : nil
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month),
            (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var zone = bytes[19...]
        if zone.first == 0x2E { zone = zone.dropFirst().drop { (0x30...0x39).contains($0) } }
        guard let offset = offset(Array(zone)) else { return nil }
        return days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    }

    /// `Z`, `+00:00`, `-0500`.
    private static func offset(_ zone: [UInt8]) -> Int? {
        if zone == [0x5A] || zone == [0x7A] { return 0 }
        guard let sign = zone.first, sign == 0x2B || sign == 0x2D else { return nil }
        let digits = zone.dropFirst().filter { $0 != 0x3A }
        guard digits.count == 4, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let seconds = value / 100 * 3600 + value % 100 * 60
        return sign == 0x2D ? -seconds : seconds
    }

    /// Days since 1970 of a date in the Gregorian calendar, from the years and leap days before it.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let past = year - 1
        return year * 365 - 1970 * 365 + (past / 4 - past / 100 + past / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400)
            + before[month - 1] + (isLeap && month > 2 ? 1 : 0) + day - 1
    }
}
