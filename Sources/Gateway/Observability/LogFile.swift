/// Where lines go: a file under `<home>/logs`, named after the log group that AWS would have. No name that a caller
/// chose can lead out of that folder.
///
/// | Lines | File |
/// |---|---|
/// | execution log of a stage | `API-Gateway-Execution-Logs_{apiId}/{stage}.log` |
/// | of its canary | `API-Gateway-Execution-Logs_{apiId}/{stage}/Canary.log` |
/// | access log to a log group | `log-group/{name}.log` |
/// | access log to a Firehose stream | `firehose/{name}.log` |
///
/// In `{name}` all but letters, digits, `_`, `-` and `.` is percent-encoded: `/aws/apigateway/shop` is
/// `%2Faws%2Fapigateway%2Fshop.log`.
struct LogFile: Sendable, Hashable {
    /// Below the folder of logs, without a slash at its start.
    let path: String

    init(executionLogOf apiId: String, stage: String, isCanary: Bool) {
        let group = "API-Gateway-Execution-Logs_\(Self.safe(apiId))/\(Self.safe(stage))"
        path = group + (isCanary ? "/Canary.log" : ".log")
    }

    /// `nil` for an ARN that is neither a log group's nor a Firehose stream's.
    init?(destinationArn arn: String) {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn" else { return nil }
        var name = parts[5]
        switch parts[2] {
        case "logs" where name.hasPrefix("log-group:"):
            name = name.dropFirst("log-group:".count)
            if name.hasSuffix(":*") { name = name.dropLast(2) }
            path = "log-group/\(Self.safe(name)).log"
        case "firehose" where name.hasPrefix("deliverystream/"):
            name = name.dropFirst("deliverystream/".count)
            path = "firehose/\(Self.safe(name)).log"
        default: return nil
        }
        guard !name.isEmpty else { return nil }
    }

    /// File names hold at most 255 bytes. Longer names end with their hash, so that two of them stay two.
    private static let longestName = 200

    static func safe(_ name: some StringProtocol) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                result.append(byte)
            // No file that is hidden, and none that is a folder's name.
            case UInt8(ascii: ".") where !result.isEmpty: result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        guard result.count > longestName else { return String(decoding: result, as: UTF8.self) }
        // FNV-1a.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(decoding: result.prefix(longestName), as: UTF8.self) + "-" + String(hash, radix: 16)
    }
}
