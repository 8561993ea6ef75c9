import ControlAPI
import Testing

@testable import Gateway

@Suite struct TargetHealthTests {
    /// Checks in order, `+` a success and `-` a failure, and the state after each: (i)nitial, (h)ealthy, (u)nhealthy.
    @Test(arguments: [
        ("+", "h"), ("-", "i"), ("--", "iu"), ("-+", "ih"), ("+-+-+", "hhhhh"), ("+--", "hhu"), ("+--++", "hhuuu"),
        ("+--+++", "hhuuuh"), ("+--++-+++", "hhuuuuuuh"), ("--+++", "iuuuh"),
    ])
    func `thresholds count in a row`(_ checks: String, _ states: String) {
        let check = TargetPool.HealthCheck(path: "/", healthyThresholdCount: 3, unhealthyThresholdCount: 2)
        var health = TargetHealth(isChecked: true)
        var seen = ""
        for one in checks {
            let before = health.state
            let changed = health.note(one == "+" ? nil : "no", check)
            #expect(changed == (health.state != before))
            seen += health.state == .initial ? "i" : health.state == .healthy ? "h" : "u"
        }
        #expect(seen == states)
        #expect(health.reason == (checks.last == "+" ? nil : "no"))
    }

    @Test func `what is not checked is healthy`() { #expect(TargetHealth(isChecked: false).state == .healthy) }

    @Test(arguments: [
        ("200", [200], [201, 404]), ("200-399", [200, 302, 399], [400, 503]), ("200,204", [200, 204], [201]),
        ("200, 300-302", [200, 301], [303]),
    ])
    func `matchers`(_ text: String, _ fits: [Int], _ others: [Int]) throws {
        let matcher = try #require(StatusMatcher(text))
        #expect(fits.allSatisfy { matcher.matches($0) })
        #expect(!others.contains { matcher.matches($0) })
    }

    @Test(arguments: ["", "2", "abc", "200-", "-200", "399-200", "200,,201", "100", "600", "200-300-400", "+20"])
    func `what is no matcher`(_ text: String) { #expect(StatusMatcher(text) == nil) }

    @Test(arguments: [
        ("Example.COM.", "example.com"), ("localhost", "localhost"), ("10.0.0.1", "10.0.0.1"), ("::1", "::1"),
        ("a_b.c-d", "a_b.c-d"), ("", nil), ("a b", nil), ("-a", nil), ("a-", nil), ("a..b", nil), ("1.2.3", nil),
        ("300.1.1.1", nil), ("a/b", nil), ("a:b", nil), (String(repeating: "a", count: 64), nil), ("é.test", nil),
    ])
    func `hosts`(_ text: String, _ normalized: String?) { #expect(HostName.normalized(text) == normalized) }
}
