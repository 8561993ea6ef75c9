import Foundation
import Synchronization

/// The directory that holds all of an engine: database, socket, lock. One engine owns it at a time.
package final class Home: Sendable {
    package let path: String
    /// The descriptor that holds the lock; -1 once it is released.
    private let lock: Mutex<Int32>

    package var databasePath: String { path + "/sluice.db" }
    package var lockPath: String { path + "/lock" }
    package var socketPath: String { path + "/control.sock" }
    /// Access and execution logs of stages; made with their first line.
    package var logDirectory: String { path + "/logs" }

    /// Makes the directory, with mode 0700, if it is not there. Throws ``StoreError``.
    package init(path: String) throws {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        lock = Mutex(-1)
        try Self.makeDirectories(path)
    }

    /// Makes `path` and what is missing above it. A directory that is there keeps its mode.
    private static func makeDirectories(_ path: String) throws {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw StoreError.notWritable(path: path, reason: "it is a file, not a directory")
            }
            return
        }
        guard mkdir(path, 0o700) != 0 else { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw StoreError.notWritable(path: path, reason: String(cString: strerror(errno)))
        }
        try makeDirectories(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw StoreError.notWritable(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// Takes the home for this process; the lock ends with the process, however it ends. Throws ``StoreError``.
    package func acquire() throws {
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError.notWritable(path: lockPath, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let failure = errno
            let owner = (try? String(contentsOfFile: lockPath, encoding: .utf8))
                .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            close(descriptor)
            guard failure == EWOULDBLOCK else {
                throw StoreError.notWritable(path: lockPath, reason: String(cString: strerror(failure)))
            }
            throw StoreError.alreadyServed(home: path, pid: owner)
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
            let failure = errno
            close(descriptor)
            throw StoreError.notWritable(path: lockPath, reason: String(cString: strerror(failure)))
        }
        lock.withLock { $0 = descriptor }
    }

    /// Gives the home back. The lock file stays: removing it would let two engines lock two different files.
    package func release() {
        lock.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    deinit { release() }
}
