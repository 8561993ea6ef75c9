import Foundation

/// A moment on the control plane's wire: whole seconds since 1970, as a JSON number.
public struct Timestamp: Codable, Sendable, Hashable, Comparable {
    public var seconds: Int

    public init(seconds: Int) {
        self.seconds = seconds
    }

    public static var now: Timestamp { Timestamp(seconds: Int(Date().timeIntervalSince1970)) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        seconds = Int((try container.decode(Double.self)).rounded(.down))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(seconds)
    }

    public static func < (one: Timestamp, other: Timestamp) -> Bool { one.seconds < other.seconds }
}
