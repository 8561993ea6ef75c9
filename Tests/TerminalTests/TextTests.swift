import Testing

@testable import Terminal

@Suite struct TextTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("日本", 4), ("é", 1), ("e\u{301}", 1), ("\u{301}", 0), ("…", 1), ("█⣿─", 3),
        ("\u{200B}\u{FEFF}\u{200D}", 0), ("\u{202E}abc", 3), ("a\tb", 3), ("\u{0}", 1), ("한국", 4), ("ｆ", 2),
        ("❤\u{FE0F}", 1), ("👍🏽", 2), ("a\r\nb", 3), ("→", 1), ("±×−", 3), ("\u{1112}\u{1161}\u{11AB}", 2),
    ])
    func width(text: String, columns: Int) {
        #expect(TextWidth.of(text) == columns)
    }

    @Test(arguments: [
        ("hello", 5, "hello"), ("hello", 4, "hel…"), ("hello", 1, "h"), ("hello", 0, ""), ("hello", -1, ""),
        ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本語", 1, ""), ("", 3, ""),
    ])
    func truncating(text: String, width: Int, expected: String) {
        #expect(TextLayout.truncate(text, to: width) == expected)
    }

    @Test func truncatingInASCIIUsesThreeDots() {
        #expect(TextLayout.truncate("/orders/items", to: 8, ellipsis: "...") == "/orde...")
        #expect(TextLayout.truncate("/orders", to: 3, ellipsis: "...") == "/or")
        #expect(TextLayout.truncateHead("http://host/orders", to: 8) == "…/orders")
        #expect(TextLayout.truncateHead("日本語", to: 5) == "…本語")
        #expect(TextLayout.truncateHead("日本語", to: 4) == "…語")
    }

    @Test func padding() {
        #expect(TextLayout.pad("日", to: 4) == "日  ")
        #expect(TextLayout.pad("日", to: 4, .right) == "  日")
        #expect(TextLayout.pad("ab", to: 5, .center) == " ab  ")
        #expect(TextLayout.pad("abcdef", to: 3) == "abcdef")
        #expect(TextLayout.fit("abcdef", to: 4, .right) == "abc…")
        #expect(TextLayout.fit("ab", to: 4, .right) == "  ab")
    }

    @Test(arguments: [
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 100, ["one two three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("a abcdefghij b", 4, ["a", "abcd", "efgh", "ij b"]),
        ("a\n\nb", 4, ["a", "", "b"]),
        ("", 4, [""]),
        ("日本語です", 4, ["日本", "語で", "す"]),
        ("日本", 1, [""]),
        ("abc", 0, []),
        ("  indented text", 9, ["  indented".trimmingPrefix("  ").description, "text"]),
        ("end  ", 4, ["end"]),
    ])
    func wrapping(text: String, width: Int, expected: [String]) {
        #expect(TextLayout.wrap(text, to: width) == expected)
    }

    @Test func prefixAndSuffixShareTheColumns() {
        #expect(TextLayout.prefix(of: "a日b", columns: 2) == "a")
        #expect(TextLayout.prefix(of: "a日b", columns: 3) == "a日")
        #expect(TextLayout.suffix(of: "a日b", afterColumns: 3) == "b")
    }
}
