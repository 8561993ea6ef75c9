import Foundation
package import GRDB

/// Everything that lasts, in one SQLite file: write-ahead log, synced to the disk at each commit, so that what was
/// acknowledged is there after a crash and what was not has left nothing.
package final class Store: Sendable {
    package let file: String
    /// Notes what changes do, on the connection that writes.
    let capture: ChangeCapture
    private let pool: DatabasePool

    /// Opens the file, or makes it with mode 0600. Throws ``StoreError``.
    package init(file: String) throws {
        self.file = file
        try Self.checkHeader(file)
        if !FileManager.default.fileExists(atPath: file) {
            // SQLite gives the -wal and -shm files the mode of the database.
            let made = open(file, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
            guard made >= 0 else {
                throw StoreError.notWritable(path: file, reason: String(cString: strerror(errno)))
            }
            _ = Foundation.close(made)
        }
        guard access(file, R_OK | W_OK) == 0 else {
            throw StoreError.notWritable(path: file, reason: String(cString: strerror(errno)))
        }
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 4
            try Self.checkContent(file)
            pool = try DatabasePool(path: file, configuration: configuration)
            // A pool starts with NORMAL, which may lose the newest commits when the power goes.
            try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
            try Schema.migrator.migrate(pool)
            capture = try pool.writeWithoutTransaction { db in try ChangeCapture(db, kept: UndoFamilies.tables) }
        } catch let error as DatabaseError {
            throw Self.named(error, file: file)
        }
    }

    /// Moves the write-ahead log into the file first, so that the file alone is a whole backup of a stopped engine.
    package func close() throws {
        try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        try pool.close()
    }

    /// Reads from one consistent state. Waits for no writer.
    package func read<Value: Sendable>(_ body: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
        try await pool.read(body)
    }

    /// One transaction: all of `body`, on the disk when this returns, or nothing if it throws.
    package func write<Value: Sendable>(_ body: @Sendable @escaping (Database) throws -> Value) async throws -> Value {
        try await pool.write(body)
    }

    private static func checkHeader(_ file: String) throws {
        guard let handle = FileHandle(forReadingAtPath: file) else { return }
        defer { try? handle.close() }
        guard let head = try? handle.read(upToCount: 16), !head.isEmpty else { return }
        guard head == Data("SQLite format 3\0".utf8) else {
            throw StoreError.corrupt(file: file, reason: "it does not begin as SQLite files do")
        }
    }

    /// Looks the file over before anything can write to it. Large files are left to SQLite's own checks at each read:
    /// reading all of them would hold up the start.
    private static func checkContent(_ file: String) throws {
        let size = (try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int ?? 0
        guard size > 0 else { return }
        let queue = try DatabaseQueue(path: file)
        defer { try? queue.close() }
        try queue.inDatabase { db in
            let applied = try Schema.migrator.appliedIdentifiers(db)
            let unknown = applied.subtracting(Schema.migrator.migrations)
            guard unknown.isEmpty else { throw StoreError.newer(file: file, migrations: unknown.sorted()) }
            if size < 64 << 20 {
                let findings = try String.fetchAll(db, sql: "PRAGMA quick_check(3)")
                guard findings == ["ok"] else {
                    throw StoreError.corrupt(file: file, reason: findings.joined(separator: "; "))
                }
            }
        }
    }

    private static func named(_ error: DatabaseError, file: String) -> StoreError {
        let reason = error.message ?? "\(error.resultCode)"
        return switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt(file: file, reason: reason)
        default: .notWritable(path: file, reason: reason)
        }
    }
}
