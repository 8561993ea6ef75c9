import Terminal
import Testing

@testable import Console

@Suite("Terminals that can do less")
struct AccessibilityTests {
    /// A walk over every kind of screen and dialog.
    private static let walk: [[String]] = [
        [], ["p"], ["esc", "+"], ["esc", "x"], ["esc", "d"], ["esc", "l"], ["esc", "m"], ["esc", "?"],
        ["esc", "esc", "enter"],
        ["j", "j", "j", "enter"], ["esc", "D"], ["esc", "esc", "s"], ["esc", "H"], ["esc", "T"], ["esc", ":"],
        ["esc", "esc", "M"], ["j", "j", "enter"], ["esc", "esc", "W"], ["enter"], ["e"], ["esc", "x"],
        ["esc", "esc", "P"], ["enter"], ["esc", "esc", "K"], ["v"], ["esc", "space"], ["esc", "n"], ["esc", "esc"],
        ["f"], ["enter"], ["a"], ["esc", "w"], ["esc", "i"], ["r"], ["esc", "esc", "V"], ["enter"], ["x"],
        ["esc", "c"],
        ["esc", "esc", "esc"], ["R", "j", "j", "j", "j", "p"], ["esc", "t"], ["r"], ["a"], ["esc", "esc", "enter"],
        ["e"],
    ]

    @Test func asciiAloneIsEnough() {
        var app = App.onStage(width: 100, height: 34, capabilities: .plain)
        for keys in Self.walk {
            for key in keys { if let key = Key(key) { app.send(.terminal(.key(key))) } }
            for (number, line) in app.screen.split(separator: "\n").enumerated() {
                let foreign = line.unicodeScalars.filter { !$0.isASCII }
                #expect(foreign.isEmpty, "\(keys) line \(number): \(line)")
            }
        }
    }

    @Test func theTrafficBarAndTheTrendsAreReadableInAscii() {
        let app = App.onStage(width: 80, height: 24, capabilities: .plain)
        #expect(app.line(2).contains("###...") || app.line(2).contains("####"))
        #expect(app.line(with: "5XXError")?.contains("worse") == true)
    }

    /// State is never told by colour alone: without styles the words are still there.
    @Test func wordsCarryWhatColourDoes() {
        var app = App.onStage(capabilities: Capabilities(noColor: true))
        #expect(app.screen.contains("canary"))
        #expect(app.screen.contains("worse"))
        app.send(.feedLost(Fixtures.refusedConnection))
        #expect(app.screen.contains("engine lost"))
    }

    @Test func theCursorIsParkedOnTheFocus() {
        var app = App()
        app.press("j")
        #expect(view(app.state).cursor == Point(x: 0, y: 4))
        app.press("/")
        app.type("x")
        #expect(view(app.state).cursor?.y == 22)
    }
}
