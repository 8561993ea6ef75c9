#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A loop's idea of time: nanoseconds that only grow for durations, and the calendar's time derived from them.
struct LoopClock {
    /// What has to be added to monotonic nanoseconds for those since 1970. Set anew each second.
    private var wallOffset: Int64 = 0
    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7), formatted once a second.
    private(set) var date = [UInt8](repeating: 0x20, count: 29)
    private var dateSecond: Int64 = -1

    init() {
        synchronize()
    }

    @inline(__always)
    static func monotonic() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// Nanoseconds since 1970 of a monotonic time.
    @inline(__always)
    func wall(_ monotonic: UInt64) -> Int64 { Int64(bitPattern: monotonic) &+ wallOffset }

    @inline(__always)
    mutating func refresh(_ now: UInt64) {
        if wall(now) / 1_000_000_000 != dateSecond { synchronize() }
    }

    @inline(never)
    private mutating func synchronize() {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let monotonic = Self.monotonic()
        wallOffset = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) - Int64(bitPattern: monotonic)
        dateSecond = wall(monotonic) / 1_000_000_000
        date = Self.format(second: dateSecond)
    }

    static func format(second: Int64) -> [UInt8] {
        var moment = time_t(second)
        var parts = tm()
        gmtime_r(&moment, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let day = days[Int(parts.tm_wday) % 7]
        let month = months[Int(parts.tm_mon) % 12]
        let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return Array("\(day), \(two(parts.tm_mday)) \(month) \(Int(parts.tm_year) + 1900) \(clock) GMT".utf8)
    }
}

/// xoshiro256**: for canary draws and request ids, where nobody gains from guessing.
struct LoopRandom: RandomNumberGenerator {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    init() {
        var system = SystemRandomNumberGenerator()
        state = (system.next() | 1, system.next(), system.next(), system.next())
    }

    @inline(__always)
    mutating func next() -> UInt64 {
        let product = state.1 &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = (state.3 << 45) | (state.3 >> 19)
        return result
    }
}
