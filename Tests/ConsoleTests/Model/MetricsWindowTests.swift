import ControlAPI
import Testing

@testable import Console

@Suite("The window of metrics")
struct MetricsWindowTests {
    private func window(_ seconds: Int = 300) -> MetricsWindow {
        var window = MetricsWindow()
        window.take(Fixtures.samples.filter { $0.time > Fixtures.now - seconds }, upTo: Fixtures.now)
        return window
    }

    @Test func ratesAreTakenOverTheSecondsThatAreKnown() {
        #expect(window(300).summary(.variant(Fixtures.prod, canary: false), seconds: 300).rate == 180)
        // Started ten seconds ago: the rate is right at once, not a thirtieth of it.
        let young = window(10)
        #expect(young.known(seconds: 300) == 10)
        #expect(young.summary(.variant(Fixtures.prod, canary: false), seconds: 300).rate == 180)
    }

    @Test func scopesAddUp() {
        let window = window()
        let all = window.summary(.all, seconds: 60)
        let petstore = window.summary(.api(Fixtures.petstore), seconds: 60)
        let orders = window.summary(.stage(StageKey(Fixtures.orders, "live")), seconds: 60)
        #expect(all.count == petstore.count + orders.count)
        #expect(petstore.count == 200 * 60)
        #expect(orders.rate == 6)
    }

    @Test func percentilesAreOfTheMergedHistograms() {
        let base = window().summary(.variant(Fixtures.prod, canary: false), seconds: 60)
        var merged = LatencyHistogram()
        for sample in Fixtures.samples
        where sample.time > Fixtures.now - 60 && sample.apiId == Fixtures.petstore && !sample.canary {
            merged.merge(sample.latency)
        }
        #expect(base.latency.count == merged.count)
        for share in [0.01, 0.5, 0.9, 0.975, 0.99, 1] {
            #expect(base.latency.percentile(share) == merged.percentile(share))
        }
    }

    @Test func aSecondThatComesTwiceCountsOnce() {
        var window = window(60)
        let before = window.summary(.all, seconds: 60)
        window.take(Fixtures.samples.filter { $0.time > Fixtures.now - 20 }, upTo: Fixtures.now)
        #expect(window.summary(.all, seconds: 60) == before)
    }

    @Test func samplesOfOneBatchAndSecondAddUp() {
        var window = MetricsWindow()
        let one = Fixtures.sample(100, "a", "s", canary: false, count: 3, errors: 1, p50: 1, p99: 2)
        window.take([one, one], upTo: 100)
        #expect(window.summary(.all, seconds: 1).count == 6)
        #expect(window.summary(.all, seconds: 1).serverErrors == 2)
    }

    @Test func oldSecondsFallOut() {
        var window = window()
        window.take([], upTo: Fixtures.now + 299)
        #expect(window.summary(.all, seconds: 300).count == 206)
        window.take([], upTo: Fixtures.now + 301)
        #expect(window.summary(.all, seconds: 300).count == 0)
    }

    @Test func stepsBeginAtFixedMoments() {
        var window = window()
        let scope = MetricsScope.variant(Fixtures.prod, canary: true)
        let before = window.values(.count, scope, seconds: 300, points: 60)
        // Within a step only the newest value may change.
        let step = (Fixtures.now / 5 + 1) * 5
        for time in (Fixtures.now + 1)..<step { window.take([], upTo: time) }
        #expect(window.values(.count, scope, seconds: 300, points: 60).dropLast() == before.dropLast())
        // Then all move by one.
        window.take([], upTo: step)
        let after = window.values(.count, scope, seconds: 300, points: 60)
        #expect(Array(after.dropLast(2)) == Array(before.dropFirst().dropLast()))
    }

    @Test func unknownSecondsHaveNoValueAndQuietOnesAreZero() {
        var window = MetricsWindow()
        window.take([], upTo: 1000)
        #expect(window.values(.count, .all, seconds: 10, points: 10) == Array(repeating: nil, count: 9) + [0])
        #expect(window.values(.latencyP99, .all, seconds: 10, points: 10) == Array(repeating: nil, count: 10))
        #expect(MetricsWindow().values(.count, .all, seconds: 10, points: 3) == [nil, nil, nil])
    }

    @Test func anythingElseIsNothing() {
        #expect(MetricsWindow().summary(.all, seconds: 300).rate == 0)
        #expect(MetricsWindow().summary(.all, seconds: 300).serverErrorPercent == nil)
        #expect(window().summary(.api("unknown"), seconds: 300).count == 0)
    }
}
