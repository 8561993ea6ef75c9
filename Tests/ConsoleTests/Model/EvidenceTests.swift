import ControlAPI
import Testing

@testable import Console

@Suite("Evidence for a difference")
struct EvidenceTests {
    /// p-values as R gives them: `prop.test(correct = FALSE)` and `fisher.test`, the latter doubled tails.
    @Test(arguments: [
        (Proportion(100, of: 1000), Proportion(100, of: 1000), 1.0),
        (Proportion(100, of: 1000), Proportion(130, of: 1000), 0.0355),
        (Proportion(30, of: 300), Proportion(60, of: 300), 0.000604),
        (Proportion(0, of: 10), Proportion(0, of: 10), 1.0),
        (Proportion(1, of: 10), Proportion(9, of: 10), 0.0011),
    ])
    func pValues(_ one: Proportion, _ two: Proportion, _ expected: Double) {
        let value = Evidence.pValue(one, two)
        #expect(abs(value - expected) <= expected * 0.05, "\(value)")
        #expect(abs(Evidence.pValue(two, one) - value) < 1e-9)
    }

    @Test(arguments: [
        // Few requests, few failures: chance.
        (Proportion(0, of: 1000), Proportion(1, of: 50), Judgement.noEvidence),
        // Few requests, but three failures where ten thousand had none.
        (Proportion(0, of: 10_000), Proportion(3, of: 50), .worse),
        (Proportion(4, of: 54_000), Proportion(150, of: 6000), .worse),
        (Proportion(500, of: 10_000), Proportion(1, of: 1000), .better),
        (Proportion(20, of: 10_000), Proportion(2, of: 1000), .noEvidence),
        (Proportion(5, of: 100), Proportion(0, of: 0), .nothingToCompare),
        (Proportion(0, of: 0), Proportion(0, of: 10), .nothingToCompare),
    ])
    func judgesErrors(_ base: Proportion, _ canary: Proportion, _ expected: Judgement) {
        #expect(Evidence.judge(base: base, canary: canary) == expected)
    }

    @Test func fewerCacheHitsAreWorse() {
        let judgement = Evidence.judge(
            base: Proportion(800, of: 1000), canary: Proportion(500, of: 1000), lowerIsBetter: false)
        #expect(judgement == .worse)
    }

    private func latencies(_ values: [(UInt64, Int)]) -> HistogramSum {
        var sum = HistogramSum()
        for (milliseconds, count) in values {
            var histogram = LatencyHistogram()
            for _ in 0..<count { histogram.record(microseconds: milliseconds * 1000) }
            sum.add(histogram)
        }
        return sum
    }

    @Test func aSlowTailIsFoundWithoutAssumingItsShape() {
        let base = latencies([(10, 970), (50, 30)])
        #expect(Evidence.judge(base: base, canary: latencies([(10, 900), (130, 100)]), at: 0.99) == .worse)
        #expect(Evidence.judge(base: base, canary: latencies([(10, 970), (50, 30)]), at: 0.99) == .noEvidence)
        // One slow request of twenty says nothing.
        #expect(Evidence.judge(base: base, canary: latencies([(10, 19), (130, 1)]), at: 0.99) == .noEvidence)
        #expect(Evidence.judge(base: base, canary: HistogramSum(), at: 0.99) == .nothingToCompare)
    }
}
