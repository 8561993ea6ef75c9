import Foundation

/// The themes that can be chosen: the user's own, and the shipped ones, which are inside the binary.
public struct ThemeCatalogue: Sendable {
    public struct Entry: Hashable, Sendable {
        public var name: String
        /// The file of a user's theme; nil for a shipped one.
        public var path: String?
    }

    /// The theme that is used when none is chosen.
    public static let defaultName = "dark"

    /// The folder of the user's own themes; nil when the environment names no home.
    public let folder: String?

    public init(folder: String?) {
        self.folder = folder
    }

    /// `$XDG_CONFIG_HOME/sluice/themes`, else `~/.config/sluice/themes`.
    public init(environment: [String: String]) {
        if let config = environment["XDG_CONFIG_HOME"], config.hasPrefix("/") {
            folder = config + "/sluice/themes"
        } else if let home = environment["HOME"], !home.isEmpty {
            folder = home + "/.config/sluice/themes"
        } else {
            folder = nil
        }
    }

    /// Every theme that can be chosen, by name. A user's theme hides a shipped one of the same name.
    public var entries: [Entry] {
        var entries = Dictionary(uniqueKeysWithValues: ShippedThemes.files.map { ($0.name, Entry(name: $0.name)) })
        let files = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
        for file in files where file.hasSuffix(".toml") && !file.hasPrefix(".") {
            let name = String(file.dropLast(5))
            entries[name] = Entry(name: name, path: folder.map { $0 + "/" + file })
        }
        return entries.values.sorted { $0.name < $1.name }
    }

    public var names: [String] { entries.map(\.name) }

    /// Reads a theme anew: from the user's folder, or from the shipped ones. Call it again to reload.
    ///
    /// - Throws: ``ConfigurationError`` when there is no such theme or its file has an error.
    public func load(_ name: String) throws(ConfigurationError) -> Theme {
        if let path = path(of: name) {
            let text: String
            do {
                text = try String(contentsOfFile: path, encoding: .utf8)
            } catch {
                throw ConfigurationError(file: path, message: "the theme cannot be read as UTF-8 text: \(error)")
            }
            let theme = try Theme(toml: text, file: path)
            return Theme(name: name, summary: theme.summary, roles: theme.roles)
        }
        guard let file = ShippedThemes.files.first(where: { $0.name == name }) else {
            throw ConfigurationError(
                file: folder ?? "themes",
                message: "there is no theme \"\(name)\"; known themes are \(names.joined(separator: ", "))"
            )
        }
        return try Theme(toml: String(decoding: file.bytes, as: UTF8.self), file: "themes/\(name).toml")
    }

    /// The file that holds the user's theme of this name, for watching it; nil for a shipped theme.
    public func path(of name: String) -> String? {
        guard let folder, !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else { return nil }
        let path = folder + "/" + name + ".toml"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}
