import CNcurses
import Glibc

extension CursesTerminal {
    /// Waits for events: keys and the rest, signals, or a call of ``waker``. Returns what there is, which is nothing
    /// when the time is over or the waker was called.
    ///
    /// - Parameter timeoutMilliseconds: 0 looks and does not wait; less than 0 waits for ever.
    public func wait(timeoutMilliseconds: Int) -> [TerminalEvent] {
        var events: [TerminalEvent] = []
        TerminalSignals.boundErrors()
        if !pending.isEmpty {
            defer { pending = [] }
            return pending
        }
        // A paste whose end was lost ends when nothing has come for a while.
        let patience = decoder.isInPaste ? 1000 : -1
        var timeout = Int32(clamping: timeoutMilliseconds)
        if patience >= 0, timeout < 0 || Int(timeout) > patience { timeout = Int32(patience) }
        var polled = [
            pollfd(fd: options.input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signalPipe, events: Int16(POLLIN), revents: 0),
            pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&polled, nfds_t(polled.count), timeout)
        if ready < 0 {
            // A signal came, and its byte is in the pipe now.
            guard errno == EINTR else { return [.terminate] }
            _ = poll(&polled, nfds_t(polled.count), 0)
        }
        if polled[2].revents != 0 { _ = waker.drain() }
        if polled[1].revents != 0 { readSignals(into: &events) }
        let input = polled[0].revents
        if input & Int16(POLLIN) != 0 {
            var waiting: Int32 = 0
            _ = ioctl(options.input, UInt(FIONREAD), &waiting)
            readInput(into: &events)
            // Readable with nothing to read is the end of the line.
            if waiting == 0, events.isEmpty, !decoder.isInPaste { events.append(.terminate) }
        } else if ready == 0, decoder.isInPaste, timeout == Int32(patience) {
            decoder.endPaste(into: &events)
        }
        if input & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { events.append(.terminate) }
        return events
    }

    /// Stops the process as ctrl-z does elsewhere. Returns when it goes on, with the last screen drawn; the next wait
    /// reports ``TerminalEvent/resumed``, and the size if it has changed. To be called on the main thread, where the
    /// stop takes effect at once.
    public func suspend() {
        release()
        TerminalSignals.suspendProcess()
        acquire()
        drainSignals(except: TerminalSignals.ending)
    }

    /// Runs `body` with the terminal as it was before: for an editor or a pager. The keyboard's signals are for that
    /// program. Then the last screen is drawn again, and the next wait reports ``TerminalEvent/resumed`` and the size
    /// if it has changed.
    public func withTerminalReleased<Result>(_ body: () throws -> Result) rethrows -> Result {
        release()
        TerminalSignals.ignoreKeyboard(true)
        defer {
            TerminalSignals.ignoreKeyboard(false)
            acquire()
        }
        return try body()
    }

    /// Runs a program in the foreground of the terminal and waits for its end. The first argument is found in PATH.
    ///
    /// - Returns: its exit code, or 128 and the number of the signal that ended it.
    /// - Throws: ``TerminalError/system(call:code:)`` when it cannot be started.
    public func run(_ arguments: [String]) throws(TerminalError) -> Int32 {
        let result: Swift.Result<Int32, TerminalError> = withTerminalReleased {
            do throws(TerminalError) {
                return .success(try Self.spawn(arguments))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func spawn(_ arguments: [String]) throws(TerminalError) -> Int32 {
        guard let program = arguments.first else { throw .system(call: "posix_spawnp", code: ENOENT) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Not Foundation's Process: that gives the child a process group of its own, which cannot read the terminal.
        var defaults = sigset_t()
        sigemptyset(&defaults)
        let signals = TerminalSignals.ending + TerminalSignals.noted + TerminalSignals.crashes + [SIGTTOU, SIGPIPE]
        for signal in signals { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var child: pid_t = 0
        let code = posix_spawnp(&child, program, nil, &attributes, &pointers, environ)
        guard code == 0 else { throw .system(call: "starting \(program)", code: code) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw .system(call: "waitpid", code: errno) }
        }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    // MARK: Signals

    private func readSignals(into events: inout [TerminalEvent]) {
        var seen: Set<Int32> = []
        drainSignals { seen.insert($0) }
        TerminalSignals.state.pointee.endings = 0
        if seen.contains(SIGTSTP) {
            suspend()
            events += pending
            pending = []
        } else if seen.contains(SIGCONT) {
            // Stopped by someone else (SIGSTOP): the shell may have changed the modes.
            reset_prog_mode()
            writeNow(enableSequence)
            redraw()
            events.append(.resumed)
        }
        let (newWidth, newHeight) = Self.size(of: options.output)
        if seen.contains(SIGWINCH), (newWidth, newHeight) != (width, height) {
            (width, height) = (newWidth, newHeight)
            resize_term(Int32(height), Int32(width))
            clearok(cn_stdscr(), true)
            forget()
            events.append(.resize(width: width, height: height))
        }
        if !seen.isDisjoint(with: TerminalSignals.ending) { events.append(.terminate) }
    }

    private func drainSignals(_ body: (Int32) -> Void) {
        var bytes = [UInt8](repeating: 0, count: 256)
        while true {
            let count = read(signalPipe, &bytes, bytes.count)
            guard count > 0 else { return }
            for byte in bytes.prefix(count) { body(Int32(byte)) }
        }
    }

    /// Drops what is in the pipe, and puts back the signals that must not be lost.
    private func drainSignals(except kept: [Int32]) {
        var put: [Int32] = []
        drainSignals { if kept.contains($0) { put.append($0) } }
        for signal in put {
            var byte = UInt8(truncatingIfNeeded: signal)
            _ = write(TerminalSignals.state.pointee.pipe, &byte, 1)
        }
    }

    // MARK: Keys

    private func readInput(into events: inout [TerminalEvent]) {
        let window = cn_stdscr()
        // A stuck key or an endless paste must not keep the screen from being drawn.
        for _ in 0..<65_536 {
            let code = wgetch(window)
            if code == ERR { break }
            if code < 256 {
                decoder.decode(byte: UInt8(truncatingIfNeeded: code), into: &events)
            } else if let sequence = Self.sequences.first(where: { $0.code == code }) {
                decoder.decode(sequence: sequence.text, into: &events)
            } else if code == KEY_RESIZE {
                continue
            } else if let key = Self.key(for: code) {
                decoder.decode(key: key, into: &events)
            }
        }
        decoder.flush(into: &events)
    }

    /// Sequences that ncurses hands over as a code of our own: it would take them for keys of the terminfo entry, or
    /// for its own mouse. Its own codes begin at 512.
    private static let sequences: [(code: Int32, text: String)] = [
        (5000, "200~"), (5001, "<"), (5002, "I"), (5003, "O"), (5004, "M"), (5005, "A"), (5006, "B"), (5007, "C"),
        (5008, "D"), (5009, "H"), (5010, "F"), (5011, "Z"),
    ]

    static func defineSequences() {
        for sequence in sequences { define_key("\u{1B}[" + sequence.text, sequence.code) }
        // Arrows come in both forms, whatever mode the keypad is in.
        for (final, key) in [("A", KEY_UP), ("B", KEY_DOWN), ("C", KEY_RIGHT), ("D", KEY_LEFT)] {
            define_key("\u{1B}O" + final, key)
        }
    }

    private static func key(for code: Int32) -> Key? {
        switch code {
        case KEY_UP: return .up
        case KEY_DOWN: return .down
        case KEY_LEFT: return .left
        case KEY_RIGHT: return .right
        case KEY_HOME: return .home
        case KEY_END: return .end
        case KEY_PPAGE: return .pageUp
        case KEY_NPAGE: return .pageDown
        case KEY_BACKSPACE: return .backspace
        case KEY_DC: return .delete
        case KEY_IC: return .insert
        case KEY_BTAB: return .backTab
        case KEY_ENTER: return .enter
        case KEY_F0 + 1...KEY_F0 + 24: return .function(Int(code - KEY_F0))
        default: return nil
        }
    }
}
