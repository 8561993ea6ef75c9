import ArgumentParser
import ControlAPI
import Foundation

/// Which home, and with it which engine, a command means.
struct HomeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Folder of the database, the socket and the credentials. [SLUICE_HOME]",
            discussion: "Default: $XDG_STATE_HOME/sluice, else ~/.local/state/sluice.", valueName: "dir"))
    var home: String?

    @Option(help: ArgumentHelp("Control socket. [SLUICE_SOCKET] Default: <home>/control.sock.", valueName: "path"))
    var socket: String?

    /// Absolute path of the home.
    var homePath: String {
        Self.absolute(home ?? Environment["SLUICE_HOME"] ?? Self.defaultHome)
    }

    /// Absolute path of the control socket.
    var socketPath: String {
        Self.absolute(socket ?? Environment["SLUICE_SOCKET"] ?? homePath + "/control.sock")
    }

    var endpoint: ControlEndpoint { .unixSocket(path: socketPath) }
    var client: ControlClient { ControlClient(endpoint: endpoint) }

    private static var defaultHome: String {
        if let state = Environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/sluice" }
        return (Environment["HOME"] ?? NSHomeDirectory()) + "/.local/state/sluice"
    }

    static func absolute(_ path: String) -> String {
        let expanded = path.hasPrefix("~/") ? (Environment["HOME"] ?? NSHomeDirectory()) + path.dropFirst(1) : path
        let full = expanded.hasPrefix("/") ? expanded : FileManager.default.currentDirectoryPath + "/" + expanded
        return (full as NSString).standardizingPath
    }
}

/// The process's environment; empty values count as absent, as shells' users expect.
enum Environment {
    static subscript(name: String) -> String? {
        guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else { return nil }
        return value
    }
}
