/// The windows in which a usage plan's quota counts. They are aligned to UTC; a week begins on Sunday (AWS documents
/// neither, so both are choices). Days are counted from 1 January 1970.
package enum QuotaPeriod: String, Sendable, Hashable, CaseIterable {
    case day = "DAY"
    case week = "WEEK"
    case month = "MONTH"

    /// The first day of the window that `day` is in.
    func firstDay(of day: Int) -> Int {
        switch self {
        case .day: day
        // 1 January 1970 was a Thursday.
        case .week: day - CalendarDay.modulo(day + 4, 7)
        case .month: day - CalendarDay(number: day).day + 1
        }
    }
}

/// A day of the Gregorian calendar in UTC.
struct CalendarDay: Sendable, Hashable {
    var year: Int
    var month: Int
    var day: Int

    /// Days since 1 January 1970.
    init(number: Int) {
        // Years begin in March here, so that the leap day is a year's last. An era has 400 years, 146,097 days.
        let shifted = number + 719_468
        let era = (shifted - Self.modulo(shifted, 146_097)) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `2026-02-28`; `nil` for what is no day.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }), let year = Int(parts[0]),
            let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        guard CalendarDay(number: number) == self else { return nil }
    }

    var number: Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear - Self.modulo(marchYear, 400)) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    var text: String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let digits = String(year)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + "\(digits)-\(two(month))-\(two(day))"
    }

    static func modulo(_ value: Int, _ divisor: Int) -> Int {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
