import ControlAPI
import Foundation

/// How numbers and times stand in tables.
enum Format {
    static func time(_ timestamp: Timestamp?) -> String {
        guard let timestamp else { return "-" }
        return time(milliseconds: timestamp.seconds * 1000, fraction: false)
    }

    /// `2026-11-21 17:52:31` or, with milliseconds, `17:52:31.114`; local time.
    static func time(milliseconds: Int, fraction: Bool) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        guard fraction else {
            return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) \(clock)"
        }
        let rest = milliseconds % 1000
        return "\(clock).\(rest < 10 ? "00" : rest < 100 ? "0" : "")\(rest)"
    }

    /// One decimal for small values, none for large ones: `0.4`, `12.3`, `186`.
    static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "-" }
        if abs(value) >= 100 { return String(Int(value.rounded())) }
        return String((value * 10).rounded() / 10)
    }
}
