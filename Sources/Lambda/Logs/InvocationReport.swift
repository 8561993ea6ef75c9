/// The line that Lambda writes when an invocation has ended.
struct InvocationReport: Hashable {
    enum Status: Hashable {
        case success
        case error(type: String)
        case timeout
    }

    var requestId: String
    /// Milliseconds.
    var duration: Double
    /// Mebibytes.
    var memorySize: Int
    var maxMemoryUsed: Int
    /// Of a cold start, milliseconds.
    var initDuration: Double?
    var status = Status.success

    /// `REPORT RequestId: … Duration: 1.23 ms Billed Duration: 2 ms …`, with tabs.
    var line: String {
        let billed = Int((duration + (initDuration ?? 0)).rounded(.up))
        var line =
            "REPORT RequestId: \(requestId)\tDuration: \(Self.milliseconds(duration)) ms\tBilled Duration: \(billed) ms"
            + "\tMemory Size: \(memorySize) MB\tMax Memory Used: \(maxMemoryUsed) MB"
        if let initDuration { line += "\tInit Duration: \(Self.milliseconds(initDuration)) ms" }
        switch status {
        case .success: line += "\t"
        case .error(let type): line += "\tStatus: error\tError Type: \(type)"
        case .timeout: line += "\tStatus: timeout"
        }
        return line
    }

    /// Two decimals.
    static func milliseconds(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
