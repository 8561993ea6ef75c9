import Foundation
import Terminal

/// The loop of the main thread: waits for the terminal or the mailbox, updates, draws. It draws when nothing is waiting,
/// at most every ``frame`` milliseconds, and sleeps until something happens.
final class MainLoop {
    static let frame = 16

    private let terminal: CursesTerminal
    private let options: ConsoleOptions
    private let catalogue: ThemeCatalogue
    private let mailbox: Mailbox
    private let runner: EffectRunner
    private var theme: Theme
    private var state: AppState
    private var isOver = false
    private var isDirty = true
    /// On the monotonic clock, in milliseconds.
    private var lastDraw = Int.min / 2
    private var wakeAt: Int?

    init(terminal: CursesTerminal, options: ConsoleOptions, configuration: Configuration, troubles: [String]) {
        self.terminal = terminal
        self.options = options
        catalogue = ThemeCatalogue(environment: options.environment)
        let waker = terminal.waker
        mailbox = Mailbox { waker.wake() }
        runner = EffectRunner(service: options.service, mailbox: mailbox)

        var troubles = troubles
        let wanted = options.theme ?? configuration.theme ?? ThemeCatalogue.defaultName
        theme = Theme(name: "plain", roles: [:])
        var workspace = Workspace(
            width: terminal.width, height: terminal.height, capabilities: terminal.capabilities,
            keymap: Keymap(configuration.keys), contextName: options.contextName)
        do {
            theme = try catalogue.load(wanted)
        } catch {
            troubles.append("\(error)")
            if let usual = try? catalogue.load(ThemeCatalogue.defaultName) { theme = usual }
        }
        workspace.theme = theme.name
        workspace.themes = catalogue.names
        workspace.aliases = configuration.aliases
        workspace.clock = Clock(offset: TimeZone.current.secondsFromGMT())
        workspace.now = Self.now
        state = AppState(workspace)
        if !troubles.isEmpty {
            state.overlays.append(
                NoticeDialog(
                    title: "The configuration has an error", text: troubles + ["", "The console goes on without it."],
                    style: .error))
        }
    }

    /// Milliseconds since 1970.
    private static var now: Int { Int(Date().timeIntervalSince1970 * 1000) }

    private static var monotonic: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    func run() {
        perform(start(&state))
        if case .stage(let key) = options.place { perform(state.push(StageScreen(key))) }
        draw()
        while !isOver {
            let events = terminal.wait(timeoutMilliseconds: timeout)
            take(events)
            drawIfDue()
        }
        runner.stop()
    }

    /// Until the next frame or the next wake; forever where there is neither.
    private var timeout: Int {
        let now = Self.monotonic
        var timeout = wakeAt.map { max(0, $0 - now) } ?? -1
        if isDirty {
            let frame = max(0, lastDraw + Self.frame - now)
            timeout = timeout < 0 ? frame : min(timeout, frame)
        }
        return timeout
    }

    private func take(_ events: [TerminalEvent]) {
        let mail = mailbox.drain()
        let isDue = wakeAt.map { $0 <= Self.monotonic } ?? false
        guard !events.isEmpty || !mail.isEmpty || isDue else { return }
        if isDue { wakeAt = nil }
        isDirty = true
        perform(update(&state, .clock(Self.now)))
        for event in events {
            perform(update(&state, .terminal(event)))
            if isOver { return }
        }
        for event in mail { perform(update(&state, event)) }
    }

    private func drawIfDue() {
        guard isDirty, !isOver, Self.monotonic - lastDraw >= Self.frame else { return }
        draw()
    }

    private func draw() {
        terminal.draw(view(state), theme: theme)
        lastDraw = Self.monotonic
        isDirty = false
    }

    // MARK: Effects

    private func perform(_ effects: [Effect]) {
        for effect in effects { perform(effect) }
    }

    private func perform(_ effect: Effect) {
        switch effect {
        case .fetch(let request): runner.fetch(request)
        case .connect(let delay): runner.connect(afterMilliseconds: delay)
        case .tail(let selection): runner.tail(selection)
        case .tailFunctions(let selection): runner.tailFunctions(selection)
        case .change(let key, let change, let token): runner.change(key, change, token: token)
        case .perform(let job, let token): runner.perform(job, token: token)
        case .test(let key, let verb, let request, let token): runner.test(key, verb: verb, request, token: token)
        case .invoke(let name, let payload, let token):
            runner.invoke(functionName: name, payload: payload, token: token)
        case .edit(let document, let text):
            let outcome = Editor(environment: options.environment).edit(text, fileName: document.fileName) {
                try terminal.run($0)
            }
            tell(.edited(document, outcome))
        case .copy(let text):
            if !terminal.copy(text) { tell(.trouble("too long for the clipboard: \(text.utf8.count) bytes")) }
        case .save(let name, let text): save(name, text)
        case .saveScreen: saveScreen()
        case .useTheme(let name): use(name)
        case .rememberTheme(let name): remember(name)
        case .wake(let delay):
            let moment = Self.monotonic + max(0, delay)
            wakeAt = min(wakeAt ?? moment, moment)
        case .redraw: terminal.redraw()
        case .suspend:
            terminal.suspend()
            tell(.terminal(.resize(width: terminal.width, height: terminal.height)))
        case .quit: isOver = true
        }
    }

    private func tell(_ event: AppEvent) {
        isDirty = true
        perform(update(&state, event))
    }

    private func use(_ name: String) {
        do {
            theme = try catalogue.load(name)
            tell(.themeUsed(name))
        } catch {
            tell(.trouble("\(error)"))
        }
    }

    private func remember(_ name: String) {
        guard let path = options.configPath else { return }
        do {
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let text =
                FileManager.default.fileExists(atPath: path) ? try String(contentsOfFile: path, encoding: .utf8) : ""
            try Configuration.text(text, withTheme: name).write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            tell(.trouble("\(path): the theme cannot be kept: \(error)"))
        }
    }

    private func saveScreen() {
        do {
            let label = "sluice-" + (state.top?.crumbs(state.workspace).joined(separator: "-") ?? "screen")
            tell(.saved(path: try ScreenDump.write(view(state), label: label, folder: options.saveFolder)))
        } catch {
            tell(.trouble("\(error)"))
        }
    }

    private func save(_ name: String, _ text: String) {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyyMMdd-HHmmss"
        let path = options.saveFolder + "/\(name)-\(formatter.string(from: Date())).txt"
        do {
            try FileManager.default.createDirectory(
                atPath: options.saveFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            tell(.saved(path: path))
        } catch {
            tell(.trouble("\(path): \(error)"))
        }
    }
}
