import CNcurses
import Glibc

/// The terminal: draws canvases through ncurses, and reads keys, mouse, pastes and signals.
///
/// It belongs to one thread, and there is one in a process, because ncurses keeps its state in globals. Only ``waker``
/// may be used elsewhere.
public final class CursesTerminal {
    public struct Options: Hashable, Sendable {
        /// Whether mouse events are wanted. Then the terminal's own selection needs shift.
        public var mouse: Bool
        public var input: Int32
        public var output: Int32
        /// How long a lone ESC waits for the rest of a sequence.
        public var escapeDelayMilliseconds: Int32

        public init(mouse: Bool = false, input: Int32 = 0, output: Int32 = 1, escapeDelayMilliseconds: Int32 = 25) {
            self.mouse = mouse
            self.input = input
            self.output = output
            self.escapeDelayMilliseconds = escapeDelayMilliseconds
        }
    }

    public let capabilities: Capabilities
    /// The terminfo entry in use, which is xterm-256color where TERM is unknown.
    public let term: String
    public let waker: Waker
    public internal(set) var width: Int
    public internal(set) var height: Int
    public var mouse: Bool {
        didSet { if mouse != oldValue, isActive { writeNow(mouse ? Self.mouseOn : Self.mouseOff) } }
    }

    let options: Options
    let environment: [String: String]
    let screen: OpaquePointer
    private let files: (input: UnsafeMutablePointer<FILE>, output: UnsafeMutablePointer<FILE>)
    private let savedModes: termios
    let signalPipe: Int32
    private let signalPipeWriter: Int32
    var decoder = InputDecoder()
    var isActive = true
    /// What the next wait reports first.
    var pending: [TerminalEvent] = []
    private var isClosed = false

    // What is on the screen.
    private var shown: Canvas?
    private var shownTheme: Theme?
    private var pairs: ColourPairs
    private var attributes: [Style: (attr_t, Int32)] = [:]
    private var run: [cchar_t] = []

    nonisolated(unsafe) private static var isOpen = false

    // MARK: Opening and closing

    /// Takes over the terminal: alternate screen, raw mode, bracketed paste, focus reports.
    ///
    /// - Throws: ``TerminalError``, and then nothing was changed.
    public init(_ options: Options = Options(), environment: [String: String]) throws(TerminalError) {
        guard !Self.isOpen else { throw .alreadyOpen }
        guard isatty(options.input) == 1 else { throw .notATerminal("standard input") }
        guard isatty(options.output) == 1 else { throw .notATerminal("standard output") }
        _ = TextWidth.localeIsReady
        let wanted = environment["TERM"] ?? ""
        var modes = termios()
        guard tcgetattr(options.input, &modes) == 0 else { throw .system(call: "tcgetattr", code: errno) }
        let term = try Self.usableTerm(wanted, environment: environment, output: options.output)

        let waker = try Waker()
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(call: "pipe", code: errno) }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        guard let input = fdopen(fcntl(options.input, F_DUPFD_CLOEXEC, 3), "r"),
            let output = fdopen(fcntl(options.output, F_DUPFD_CLOEXEC, 3), "w")
        else { throw .system(call: "fdopen", code: errno) }

        // Handlers first: newterm installs its own where there is none.
        TerminalSignals.install(pipe: ends[1], chains: environment["SWIFT_BACKTRACE"] != nil)
        guard let screen = newterm(term, output, input) else {
            TerminalSignals.uninstall()
            for end in ends { Glibc.close(end) }
            fclose(input)
            fclose(output)
            throw .unknown(term: wanted)
        }
        Self.isOpen = true
        self.options = options
        self.environment = environment
        self.term = term
        self.screen = screen
        self.waker = waker
        mouse = options.mouse
        files = (input, output)
        savedModes = modes
        (signalPipe, signalPipeWriter) = (ends[0], ends[1])

        raw()
        noecho()
        nonl()
        set_escdelay(options.escapeDelayMilliseconds)
        let window = cn_stdscr()
        keypad(window, true)
        nodelay(window, true)
        leaveok(window, false)
        idlok(window, true)
        Self.defineSequences()
        // COLORS is known only after start_color.
        let colours = has_colors() ? Int(tigetnum("colors")) : 0
        if colours >= 8 {
            start_color()
            use_default_colors()
        }
        capabilities = Capabilities(
            environment: environment,
            terminfoColours: colours,
            directColour: tigetflag("RGB") > 0
        )
        pairs = ColourPairs(limit: Int(cn_color_pairs()))
        (width, height) = Self.size(of: options.output)
        resize_term(Int32(height), Int32(width))
        curs_set(0)
        armRestoration()
        writeNow(enableSequence)
        TerminalSignals.holdErrors()
        wrefresh(window)
    }

    deinit {
        close()
    }

    /// Gives the terminal back as it was. Further calls do nothing.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        release()
        TerminalSignals.uninstall()
        delscreen(screen)
        fclose(files.input)
        fclose(files.output)
        Glibc.close(signalPipe)
        Glibc.close(signalPipeWriter)
        Self.isOpen = false
    }

    /// The entry to use: TERM's own, a direct-colour form of it where the terminal says that it has true colour, or
    /// xterm-256color where TERM is not known here.
    private static func usableTerm(
        _ wanted: String, environment: [String: String], output: Int32
    ) throws(TerminalError) -> String {
        var code: Int32 = 0
        func works(_ term: String) -> Bool { setupterm(term, output, &code) == OK }
        let trueColour = environment["COLORTERM"].map { ["truecolor", "24bit"].contains($0) } ?? false
        // tmux and screen have keys and a background of their own, so only xterm's relatives change their entry.
        var candidates = trueColour && wanted == "xterm-256color" ? ["xterm-direct2", wanted] : [wanted]
        if wanted != "dumb" { candidates.append("xterm-256color") }
        for term in candidates where !term.isEmpty && works(term) {
            defer { cn_del_curterm() }
            guard cn_string("cup") != nil else { throw .dumb(term: term) }
            return term
        }
        throw wanted == "dumb" ? .dumb(term: wanted) : .unknown(term: wanted)
    }

    static func size(of output: Int32) -> (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Tells the handlers how to restore the terminal without ncurses.
    private func armRestoration() {
        var sequence = disableSequence
        for name in ["sgr0", "op", "rmkx", "cnorm", "rmcup"] {
            guard let string = cn_string(name) else { continue }
            sequence += Self.withoutPadding(String(cString: string))
        }
        let bytes = Array(sequence.utf8)
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        let state = TerminalSignals.state
        state.pointee.restore?.deallocate()
        state.pointee.restore = copy
        state.pointee.restoreCount = bytes.count
        state.pointee.input = options.input
        state.pointee.output = options.output
        state.pointee.modes = savedModes
        state.pointee.active = 1
    }

    /// Terminfo's delays (`$<5>`) are for `tputs`; nothing else understands them.
    static func withoutPadding(_ string: String) -> String {
        var result = ""
        var rest = string[...]
        while let start = rest.firstRange(of: "$<") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: ">") else {
                return result + rest[start.lowerBound...]
            }
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    // MARK: Handing the terminal over

    /// Leaves the screen, so that the shell or another program can have it.
    func release() {
        guard isActive else { return }
        isActive = false
        writeNow(disableSequence)
        def_prog_mode()
        endwin()
        TerminalSignals.state.pointee.active = 0
        var modes = savedModes
        tcsetattr(options.input, TCSANOW, &modes)
        TerminalSignals.releaseErrors()
    }

    /// Takes the screen back and draws what was on it. The next wait reports that, and the size if it is another.
    func acquire() {
        guard !isActive, !isClosed else { return }
        TerminalSignals.holdErrors()
        TerminalSignals.state.pointee.active = 1
        reset_prog_mode()
        isActive = true
        writeNow(enableSequence)
        let before = (width, height)
        (width, height) = Self.size(of: options.output)
        resize_term(Int32(height), Int32(width))
        redraw()
        pending.append(.resumed)
        if before != (width, height) { pending.append(.resize(width: width, height: height)) }
    }

    /// Draws everything anew: after a resize, or when something else has written on the screen (ctrl-l).
    public func redraw() {
        guard isActive else { return }
        let window = cn_stdscr()
        clearok(window, true)
        guard let canvas = shown, let theme = shownTheme else {
            wrefresh(window)
            return
        }
        shown = nil
        draw(canvas, theme: theme)
    }

    /// Forgets what is on the screen, so that the next canvas is drawn whole.
    func forget() {
        shown = nil
    }

    // MARK: Drawing

    /// Shows the canvas: the cells that differ from the last one. An unchanged canvas writes nothing. A canvas larger
    /// than the screen is cut, a smaller one leaves the rest blank.
    public func draw(_ canvas: Canvas, theme: Theme) {
        guard isActive else { return }
        if theme != shownTheme {
            shownTheme = theme
            attributes = [:]
            pairs = ColourPairs(limit: Int(cn_color_pairs()))
            shown = nil
        }
        if let shown, shown == canvas { return }
        let window = cn_stdscr()
        let last = shown.flatMap { $0.width == canvas.width && $0.height == canvas.height ? $0 : nil }
        if last == nil { werase(window) }
        let columns = min(canvas.width, width)
        for row in 0..<min(canvas.height, height) {
            drawRow(row, of: canvas, last: last, columns: columns, window: window)
        }
        if let cursor = canvas.cursor, cursor.x < width, cursor.y < height {
            wmove(window, Int32(cursor.y), Int32(cursor.x))
            if last == nil || last?.cursor == nil { curs_set(1) }
        } else if last == nil || last?.cursor != nil {
            curs_set(0)
        }
        shown = canvas
        wrefresh(window)
    }

    private func drawRow(
        _ row: Int, of canvas: Canvas, last: Canvas?, columns: Int, window: UnsafeMutablePointer<WINDOW>?
    ) {
        let first = row * canvas.width
        canvas.cells.withUnsafeBufferPointer { cells in
            var start = 0
            var end = columns
            if let last {
                last.cells.withUnsafeBufferPointer { old in
                    while start < end, cells[first + start] == old[first + start] { start += 1 }
                    while end > start, cells[first + end - 1] == old[first + end - 1] { end -= 1 }
                    guard start < end else { return }
                    // Wide characters are written whole, those that were there as well.
                    if start > 0, cells[first + start].isContinuation || old[first + start].isContinuation {
                        start -= 1
                    }
                    while end < columns, cells[first + end].isContinuation || old[first + end].isContinuation {
                        end += 1
                    }
                }
            }
            guard start < end else { return }
            run.removeAll(keepingCapacity: true)
            var style = cells[first + start].style
            var (attribute, pair) = curses(style)
            for column in start..<end {
                let cell = cells[first + column]
                // ncurses makes the second half of a wide character itself.
                if cell.isContinuation, column > start { continue }
                if cell.style != style {
                    style = cell.style
                    (attribute, pair) = curses(style)
                }
                let cut = column + 1 == columns && columns < canvas.width && cells[first + column + 1].isContinuation
                append(cut ? .blank : cell, attribute, pair)
            }
            mvwadd_wchnstr(window, Int32(row), Int32(start), run, Int32(run.count))
        }
    }

    private func append(_ cell: Cell, _ attribute: attr_t, _ pair: Int32) {
        var out = cchar_t()
        if capabilities.unicode {
            let base = cell.isContinuation ? 0x20 : wchar_t(cell.base)
            let mark1 = wchar_t(cell.glyph >> 21 & 0x1F_FFFF)
            cn_set_cell(&out, base, mark1, wchar_t(cell.glyph >> 42 & 0x1F_FFFF), attribute, pair)
            run.append(out)
        } else {
            cn_set_cell(&out, wchar_t(Glyphs.ascii(for: max(0x20, cell.base))), 0, 0, attribute, pair)
            run.append(out)
            // One sign stands for a wide character, and a blank for its other half.
            if TextWidth.of(cell.character) == 2 {
                cn_set_cell(&out, 0x20, 0, 0, attribute, pair)
                run.append(out)
            }
        }
    }

    private func curses(_ style: Style) -> (attr_t, Int32) {
        if let known = attributes[style] { return known }
        guard let theme = shownTheme else { return (0, 0) }
        let resolved = theme.resolve(style, depth: capabilities.colours)
        var attribute: attr_t = 0
        if resolved.attributes.contains(.bold) { attribute |= cn_bold() }
        if resolved.attributes.contains(.dim) { attribute |= cn_dim() }
        if resolved.attributes.contains(.underline) { attribute |= cn_underline() }
        if resolved.attributes.contains(.reverse) { attribute |= cn_reverse() }
        if resolved.attributes.contains(.italic) { attribute |= cn_italic() }
        let pair =
            capabilities.colours == .monochrome
            ? 0 : pairs.pair(foreground: resolved.foreground, background: resolved.background)
        attributes[style] = (attribute, pair)
        return (attribute, pair)
    }
}
