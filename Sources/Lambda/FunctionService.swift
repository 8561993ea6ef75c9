package import ControlAPI

/// What runs this machine's functions, as the control plane sees it.
package protocol FunctionService: FunctionInvoker {
    /// Takes the place of all that was published before; invocations that are running end with what they began with.
    func publish(_ functions: [Function])
    /// Those that were published, as they run now.
    func states() -> [FunctionState]
    /// The newest lines of a function, oldest first.
    func logs(function name: String, limit: Int) -> [FunctionLogRecord]
    /// Lines of all functions as they come, until the reader stops or the service shuts down. A reader that is too slow
    /// loses lines.
    func logRecords() -> AsyncStream<[FunctionLogRecord]>
}
