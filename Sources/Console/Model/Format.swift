package import ControlAPI
import Foundation

/// Numbers and times as the screens write them.
package enum Format {
    /// `12`, `0.5`: as short as the value allows.
    package static func plain(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }

    /// A rate that was set: `10,000`, `0.5`.
    package static func shortRate(_ value: Double) -> String {
        value == value.rounded() ? number(value) : plain(value)
    }

    /// With so many decimals and a comma between thousands; `–` for what is not known or not finite.
    package static func number(_ value: Double?, decimals: Int = 0) -> String {
        guard let value, value.isFinite, abs(value) < 1e15 else { return "–" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int((abs(value) * scale).rounded())
        let whole = scaled / Int(scale)
        let sign = value < 0 && scaled > 0 ? "−" : ""
        guard decimals > 0 else { return sign + grouped(whole) }
        let rest = String(scaled % Int(scale))
        return sign + grouped(whole) + "." + String(repeating: "0", count: decimals - rest.count) + rest
    }

    /// 1204 → `1,204`.
    package static func grouped(_ value: Int) -> String {
        var text = String(value.magnitude)
        var index = text.count - 3
        while index > 0 {
            text.insert(",", at: text.index(text.startIndex, offsetBy: index))
            index -= 3
        }
        return value < 0 ? "−" + text : text
    }

    /// 12,400 → `12.4k`.
    package static func short(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        switch abs(value) {
        case ..<1000: return number(value)
        case ..<1_000_000: return number(value / 1000, decimals: 1) + "k"
        default: return number(value / 1_000_000, decimals: 1) + "M"
        }
    }

    /// `512 B`, `38.2 MB`, `1.6 GB`: powers of 1024, as caches are sized.
    package static func bytes(_ value: Int) -> String {
        let units = ["KB", "MB", "GB", "TB"]
        guard value >= 1024 else { return "\(max(0, value)) B" }
        var size = Double(value) / 1024
        var unit = 0
        while size >= 1023.95, unit < units.count - 1 {
            size /= 1024
            unit += 1
        }
        return number(size, decimals: size < 99.95 ? 1 : 0) + " " + units[unit]
    }

    /// Requests a second: one decimal below a thousand.
    package static func rate(_ value: Double?) -> String {
        guard let value else { return "–" }
        return value < 1000 ? number(value, decimals: 1) : number(value)
    }

    package static func percent(_ value: Double?) -> String {
        guard let value else { return "–" }
        // A small share must not look like none.
        return number(value, decimals: value >= 99.95 ? 0 : value > 0 && value < 0.095 ? 2 : 1)
    }

    /// Milliseconds: a decimal only where it says something.
    package static func milliseconds(_ value: Double?) -> String {
        guard let value else { return "–" }
        return number(value, decimals: value < 9.95 ? 1 : 0)
    }

    /// A canary's weight: `10 %`, `0.5 %`.
    package static func weight(_ percent: Double) -> String {
        plain((percent * 100).rounded() / 100) + " %"
    }
}

/// Moments as clock and calendar show them, in one zone for the whole screen.
package struct Clock: Sendable, Hashable {
    /// Seconds east of Greenwich.
    package var offset: Int

    package init(offset: Int) {
        self.offset = offset
    }

    private func parts(_ seconds: Int) -> (day: Int, hour: Int, minute: Int, second: Int) {
        let local = seconds + offset
        let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let rest = local - day * 86_400
        return (day, rest / 3600, rest / 60 % 60, rest % 60)
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// `17:52:31`
    package func time(_ seconds: Int) -> String {
        let parts = parts(seconds)
        return Self.two(parts.hour) + ":" + Self.two(parts.minute) + ":" + Self.two(parts.second)
    }

    /// `17:52`
    package func minute(_ seconds: Int) -> String {
        let parts = parts(seconds)
        return Self.two(parts.hour) + ":" + Self.two(parts.minute)
    }

    /// A moment of a graph: with its seconds where the graph spans two minutes or less.
    package func mark(_ seconds: Int, in span: ClosedRange<Int>) -> String {
        span.upperBound - span.lowerBound <= 120 ? time(seconds) : minute(seconds)
    }

    /// `17:52:30.114`
    package func milliseconds(_ milliseconds: Int) -> String {
        let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
        let rest = String(milliseconds - seconds * 1000)
        return time(seconds) + "." + String(repeating: "0", count: max(0, 3 - rest.count)) + rest
    }

    /// `2026-11-21 17:52`
    package func date(_ timestamp: Timestamp?) -> String {
        guard let timestamp else { return "–" }
        let parts = parts(timestamp.seconds)
        // Howard Hinnant's civil_from_days.
        let z = parts.day + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let doe = z - era * 146_097
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100)
        let mp = (5 * doy + 2) / 153
        let day = doy - (153 * mp + 2) / 5 + 1
        let month = mp < 10 ? mp + 3 : mp - 9
        let year = yoe + era * 400 + (month <= 2 ? 1 : 0)
        return "\(year)-\(Self.two(month))-\(Self.two(day)) \(Self.two(parts.hour)):\(Self.two(parts.minute))"
    }
}
