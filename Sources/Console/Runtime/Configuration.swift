import Foundation
package import Terminal
import TOMLKit

/// The user's configuration, `$XDG_CONFIG_HOME/sluice/config.toml`:
///
/// ```toml
/// theme = "light"
/// mouse = true
///
/// [keys]                      # commands by the names that help shows
/// promote = "P"
/// follow = ["f", "space"]
///
/// [aliases]                   # words for the palette
/// pp = "stages petstore prod"
/// ```
package struct Configuration: Sendable, Equatable {
    package var theme: String?
    package var mouse = false
    package var keys: [CommandID: [Key]] = [:]
    package var aliases: [String: String] = [:]

    package init() {}

    /// `$XDG_CONFIG_HOME/sluice/config.toml`, else `~/.config/sluice/config.toml`.
    package static func path(environment: [String: String]) -> String? {
        if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") { return config + "/sluice/config.toml" }
        guard let home = environment["HOME"], !home.isEmpty else { return nil }
        return home + "/.config/sluice/config.toml"
    }

    /// Reads a file; without one everything is as it comes.
    package static func load(_ path: String) throws(ConfigurationError) -> Configuration {
        guard FileManager.default.fileExists(atPath: path) else { return Configuration() }
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ConfigurationError(file: path, message: "cannot be read as UTF-8 text: \(error)")
        }
        return try Configuration(toml: text, file: path)
    }

    package init(toml text: String, file: String) throws(ConfigurationError) {
        let lines = TOMLLines(text)
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ConfigurationError(
                file: file, line: error.source.begin.line, message: "this is not TOML: \(error.description)")
        } catch {
            throw ConfigurationError(file: file, message: "this is not TOML: \(error)")
        }
        func failure(_ path: [String], _ message: String) -> ConfigurationError {
            ConfigurationError(file: file, line: lines.line(of: path), message: message)
        }
        let known = ["theme", "mouse", "keys", "aliases"]
        for key in table.keys.sorted(by: { lines.order($0) < lines.order($1) }) where !known.contains(key) {
            throw failure([key], "unknown key \"\(key)\"; there are \(known.joined(separator: ", "))")
        }
        if let value = table["theme"] {
            guard let name = value.string else {
                throw failure(["theme"], "\"theme\" must be a theme's name in quotes")
            }
            theme = name
        }
        if let value = table["mouse"] {
            guard let on = value.bool else { throw failure(["mouse"], "\"mouse\" must be true or false") }
            mouse = on
        }
        if let value = table["keys"] {
            guard let entries = value.table else { throw failure(["keys"], "\"keys\" must be a table: [keys]") }
            for name in entries.keys.sorted() {
                guard let id = CommandID(rawValue: name) else {
                    throw failure(
                        ["keys", name], "there is no command \"\(name)\"; ? in the console lists their names")
                }
                let texts = entries[name]?.string.map { [$0] } ?? entries[name]?.array?.map { $0.string ?? "" }
                guard let texts else {
                    throw failure(["keys", name], "\"\(name)\" must be a key or a list of keys, as [\"f\", \"space\"]")
                }
                keys[id] = try Self.keys(texts, failure, name)
            }
            try Self.checkConflicts(keys, failure)
        }
        if let value = table["aliases"] {
            guard let entries = value.table else {
                throw failure(["aliases"], "\"aliases\" must be a table: [aliases]")
            }
            for name in entries.keys.sorted() {
                guard let line = entries[name]?.string, !line.isEmpty else {
                    throw failure(["aliases", name], "\"\(name)\" must be a line for the palette in quotes")
                }
                aliases[name] = line
            }
        }
    }

    private static func keys(
        _ texts: [String], _ failure: ([String], String) -> ConfigurationError, _ name: String
    ) throws(ConfigurationError) -> [Key] {
        var keys: [Key] = []
        for text in texts {
            guard let key = Key(text) else {
                throw failure(["keys", name], "\"\(text)\" is no key; a key is \(Key.textForms)")
            }
            keys.append(key)
        }
        return keys
    }

    /// Two commands of one context cannot share a key that the user gave to one of them.
    private static func checkConflicts(
        _ keys: [CommandID: [Key]], _ failure: ([String], String) -> ConfigurationError
    ) throws(ConfigurationError) {
        let keymap = Keymap(keys)
        for command in keymap.commands.sorted(by: { $0.id.rawValue < $1.id.rawValue }) where keys[command.id] != nil {
            for other in keymap.commands
            where other.context == command.context && other.id != command.id && keys[command.id] != nil {
                guard let key = command.keys.first(where: { other.keys.contains($0) }) else { continue }
                throw failure(
                    ["keys", command.id.rawValue],
                    "\(key) is \"\(other.id.rawValue)\" already (\(command.context.title.lowercased())): give that another key, too"
                )
            }
        }
    }

    /// The text of a configuration file with another theme; everything else stays as it was written.
    package static func text(_ text: String, withTheme name: String) -> String {
        let line = "theme = \"\(name)\""
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let number = TOMLLines(text).line(of: ["theme"]), lines.indices.contains(number - 1) {
            lines[number - 1] = line
            return lines.joined(separator: "\n")
        }
        return line + "\n" + text
    }
}
