import ControlAPI
import Testing

@testable import Console

@Suite("VPC links and their targets")
struct TargetPoolTests {
    private func jobs(_ effects: [Effect]) -> [Call] {
        effects.compactMap {
            if case .perform(let job, _) = $0 { return job.call }
            return nil
        }
    }

    private func onLink(_ keys: String...) -> App {
        var app = App(width: 120, height: 30)
        app.press("V", "enter")
        for key in keys { app.press(key) }
        return app
    }

    @Test func theListTellsHowManyAreHealthy() {
        var app = App(width: 120, height: 30)
        app.press("V")
        #expect(app.line(with: "shop ")?.contains("2 of 4") == true, "\(app.screen)")
        #expect(app.line(with: "cold storage")?.contains("no targets") == true)
        #expect(app.line(with: "broken")?.contains("FAILED") == true)
    }

    @Test func eachTargetTellsWhyItIsNotHealthy() {
        let app = onLink()
        #expect(app.line(with: "10.0.3.8:9000")?.contains("unhealthy") == true, "\(app.screen)")
        #expect(app.line(with: "10.0.3.8:9000")?.contains("connection refused") == true)
        #expect(app.line(with: "10.0.3.6:9000")?.contains("draining") == true)
        #expect(app.line(with: "shop.internal:9000")?.contains("10.0.4.1 10.0.4.2") == true)
        #expect(app.line(with: "GET /health every 10 s") != nil)
    }

    @Test func aTargetIsAdded() {
        var app = onLink("a", "enter")
        #expect(app.line(with: "host:port, please") != nil)
        app.type("10.0.3.10:9000")
        app.press("enter")
        #expect(jobs(app.effects) == [.registerTarget(vpcLinkId: "shop00", host: "10.0.3.10", port: 9000)])
    }

    @Test(arguments: [
        ("10.0.3.7:9000", "10.0.3.7", 9000), ("shop.internal:80", "shop.internal", 80), ("[::1]:443", "::1", 443),
        ("::1:443", nil, 0), ("a", nil, 0), ("a:0", nil, 0), ("a:65536", nil, 0), (":80", nil, 0), ("a b:80", nil, 0),
        ("http://a:80", nil, 0), ("a:80/", nil, 0), ("[]:80", nil, 0), ("a:99999999999999999999", nil, 0),
    ])
    func addresses(_ text: String, _ host: String?, _ port: Int) {
        let address = TargetPool.Target.address(text)
        #expect(address?.host == host)
        #expect((address?.port ?? 0) == port)
    }

    @Test func drainingTellsWhatIsUnderWay() {
        var app = onLink("x")
        #expect(app.line(with: "12 have 30 s to finish") != nil, "\(app.screen)")
        #expect(app.line(with: "1 healthy left") != nil)
        app.press("enter")
        #expect(jobs(app.effects).isEmpty)
        app.press("x", "tab", "enter")
        #expect(jobs(app.effects) == [.deregisterTarget(vpcLinkId: "shop00", target: "10.0.3.7:9000")])
    }

    @Test func theLastHealthyTargetIsWarnedOf() {
        var app = onLink()
        app.engine?.pools[0].targets[2].health = .unhealthy
        app.second(Fixtures.now + 1)
        app.press("x")
        #expect(app.line(with: "no healthy target is left") != nil, "\(app.screen)")
    }

    @Test func whatDrainsIsNotDrainedAgain() {
        let app = onLink("G", "x")
        #expect(app.state.overlays.isEmpty)
        #expect(app.line(28).contains("10.0.3.6:9000 drains already"))
    }

    @Test func theAlgorithmIsSwitchedAndTheRestStays() {
        var app = onLink("c", "enter")
        #expect(jobs(app.effects).isEmpty, "the one that is chosen already changes nothing")
        app.press("c", "j", "enter")
        var pool = Fixtures.targetPools[0]
        pool.algorithm = .leastOutstandingRequests
        #expect(jobs(app.effects) == [.putTargetPool(vpcLinkId: "shop00", pool)])
        #expect(app.line(28).contains("requests go by least outstanding requests"))
    }

    @Test(arguments: ["x", "c", "a"])
    func aHeldKeyChangesNothing(_ key: String) {
        var app = onLink()
        for _ in 0..<100 { app.press(key) }
        for _ in 0..<100 { app.press("enter") }
        #expect(jobs(app.effects).isEmpty)
    }

    @Test func withoutAPoolItSaysWhatToDo() {
        var app = App(width: 120, height: 30)
        app.press("V", "j", "enter")
        #expect(app.line(with: "no targets: a adds one") != nil, "\(app.screen)")
        app.press("c")
        #expect(app.line(28).contains("there is no pool yet: a adds a target"))
    }

    @Test func aMethodLeadsToItsLink() {
        var engine = FakeEngine()
        engine.resources = Fixtures.backendResources
        var app = App(width: 120, height: 30, engine: engine)
        app.press("enter", "j", "j", "j", "enter", "V")
        #expect((app.state.top as? VpcLinkScreen)?.linkId == "shop00", "\(app.screen)")
    }
}
