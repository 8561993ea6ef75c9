package import Terminal

/// A line of text being typed, with a caret. Knows the keys that shells know.
package struct TextInput: Sendable, Equatable {
    package private(set) var text: String
    /// Characters before the caret.
    package private(set) var caret: Int
    private let limit: Int

    package init(_ text: String = "", limit: Int = 500) {
        self.text = text
        self.limit = limit
        caret = text.count
    }

    /// Does what the key says; false if it means nothing to a line of text.
    package mutating func key(_ key: Key) -> Bool {
        switch key {
        case .character(let character): insert(String(character))
        case .backspace:
            guard caret > 0 else { return true }
            remove(caret - 1..<caret)
        case .delete:
            guard caret < text.count else { return true }
            remove(caret..<caret + 1)
        case .left, .control("b"): caret = max(0, caret - 1)
        case .right, .control("f"): caret = min(text.count, caret + 1)
        case .home, .control("a"): caret = 0
        case .end, .control("e"): caret = text.count
        case .control("u"): remove(0..<caret)
        case .control("k"): remove(caret..<text.count)
        case .control("w"):
            let before = Array(text.prefix(caret))
            var start = before.count
            while start > 0, before[start - 1] == " " { start -= 1 }
            while start > 0, before[start - 1] != " " { start -= 1 }
            remove(start..<caret)
        default: return false
        }
        return true
    }

    package mutating func insert(_ more: String) {
        // What is pasted into one line is one line.
        let clean = more.map { $0.isNewline || $0 == "\t" ? " " : $0 }.filter { character in
            character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        }
        guard text.count + clean.count <= limit else { return }
        let place = text.index(text.startIndex, offsetBy: caret)
        text.insert(contentsOf: clean, at: place)
        // A combining mark joins the character before it, so count what is there.
        caret = min(text.count, caret + clean.count)
    }

    package mutating func replace(_ text: String) {
        self = TextInput(String(text.prefix(limit)), limit: limit)
    }

    private mutating func remove(_ range: Range<Int>) {
        let start = text.index(text.startIndex, offsetBy: range.lowerBound)
        let end = text.index(text.startIndex, offsetBy: range.upperBound)
        text.removeSubrange(start..<end)
        caret = min(range.lowerBound, text.count)
    }

    /// Draws the text, scrolled so that the caret is in sight, and parks the cursor there.
    package func view(_ canvas: inout Canvas, x: Int, y: Int, width: Int, style: Style = .input) {
        guard width > 1 else { return }
        let before = TextWidth.of(String(text.prefix(caret)))
        let skip = max(0, before - (width - 1))
        canvas.put(
            TextLayout.suffix(of: text, afterColumns: skip), x: x, y: y, style: style, maxWidth: width)
        canvas.cursor = Point(x: x + before - skip, y: y)
    }
}
