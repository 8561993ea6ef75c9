import CNcurses
import Glibc

/// The signals of the terminal, as bytes in a pipe, and the terminal's restoration when the process dies.
///
/// What runs inside a handler is written for that: it touches memory that was set up before, and calls only what is
/// safe there (`write`, `pread`, `tcsetattr`, `sigaction`, `raise`).
enum TerminalSignals {
    /// Everything that a handler reads. It is made once and never freed.
    struct State {
        /// The writing end of the pipe.
        var pipe: Int32 = -1
        /// Whether the screen is ours, so that it has to be given back.
        var active: Int32 = 0
        var output: Int32 = -1
        var input: Int32 = -1
        var restore: UnsafeMutablePointer<UInt8>?
        var restoreCount = 0
        var modes = termios()
        /// Requests to end that were not read from the pipe yet.
        var endings: Int32 = 0
        /// Where standard error goes while the screen is ours, and where it belongs; -1 when it was left alone.
        var heldErrors: Int32 = -1
        var standardError: Int32 = -1
        var scratch: UnsafeMutablePointer<UInt8>?
        /// The actions that were there before, by signal number.
        var previous: UnsafeMutablePointer<sigaction>?
        /// Whether a crash goes on to the handler that was there before (Swift's backtraces), or to the default.
        var chains = false
        var owner: pid_t = 0
    }

    static let ending: [Int32] = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
    static let noted: [Int32] = [SIGWINCH, SIGCONT, SIGTSTP]
    static let crashes: [Int32] = [SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE]
    static let scratchSize = 16 * 1024

    nonisolated(unsafe) private(set) static var state: UnsafeMutablePointer<State> = {
        let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
        state.initialize(to: State())
        let previous = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
        previous.initialize(repeating: sigaction(), count: 65)
        state.pointee.previous = previous
        state.pointee.scratch = .allocate(capacity: scratchSize)
        return state
    }()

    private static let exitHandler: Void = {
        _ = atexit { TerminalSignals.restoreNow() }
    }()

    /// Installs the handlers. Called before `newterm`, which installs handlers of its own for what has none.
    static func install(pipe: Int32, chains: Bool) {
        state.pointee.pipe = pipe
        state.pointee.chains = chains
        state.pointee.endings = 0
        state.pointee.owner = getpid()
        _ = exitHandler
        giveHandlersAStack()
        for signal in ending + noted { set(signal, note, flags: SA_RESTART) }
        for signal in crashes { setCrash(signal) }
        // Writing while in the background must not stop the process in the middle of a frame.
        set(SIGTTOU, SIG_IGN, flags: 0)
    }

    static func uninstall() {
        for signal in ending + noted + crashes + [SIGTTOU] {
            guard let previous = state.pointee.previous else { return }
            sigaction(signal, previous + Int(signal), nil)
        }
        state.pointee.pipe = -1
    }

    /// What a stop signal does, and what it did before it is taken back.
    static func suspendProcess() {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = SIG_DFL
        var saved = sigaction()
        sigaction(SIGTSTP, &action, &saved)
        var unblocked = sigset_t()
        sigemptyset(&unblocked)
        sigaddset(&unblocked, SIGTSTP)
        var mask = sigset_t()
        pthread_sigmask(SIG_UNBLOCK, &unblocked, &mask)
        // The whole job stops, as with ctrl-z in any program: a pipeline, or a tool that started this one.
        kill(0, SIGTSTP)
        pthread_sigmask(SIG_SETMASK, &mask, nil)
        sigaction(SIGTSTP, &saved, nil)
    }

    /// Leaves INT, QUIT and TSTP to the program that has the terminal now.
    static func ignoreKeyboard(_ ignored: Bool) {
        for signal in [SIGINT, SIGQUIT, SIGTSTP] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = ignored ? SIG_IGN : note
            action.sa_flags = SA_RESTART
            sigaction(signal, &action, nil)
        }
    }

    private static func set(_ signal: Int32, _ handler: __sighandler_t?, flags: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = flags
        sigemptyset(&action.sa_mask)
        guard let previous = state.pointee.previous else { return }
        sigaction(signal, &action, previous + Int(signal))
        // What a parent wants ignored (nohup) stays ignored.
        if signal == SIGHUP, Self.isIgnored(previous[Int(signal)]) { sigaction(signal, previous + Int(signal), nil) }
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    private static func setCrash(_ signal: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_sigaction = crash
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | Int32(bitPattern: UInt32(SA_NODEFER))
        sigemptyset(&action.sa_mask)
        guard let previous = state.pointee.previous else { return }
        sigaction(signal, &action, previous + Int(signal))
    }

    /// A stack that ran over has no room for the handler.
    private static func giveHandlersAStack() {
        var current = stack_t()
        if sigaltstack(nil, &current) == 0, current.ss_flags & Int32(SS_DISABLE) == 0 { return }
        let size = 64 * 1024
        var stack = stack_t()
        stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        stack.ss_size = size
        sigaltstack(&stack, nil)
    }

    // MARK: Handlers

    private static let note: @convention(c) (Int32) -> Void = { signal in
        let saved = errno
        let state = TerminalSignals.state
        if signal == SIGTERM || signal == SIGHUP || signal == SIGINT || signal == SIGQUIT {
            state.pointee.endings += 1
            // The program does not answer: whoever asks for the third time gets an end, and the terminal back.
            if state.pointee.endings >= 3 {
                TerminalSignals.restoreNow()
                var action = sigaction()
                sigaction(signal, &action, nil)
                raise(signal)
            }
        }
        var byte = UInt8(truncatingIfNeeded: signal)
        _ = write(state.pointee.pipe, &byte, 1)
        errno = saved
    }

    private static let crash:
        @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void = {
            signal, info, _ in
            let state = TerminalSignals.state
            TerminalSignals.restoreNow()
            var action = sigaction()
            if state.pointee.chains, let previous = state.pointee.previous {
                action = previous[Int(signal)]
            }
            sigaction(signal, &action, nil)
            // A fault happens again where it happened, now with the other handler and the right registers. What was sent,
            // and a trap, which lies behind the program counter already, has to be raised.
            let isFault = signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE
            if !isFault || (info?.pointee.si_code ?? 0) <= 0 { raise(signal) }
        }

    /// Gives the terminal back: the sequences that leave the screen, the modes that were there before, and what was
    /// written to standard error meanwhile. Does nothing when the screen is not ours.
    static func restoreNow() {
        let state = state
        // A forked child that dies before its exec must not touch the parent's screen.
        guard state.pointee.active == 1, state.pointee.owner == getpid() else { return }
        state.pointee.active = 0
        if let restore = state.pointee.restore {
            _ = write(state.pointee.output, restore, state.pointee.restoreCount)
        }
        withUnsafePointer(to: &state.pointee.modes) { _ = tcsetattr(state.pointee.input, TCSANOW, $0) }
        releaseErrors()
    }

    /// Shows the end of what went to standard error while the screen was ours: a crash's message is there.
    static func releaseErrors() {
        let state = state
        let (held, target) = (state.pointee.heldErrors, state.pointee.standardError)
        guard held >= 0, target >= 0, let scratch = state.pointee.scratch else { return }
        state.pointee.heldErrors = -1
        state.pointee.standardError = -1
        dup2(target, STDERR_FILENO)
        let size = lseek(held, 0, SEEK_END)
        let start = size > off_t(scratchSize) ? size - off_t(scratchSize) : 0
        let count = pread(held, scratch, scratchSize, start)
        if count > 0 { _ = write(STDERR_FILENO, scratch, count) }
        close(held)
        close(target)
    }

    /// Forgets what was held back once it is more than a megabyte: only its end would be shown.
    static func boundErrors() {
        let held = state.pointee.heldErrors
        guard held >= 0, lseek(held, 0, SEEK_END) > 1 << 20 else { return }
        ftruncate(held, 0)
    }

    /// Holds standard error back, where it is a terminal: a line in the middle of the screen helps nobody.
    static func holdErrors() {
        guard state.pointee.heldErrors < 0, isatty(STDERR_FILENO) == 1 else { return }
        let memory = memfd_create("stderr", 1)
        guard memory >= 0 else { return }
        let original = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        guard original >= 0 else {
            close(memory)
            return
        }
        _ = fcntl(memory, F_SETFL, fcntl(memory, F_GETFL) | O_APPEND)
        dup2(memory, STDERR_FILENO)
        state.pointee.standardError = original
        state.pointee.heldErrors = memory
    }
}
