import ControlAPI
import JSON
import Testing

@Suite struct LatencyHistogramTests {
    @Test(arguments: [0, 1, 63, 64, 65, 127, 128, 999, 1000, 123_456, 29_000_000, 4_294_967_295] as [UInt64])
    func aBucketIsAtMostThreePercentOff(microseconds: UInt64) {
        let value = LatencyHistogram.value(of: LatencyHistogram.bucket(of: microseconds))
        #expect(abs(value - Double(microseconds)) <= max(0.5, Double(microseconds) * 0.032))
    }

    @Test func bucketsAscendWithTheirDurations() {
        var last = -1
        for power in 0..<40 {
            for step in 0..<8 as Range<UInt64> {
                let bucket = LatencyHistogram.bucket(of: (1 << UInt64(power)) + (1 << UInt64(power)) / 8 * step)
                #expect(bucket >= last)
                #expect(bucket < LatencyHistogram.bucketCount)
                last = bucket
            }
        }
        #expect(LatencyHistogram.bucket(of: .max) == LatencyHistogram.bucketCount - 1)
    }

    @Test func percentilesOfKnownDurations() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(0.5) == nil)
        for milliseconds in 1...100 { histogram.record(microseconds: UInt64(milliseconds) * 1000) }
        #expect(abs((histogram.percentile(0.5) ?? 0) - 50) < 2)
        #expect(abs((histogram.percentile(0.99) ?? 0) - 99) < 4)
        #expect(abs((histogram.percentile(1) ?? 0) - 100) < 4)
    }

    @Test func mergingCountsWhatBothCounted() throws {
        var one = LatencyHistogram()
        var two = LatencyHistogram()
        var both = LatencyHistogram()
        for value in [5, 70, 70, 900, 80_000] as [UInt64] {
            one.record(microseconds: value)
            both.record(microseconds: value)
        }
        for value in [1, 70, 5_000_000] as [UInt64] {
            two.record(microseconds: value)
            both.record(microseconds: value)
        }
        one.merge(two)
        #expect(one == both)
        #expect(one.count == 8)
        #expect(try JSON(encoding: one).decode(LatencyHistogram.self) == one)
    }

    @Test(arguments: ["[3,1,2,1]", "[3,0]", "[3]", "[-1,1]", "[99999,1]", "{}", "[1.5,1]"])
    func malformedHistogramsAreRefused(text: String) throws {
        let json = try JSON(parsing: text)
        #expect(throws: (any Error).self) { try json.decode(LatencyHistogram.self) }
    }
}
