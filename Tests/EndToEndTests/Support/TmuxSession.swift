import Foundation

/// A program in a terminal of its own, driven by keys and read as a screen.
final class TmuxSession {
    private let server = "sluice-\(UUID().uuidString.prefix(8))"
    private let folder: TemporaryFolder

    init(
        _ words: [String], columns: Int, rows: Int, environment: [String: String] = [:], term: String = "tmux-256color"
    ) throws {
        folder = try TemporaryFolder()
        // A shell stays after the program, so that its status and the restored terminal can be looked at.
        let command = words.map { "'\($0)'" }.joined(separator: " ")
        var variables = environment
        variables["TERM"] = term
        let exports = variables.map { "export \($0.key)='\($0.value)'; " }.sorted().joined()
        let script =
            "\(exports)stty -g > \(folder.path)/before; \(command); echo \"status $?\" > \(folder.path)/status; "
            + "stty -g > \(folder.path)/after; echo; echo THE-END; sleep 600"
        let path = folder.path + "/run.sh"
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        let started = try tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "sh \(path)")
        guard started.status == 0 else { throw NeverHappened(what: "tmux: \(started.errors)") }
    }

    @discardableResult
    private func tmux(_ words: String...) throws -> Command {
        try Command.run(["/usr/bin/env", "tmux", "-L", server] + words, environment: ["LC_ALL": "C.UTF-8"])
    }

    /// Sends keys as tmux names them: `Enter`, `Escape`, `C-c`, or text.
    func press(_ keys: String...) throws {
        for key in keys { try tmux("send-keys", key) }
    }

    func type(_ text: String) throws {
        try tmux("send-keys", "-l", text)
    }

    func resize(columns: Int, rows: Int) throws {
        try tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)")
    }

    var screen: String {
        get throws { try tmux("capture-pane", "-p").output }
    }

    /// The screen with its escape sequences for colour.
    var colouredScreen: String {
        get throws { try tmux("capture-pane", "-p", "-e").output }
    }

    /// Waits until the screen shows a text.
    @discardableResult
    func see(_ text: String, within seconds: Double = 60) async throws -> String {
        var last = ""
        do {
            return try await eventually("'\(text)' on the screen", within: seconds) {
                last = try screen
                return last.contains(text) ? last : nil
            }
        } catch is NeverHappened {
            throw NeverHappened(what: "'\(text)' on the screen, which shows:\n\(last)")
        }
    }

    /// Waits until the screen no longer shows a text.
    func seeGone(_ text: String) async throws {
        try await eventually("'\(text)' gone from the screen") { try screen.contains(text) ? nil : true }
    }

    /// The exit status, once the program has ended.
    func end() async throws -> Int32 {
        let text = try await eventually("the end of the program") { () -> String? in
            let text = try? folder.text("status")
            return text?.hasSuffix("\n") == true ? text : nil
        }
        // The shell makes the file before stty fills it.
        try await eventually("the shell after the program") {
            (try? folder.text("after"))?.hasSuffix("\n") == true ? true : nil
        }
        return Int32(text.split(whereSeparator: \.isWhitespace).last ?? "") ?? -1
    }

    /// Whether the terminal's settings after the program are those from before.
    var isRestored: Bool {
        get throws {
            let before = try folder.text("before")
            return try !before.isEmpty && before == folder.text("after")
        }
    }

    func close() {
        _ = try? tmux("kill-server")
        folder.remove()
    }
}
