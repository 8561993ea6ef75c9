/// `$context.requestTime` as text, made once a second.
struct RequestTime {
    private var second = Int64.min
    private var text: [UInt8] = []

    /// `10/Oct/2000:13:55:36 +0000`
    mutating func text(second: Int64) -> [UInt8] {
        if second != self.second {
            self.second = second
            text = Array(LoopClock.commonLogTime(second: second).utf8)
        }
        return text
    }
}
