/// A version of a function, whatever its code and configuration are at the moment.
struct VersionKey: Hashable {
    var function: String
    var version: String
}

/// The execution environments of one version that can be given an invocation, and how such are started.
struct EnvironmentPool {
    enum Start {
        case unknown
        /// Somebody looks; these wait.
        case sought([RunningInvocation])
        case known(RuntimeCommand)
    }

    var version: FunctionVersion
    var record: FunctionRecord
    /// Changes with the version and with its code: environments of another one are not used again.
    var generation: Int
    var start = Start.unknown
    /// The one that was used last is last.
    private(set) var available: [ExecutionEnvironment] = []

    init(version: FunctionVersion, record: FunctionRecord, generation: Int) {
        self.version = version
        self.record = record
        self.generation = generation
    }

    mutating func add(_ environment: ExecutionEnvironment) {
        if !available.contains(where: { $0 === environment }) { available.append(environment) }
    }

    mutating func remove(_ environment: ExecutionEnvironment) {
        available.removeAll { $0 === environment }
    }

    mutating func removeAll() -> [ExecutionEnvironment] {
        defer { available = [] }
        return available
    }

    /// The newest that waits, else the newest that is about to.
    mutating func take() -> ExecutionEnvironment? {
        let place =
            available.lastIndex { $0.isWaiting } ?? available.lastIndex { $0.isAvailable }
        return place.map { available.remove(at: $0) }
    }
}
