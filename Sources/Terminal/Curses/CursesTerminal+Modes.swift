import CNcurses
import Glibc

/// What terminfo has no names for.
extension CursesTerminal {
    static let mouseOn = "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h"
    static let mouseOff = "\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l"
    private static let pasteOn = "\u{1B}[?2004h"
    private static let pasteOff = "\u{1B}[?2004l"
    private static let focusOn = "\u{1B}[?1004h"
    private static let focusOff = "\u{1B}[?1004l"

    /// Old hardware prints what it does not know.
    private var isXtermLike: Bool { !term.hasPrefix("vt") && term != "ansi" && term != "linux" }

    var enableSequence: String {
        isXtermLike ? Self.pasteOn + Self.focusOn + (mouse ? Self.mouseOn : "") : ""
    }

    var disableSequence: String {
        isXtermLike ? Self.mouseOff + Self.focusOff + Self.pasteOff : ""
    }

    /// Writes past ncurses, which must have nothing pending.
    func writeNow(_ text: String) {
        writeNow(Array(text.utf8))
    }

    func writeNow(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(options.output, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EAGAIN {
                var ready = pollfd(fd: options.output, events: Int16(POLLOUT), revents: 0)
                if poll(&ready, 1, 1000) <= 0 { return }
            } else if count < 0, errno != EINTR {
                return
            }
        }
    }

    /// Puts text on the user's clipboard, through ssh and tmux as well.
    ///
    /// - Returns: false when the text is longer than ``Clipboard/limit``; then nothing is copied.
    public func copy(_ text: String) -> Bool {
        guard isActive, let bytes = Clipboard.sequence(for: text, environment: environment) else { return false }
        writeNow(bytes)
        return true
    }

    public func beep() {
        CNcurses.beep()
    }
}
