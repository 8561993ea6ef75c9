import ControlAPI
import Foundation
import Terminal

/// How a console is started.
package struct ConsoleOptions: Sendable {
    /// Where the console opens.
    package enum Place: Sendable, Equatable {
        case apis
        case stage(StageKey)
    }

    package var service: ControlService
    /// What the first crumb says: `local`, `demo`, a context's name.
    package var contextName: String
    /// The theme asked for; `nil` for the configuration's, else the default.
    package var theme: String?
    /// The configuration file; `nil` for none.
    package var configPath: String?
    /// Where saved screens and logs go.
    package var saveFolder: String
    package var place: Place
    package var environment: [String: String]

    package init(
        service: ControlService, contextName: String, theme: String? = nil, configPath: String? = nil,
        saveFolder: String? = nil, place: Place = .apis, environment: [String: String]
    ) {
        self.service = service
        self.contextName = contextName
        self.theme = theme
        self.configPath = configPath ?? Configuration.path(environment: environment)
        self.saveFolder = saveFolder ?? Self.saveFolder(environment)
        self.place = place
        self.environment = environment
    }

    /// `$XDG_STATE_HOME/sluice/screens`, else `~/.local/state/sluice/screens`.
    private static func saveFolder(_ environment: [String: String]) -> String {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/sluice/screens" }
        return (environment["HOME"] ?? "/tmp") + "/.local/state/sluice/screens"
    }
}

package enum Console {
    /// Runs the console on the calling thread until the user quits. The terminal is given back whatever happens.
    ///
    /// - Throws: ``TerminalError`` if the terminal cannot show it.
    package static func run(_ options: ConsoleOptions) throws {
        var troubles: [String] = []
        var configuration = Configuration()
        do {
            if let path = options.configPath { configuration = try Configuration.load(path) }
        } catch {
            // A broken file must not keep anyone from an incident: tell, and go on without it.
            troubles.append("\(error)")
        }
        let terminal = try CursesTerminal(
            CursesTerminal.Options(mouse: configuration.mouse), environment: options.environment)
        defer { terminal.close() }
        let loop = MainLoop(terminal: terminal, options: options, configuration: configuration, troubles: troubles)
        loop.run()
    }
}
