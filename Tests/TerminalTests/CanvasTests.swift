import Testing

@testable import Terminal

@Suite struct CanvasTests {
    @Test func aNewCanvasIsBlank() {
        let canvas = Canvas(width: 4, height: 2)
        #expect(canvas.text == "\n")
        #expect(canvas.styleText == "\n")
        #expect(canvas[0, 0] == .blank)
        #expect(canvas[4, 0] == nil)
        #expect(canvas[0, -1] == nil)
    }

    @Test(arguments: [
        // text, x, maxWidth, written, row of 6
        ("hello", 0, Int.max, 5, "hello"),
        ("hello", 3, Int.max, 3, "   hel"),
        ("hello", -2, Int.max, 5, "llo"),
        ("hello", 0, 3, 3, "hel"),
        ("hello", 6, Int.max, 0, ""),
        ("hello", 0, 0, 0, ""),
        ("hello", 0, -4, 0, ""),
        ("日本語", 0, Int.max, 6, "日本語"),
        ("日本語", 1, Int.max, 4, " 日本"),
        ("日本語", 0, 5, 4, "日本"),
        ("日本語", -1, Int.max, 6, " 本語"),
        ("a\tb\nc", 0, Int.max, 5, "a b c"),
        ("a\u{1B}[31m", 0, Int.max, 6, "a\u{FFFD}[31m"),
        ("e\u{301}x", 0, Int.max, 2, "e\u{301}x"),
        ("a\u{202E}b", 0, Int.max, 2, "ab"),
    ])
    func putClipsAndNeverSplits(text: String, x: Int, maxWidth: Int, written: Int, row: String) {
        var canvas = Canvas(width: 6, height: 1)
        #expect(canvas.put(text, x: x, y: 0, maxWidth: maxWidth) == written)
        #expect(canvas.row(0) == row)
    }

    @Test func putOutsideTheRowsDrawsNothingAndStillMeasures() {
        var canvas = Canvas(width: 6, height: 1)
        #expect(canvas.put("abc", x: 0, y: 1) == 3)
        #expect(canvas.put("abc", x: 0, y: -1) == 3)
        #expect(canvas.text == "")
    }

    @Test func writingOverHalfAWideCharacterBlanksTheOtherHalf() {
        var canvas = Canvas(width: 6, height: 1)
        canvas.put("日本語", x: 0, y: 0)
        canvas.put("x", x: 1, y: 0)
        #expect(canvas.row(0) == " x本語")
        canvas.put("y", x: 2, y: 0)
        #expect(canvas.row(0) == " xy 語")
        canvas.fill(Rect(x: 5, y: 0, width: 1, height: 1), character: "z")
        #expect(canvas.row(0) == " xy  z")
    }

    @Test func regionsNestAndClip() {
        var canvas = Canvas(width: 8, height: 4)
        canvas.draw(in: Rect(x: 2, y: 1, width: 4, height: 2)) { canvas in
            #expect(canvas.bounds == Rect(width: 4, height: 2))
            canvas.fill(canvas.bounds, character: ".")
            canvas.put("abcdefgh", x: 1, y: 0)
            canvas.draw(in: Rect(x: 2, y: 1, width: 10, height: 10)) { canvas in
                #expect(canvas.bounds == Rect(width: 10, height: 10))
                canvas.put("xyz", x: 0, y: 0)
                canvas.put("xyz", x: 0, y: 1)
                canvas.put("日", x: 1, y: 0)
            }
        }
        #expect(canvas.text == "\n  .abc\n  ..x\n")
        #expect(canvas.bounds == Rect(width: 8, height: 4))
    }

    @Test func theCursorIsParkedInTheRegionsCoordinates() {
        var canvas = Canvas(width: 8, height: 4)
        canvas.draw(in: Rect(x: 2, y: 1, width: 4, height: 2)) { $0.cursor = Point(x: 1, y: 1) }
        #expect(canvas.cursor == Point(x: 3, y: 2))
        canvas.cursor = Point(x: 8, y: 0)
        #expect(canvas.cursor == Point(x: 3, y: 2))
        canvas.cursor = nil
        #expect(canvas.cursor == nil)
    }

    @Test func stylesAreALayerOfTheirOwn() {
        var canvas = Canvas(width: 12, height: 2)
        canvas.put("ok", x: 0, y: 0, style: .healthy)
        canvas.put("bad", x: 3, y: 0, style: .error.bold)
        canvas.put("x", x: 7, y: 0)
        canvas.put("row", x: 0, y: 1, style: .warning)
        canvas.restyle(Rect(x: 0, y: 1, width: 5, height: 1)) { $0.on(.selection) }
        #expect(canvas.styleText == "gg EEE .\nsssss")
        #expect(canvas[0, 1]?.style == Style(.warning, on: .selection))
        #expect(canvas.text == "ok bad x\nrow")
    }

    @Test func copyingKeepsWideCharactersWhole() {
        var small = Canvas(width: 4, height: 1)
        small.put("日本", x: 0, y: 0)
        var canvas = Canvas(width: 5, height: 1)
        canvas.copy(small, x: -1, y: 0)
        #expect(canvas.row(0) == " 本")
        var narrow = Canvas(width: 3, height: 1)
        narrow.copy(small, x: 0, y: 0)
        #expect(narrow.row(0) == "日")
        #expect(narrow[2, 0]?.isContinuation == false)
    }

    @Test func everyRoleHasALetterOfItsOwn() {
        let letters = Set(Role.allCases.map(\.letter))
        #expect(letters.count == Role.allCases.count)
        #expect(!letters.contains(" "))
    }

    @Test func anEmptyCanvasTakesEverything() {
        var canvas = Canvas(width: -3, height: 0)
        canvas.put("abc", x: 0, y: 0)
        canvas.fill(Rect(x: -5, y: -5, width: 100, height: 100), character: "#")
        canvas.restyle(Rect(width: 9, height: 9), .error)
        canvas.cursor = Point(x: 0, y: 0)
        #expect(canvas.text == "")
        #expect(canvas.cursor == nil)
    }
}
