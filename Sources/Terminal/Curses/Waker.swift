import CNcurses
import Glibc

/// Ends the terminal's waiting, from any thread.
public final class Waker: Sendable {
    let descriptor: Int32

    init() throws(TerminalError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw TerminalError.system(call: "eventfd", code: errno) }
    }

    deinit {
        close(descriptor)
    }

    /// Makes ``CursesTerminal/wait(timeoutMilliseconds:)`` return, now or when it is called next. Many calls before
    /// that are one.
    public func wake() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Whether there was a call since the last one of this.
    func drain() -> Bool {
        var count: UInt64 = 0
        return read(descriptor, &count, 8) == 8
    }
}
