import ArgumentParser
import ControlAPI
import Dispatch
import Foundation

/// Parses the command line and runs it. The main thread stays the main thread: the console needs it for its terminal,
/// so commands that wait for the engine run as a task that it waits for.
@main
enum Main {
    static func main() {
        // A parent may have left signals blocked; then SIGTERM and SIGHUP would never come.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            var command = try Sluice.parseAsRoot(arguments)
            if let asynchronous = command as? any AsyncParsableCommand {
                try wait(for: asynchronous)
            } else {
                try command.run()
            }
        } catch {
            end(with: error, arguments: arguments)
        }
    }

    private static func wait(for command: any AsyncParsableCommand) throws {
        let outcome = Outcome()
        let done = DispatchSemaphore(value: 0)
        let job = Job(command: command)
        Task.detached {
            outcome.set(await job.result())
            done.signal()
        }
        done.wait()
        try outcome.get()
    }

    /// Help and version go to standard output and end well; all else is one line on standard error and status 1.
    private static func end(with error: any Error, arguments: [String]) -> Never {
        let code = Sluice.exitCode(for: error)
        if code.isSuccess {
            let text = Sluice.message(for: error)
            if !text.isEmpty { StandardOutput.write(text + "\n") }
            exit(0)
        }
        if let code = error as? ExitCode { exit(code.rawValue) }
        StandardError.write("sluice: \(line(for: error))\n")
        exit(1)
    }

    /// An error on one line.
    static func line(for error: any Error) -> String {
        if case ControlError.unreachable(let endpoint, let reason) = error {
            return "no engine answers at \(endpoint) (\(reason)); start one with: sluice serve"
        }
        let message = Sluice.message(for: error)
        return (message.isEmpty ? String(describing: error) : message)
            .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
    }
}

/// A command on its way to the task that runs it; nobody else holds it.
private struct Job: @unchecked Sendable {
    let command: any AsyncParsableCommand

    func result() async -> Result<Void, any Error> {
        do {
            var command = command
            try await command.run()
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}

private final class Outcome: @unchecked Sendable {
    private let lock = NSLock()
    private var result: Result<Void, any Error> = .success(())

    func set(_ result: Result<Void, any Error>) {
        lock.withLock { self.result = result }
    }

    func get() throws {
        try lock.withLock { result }.get()
    }
}
