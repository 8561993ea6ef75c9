import CProcess
import Foundation
import NIOConcurrencyHelpers

/// How a process came to its end.
enum ProcessEnd: Sendable, Hashable {
    case exited(Int)
    case killed(signal: Int)
    /// It never ran.
    case notStarted(reason: String)

    /// In the words of Lambda's `Runtime.ExitError`.
    var reason: String {
        switch self {
        case .exited(0): "Runtime exited without providing a reason"
        case .exited(let status): "Runtime exited with error: exit status \(status)"
        case .killed(let signal): "Runtime exited with error: signal: \(Self.name(ofSignal: signal))"
        case .notStarted(let reason): reason
        }
    }

    private static func name(ofSignal signal: Int) -> String {
        switch Int32(signal) {
        case SIGHUP: "hangup"
        case SIGINT: "interrupt"
        case SIGQUIT: "quit"
        case SIGILL: "illegal instruction"
        case SIGTRAP: "trace/breakpoint trap"
        case SIGABRT: "aborted"
        case SIGBUS: "bus error"
        case SIGFPE: "floating point exception"
        case SIGKILL: "killed"
        case SIGSEGV: "segmentation fault"
        case SIGPIPE: "broken pipe"
        case SIGALRM: "alarm clock"
        case SIGTERM: "terminated"
        default: "\(signal)"
        }
    }
}

/// A program in a process group of its own.
///
/// A thread starts it, waits for its end, and takes along what it left: the rest of its group, and processes that went
/// into sessions of their own but still carry ``Command/mark`` in their environment. What clears its environment as
/// well escapes until the machine's own supervision ends it. The process dies with the engine, even if that is killed.
final class FunctionProcess: Sendable {
    struct Command: Sendable, Hashable {
        /// Absolute path.
        var executable: String
        /// Without the program's own name.
        var arguments: [String]
        var environment: [String: String]
        /// Absolute path.
        var folder: String
        /// Takes the place of `/tmp` where the machine allows it.
        var privateTmp: String?
        /// Something in `environment` that no other process has: `NAME=value`.
        var mark: String
    }

    private enum State {
        case starting
        case running(pid_t)
        case ended
        /// To be killed as soon as it has started.
        case doomed
    }

    private let state = NIOLockedValueBox(State.starting)
    private static let openFiles: Int32 = 1024
    private static let stackSize = 256 << 10

    /// Takes ownership of `output`, which gets what the process writes. `started` and then `ended` are called on the
    /// process's thread; only `ended` if it never ran. `ended` comes after everything of the process is gone.
    func start(
        _ command: Command, output: Int32, started: @escaping @Sendable (Int) -> Void,
        ended: @escaping @Sendable (ProcessEnd) -> Void
    ) {
        let thread = Thread {
            let pid = Self.spawn(command, output: output)
            let error = errno
            close(output)
            guard pid > 0 else {
                self.state.withLockedValue { $0 = .ended }
                ended(.notStarted(reason: String(cString: strerror(error))))
                return
            }
            self.run(pid)
            started(Int(pid))
            cp_wait_for_end(pid)
            // Its id, and so the group's, is its own until it is reaped.
            kill(-pid, SIGKILL)
            let status = self.state.withLockedValue { state in
                state = .ended
                return cp_reap(pid)
            }
            ProcessTable.killAll(carrying: command.mark)
            let signal = Int(cp_signal(status))
            ended(signal > 0 ? .killed(signal: signal) : .exited(Int(cp_exit_status(status))))
        }
        thread.stackSize = Self.stackSize
        thread.start()
    }

    private func run(_ pid: pid_t) {
        state.withLockedValue { state in
            if case .doomed = state { kill(-pid, SIGKILL) }
            state = .running(pid)
        }
    }

    /// Kills the whole group. Harmless after its end.
    func killGroup() {
        state.withLockedValue { state in
            switch state {
            case .starting: state = .doomed
            case .running(let pid): kill(-pid, SIGKILL)
            case .ended, .doomed: break
            }
        }
    }

    /// -1 and `errno` if it cannot be started.
    static func spawn(_ command: Command, output: Int32) -> pid_t {
        let arguments = CStrings([command.executable] + command.arguments)
        let environment = CStrings(command.environment.map { "\($0.key)=\($0.value)" })
        return withExtendedLifetime((arguments, environment)) {
            cp_spawn(
                command.executable, arguments.pointers, environment.pointers, command.folder, output,
                command.privateTmp, openFiles)
        }
    }
}

/// Strings as C programs get them: an array of pointers with `NULL` at its end.
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (place, string) in strings.enumerated() { (pointers + place).initialize(to: strdup(string)) }
        (pointers + count).initialize(to: nil)
    }

    deinit {
        for place in 0..<count { free(pointers[place]) }
        pointers.deallocate()
    }
}
