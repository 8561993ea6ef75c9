import Terminal
import Testing

@testable import Console

@Suite("Lines of text")
struct TextInputTests {
    private func typed(_ keys: [String], from text: String = "") -> TextInput {
        var input = TextInput(text)
        for name in keys {
            if let key = Key(name) { _ = input.key(key) }
        }
        return input
    }

    @Test(arguments: [
        (["a", "b", "left", "c"], "acb"), (["a", "backspace", "backspace"], ""), (["a", "b", "ctrl-a", "delete"], "b"),
        (["a", "space", "b", "c", "ctrl-w"], "a "), (["a", "b", "left", "ctrl-k"], "a"),
        (["a", "b", "left", "ctrl-u"], "b"), (["a", "ctrl-e", "right", "b"], "ab"), (["home", "end", "delete"], ""),
    ])
    func editsAsShellsDo(_ keys: [String], _ expected: String) {
        #expect(typed(keys).text == expected)
    }

    @Test func whatIsPastedIsOneLineWithoutControls() {
        var input = TextInput()
        input.insert("one\ntwo\tthree\u{1B}[31m")
        #expect(input.text == "one two three[31m")
    }

    @Test func aMarkJoinsItsLetter() {
        var input = TextInput()
        input.insert("e")
        input.insert("\u{301}")
        #expect(input.text.count == 1)
        #expect(input.caret == 1)
        _ = input.key(.backspace)
        #expect(input.text.isEmpty)
    }

    @Test func theEndIsInSight() {
        var canvas = Canvas(width: 10, height: 1)
        TextInput("0123456789abcdef").view(&canvas, x: 0, y: 0, width: 10)
        #expect(canvas.row(0) == "789abcdef")
        #expect(canvas.cursor == Point(x: 9, y: 0))
    }
}
