import Foundation

/// A program in a process of its own. Foundation's `Process` waits through a run loop of its own, which many waiting
/// tests at once can starve; here the kernel's own calls are used.
final class ChildProcess: @unchecked Sendable {
    let pid: pid_t
    private let lock = NSLock()
    private var status: Int32?

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts `words[0]`, an absolute path, with its output going to files.
    init(
        _ words: [String], environment: [String: String] = [:], inputPath: String = "/dev/null", outputPath: String,
        errorsPath: String
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, inputPath, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorsPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // Threads of a test run have signals blocked, and children inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var arguments = words.map { strdup($0) } + [nil]
        var entries = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for pointer in arguments + entries { free(pointer) }
        }
        var child: pid_t = 0
        let failure = posix_spawn(&child, words[0], &actions, &attributes, &arguments, &entries)
        guard failure == 0 else {
            throw Failed(description: "\(words[0]) could not be started: \(String(cString: strerror(failure)))")
        }
        pid = child
    }

    /// Whether the process is still there; reaps it when it is not.
    var isRunning: Bool { ended(block: false) == nil }

    func signal(_ number: Int32) {
        lock.withLock {
            if status == nil { kill(pid, number) }
        }
    }

    /// Waits for the end: the exit status, or minus the signal that ended it.
    @discardableResult
    func wait() -> Int32 { ended(block: true) ?? -1 }

    private func ended(block: Bool) -> Int32? {
        lock.withLock {
            if let status { return status }
            var raw: Int32 = 0
            while true {
                let found = waitpid(pid, &raw, block ? 0 : WNOHANG)
                if found < 0, errno == EINTR { continue }
                if found == 0 { return nil }
                status = raw & 0x7f == 0 ? (raw >> 8) & 0xff : -(raw & 0x7f)
                return status
            }
        }
    }
}
