package import ControlAPI

/// What runs this machine's functions, as the control plane sees it.
package protocol FunctionService: FunctionInvoker {
    /// Takes the place of all that was published before; invocations that are running end with what they began with.
    func publish(_ functions: [Function]) async
    /// Those that were published, as they run now.
    func states() -> [FunctionState]
    /// The newest lines of a function, oldest first.
    func logs(function: String, limit: Int) -> [FunctionLogRecord]
    /// Lines as they come, of one function or of all, until the reader stops or the service shuts down. What a slow
    /// reader does not take is dropped and counted.
    func logLines(of selection: EventSelection.FunctionSelection) -> AsyncStream<FunctionLogBatch>
}

/// Lines that functions wrote, and how many before them were dropped.
package struct FunctionLogBatch: Sendable, Hashable {
    package var records: [FunctionLogRecord]
    package var dropped: Int

    package init(records: [FunctionLogRecord], dropped: Int = 0) {
        self.records = records
        self.dropped = dropped
    }
}
