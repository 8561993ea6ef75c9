/// Why a zip file is not unpacked.
package enum ZipError: Error, Sendable, Hashable {
    /// Not a zip file, or a damaged one.
    case malformed(String)
    /// An entry that has no place in the folder: its name leads out of it, comes twice, or the like.
    case refusedEntry(name: String, reason: String)
    /// More than is let in.
    case tooLarge(String)
    /// The folder cannot be written.
    case notWritable(path: String, reason: String)
}

extension ZipError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let reason): "it is no readable zip file: \(reason)"
        case .refusedEntry(let name, let reason): "the entry '\(Self.shown(name))' \(reason)"
        case .tooLarge(let reason): "it is too large: \(reason)"
        case .notWritable(let path, let reason): "\(path) cannot be written: \(reason)"
        }
    }

    /// Names come from outside: at most a hundred characters, and none that moves a cursor.
    private static func shown(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.prefix(100).map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
