import Terminal
import Testing

@Suite struct KeyTests {
    @Test(arguments: [
        ("a", Key.character("a")), ("G", .character("G")), ("+", .character("+")), ("-", .character("-")),
        ("space", .character(" ")), (" ", .character(" ")), ("é", .character("é")), ("日", .character("日")),
        ("enter", .enter), ("Return", .enter), ("esc", .escape), ("Escape", .escape), ("tab", .tab),
        ("shift-tab", .backTab), ("f5", .function(5)), ("F12", .function(12)), ("ctrl-s", .control("s")),
        ("Ctrl-S", .control("s")), ("c-s", .control("s")), ("^s", .control("s")), ("ctrl-space", .control(" ")),
        ("ctrl-i", .tab), ("ctrl-m", .enter), ("ctrl-[", .escape), ("alt-x", .alt("x")), ("alt-X", .alt("X")),
        ("alt--", .alt("-")), ("pgup", .pageUp), ("PageDown", .pageDown), ("del", .delete), ("f", .character("f")),
        ("^", .character("^")), ("ctrl-^", .control("^")),
    ])
    func textFormsParse(text: String, key: Key) {
        #expect(Key(text) == key)
    }

    @Test(arguments: ["", "f0", "f25", "f05", "ctrl-", "ctrl-1", "ctrl-xx", "hyper-x", "alt-", "enterr", "\u{7F}x"])
    func otherTextIsNoKey(text: String) {
        #expect(Key(text) == nil)
    }

    @Test(arguments: [
        Key.character("a"), .character(" "), .character("+"), .enter, .escape, .tab, .backTab, .up, .down, .left,
        .right, .home, .end, .pageUp, .pageDown, .backspace, .delete, .insert, .function(1), .function(24),
        .control("s"), .control(" "), .control("]"), .alt("x"), .alt(" "), .alt("-"),
    ])
    func everyKeyIsReadBackFromItsText(key: Key) {
        #expect(Key(key.description) == key)
    }

    @Test(
        arguments: [
            ("\r", Key.enter), ("\n", .enter), ("\t", .tab), ("\u{7F}", .backspace), ("\u{8}", .backspace),
            ("\u{1}", .control("a")), ("\u{1A}", .control("z")), ("\u{0}", .control(" ")), ("\u{1D}", .control("]")),
            ("x", .character("x")), ("ü", .character("ü")),
        ] as [(Character, Key)])
    func typedCharacters(character: Character, key: Key) {
        #expect(Key(typed: character) == key)
    }
}
