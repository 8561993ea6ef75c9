/// How functions run on this machine.
package struct FunctionHostConfiguration: Sendable {
    package var region: String
    package var account: String
    /// Folder of the host's own, made when it starts: the runtimes' clients, and a temporary folder an execution
    /// environment, removed with it. One host at a time may use it.
    package var directory: String
    /// Execution environments at once over all functions; what AWS's concurrency of the account is.
    package var maximumEnvironments = 100
    /// How long an execution environment stays without an invocation.
    package var idleLifetime: Duration = .seconds(300)
    /// How long an execution environment may take until it asks for its first invocation, before the time counts as the
    /// invocation's own.
    package var initLimit: Duration = .seconds(10)
    /// How long an execution environment that has answered may take to ask for the next invocation while one waits for
    /// it, before that goes to another.
    package var returnLimit: Duration = .milliseconds(250)
    /// What passes before an `Event` that ended in a function error is tried again; as many tries as there are delays.
    package var eventRetryDelays: [Duration] = [.seconds(60), .seconds(120)]
    /// Events of one function that may wait.
    package var maximumWaitingEvents = 1000
    /// Bytes that the waiting events of all functions may have together.
    package var maximumWaitingEventBytes = 64 << 20
    /// Lines and bytes of a function's log that are kept.
    package var logRecords = 2000
    package var logBytes = 1 << 20
    /// What an execution environment may log a second; more is dropped and counted.
    package var logBytesPerSecond = 1 << 20
    /// Processes of one execution environment.
    package var maximumProcesses = 1024
    /// `PATH` in which interpreters are looked for, and that functions get.
    package var searchPath: String
    /// What every function finds in its environment, below its own variables: for example `AWS_ENDPOINT_URL`.
    package var variables: [String: String] = [:]

    package init(
        region: String = "us-east-1", account: String = "000000000000", directory: String,
        searchPath: String = "/usr/local/bin:/usr/bin:/bin"
    ) {
        self.region = region
        self.account = account
        self.directory = directory
        self.searchPath = searchPath
    }
}
