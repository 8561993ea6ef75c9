/// Why the home or its database cannot be used. Each says what to do.
package enum StoreError: Error, Sendable, Hashable {
    /// The home, or something in it, cannot be made or written.
    case notWritable(path: String, reason: String)
    /// Another engine holds the home.
    case alreadyServed(home: String, pid: Int?)
    /// The file is no database, or a damaged one. It was not touched.
    case corrupt(file: String, reason: String)
    /// A newer Sluice wrote the file.
    case newer(file: String, migrations: [String])
    /// A stored document does not fit its model any more.
    case unreadable(what: String, reason: String)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notWritable(let path, let reason):
            "cannot write \(path): \(reason). Choose another home with --home or SLUICE_HOME, or change its permissions."
        case .alreadyServed(let home, let pid):
            "another engine\(pid.map { " (process \($0))" } ?? "") already serves \(home). "
                + "Stop it, attach to it with `sluice`, or choose another home with --home."
        case .corrupt(let file, let reason):
            "\(file) is not a readable database: \(reason). Nothing was changed. "
                + "Restore it from a backup, or move it aside (with its -wal and -shm files) to start empty."
        case .newer(let file, let migrations):
            "\(file) was written by a newer Sluice (\(migrations.joined(separator: ", "))). "
                + "Use that version, or another home with --home."
        case .unreadable(let what, let reason):
            "\(what) in the database does not fit its model: \(reason). Restore the database from a backup."
        }
    }
}
