import Foundation

/// The shared credentials and configuration files of AWS's tools, read into profiles.
struct ProfileFiles: Sendable {
    /// By name; keys in lower case. What the credentials file says wins.
    private(set) var profiles: [String: [String: String]] = [:]

    /// A file that is not there has no profiles. Throws ``CredentialsFault`` for one that cannot be read.
    init(environment: [String: String]) throws {
        let home = environment.value("HOME") ?? NSHomeDirectory()
        let configuration = environment.value("AWS_CONFIG_FILE") ?? home + "/.aws/config"
        let credentials = environment.value("AWS_SHARED_CREDENTIALS_FILE") ?? home + "/.aws/credentials"
        for (path, isConfiguration) in [(configuration, true), (credentials, false)] {
            let path = path.hasPrefix("~/") ? home + path.dropFirst() : path
            guard FileManager.default.fileExists(atPath: path) else { continue }
            read(try CredentialsFile.text(path), isConfiguration: isConfiguration)
        }
    }

    /// `[name]` and `[profile name]`; `key = value`; lines that begin with `#` or `;` say nothing. Indented lines belong
    /// to settings that have parts of their own, none of which is about credentials.
    mutating func read(_ text: String, isConfiguration: Bool) {
        var name: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let isNested = line.first == " " || line.first == "\t"
            let bare = line.trimmingCharacters(in: .whitespaces)
            guard !bare.isEmpty, !bare.hasPrefix("#"), !bare.hasPrefix(";") else { continue }
            if bare.hasPrefix("[") {
                name = Self.profile(bare, isConfiguration: isConfiguration)
                if let name, profiles[name] == nil { profiles[name] = [:] }
            } else if let name, !isNested, let equals = bare.firstIndex(of: "=") {
                let key = bare[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
                var value = bare[bare.index(after: equals)...].trimmingCharacters(in: .whitespaces)
                // A comment within a line begins with a blank.
                for mark in [" #", " ;", "\t#", "\t;"] {
                    if let comment = value.range(of: mark) {
                        value = value[..<comment.lowerBound].trimmingCharacters(in: .whitespaces)
                    }
                }
                profiles[name]?[key] = value
            }
        }
    }

    /// `nil` for sections that are no profiles (`[sso-session x]`, `[services x]`).
    private static func profile(_ header: String, isConfiguration: Bool) -> String? {
        guard let close = header.firstIndex(of: "]") else { return nil }
        let words = header[header.index(after: header.startIndex)..<close].split(
            maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" })
        guard let first = words.first else { return nil }
        if !isConfiguration || words.count == 1 {
            return !isConfiguration || first == "default" ? words.joined(separator: " ") : nil
        }
        guard first == "profile" else { return nil }
        return words[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t\"'"))
    }
}
