import TOMLKit

/// Why a file could not be used: which file, which line, and what to do.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    public var file: String
    /// From 1; nil where the whole file is meant.
    public var line: Int?
    public var message: String

    public init(file: String, line: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    public var description: String {
        line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
    }
}

extension Theme {
    /// Reads a theme from TOML:
    ///
    /// ```toml
    /// name = "dusk"
    /// summary = "Dark and quiet"
    ///
    /// [palette]                 # names for colours, if wanted
    /// sand = "#d8c8a8"
    ///
    /// [roles]
    /// text = { fg = "sand", bg = "#101418" }
    /// error = { fg = "red", attributes = ["bold"] }
    /// dim = "bright-black"      # the foreground alone
    /// ```
    ///
    /// Roles that are not named look like `text`.
    ///
    /// - Parameter file: the name for errors.
    /// - Throws: ``ConfigurationError`` with the line.
    public init(toml text: String, file: String) throws(ConfigurationError) {
        let lines = TOMLLines(text)
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ConfigurationError(
                file: file, line: error.source.begin.line, message: "this is not TOML: \(error.description)"
            )
        } catch {
            throw ConfigurationError(file: file, message: "this is not TOML: \(error)")
        }
        func failure(_ path: [String], _ message: String) -> ConfigurationError {
            ConfigurationError(file: file, line: lines.line(of: path), message: message)
        }
        func string(_ key: String) throws(ConfigurationError) -> String? {
            guard let value = table[key] else { return nil }
            guard let string = value.string else { throw failure([key], "\"\(key)\" must be a string") }
            return string
        }

        let known = ["name", "summary", "palette", "roles"]
        for key in table.keys.sorted(by: { lines.order($0) < lines.order($1) }) where !known.contains(key) {
            throw failure([key], "unknown key \"\(key)\"; a theme has \(known.joined(separator: ", "))")
        }
        let stem = file.split(separator: "/").last.map(String.init) ?? file
        let name = try string("name") ?? (stem.hasSuffix(".toml") ? String(stem.dropLast(5)) : stem)
        guard !name.isEmpty, !name.contains(where: { $0.isWhitespace || $0 == "/" }) else {
            throw failure(["name"], "a theme's name must be one word, to be typed after :theme")
        }
        let summary = try string("summary") ?? ""

        var palette: [String: Colour] = [:]
        if let value = table["palette"] {
            guard let entries = value.table else {
                throw failure(["palette"], "\"palette\" must be a table of colours")
            }
            for key in entries.keys.sorted() {
                guard let text = entries[key].flatMap({ Self.colourText($0) }), let colour = Colour(text) else {
                    throw failure(["palette", key], "\"\(key)\" is not a colour; write \(Colour.textForms)")
                }
                palette[key] = colour
            }
        }
        guard let roleTable = table["roles"]?.table else {
            throw failure(["roles"], "a theme needs a table [roles] with at least \"text\"")
        }
        var reader = RoleReader(palette: palette, file: file, lines: lines)
        var roles: [Role: RoleStyle] = [:]
        for key in roleTable.keys.sorted(by: {
            lines.line(of: ["roles", $0]) ?? 0 < lines.line(of: ["roles", $1]) ?? 0
        }) {
            guard let role = Role(rawValue: key) else {
                let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
                throw failure(["roles", key], "unknown role \"\(key)\"; known roles are \(known)")
            }
            guard let value = roleTable[key] else { continue }
            roles[role] = try reader.style(of: key, value)
        }
        guard roles[.text] != nil else {
            throw failure(["roles"], "the role \"text\" is missing; every other role falls back to it")
        }
        self.init(name: name, summary: summary, roles: roles)
    }

    fileprivate static func colourText(_ value: any TOMLValueConvertible) -> String? {
        value.string ?? value.int.map { String($0) }
    }
}

/// Reads the styles of `[roles]`.
private struct RoleReader {
    let palette: [String: Colour]
    let file: String
    let lines: TOMLLines

    mutating func style(of role: String, _ value: any TOMLValueConvertible) throws(ConfigurationError)
        -> Theme.RoleStyle
    {
        if Theme.colourText(value) != nil {
            return Theme.RoleStyle(foreground: try colour(value, role, nil))
        }
        guard let table = value.table else {
            throw failure(
                role, nil, "\"\(role)\" must be a colour or a table like { fg = \"#rrggbb\", bg = \"#rrggbb\" }")
        }
        var style = Theme.RoleStyle()
        for key in table.keys.sorted() {
            guard let value = table[key] else { continue }
            switch key {
            case "fg": style.foreground = try colour(value, role, key)
            case "bg": style.background = try colour(value, role, key)
            case "attributes": style.attributes = try attributes(value, role)
            default:
                throw failure(
                    role, key, "unknown key \"\(key)\" in role \"\(role)\"; known keys are fg, bg, attributes")
            }
        }
        return style
    }

    private func colour(
        _ value: any TOMLValueConvertible, _ role: String, _ key: String?
    ) throws(ConfigurationError) -> Colour {
        let text = Theme.colourText(value)
        if let text, let colour = palette[text] ?? Colour(text) { return colour }
        let given = text.map { "\"\($0)\"" } ?? "the value of \"\(key ?? role)\""
        let own = palette.isEmpty ? "" : ", or a name from [palette] (\(palette.keys.sorted().joined(separator: ", ")))"
        throw failure(role, key, "\(given) is not a colour; write \(Colour.textForms)\(own)")
    }

    private func attributes(_ value: any TOMLValueConvertible, _ role: String) throws(ConfigurationError) -> Attributes
    {
        let known = Attributes.names.map(\.name).joined(separator: ", ")
        guard let array = value.array else {
            throw failure(role, "attributes", "\"attributes\" must be a list of \(known)")
        }
        var attributes: Attributes = []
        for element in array {
            guard let name = element.string, let entry = Attributes.names.first(where: { $0.name == name }) else {
                let given = element.string.map { "\"\($0)\"" } ?? "a value that is no string"
                throw failure(role, "attributes", "\(given) is not an attribute; known attributes are \(known)")
            }
            attributes.formUnion(entry.attribute)
        }
        return attributes
    }

    private func failure(_ role: String, _ key: String?, _ message: String) -> ConfigurationError {
        let path = ["roles", role] + (key.map { [$0] } ?? [])
        return ConfigurationError(file: file, line: lines.line(of: path), message: message)
    }
}
