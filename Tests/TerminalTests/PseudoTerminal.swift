import CNcurses
import Glibc

/// A pseudo-terminal: the program's side has a path, ours reads what the program draws and types keys.
final class PseudoTerminal {
    let ours: Int32
    let theirs: Int32
    let path: String

    init?(width: UInt16 = 40, height: UInt16 = 10) {
        var (ours, theirs): (Int32, Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        var size = winsize(ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&ours, &theirs, &name, nil, &size) == 0 else { return nil }
        self.ours = ours
        self.theirs = theirs
        path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        _ = fcntl(ours, F_SETFL, O_NONBLOCK)
        for end in [ours, theirs] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        hangUp()
        close(theirs)
    }

    private var isHungUp = false

    func hangUp() {
        guard !isHungUp else { return }
        isHungUp = true
        close(ours)
    }

    func resize(width: UInt16, height: UInt16) {
        var size = winsize(ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(ours, UInt(TIOCSWINSZ), &size)
    }

    func type(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { write(ours, $0.baseAddress, $0.count) }
    }

    func type(_ text: String) { type(Array(text.utf8)) }

    /// What was drawn since the last call.
    func output() -> String {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(ours, &buffer, buffer.count)
            guard count > 0 else { break }
            all += buffer.prefix(count)
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// The terminal's modes, as numbers to compare.
    var modes: [UInt32] {
        var modes = termios()
        guard tcgetattr(theirs, &modes) == 0 else { return [] }
        return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
    }
}
