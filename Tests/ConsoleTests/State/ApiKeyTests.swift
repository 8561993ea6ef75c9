import ControlAPI
import Testing

@testable import Console

@Suite("API keys and usage plans")
struct ApiKeyTests {
    private func jobs(_ effects: [Effect]) -> [Call] {
        effects.compactMap {
            if case .perform(let job, _) = $0 { return job.call }
            return nil
        }
    }

    @Test func valuesAreHiddenUntilOneIsAskedFor() {
        var app = App(width: 120, height: 30)
        app.press("K")
        let value = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcd"
        #expect(!app.screen.contains(value))
        #expect(app.screen.contains("******89abcd"))
        app.press("v")
        #expect(app.screen.contains(value), "\(app.screen)")
        app.press("enter")
        #expect(!app.screen.contains(value))
    }

    @Test func copyingDoesNotShowTheValue() {
        var app = App(width: 120, height: 30)
        app.press("K", "c")
        #expect(app.effects.contains(.copy("AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcd")))
        #expect(app.line(28).contains("copied the value of mobile-app"))
        #expect(!app.screen.contains("AbCdEf"))
    }

    @Test func aKeyIsDisabledAndEnabledAfterAQuestion() {
        var app = App()
        app.press("K", "space", "enter")
        #expect(jobs(app.effects).isEmpty)
        app.press("space", "tab", "enter", "j", "space", "tab", "enter")
        #expect(
            jobs(app.effects) == [
                .updateApiKey(keyId: "key001", [.replace("/enabled", "false")]),
                .updateApiKey(keyId: "key002", [.replace("/enabled", "true")]),
            ])
    }

    @Test func aKeyIsMadeAndDeleted() {
        var app = App()
        app.press("K", "n", "enter")
        #expect(app.line(with: "a name, please") != nil)
        app.type("new app")
        app.press("enter", "x", "tab", "enter")
        #expect(jobs(app.effects) == [.createApiKey(name: "new app"), .deleteApiKey(keyId: "key001")])
    }

    @Test func aPlanShowsWhatItsKeysUsed() {
        var app = App(width: 100, height: 30)
        app.press("P", "enter")
        #expect(app.line(with: "mobile-app")?.contains("3,120") == true, "\(app.screen)")
        #expect(app.line(with: "mobile-app")?.contains("770") == true)
        #expect(app.line(with: "partner")?.contains("10,000") == true)
    }

    @Test(arguments: [
        (10_000, [[3120, 770]], 3120, 770, 0.077), (10_000, [], 0, 10_000, 1.0), (10, [[10, -3]], 10, 0, 0.0),
        (10, [[5]], 5, 10, 1.0),
    ])
    func quotasAreReadFromDays(_ limit: Int, _ days: [[Int]], _ used: Int, _ remaining: Int, _ left: Double) {
        var plan = UsagePlan()
        plan.quota = QuotaSettings(limit: limit, offset: nil, period: "DAY")
        let use = QuotaUse(plan, days: days)
        #expect(use.usedToday == used && use.remaining == remaining && use.left == left)
    }

    @Test func daysAreOfGreenwich() {
        #expect(CalendarDay.text(0) == "1970-01-01")
        #expect(CalendarDay.text(Fixtures.now) == "2026-11-20")
        #expect(CalendarDay.text(951_782_400) == "2000-02-29")
    }
}
