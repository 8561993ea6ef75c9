import Foundation
import Glibc
import Testing

@testable import Terminal

private let enterScreen = "\u{1B}[?1049h"
private let leaveScreen = "\u{1B}[?1049l"

/// ncurses keeps its state in globals, so these run one after the other, each on a pseudo-terminal of its own.
@Suite(.serialized) struct CursesTerminalTests {
    private let plain: [String: String] = ["TERM": "xterm-256color"]

    private func open(
        _ pty: PseudoTerminal, _ environment: [String: String] = ["TERM": "xterm-256color"], mouse: Bool = false
    ) throws -> CursesTerminal {
        try CursesTerminal(.init(mouse: mouse, input: pty.theirs, output: pty.theirs), environment: environment)
    }

    private func theme() throws -> Theme { try ThemeCatalogue(folder: nil).load("dark") }

    private func canvas(_ text: String, width: Int = 40, height: Int = 10) -> Canvas {
        var canvas = Canvas(width: width, height: height)
        canvas.put(text, x: 0, y: 0)
        return canvas
    }

    /// Events until one fulfils the condition, or five seconds are over.
    private func events(_ terminal: CursesTerminal, until done: (TerminalEvent) -> Bool) -> [TerminalEvent] {
        var all: [TerminalEvent] = []
        for _ in 0..<50 {
            all += terminal.wait(timeoutMilliseconds: 100)
            if all.contains(where: done) { break }
        }
        return all
    }

    @Test func theTerminalIsTakenAndGivenBackAsItWas() throws {
        let pty = try #require(PseudoTerminal())
        let before = pty.modes
        let terminal = try open(pty, mouse: true)
        #expect((terminal.width, terminal.height) == (40, 10))
        #expect(pty.modes != before)
        let opening = pty.output()
        #expect(opening.contains(enterScreen))
        #expect(opening.contains("\u{1B}[?2004h") && opening.contains("\u{1B}[?1006h"))
        terminal.close()
        let closing = pty.output()
        for off in [leaveScreen, "\u{1B}[?2004l", "\u{1B}[?1006l", "\u{1B}[?1004l"] {
            #expect(closing.contains(off))
        }
        #expect(pty.modes == before)
        terminal.close()
        #expect(pty.output() == "")
    }

    @Test func onlyWhatChangedIsWritten() throws {
        let pty = try #require(PseudoTerminal())
        let terminal = try open(pty)
        defer { terminal.close() }
        let theme = try theme()
        var screen = canvas("hello 日本")
        terminal.draw(screen, theme: theme)
        #expect(pty.output().contains("hello 日本"))
        terminal.draw(screen, theme: theme)
        #expect(pty.output() == "")
        screen.put("J", x: 0, y: 0)
        terminal.draw(screen, theme: theme)
        let change = pty.output()
        #expect(
            change.contains("J") && !change.contains("ello") && change.utf8.count < 70, "\(change.debugDescription)")
        terminal.redraw()
        #expect(pty.output().contains("Jello 日本"))
    }

    @Test func theFrameFollowsTheThemeAndTheSize() throws {
        let pty = try #require(PseudoTerminal())
        let terminal = try open(pty)
        defer { terminal.close() }
        terminal.draw(canvas("same"), theme: try theme())
        _ = pty.output()
        terminal.draw(canvas("same"), theme: try ThemeCatalogue(folder: nil).load("light"))
        #expect(pty.output().contains("same"))
        pty.resize(width: 20, height: 5)
        kill(getpid(), SIGWINCH)
        let resize = TerminalEvent.resize(width: 20, height: 5)
        #expect(events(terminal) { $0 == resize }.contains(resize))
        terminal.draw(canvas("same"), theme: try theme())
        terminal.draw(canvas("日日日日日日日日日日日", width: 21, height: 9), theme: try theme())
        terminal.draw(Canvas(width: 0, height: 0), theme: try theme())
        #expect(pty.output().contains("same"))
    }

    @Test func keysArriveInEveryForm() throws {
        let pty = try #require(PseudoTerminal())
        let terminal = try open(pty, mouse: true)
        defer { terminal.close() }
        pty.type(
            "é\u{1B}[A\u{1B}OB\u{1B}[6~\u{1B}OP\u{1B}[Z\u{7F}\u{1B}x\u{1B}[<0;3;4M\u{1B}[I\u{1B}[200~a\rb\u{1B}[201~\r")
        #expect(
            events(terminal) { $0 == .key(.enter) } == [
                .key(.character("é")), .key(.up), .key(.down), .key(.pageDown), .key(.function(1)), .key(.backTab),
                .key(.backspace), .key(.alt("x")), .mouse(MouseEvent(.press, .left, x: 2, y: 3)), .focus(true),
                .paste("a\nb"), .key(.enter),
            ])
        pty.type("\u{1B}")
        #expect(events(terminal) { _ in true } == [.key(.escape)])
        pty.type([0xE6, 0x97])
        #expect(terminal.wait(timeoutMilliseconds: 50) == [])
        pty.type([0xA5])
        #expect(events(terminal) { _ in true } == [.key(.character("日"))])
    }

    @Test func theWakerEndsTheWaitWithoutAnEvent() async throws {
        let pty = try #require(PseudoTerminal())
        let terminal = try open(pty)
        defer { terminal.close() }
        let waker = terminal.waker
        waker.wake()
        waker.wake()
        #expect(terminal.wait(timeoutMilliseconds: -1) == [])
        Thread.detachNewThread { waker.wake() }
        #expect(terminal.wait(timeoutMilliseconds: -1) == [])
        #expect(terminal.wait(timeoutMilliseconds: 0) == [])
    }

    @Test func hangingUpEndsTheProgram() throws {
        let pty = try #require(PseudoTerminal())
        let terminal = try open(pty)
        defer { terminal.close() }
        pty.hangUp()
        #expect(terminal.wait(timeoutMilliseconds: 5000).contains(.terminate))
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT]) func signalsAskForTheEnd(signal: Int32) throws {
        let pty = try #require(PseudoTerminal())
        let terminal = try open(pty)
        defer { terminal.close() }
        kill(getpid(), signal)
        #expect(events(terminal) { $0 == .terminate }.contains(.terminate))
    }

    @Test func anotherProgramHasTheTerminalMeanwhile() throws {
        let pty = try #require(PseudoTerminal())
        let before = pty.modes
        let terminal = try open(pty)
        defer { terminal.close() }
        terminal.draw(canvas("mine"), theme: try theme())
        let inside = pty.modes
        _ = pty.output()
        try terminal.withTerminalReleased {
            #expect(pty.modes == before)
            #expect(pty.output().contains(leaveScreen))
            terminal.draw(canvas("not now"), theme: try theme())
            #expect(pty.output() == "")
            pty.resize(width: 30, height: 8)
        }
        #expect(terminal.wait(timeoutMilliseconds: 0) == [.resumed, .resize(width: 30, height: 8)])
        #expect(pty.modes == inside)
        let after = pty.output()
        #expect(after.contains(enterScreen) && after.contains("mine"))
        #expect(try terminal.run(["sh", "-c", "exit 3"]) == 3)
        #expect(try terminal.run(["sh", "-c", "kill -9 $$"]) == 128 + 9)
        #expect(throws: TerminalError.self) { try terminal.run(["/nonexistent/editor"]) }
        #expect(throws: TerminalError.self) { try terminal.run([]) }
    }

    @Test(arguments: [
        ("dumb", "cannot place the cursor"), ("vt100", ""), ("xterm", ""), ("xterm-256color", ""), ("linux", ""),
        ("some-new-terminal", ""), ("", ""),
    ])
    func terminalsAreRefusedWithAReasonOrWork(term: String, reason: String) throws {
        let pty = try #require(PseudoTerminal())
        let before = pty.modes
        do {
            let terminal = try open(pty, ["TERM": term])
            #expect(reason == "")
            terminal.draw(canvas("here é ─"), theme: try theme())
            #expect(pty.output().contains(term == "vt100" ? "here e -" : "here é ─"))
            if term == "some-new-terminal" { #expect(terminal.term == "xterm-256color") }
            if term == "vt100" { #expect(terminal.capabilities.colours == .monochrome) }
            if term == "linux" { #expect(terminal.capabilities.colours == .eight) }
            terminal.close()
        } catch {
            #expect(reason != "" && "\(error)".contains(reason), "\(error)")
        }
        #expect(pty.modes == before)
    }

    @Test func whatIsNoTerminalIsRefused() throws {
        let null = Glibc.open("/dev/null", O_RDWR)
        defer { close(null) }
        let pty = try #require(PseudoTerminal())
        #expect(throws: TerminalError.notATerminal("standard input")) {
            try CursesTerminal(.init(input: null, output: pty.theirs), environment: plain)
        }
        #expect(throws: TerminalError.notATerminal("standard output")) {
            try CursesTerminal(.init(input: pty.theirs, output: null), environment: plain)
        }
        let terminal = try open(pty)
        #expect(throws: TerminalError.alreadyOpen) { try open(pty) }
        terminal.close()
    }

    @Test func noColourMeansNoColour() throws {
        let pty = try #require(PseudoTerminal())
        let terminal = try open(pty, ["TERM": "xterm-256color", "NO_COLOR": "1"])
        defer { terminal.close() }
        var screen = canvas("row")
        screen.restyle(Rect(width: 40, height: 1)) { $0.on(.selection) }
        terminal.draw(screen, theme: try theme())
        let output = pty.output()
        #expect(output.contains("7m") && !output.contains("38;") && !output.contains("48;"))
    }

    @Test func aScreenHasItsColours() throws {
        let pty = try #require(PseudoTerminal())
        let terminal = try open(pty)
        defer { terminal.close() }
        var screen = canvas("")
        screen.put("bad", x: 0, y: 0, style: .error)
        terminal.draw(
            screen, theme: try Theme(toml: "[roles]\ntext = { fg = 250, bg = 234 }\nerror = 203", file: "t.toml"))
        let output = pty.output()
        #expect(output.contains("38;5;203") && output.contains("48;5;234"))
    }

    @Test(arguments: [SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGBUS, SIGFPE]) func aCrashGivesTheTerminalBack(
        signal: Int32
    ) async throws {
        let pty = try #require(PseudoTerminal())
        let before = pty.modes
        let path = pty.path
        let result = await #expect(processExitsWith: .failure) { [path = path as String, signal = signal as Int32] in
            let terminal = try CursesTerminalTests.open(path: path)
            terminal.draw(Canvas(width: 5, height: 5), theme: try ThemeCatalogue(folder: nil).load("dark"))
            // To the process: the threads of tasks block some of these signals.
            kill(getpid(), signal)
            while true { pause() }
        }
        #expect(result?.exitStatus == .signal(signal))
        #expect(pty.modes == before)
        let output = pty.output()
        #expect(output.contains(enterScreen) && output.contains(leaveScreen))
    }

    @Test func aTrapGivesTheTerminalBack() async throws {
        let pty = try #require(PseudoTerminal())
        let before = pty.modes
        let path = pty.path
        await #expect(processExitsWith: .failure) { [path = path as String] in
            _ = try CursesTerminalTests.open(path: path)
            let none: [Int] = []
            print(none[path.utf8.count])
        }
        #expect(pty.modes == before)
        #expect(pty.output().contains(leaveScreen))
    }

    @Test func exitGivesTheTerminalBack() async throws {
        let pty = try #require(PseudoTerminal())
        let before = pty.modes
        let path = pty.path
        await #expect(processExitsWith: .exitCode(7)) { [path = path as String] in
            let terminal = try CursesTerminalTests.open(path: path)
            withExtendedLifetime(terminal) { exit(7) }
        }
        #expect(pty.modes == before)
        #expect(pty.output().contains(leaveScreen))
    }

    @Test func aProgramThatDoesNotAnswerIsEndedByTheThirdSignal() async throws {
        let pty = try #require(PseudoTerminal())
        let before = pty.modes
        let path = pty.path
        await #expect(processExitsWith: .failure) { [path = path as String] in
            let terminal = try CursesTerminalTests.open(path: path)
            // Three different ones, because equal ones become one while they wait.
            for signal in [SIGINT, SIGHUP, SIGTERM] { kill(getpid(), signal) }
            withExtendedLifetime(terminal) { while true { pause() } }
        }
        #expect(pty.modes == before)
        #expect(pty.output().contains(leaveScreen))
    }

    static func open(path: String) throws -> CursesTerminal {
        let file = Glibc.open(path, O_RDWR | O_NOCTTY)
        return try CursesTerminal(.init(input: file, output: file), environment: ["TERM": "xterm-256color"])
    }
}
