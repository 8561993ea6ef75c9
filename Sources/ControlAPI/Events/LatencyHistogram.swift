/// Counts of durations in log-linear buckets: exact below 64 µs, then 32 buckets to each doubling, so that a
/// percentile is at most 3.2 % off. Engines count, readers merge: two histograms add up bucket by bucket.
///
/// On the wire it is a flat list `[bucket, count, bucket, count, …]` of the buckets that are not empty.
public struct LatencyHistogram: Sendable, Hashable {
    /// Enough for 2^32 µs, over an hour.
    public static let bucketCount = 64 + 26 * 32

    /// Bucket → count, ascending, no zeroes.
    public private(set) var buckets: [(bucket: Int, count: Int)] = []
    public private(set) var count = 0

    public init() {}

    /// The bucket of a duration in microseconds. Longer ones than the last bucket holds are counted there.
    @inlinable
    public static func bucket(of microseconds: UInt64) -> Int {
        if microseconds < 64 { return Int(microseconds) }
        let exponent = 63 - microseconds.leadingZeroBitCount
        guard exponent < 32 else { return bucketCount - 1 }
        let offset = Int((microseconds >> UInt64(exponent - 5)) & 31)
        return 64 + (exponent - 6) * 32 + offset
    }

    /// The middle of a bucket in microseconds.
    public static func value(of bucket: Int) -> Double {
        if bucket < 64 { return Double(bucket) }
        let exponent = (bucket - 64) / 32 + 6
        let offset = (bucket - 64) % 32
        let width = Double(1 << (exponent - 5))
        return Double(1 << exponent) + (Double(offset) + 0.5) * width
    }

    /// Takes counts by bucket, as an engine's flat array has them.
    public init(dense counts: some Collection<UInt32>) {
        for (bucket, count) in counts.enumerated() where count > 0 && bucket < Self.bucketCount {
            buckets.append((bucket, Int(count)))
            self.count += Int(count)
        }
    }

    public mutating func record(microseconds: UInt64) {
        var one = LatencyHistogram()
        one.buckets = [(Self.bucket(of: microseconds), 1)]
        one.count = 1
        merge(one)
    }

    public mutating func merge(_ other: LatencyHistogram) {
        guard other.count > 0 else { return }
        var merged: [(bucket: Int, count: Int)] = []
        merged.reserveCapacity(buckets.count + other.buckets.count)
        var one = buckets.makeIterator()
        var two = other.buckets.makeIterator()
        var left = one.next()
        var right = two.next()
        while let a = left, let b = right {
            if a.bucket == b.bucket {
                merged.append((a.bucket, a.count + b.count))
                left = one.next()
                right = two.next()
            } else if a.bucket < b.bucket {
                merged.append(a)
                left = one.next()
            } else {
                merged.append(b)
                right = two.next()
            }
        }
        while let a = left {
            merged.append(a)
            left = one.next()
        }
        while let b = right {
            merged.append(b)
            right = two.next()
        }
        buckets = merged
        count += other.count
    }

    /// The value, in milliseconds, that `share` (0…1) of the counted durations do not exceed; `nil` if there are none.
    public func percentile(_ share: Double) -> Double? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((Double(count) * share).rounded(.up)))
        var seen = 0
        for entry in buckets {
            seen += entry.count
            if seen >= rank { return Self.value(of: entry.bucket) / 1000 }
        }
        return buckets.last.map { Self.value(of: $0.bucket) / 1000 }
    }

    public static func == (one: LatencyHistogram, other: LatencyHistogram) -> Bool {
        one.count == other.count && one.buckets.elementsEqual(other.buckets, by: ==)
    }

    public func hash(into hasher: inout Hasher) {
        for entry in buckets {
            hasher.combine(entry.bucket)
            hasher.combine(entry.count)
        }
    }
}

extension LatencyHistogram: Codable {
    public init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        while !container.isAtEnd {
            let bucket = try container.decode(Int.self)
            let count = try container.decode(Int.self)
            guard (0..<Self.bucketCount).contains(bucket), count > 0, bucket > buckets.last?.bucket ?? -1 else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "buckets have to ascend and counts to be positive")
            }
            buckets.append((bucket, count))
            self.count += count
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for entry in buckets {
            try container.encode(entry.bucket)
            try container.encode(entry.count)
        }
    }
}
