import Testing

@testable import Terminal

@Suite struct InputTests {
    private func decode(_ pieces: [[UInt8]]) -> [TerminalEvent] {
        var decoder = InputDecoder()
        var events: [TerminalEvent] = []
        for piece in pieces { for byte in piece { decoder.decode(byte: byte, into: &events) } }
        decoder.flush(into: &events)
        return events
    }

    static let cases: [(String, [TerminalEvent])] = [
        ("a", [.key(.character("a"))]), ("é日", [.key(.character("é")), .key(.character("日"))]),
        ("👍", [.key(.character("👍"))]), ("\r\n", [.key(.enter), .key(.enter)]), ("\u{1B}", [.key(.escape)]),
        ("\u{1B}\u{1B}", [.key(.escape), .key(.escape)]), ("\u{1B}x", [.key(.alt("x"))]),
        ("\u{1B}[", [.key(.alt("["))]), ("\u{1B}O", [.key(.alt("O"))]),
        ("\u{1B}[A\u{1B}OB", [.key(.up), .key(.down)]), ("\u{1B}[Z", [.key(.backTab)]),
        ("\u{1B}[5~\u{1B}[3~", [.key(.pageUp), .key(.delete)]), ("\u{1B}[15~", [.key(.function(5))]),
        ("\u{1B}[1;5Cx", [.key(.character("x"))]), ("\u{1B}[99zq", [.key(.character("q"))]),
        ("\u{3}", [.key(.control("c"))]), ("\u{1B}[I\u{1B}[O", [.focus(true), .focus(false)]),
        ("\u{1B}[200~ls\rrm -rf\r\n\u{1B}[31m\u{1B}[201~z", [.paste("ls\nrm -rf\n\u{1B}[31m"), .key(.character("z"))]),
        ("\u{1B}[<0;3;4M", [.mouse(MouseEvent(.press, .left, x: 2, y: 3))]),
        ("\u{1B}[<2;3;4m", [.mouse(MouseEvent(.release, .right, x: 2, y: 3))]),
        ("\u{1B}[<32;1;1M", [.mouse(MouseEvent(.drag, .left, x: 0, y: 0))]),
        ("\u{1B}[<65;300;4M", [.mouse(MouseEvent(.wheelDown, x: 299, y: 3))]),
        ("\u{1B}[<80;1;1M", [.mouse(MouseEvent(.wheelUp, x: 0, y: 0, modifiers: .control))]),
        ("\u{1B}[<0;3M\u{1B}[<;;;Mx", [.key(.character("x"))]),
        ("\u{1B}[M !!q", [.key(.character("q"))]),
    ]

    @Test(arguments: cases) func bytesBecomeEvents(text: String, events: [TerminalEvent]) {
        #expect(decode([Array(text.utf8)]) == events)
    }

    @Test func brokenUTF8IsDroppedAndWhatFollowsIsRead() {
        #expect(decode([[0xC3, 0x61]]) == [.key(.character("a"))])
        #expect(decode([[0x80, 0xFF, 0x62]]) == [.key(.character("b"))])
        #expect(decode([[0xE2, 0x82, 0xC3, 0xA9]]) == [.key(.character("é"))])
        #expect(decode([[0xED, 0xA0, 0x80, 0x63]]) == [.key(.character("c"))])
    }

    @Test func aPasteWithoutAnEndCanBeEnded() {
        var decoder = InputDecoder()
        var events: [TerminalEvent] = []
        for byte in "\u{1B}[200~abc".utf8 { decoder.decode(byte: byte, into: &events) }
        decoder.flush(into: &events)
        #expect(decoder.isInPaste && events.isEmpty)
        decoder.endPaste(into: &events)
        #expect(events == [.paste("abc")] && !decoder.isInPaste)
    }

    @Test func anEndlessPasteIsCut() {
        var decoder = InputDecoder()
        var events: [TerminalEvent] = []
        let text = "\u{1B}[200~" + String(repeating: "x", count: InputDecoder.pasteLimit + 500) + "\u{1B}[201~y"
        for byte in text.utf8 { decoder.decode(byte: byte, into: &events) }
        guard case .paste(let pasted) = events.first else {
            Issue.record("no paste")
            return
        }
        #expect(pasted.utf8.count == InputDecoder.pasteLimit)
        #expect(events.last == .key(.character("y")))
    }

    @Test(
        arguments: [
            ([:], 256, Capabilities(colours: .indexed)),
            (["NO_COLOR": "1"], 256, Capabilities(colours: .monochrome, noColor: true)),
            (["NO_COLOR": ""], 8, Capabilities(colours: .eight)),
            (["LANG": "C"], 256, Capabilities(unicode: false)),
            (["LANG": "C", "LC_ALL": "de_DE.UTF-8"], 256, Capabilities()),
            (["LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"], 256, Capabilities(unicode: false)),
            (["SLUICE_ASCII": "1"], 16, Capabilities(colours: .sixteen, unicode: false)),
            (["SLUICE_ASCII": "0"], 88, Capabilities(colours: .sixteen)),
            (["SLUICE_GRAPHICS": "blocks"], 256, Capabilities(graphics: .blocks)),
            (["TERM": "linux"], 8, Capabilities(colours: .eight, graphics: .blocks)),
            (["TERM": "vt100"], 0, Capabilities(colours: .monochrome, unicode: false)),
        ] as [([String: String], Int, Capabilities)])
    func capabilitiesFromTheEnvironment(environment: [String: String], colours: Int, expected: Capabilities) {
        #expect(Capabilities(environment: environment, terminfoColours: colours) == expected)
    }

    @Test func copyingGoesThroughTmuxAndScreen() throws {
        func text(_ environment: [String: String]) throws -> String {
            String(decoding: try #require(Clipboard.sequence(for: "héllo", environment: environment)), as: UTF8.self)
        }
        let plain = "\u{1B}]52;c;aMOpbGxv\u{7}"
        #expect(try text([:]) == plain)
        #expect(try text(["TMUX": "/tmp/x"]) == plain + "\u{1B}Ptmux;\u{1B}\u{1B}]52;c;aMOpbGxv\u{7}\u{1B}\\")
        #expect(try text(["STY": "1.x"]) == "\u{1B}P" + plain + "\u{1B}\\")
        #expect(Clipboard.sequence(for: String(repeating: "x", count: Clipboard.limit + 1), environment: [:]) == nil)
        #expect(Clipboard.sequence(for: String(repeating: "x", count: Clipboard.limit), environment: [:]) != nil)
    }

    @Test func paddingIsTakenOutOfTerminfoStrings() {
        #expect(CursesTerminal.withoutPadding("\u{1B}[?5h$<100/>\u{1B}[?5l$<2*>x") == "\u{1B}[?5h\u{1B}[?5lx")
        #expect(CursesTerminal.withoutPadding("a$<b") == "a$<b")
    }

    @Test func asciiReplacementsAreOneColumn() {
        for scalar in "─│┌├▸◂→●…×±−é▏█░⠿".unicodeScalars {
            let byte = Glyphs.ascii(for: scalar.value)
            #expect(byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "?"), "\(scalar)")
        }
        #expect(Glyphs.ascii(for: 0x65E5) == UInt8(ascii: "?"))
    }
}
