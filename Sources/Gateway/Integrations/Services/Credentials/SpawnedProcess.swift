import Foundation

/// A program in a process of its own: no input, errors to nobody, output to a pipe or to nobody. The engine's own
/// descriptors are closed by the kernel, as all of them are opened for that.
///
/// By the kernel's own calls: Foundation's `Process` reads past the end of what the system tells of open descriptors,
/// which ends an engine with many connections.
package final class SpawnedProcess: Sendable {
    private enum State {
        case running
        case ended(Int32)
    }

    private let pid: pid_t
    private let state = NSLock()
    private nonisolated(unsafe) var end = State.running

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter output: a descriptor for the output; `nil` gives it to nobody. It stays the caller's.
    package init(_ program: String, _ arguments: [String], environment: [String: String], output: Int32? = nil) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for pointer in words + variables { free(pointer) }
        }
        var child: pid_t = 0
        let code = posix_spawn(&child, program, &actions, &attributes, &words, &variables)
        guard code == 0 else { throw Failure(description: String(cString: strerror(code))) }
        pid = child
    }

    package var isRunning: Bool { status(waits: false) == nil }

    package func signal(_ number: Int32) {
        state.withLock {
            if case .running = end { kill(pid, number) }
        }
    }

    /// Blocks until it ends: its exit status, or minus the signal that ended it.
    @discardableResult
    package func wait() -> Int32 {
        while true {
            // Not reaped while others may send it a signal.
            var info = siginfo_t()
            if waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == 0 || errno != EINTR { break }
        }
        return status(waits: true) ?? -1
    }

    private func status(waits: Bool) -> Int32? {
        state.withLock {
            if case .ended(let status) = end { return status }
            var raw: Int32 = 0
            while true {
                let found = waitpid(pid, &raw, waits ? 0 : WNOHANG)
                if found < 0, errno == EINTR { continue }
                if found == 0 { return nil }
                let status = raw & 0x7f == 0 ? (raw >> 8) & 0xff : -(raw & 0x7f)
                end = .ended(status)
                return status
            }
        }
    }
}
