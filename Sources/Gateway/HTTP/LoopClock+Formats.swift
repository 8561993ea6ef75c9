/// Times as the gateway's logs have them, in UTC.
extension LoopClock {
    /// `10/Oct/2000:13:55:36 +0000`
    static func commonLogTime(second: Int64) -> String {
        let date = parts(second)
        return "\(date.day)/\(date.month)/\(date.year):\(date.clock) +0000"
    }

    /// `Tue Oct 10 13:55:36 UTC 2000`, as Java's `Date` prints itself.
    static func javaTime(second: Int64) -> String {
        let date = parts(second)
        return "\(date.weekday) \(date.month) \(date.day) \(date.clock) UTC \(date.year)"
    }

    /// `2000-10-10T13:55:36.114Z`
    static func isoTime(nanoseconds: Int64) -> String {
        let date = parts(nanoseconds / 1_000_000_000)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = (months.firstIndex { $0 == date.month } ?? 0) + 1
        let fraction = String(nanoseconds / 1_000_000 % 1000 + 1000).dropFirst()
        return "\(date.year)-\(month < 10 ? "0" : "")\(month)-\(date.day)T\(date.clock).\(fraction)Z"
    }

    private static func parts(
        _ second: Int64
    ) -> (weekday: Substring, day: Substring, month: Substring, year: Substring, clock: Substring) {
        // "Tue, 10 Oct 2000 13:55:36 GMT"
        let date = String(decoding: format(second: second), as: UTF8.self).split(separator: " ")
        guard date.count == 6 else { return ("", "", "", "", "") }
        return (date[0].dropLast(), date[1], date[2], date[3], date[4])
    }
}
